/** Where exp leaves the normal range: nothing below it, infinity above, and NaN for NaN. */
import { expect, test } from 'vitest'
import * as fx from '../../../src/index.js'

test.each([
  [-Infinity, 0],
  [-1000, 0],
  [-88.5, 0],
  [-88, 0],
  [-87.7, 0],
  [0, 1],
  [88.72284, Infinity],
  [89, Infinity],
  [1000, Infinity],
  [Infinity, Infinity],
  [NaN, NaN],
])('exp(%f) is %f', async (x, want) => {
  const exp = await fx.compile((a: fx.Tensor<readonly [4], 'f32'>) => fx.exp(a), [fx.spec([4])], { device: await fx.webgpu() })
  const { data } = await (await exp(fx.ndarray([x, 1, x, x]))).toNDArray()
  expect([...data].filter((_, i) => i !== 1).every((y) => Object.is(y, want))).toBe(true)
})

test('the largest result that is a number is one', async () => {
  const exp = await fx.compile((a: fx.Tensor<readonly [2], 'f32'>) => fx.exp(a), [fx.spec([2])], { device: await fx.webgpu() })
  const { data } = await (await exp(fx.ndarray([88.72283, -87.33]))).toNDArray()
  // Both to within 1.5 units in the last place.
  expect(Math.abs(Number(data[0]) / Math.exp(Math.fround(88.72283)) - 1)).toBeLessThan(1.5 * 2 ** -23)
  expect(Math.abs(Number(data[1]) / Math.exp(Math.fround(-87.33)) - 1)).toBeLessThan(1.5 * 2 ** -23)
})
