// Any browser peer in headless Chromium, cross-origin isolated (threads on): node chromium.mjs <peer> <workload> [--first]
// CHROMIUM names the browser (default: chromium on the PATH).
import http from 'node:http'
import { readFileSync, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { execFileSync } from 'node:child_process'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const [peer, workload, flag] = process.argv.slice(2),
  here = (p) => new URL(p, import.meta.url).pathname
const emit = (o) => console.log('JSON ' + JSON.stringify({ peer: `chromium-${peer}`, workload, ...o }))
if (!existsSync(here('.build/browser-entry.js')) || process.env.REBUILD) {
  await build({
    entryPoints: [here('lib/browser-entry.mjs')],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    outdir: here('.build'),
    logLevel: 'error',
    external: ['fs', 'path', 'worker_threads', 'perf_hooks', 'os', 'util', 'crypto', 'string_decoder', 'module', 'url', 'node:*'],
  })
}
const find = createRequire(import.meta.url).resolve,
  wasmDir = find('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'dist/'),
  ortDir = find('onnxruntime-web').replace(/[^/]*$/, '')
const srv = http
  .createServer((q, r) => {
    if (process.env.DEBUG) console.error(q.url)
    const head = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
      u = q.url.split('?')[0]
    if (u === '/')
      return r
        .writeHead(200, { ...head, 'content-type': 'text/html' })
        .end('<!doctype html><script type=module src=/b/browser-entry.js></script>')
    const f = u.startsWith('/wasm/')
      ? wasmDir + u.slice(6)
      : u.startsWith('/ort/')
        ? ortDir + u.slice(5)
        : u.startsWith('/b/')
          ? here('.build/' + u.slice(3))
          : ''
    if (!existsSync(f)) return r.writeHead(404).end()
    r.writeHead(200, { ...head, 'content-type': f.endsWith('.wasm') ? 'application/wasm' : 'text/javascript' }).end(readFileSync(f))
  })
  .listen(0, '127.0.0.1')
await new Promise((r) => srv.once('listening', r))
const b = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  headless: true,
  args: [
    '--no-sandbox',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ],
})
let code = 0
try {
  const p = await b.newPage()
  if (process.env.DEBUG) p.on('console', (m) => console.error(m.text()))
  await p.exposeFunction('emitEvent', emit)
  await p.goto(`http://127.0.0.1:${srv.address().port}/`)
  await p.waitForFunction('window.runPeer')
  const expected = JSON.parse(readFileSync(here('lib/expected.json'), 'utf8'))
  emit({ ...(await p.evaluate(([a, c, d, e]) => window.runPeer(a, c, d, e), [peer, workload, expected, flag === '--first'])), done: true })
} catch (e) {
  emit({
    error: String(e.message ?? e)
      .replace(/^page.evaluate: /, '')
      .slice(0, 300),
    done: true,
  })
  code = 1
}
await b.close()
srv.close()
process.exit(code)
