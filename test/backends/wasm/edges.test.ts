/** Axes of every length around the width of vectors, read and written in every way: forwards, backwards, with gaps, and across. */
import { describe, expect, test } from 'vitest'
import { wasm } from '../../../src/backends/wasm/wasm.js'
import * as fx from '../../../src/index.js'
import { rngOf } from '../../arbitraries/value.js'
import { compare } from '../../harness/compare.js'
import { wasmModel } from '../../../src/verify/model.js'
import { runOn } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const lengths = [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 37]

const random = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  return fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng() * 4 - 2),
    { shape, dtype: 'f32' },
  )
}

const check = async (f: (...xs: F32[]) => unknown, ...shapes: fx.Shape[]): Promise<void> => {
  const args = shapes.map(random)
  const graph = fx.trace(f, ...shapes.map((shape) => fx.spec(shape)))
  const run = await runOn(wasm(), { graph, args })
  const { total } = compare(run, wasmModel)
  expect(total).toBeGreaterThan(0)
}

describe.each(lengths)('an axis of %i', (n) => {
  test('elementwise, broadcast, compared and chosen', () =>
    check((x, y) => [fx.add(x, y), fx.where(fx.gt(x, y), fx.exp(x), fx.tanh(y)), fx.gt(x, 0.5)], [3, n], [n]))

  test('backwards, with gaps, across, shifted and padded', () =>
    check(
      (x) => [
        fx.flip(x, { axis: 1 }),
        fx.mul(fx.slice(x, [0, 0], [3, n], [1, 2]), 2),
        fx.neg(fx.transpose(x)),
        fx.roll(x, 1, { axis: 1 }),
        fx.pad(x, [
          [1, 2],
          [2, 1],
        ]),
        fx.concat([x, fx.neg(x)], { axis: 1 }),
        fx.reshape(fx.add(x, 1), [n, 3]),
      ],
      [3, n],
    ))

  test('sums, extremes and their places along and across', () =>
    check(
      (x) => [
        fx.sum(x),
        fx.sum(x, { axis: 0 }),
        fx.sum(x, { axis: 1 }),
        fx.max(fx.mul(x, 2), { axis: 1 }),
        fx.min(x, { axis: 0 }),
        fx.argmax(x, { axis: 1 }),
        fx.argmin(x, { axis: 0 }),
        fx.softmax(x, { axis: 1 }),
        fx.sum(fx.cast(fx.mul(x, 100), 'i32'), { axis: 1 }),
        fx.max(fx.cast(fx.mul(x, 100), 'i32'), { axis: 0 }),
        fx.cumsum(x, { axis: 1 }),
      ],
      [5, n],
    ))

  test('products of matrices, turned and batched', () =>
    check(
      (a, b, c) => [
        fx.matmul(a, b),
        fx.matmul(fx.transpose(a), fx.transpose(b)),
        fx.relu(fx.add(fx.matmul(a, fx.transpose(a)), 1)),
        fx.matmul(c, fx.exp(c)),
        fx.einsum('bij,bkj->bik', c, c),
      ],
      [n, 9],
      [9, n],
      [2, n, n],
    ))

  test('windows', () =>
    check(
      (x, w) => [
        fx.conv(x, w, { padding: 'same' }),
        fx.conv(x, w, { strides: [2, 1], padding: 'same' }),
        fx.maxPool(
          fx.pad(x, [
            [0, 0],
            [0, 0],
            [0, 1],
            [0, 1],
          ]),
          { window: [2, 2] },
        ),
        ...fx.grad((a: F32, b: F32) => fx.sum(fx.sin(fx.conv(a, b, { padding: 'same' }))), { argnums: [0, 1] })(x, w),
      ],
      [2, 2, 4, n],
      [9, 2, 3, 3],
    ))

  test('taken, scattered and counted', () =>
    check(
      (x) => {
        const places = fx.cast(fx.mul(fx.abs(x), 3), 'i32')
        return [fx.take(fx.exp(x), places, { axis: 0 }), fx.oneHot(places, 5), fx.scatterAdd(fx.zeros([8]), places, x), fx.sort(x)]
      },
      [n],
    ))
})
