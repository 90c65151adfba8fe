import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

const device = new URL('../../../src/backends/webgpu/device.ts', import.meta.url).href

const script = (body: string): string[] => [
  '--import',
  'tsx',
  '--expose-gc',
  '--input-type=module',
  '--eval',
  `import { webgpu } from '${device}'\n${body}`,
]

const options = { cwd: fileURLToPath(new URL('../../..', import.meta.url)), timeout: 30_000 }

test('a program that holds a device ends by itself, collected or not', async () => {
  const body = `globalThis.kept = await webgpu()
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { run } = await kept.load({ program: { buffers: [{ name: 'x', dtype: 'f32', size: 1, role: { kind: 'param', index: 0 } }], launches: [], outputs: [0], donated: [] },
      plan: { places: [{ kind: 'own' }], lifetimes: [[-1, 0]], arenaBytes: 0, peakBytes: 4, unsharedBytes: 0 }, sources: [], outputs: [{ shape: [1], dtype: 'f32' }] })
    const [x] = await run([{ shape: [1], dtype: 'f32', data: Float32Array.of(3) }])
    console.log(await x.item())`
  const { stdout } = await run(process.execPath, script(body), options)
  expect(stdout.trim()).toBe('3')
})

test('without an adapter the error says what to install', async () => {
  const body = 'await webgpu().then(() => console.log("made"), (error) => console.log(error._tag, error.detail.help))'
  const env = { ...process.env, VK_DRIVER_FILES: '/nonexistent.json', VK_ICD_FILENAMES: '/nonexistent.json' }
  const { stdout } = await run(process.execPath, script(body), { ...options, env })
  expect(stdout).toMatch(/^DeviceError .*apt-get install chromium libvulkan1/)
})
