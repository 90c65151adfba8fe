/** fluxion/node: what only Node has — files, and a terminal. */
export { fileStore, writeWhole } from './node/store.js'
export { terminalProgress } from './node/progress.js'
export type { Stream } from './node/bar.js'
