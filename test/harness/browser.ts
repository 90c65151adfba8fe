import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, transformSync, type Plugin } from 'esbuild'
import type { Page } from 'playwright-core'
import { beforeAll } from 'vitest'
import { withServed, type Content } from '../../scripts/page.js'
import { built, root } from './built.js'

/** Before the tests, whose time it would take. */
beforeAll(() => {
  built()
})

const html = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">{ "imports": { "fluxion": "/dist/index.js" } }</script>`

/** Tests that import the sources get the built package. */
const onPackage: Plugin = {
  name: 'package',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: 'fluxion', external: true }))
  },
}

/** `test/browser/name.ts` with the tests that it imports, as one module that imports the package. */
const bundle = async (name: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(root, `test/browser/${name}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['fluxion'],
    plugins: [onPackage],
  })
  return outputFiles[0]?.text ?? ''
}

/** `/dist/*` is the built package; `/page/name.js` is `test/browser/name.ts`, bundled; `/code.js` is `code`. */
const respond = async (path: string, dist: string, code: string): Promise<Content | undefined> => {
  const type = 'text/javascript'
  const strip = (text: string): string => transformSync(text, { loader: 'ts', target: 'es2022' }).code
  const page = /^\/page\/(\w+)\.js$/.exec(path)?.[1]
  if (path === '/') return { type: 'text/html', body: html }
  if (path === '/code.js') return { type, body: strip(code) }
  if (page !== undefined) return { type, body: await bundle(page) }
  const file = /^\/dist\/([\w.-]+)$/.exec(path)?.[1]
  return file === undefined ? undefined : { type, body: readFileSync(join(dist, file), 'utf8') }
}

/** Opens a page on the built package in Chromium, hands it to `use`, and closes everything again. */
export const withPage = <A>(use: (page: Page) => Promise<A>, code = '', isIsolated = false): Promise<A> => {
  const dist = built()
  return withServed(process.env.CHROMIUM ?? '/usr/bin/chromium', (path) => respond(path, dist, code), use, { isIsolated })
}
