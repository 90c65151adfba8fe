/** Forward derivatives of loops of unknown length inside other loops, to the third order, against series. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const rows = [1, 1.5] as const

/** Each step squares what it carries, and adds its row, until that is 10 or more; steps are chained by a tenth. */
const f = (x: F32): F32 => {
  const step = (c: F32, row: F32): readonly [F32, F32] => {
    const far = fx.whileLoop(
      (v: F32) => fx.lt(fx.sum(v), 10),
      (v) => fx.add(fx.mul(v, v), row),
      fx.add(c, row),
    )
    const next = fx.mul(far, 0.1)
    return [next, fx.mul(next, next)]
  }
  const [last, ys] = fx.scan(step, x, fx.constant(Float32Array.from(rows)))
  return fx.add(last, fx.sum(ys))
}

/** A power series around a point, to the third order. */
type Series = readonly [number, number, number, number]

const plus = (a: Series, b: Series): Series => a.map((v, i) => v + (b[i] ?? 0)) as unknown as Series
const scaled = (a: Series, k: number): Series => a.map((v) => v * k) as unknown as Series
const times = (a: Series, b: Series): Series =>
  a.map((_, n) => a.slice(0, n + 1).reduce((sum, v, i) => sum + v * (b[n - i] as number), 0)) as unknown as Series

/** The value of f at x and its first three derivatives, by series in JavaScript's own loops. */
const derivativesAt = (x: number): readonly number[] => {
  let [carry, ys]: [Series, Series] = [
    [x, 1, 0, 0],
    [0, 0, 0, 0],
  ]
  for (const row of rows) {
    const own: Series = [row, 0, 0, 0]
    let v = plus(carry, own)
    while (v[0] < 10) v = plus(times(v, v), own)
    carry = scaled(v, 0.1)
    ys = plus(ys, times(carry, carry))
  }
  const [a, b, c, d] = plus(carry, ys)
  return [a, b, 2 * c, 6 * d]
}

const along =
  (g: (x: F32) => F32) =>
  (x: F32): F32 =>
    fx.jvp(g, [x], [fx.full([], 1)])[1]

const first = along(f)
const second = along(first)
const third = along(second)

const run = (g: (x: F32) => F32, x: readonly number[] | number): readonly number[] => {
  const shape = typeof x === 'number' ? [] : [x.length]
  const graph = fx.trace(g, fx.spec(shape))
  return [...(fx.evaluate(graph, [fx.ndarray(x, { dtype: 'f32', shape })])[0] as fx.NDArray).data]
}

const near = (got: readonly number[], want: readonly number[]): void => {
  got.forEach((v, i) => {
    expect(Math.abs(v / (want[i] as number) - 1)).toBeLessThan(1e-4)
  })
}

const points = [0.7, 1.4, 2.1]

describe('a scan that holds a whileLoop', () => {
  test('has derivatives of every order in forward mode', () => {
    for (const x of points)
      near(
        [f, first, second, third].flatMap((g) => run(g, x)),
        derivativesAt(x),
      )
  })

  test('and in batches', () => {
    near(
      run(fx.vmap(second), points),
      points.map((x) => derivativesAt(x)[2] as number),
    )
    const batched = (x: F32): F32 => fx.jvp(fx.vmap(first), [x], [fx.full([3], 1)])[1]
    near(
      run(batched, points),
      points.map((x) => derivativesAt(x)[2] as number),
    )
  })

  test('and none in reverse', () => {
    const grad = (g: (x: F32) => F32): ((x: F32) => F32) => fx.grad((x: F32) => fx.sum(g(x)))
    for (const g of [grad(f), grad(first), along(grad(f))]) expect(() => run(g, 0.7)).toThrow(fx.GradientError)
  })
})
