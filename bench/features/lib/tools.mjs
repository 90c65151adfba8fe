/** Probes that look at a package from outside: its types, its size, a page that uses it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { no, says } from './check.mjs'

export const here = new URL('..', import.meta.url).pathname
export const root = join(here, '../..')
/** fluxion as its package is built; its name is resolved to that. */
const alias = { fluxion: join(root, 'dist/index.js') }
const outside = [
  'fs',
  'path',
  'worker_threads',
  'perf_hooks',
  'os',
  'util',
  'crypto',
  'string_decoder',
  'module',
  'url',
  'webgpu',
  'node:*',
]

/** Passes where `tsc` accepts the good program and refuses the bad one. */
export const refused = (good, bad) => {
  const dir = mkdtempSync(join(here, '.types-'))
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const check = (text) => {
    writeFileSync(join(dir, 'probe.ts'), text)
    const compilerOptions = { target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable', 'DOM'], module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, noEmit: true, skipLibCheck: true, types: [], paths: { fluxion: [join(root, 'dist/index.d.ts')] } } // prettier-ignore
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['probe.ts'] }))
    try {
      execFileSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' })
      return ''
    } catch (error) {
      return error.stdout || String(error)
    }
  }
  try {
    const unexpected = check(good)
    if (unexpected !== '') no(`the right program does not compile: ${unexpected}`)
    if (check(bad) === '') no('tsc accepts it')
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const bundle = async (contents, options = {}) => {
  const result = await build({ stdin: { contents, resolveDir: here }, alias, bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, logLevel: 'silent', external: outside, ...options }) // prettier-ignore
  return result.outputFiles[0].contents
}

/** esbuild --bundle --minify of all that is exported, then gzip. */
export const size = async (names) => {
  const all = names.map((name, i) => `import * as m${i} from ${JSON.stringify(name)}; globalThis.m${i} = m${i}`).join('\n')
  return says(`${Math.round(gzipSync(await bundle(all), { level: 9 }).length / 1024)} KB`)
}

/** Runs a module that sets `globalThis.answer` in headless Chromium on its WebGPU. */
export const inChromium = async (contents) => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) no('Chromium is not there')
  const { chromium } = await import('playwright-core')
  const code = Buffer.from(await bundle(contents))
  const server = createServer((request, response) => {
    const script = request.url === '/page.js'
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' })
    response.end(script ? code : '<!doctype html><script type=module src=/page.js></script>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] }) // prettier-ignore
  try {
    const page = await browser.newPage()
    const failed = new Promise((_, reject) => page.on('pageerror', reject))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    const answer = page.waitForFunction('globalThis.answer', undefined, { timeout: 50_000 }).then((handle) => handle.jsonValue())
    return await Promise.race([answer, failed])
  } finally {
    await browser.close()
    server.close()
  }
}

export const versionOf = (name) => JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version
