import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/** What is fetched or made anew at need; safe to delete. */
export const cache = `${root}.cache`

interface Exported {
  readonly default?: string
}

/** The sources of the package's entries, by its `exports`: `./dist/nn.js` is made of `src/nn.ts`. */
export const entries = (): string[] => {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Exported>>
  }
  const products = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default ?? '']))
  return products.map((path) => path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
}
