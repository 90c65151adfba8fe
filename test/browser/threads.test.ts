import { expect, test } from 'vitest'
import { withPage } from '../harness/browser.js'

interface Compared {
  readonly devices: readonly string[]
  readonly before: number
  readonly calls: number
  readonly isSame: boolean
  readonly crossOriginIsolated: boolean
}

const compare = `import('/page/threads.js').then(({ compare }) => compare())`

test('a page that is isolated has threads, whose results are those of one', () =>
  withPage(
    async (page) => {
      const { devices, before, calls, isSame, crossOriginIsolated } = await page.evaluate<Compared>(compare)
      expect(crossOriginIsolated).toBe(true)
      expect(devices).toEqual(['one thread', '2 threads'].map((threads) => `WebAssembly, vectors of 128 bits, ${threads}`))
      expect(before).toBe(0)
      // The first of 300 calls come before the worker is there, which begins although nothing but calls is awaited.
      expect(calls).toBeGreaterThan(50)
      expect(isSame).toBe(true)
    },
    '',
    true,
  ))

test('any other page computes on one', () =>
  withPage(async (page) => {
    const { devices, calls, isSame, crossOriginIsolated } = await page.evaluate<Compared>(compare)
    expect(crossOriginIsolated).toBe(false)
    expect(devices).toEqual(['one thread', 'one thread'].map((threads) => `WebAssembly, vectors of 128 bits, ${threads}`))
    expect(calls).toBe(0)
    expect(isSame).toBe(true)
  }))
