/** A page served from here and opened in Chromium, with WebGPU by software. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Page } from 'playwright-core'

/** What a path of the server is; undefined where there is nothing. */
export type Respond = (path: string) => Promise<Content | undefined>

export interface Content {
  readonly type: string
  readonly body: string
}

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

/** What isolates a page from other origins, so that its workers may share memory. */
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

const serve = async (respond: Respond, isIsolated: boolean): Promise<Server> => {
  const server = createServer(({ url = '/' }, response) => {
    void respond(url).then((found) => {
      if (found === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': found.type, ...(isIsolated ? isolation : {}) }).end(found.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Opens `/` of what is served, hands the page to `use`, and closes everything again. */
export const withServed = async <A>(
  executablePath: string,
  respond: Respond,
  use: (page: Page) => Promise<A>,
  { isIsolated = false }: { readonly isIsolated?: boolean } = {},
): Promise<A> => {
  const server = await serve(respond, isIsolated)
  const browser = await chromium.launch({ executablePath, headless: true, args: flags })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
    return await use(page)
  } finally {
    await browser.close()
    server.close()
  }
}
