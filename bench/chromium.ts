/** One workload on one device in a page of its own in Chromium, isolated, so that threads may share memory: as `process.ts` in Node. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensureBrowser } from '../scripts/browser.js'
import { withServed, type Content } from '../scripts/page.js'
import { root } from '../scripts/paths.js'
import type { Side } from './side.js'

const [peers = '', workload = '', device = 'wasm', threads = '1'] = process.argv.slice(2)

/** The page's modules by their paths: the compiler and the backends are chunks of their own, as in the package. */
const modules = async (): Promise<ReadonlyMap<string, string>> => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'bench/page.ts')],
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    external: ['node:*'],
  })
  const harness = readFileSync(join(peers, 'lib/common.mjs'), 'utf8')
  return new Map([['/harness.js', harness], ...outputFiles.map(({ path, text }) => [path, text] as const)])
}

const files = await modules()
const respond = (path: string): Promise<Content | undefined> => {
  if (path === '/')
    return Promise.resolve({
      type: 'text/html',
      body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    })
  const body = files.get(path)
  return Promise.resolve(body === undefined ? undefined : { type: 'text/javascript', body })
}
const expected: unknown = JSON.parse(readFileSync(join(peers, 'lib/expected.json'), 'utf8'))
const side: Side = { workload, device, threads: Number(threads), expected }
const outcome = await withServed(
  ensureBrowser(),
  respond,
  async (page) => {
    await page.waitForFunction('window.runFluxion')
    return page.evaluate((given) => window.runFluxion?.(given) ?? Promise.resolve({}), side)
  },
  { isIsolated: true },
).catch((cause: unknown) => ({ error: String(cause).slice(0, 300) }))
process.stdout.write(`JSON ${JSON.stringify({ peer: `chromium-fluxion-${device}`, workload, ...outcome, done: true })}\n`)
