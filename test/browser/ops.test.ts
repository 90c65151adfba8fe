/** All of the language in Chromium: the cases of every op, and every transformation, loop and random function. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { withPage } from '../harness/browser.js'
import { runTable, wanted, type Ran } from './ops.js'

type Table = Readonly<Record<string, readonly number[]>>

const inPage = (call: string): string => `import('/page/ops.js').then((page) => page.${call})`

describe.each(['webgpu', 'wasm', 'js'] as const)('in Chromium on %s', (device) => {
  test('every op gives the numbers of its cases', { timeout: 600_000 }, () =>
    withPage(async (page) => {
      const { cases, faults } = await page.evaluate<Ran>(inPage(`runOps('${device}')`))
      expect(faults).toEqual([])
      expect(cases).toBeGreaterThan(300)
    }),
  )

  test('every transformation, loop and random function gives what it must, and what it gives in Node', { timeout: 120_000 }, () =>
    withPage(async (page) => {
      const [got, here, want] = [await page.evaluate<Table>(inPage(`runTable('${device}')`)), await runTable('js'), wanted()]
      expect(Object.keys(got)).toEqual(Object.keys(want))
      for (const [name, values] of Object.entries(got)) {
        const expected = want[name] === null ? here[name] : [want[name]].flat()
        values.forEach((x, i) => {
          expect(Math.abs(x - Number(expected?.[i])), `${name}: ${String(x)}`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(x)))
        })
      }
    }),
  )
})

test('on WebAssembly there sums of products and functions multiply and add at once', () =>
  withPage(async (page) => {
    const source = await page.evaluate<string>(inPage('wasmSource()'))
    expect(source).toContain('f32x4.relaxed_madd')
    expect(source).not.toContain('f32x4.mul')
  }))

test('the table names all transformations and random functions', () => {
  const named = Object.keys(wanted())
  const transformations = ['grad', 'valueAndGrad', 'vjp', 'jvp', 'jacobian', 'hessian', 'vmap', 'checkpoint', 'customVjp', 'stopGradient']
  const loops = ['scan', 'foriLoop', 'whileLoop', 'cond']
  const random = Object.keys(fx.random).filter((name) => !['bits', 'keyData', 'partitionable'].includes(name))
  expect([...transformations, ...loops, ...random].filter((name) => !named.includes(name))).toEqual([])
})
