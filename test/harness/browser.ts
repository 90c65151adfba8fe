import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build, transformSync, type Plugin } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { beforeAll } from 'vitest'
import { built, root } from './built.js'

/** Before the tests, whose time it would take. */
beforeAll(() => {
  built()
})

/** Software WebGPU, and none of the browser's own calls to the network. */
const flags = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
]

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
const respond = async (path: string, dist: string, code: string): Promise<{ readonly type: string; readonly body: string } | undefined> => {
  const type = 'text/javascript'
  const strip = (text: string): string => transformSync(text, { loader: 'ts', target: 'es2022' }).code
  const page = /^\/page\/(\w+)\.js$/.exec(path)?.[1]
  if (path === '/') return { type: 'text/html', body: html }
  if (path === '/code.js') return { type, body: strip(code) }
  if (page !== undefined) return { type, body: await bundle(page) }
  const file = /^\/dist\/([\w.-]+)$/.exec(path)?.[1]
  return file === undefined ? undefined : { type, body: readFileSync(join(dist, file), 'utf8') }
}

/** What isolates a page from other origins, so that its workers may share memory. */
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

const serve = async (code: string, isIsolated: boolean): Promise<Server> => {
  const dist = built()
  const server = createServer(({ url = '/' }, response) => {
    void respond(url, dist, code).then((found) => {
      if (found === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': found.type, ...(isIsolated ? isolation : {}) }).end(found.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags })

/** Opens a page on the built package in Chromium, hands it to `use`, and closes everything again. */
export const withPage = async <A>(use: (page: Page) => Promise<A>, code = '', isIsolated = false): Promise<A> => {
  const server = await serve(code, isIsolated)
  const browser = await launch()
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
    return await use(page)
  } finally {
    await browser.close()
    server.close()
  }
}
