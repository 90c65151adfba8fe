/** fluxion/node: what only Node has — files, and a terminal. */
export { fileStore, writeWhole } from './node/store.js'
export { terminalProgress, type Stream } from './node/progress.js'
