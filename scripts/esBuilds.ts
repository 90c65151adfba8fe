/** Takes fp-ts and io-ts from their ES builds, so that what is unused falls away, and Node has no CommonJS to look through. */
import type { Plugin } from 'esbuild'

export const esBuilds: Plugin = {
  name: 'es-builds',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^(fp-ts|io-ts)\/lib\// }, ({ path, importer, kind, resolveDir }) =>
      resolve(path.replace('/lib/', '/es6/').replace(/\.js$/, ''), { importer, kind, resolveDir }),
    )
  },
}
