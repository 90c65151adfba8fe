/** Compilers take 0 * x and 0 / x for 0, and 0 + x for x. They must not see that a value may be a zero that was chosen. */
import { expect, test } from 'vitest'
import * as fx from '../../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const device = await fx.webgpu()

const host = (...values: readonly number[]): fx.NDArray<'f32'> => fx.ndarray(Float32Array.from(values), { shape: [values.length] })

const run = async (f: (x: F32, y: F32) => F32, x: fx.NDArray<'f32'>, y: fx.NDArray<'f32'>): Promise<readonly number[]> => {
  const program = await fx.compile(f, [fx.specOf(x), fx.specOf(y)], { device })
  return [...(await (await program(x, y)).toNDArray()).data]
}

test('a zero that was chosen, divided by zero, is no number', async () => {
  expect(await run((x, y) => fx.div(fx.where(fx.gt(x, 0), x, 0), y), host(-1, 2, 3), host(0, 0, 2))).toEqual([NaN, Infinity, 1.5])
})

test('nor is one times infinity', async () => {
  expect(await run((x, y) => fx.mul(fx.where(fx.gt(x, 0), 0, x), y), host(1, -2, 3), host(Infinity, Infinity, 2))).toEqual([
    NaN,
    -Infinity,
    0,
  ])
})

test('nor one that is the padding of a convolution, by the padding of an array', async () => {
  const window = (x: F32): F32 =>
    fx.conv(fx.broadcastTo(x, [1, 1, 3, 3]), fx.reshape(x, [1, 1, 1, 1]), {
      padding: [
        [1, 0],
        [1, 1],
      ],
    })
  const f = (x: F32, y: F32): F32 => fx.div(window(fx.add(x, x)), fx.reshape(fx.pad(y, [[0, 18]]), [1, 1, 4, 5]))
  const padding = [...Array.from({ length: 5 }, (_, i) => i), 5, 9, 10, 14, 15, 19]
  const have = await run(f, host(-2), host(-2, 1))
  expect(padding.map((i) => have[i])).toEqual([-0, 0, ...Array.from({ length: padding.length - 2 }, () => NaN)])
  expect(have.filter((x) => x === Infinity)).toHaveLength(9)
})
