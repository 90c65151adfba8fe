import { expect, test } from 'vitest'
import { withPage } from '../harness/browser.js'
import { readmeExample, readmeOutput } from '../harness/readme.js'

interface Trained {
  readonly losses: readonly number[]
  readonly device: string
}

const trainOn = (device: string): string => `import('/page/page.js').then(({ train }) => train('${device}'))`

test('ten training steps give the same losses in Chromium on webgpu, on wasm and on js', () =>
  withPage(async (page) => {
    expect(await page.evaluate('navigator.gpu !== undefined')).toBe(true)
    const gpu = await page.evaluate<Trained>(trainOn('webgpu'))
    const cpu = await page.evaluate<Trained>(trainOn('js'))
    const wasm = await page.evaluate<Trained>(trainOn('wasm'))
    expect(gpu.device).toMatch(/^webgpu: .*swiftshader/i)
    expect(cpu.device).toBe('js')
    expect(wasm.device).toBe('wasm')
    expect(gpu.losses).toHaveLength(10)
    gpu.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(cpu.losses[i] ?? NaN, 4)
      expect(wasm.losses[i]).toBeCloseTo(cpu.losses[i] ?? NaN, 4)
    })
    expect(gpu.losses.at(-1)).toBeLessThan(0.9 * (gpu.losses[0] ?? NaN))
  }))

test("the README's example prints the same in Chromium", () =>
  withPage(async (page) => {
    const lines: string[] = []
    page.on('console', (message) => lines.push(message.text()))
    await page.evaluate(`import('/code.js')`)
    expect(lines.join('\n')).toBe(readmeOutput())
  }, readmeExample()))
