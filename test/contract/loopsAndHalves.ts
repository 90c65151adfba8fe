/** `whileLoop` and f16 as the public page has them. Run once for each device. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { type F32, type I32 } from './programs.js'

type F16 = fx.Tensor<fx.Shape, 'f16'>

const nested = async (x: fx.DeviceArray): Promise<fx.Nested> => fx.toNested(await x.toNDArray())

/** Newton's square root: stops when it moves by less than 1e-6 of itself. */
const root = (a: F32): F32 => {
  const [x] = fx.whileLoop(
    ([x, last]: readonly [F32, F32]) => fx.gt(fx.abs(fx.sub(x, last)), fx.mul(1e-6, x)),
    ([x]: readonly [F32, F32]): readonly [F32, F32] => [fx.mul(0.5, fx.add(x, fx.div(a, x))), x],
    [a, fx.zeros([]) as F32],
  )
  return x
}

const collatz = (n: I32): I32 => {
  const [, steps] = fx.whileLoop(
    ([m]: readonly [I32, I32]) => fx.gt(m, 1),
    ([m, k]: readonly [I32, I32]): readonly [I32, I32] => [
      fx.where(fx.eq(fx.mod(m, 2), 0), fx.div(m, 2), fx.add(fx.mul(m, 3), 1)),
      fx.add(k, 1),
    ],
    [n, fx.zeros([], 'i32')],
  )
  return steps
}

export const loopTests = (name: string, device: () => fx.Device): void => {
  describe(`whileLoop on ${name}`, () => {
    test('stops by what it computes', async () => {
      const program = await fx.compile((a: F32, n: I32) => [root(a), collatz(n)] as const, [fx.spec([]), fx.spec([], 'i32')] as const, {
        device: device(),
      })
      const [r, steps] = await program(fx.ndarray(2), fx.ndarray(27, { dtype: 'i32' }))
      expect(await r.item()).toBeCloseTo(Math.SQRT2, 5)
      expect(await steps.item()).toBe(111)
      const [, none] = await program(fx.ndarray(2), fx.ndarray(1, { dtype: 'i32' }))
      expect(await none.item()).toBe(0)
    })

    test('runs each element of a batch as long as it needs', async () => {
      const program = await fx.compile((n: I32) => fx.vmap(collatz)(n), [fx.spec([5], 'i32')] as const, { device: device() })
      expect(await nested(await program(fx.ndarray([1, 2, 3, 6, 7], { dtype: 'i32' })))).toEqual([0, 1, 7, 8, 16])
    })

    test('has a forward derivative', async () => {
      const program = await fx.compile((a: F32) => fx.jvp(root, [a], [fx.ones([]) as F32]), [fx.spec([])] as const, { device: device() })
      const [, d] = await program(fx.ndarray(2))
      expect(await (d as fx.DeviceArray).item()).toBeCloseTo(0.5 / Math.SQRT2, 5)
    })

    test('has none in reverse, and says what has', () => {
      expect(() => fx.trace((a: F32) => fx.grad(root)(a), fx.spec([]))).toThrow(/foriLoop|scan/)
    })
  })

  /** f16 as it should be, or the refusal of a device that has none. */
  const halves = (run: () => Promise<void>) => () => device().dtypes.includes('f16') ? run() : expect(run()).rejects.toMatchObject({ _tag: 'UnsupportedError' }) // prettier-ignore

  describe(`f16 on ${name}`, () => {
    test(
      'mixed precision: products in f16, the loss and the master weights in f32',
      halves(async () => {
        const loss = (w: F32, x: F16): F32 => fx.mean(fx.square(fx.cast(fx.matmul(x, fx.cast(w, 'f16')), 'f32')))
        const step = (w: F32, x: F16) => {
          const [value, d] = fx.valueAndGrad(loss)(w, x)
          return [fx.sub(w, fx.mul(d, 0.5)), value] as const
        }
        const program = await fx.compile(step, [fx.spec([2, 1]), fx.spec([2, 2], 'f16')] as const, { device: device() })
        const [w, value] = await program(fx.ndarray([[0.5], [-1]], { dtype: 'f32' }), fx.ndarray([[1, 2], [0.25, -0.5]], { dtype: 'f16' })) // prettier-ignore
        // By hand: y = (-1.5, 0.625); loss = mean y²; dw = xᵀ y. All are exact in f16.
        expect(await value.item()).toBe((1.5 ** 2 + 0.625 ** 2) / 2)
        expect(await nested(w)).toEqual([[0.5 - 0.5 * (-1.5 + 0.25 * 0.625)], [-1 - 0.5 * (-3 - 0.5 * 0.625)]]) // prettier-ignore
      }),
    )

    test(
      'rounds to nearest even, overflows to infinity, keeps subnormals',
      halves(async () => {
        const program = await fx.compile((x: F32) => fx.cast(fx.cast(x, 'f16'), 'f32'), [fx.spec([6])] as const, { device: device() })
        const x = fx.ndarray([2049, 2051, 65504, 70000, 2 ** -24, 1 / 3], { dtype: 'f32' })
        expect(await nested(await program(x))).toEqual([2048, 2052, 65504, Infinity, 2 ** -24, 0.333251953125])
      }),
    )

    test('is mixed with f32 only by a cast', () => {
      const mix = (a: F16, b: F32) => fx.add(a, b as never)
      expect(() => fx.trace(mix, fx.spec([2], 'f16'), fx.spec([2]))).toThrow(/f16.*f32/s)
    })
  })
}
