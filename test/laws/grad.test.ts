/** Conventions of derivatives where differences cannot say: ties, kinks, closures, orders. As JAX has them. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'

type Float = fx.Tensor<fx.Shape, 'f32'>
const square = (x: Float): Float => fx.square(x)

type Nested = readonly unknown[] | number

/** The value of a function of f32 arrays, run by the reference. */
const run = (f: (...args: readonly Float[]) => unknown, ...args: readonly Nested[]): unknown => {
  const arrays = args.map((x) => fx.ndarray(x as number))
  const graph = fx.trace(f, ...arrays.map((x) => fx.spec([...x.shape])))
  const [result] = fx.evaluate(graph, arrays)
  return result === undefined ? undefined : fx.toNested(result)
}

const slope = (f: (x: Float) => fx.Tensor, x: Nested): unknown =>
  run(
    fx.grad((v: Float) => fx.sum(f(v) as Float)),
    x,
  )

/** The derivative of order n of a function of a number. */
const nth = (f: (x: Float) => Float, n: number): ((x: Float) => Float) =>
  n === 0
    ? f
    : nth(
        fx.grad((x: Float) => f(x)),
        n - 1,
      )

describe('kinks', () => {
  it('have the derivative that JAX gives them', () => {
    expect(slope(fx.abs, [-2, 0, 2])).toEqual([-1, 0, 1])
    expect(slope(fx.relu, [-1, 0, 1])).toEqual([0, 0, 1])
    expect(slope((x) => fx.leakyRelu(x, 0.5), [-1, 0, 1])).toEqual([0.5, 1, 1])
    expect(slope(fx.sign, [-1, 0, 1])).toEqual([0, 0, 0])
    expect(slope((x) => fx.clamp(x, -1, 1), [-2, -1, 0, 1, 2])).toEqual([0, 0, 1, 0, 0])
    for (const step of [fx.floor, fx.ceil, fx.round]) expect(slope(step, [-0.5, 0, 1.5])).toEqual([0, 0, 0])
  })

  it('share between the operands of maximum and minimum', () => {
    expect(slope((x) => fx.maximum(x, 1), [0, 1, 2])).toEqual([0, 0.5, 1])
    expect(slope((x) => fx.minimum(x, 1), [0, 1, 2])).toEqual([1, 0.5, 0])
    expect(slope((x) => fx.maximum(1, x), [0, 1, 2])).toEqual([0, 0.5, 1])
  })
})

describe('ties', () => {
  it('of max and min share the gradient among all that are equal', () => {
    expect(slope((x) => fx.max(x), [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0])
    expect(
      slope(
        (x) => fx.min(x, { axis: 0 }),
        [
          [1, 2],
          [1, 0],
        ],
      ),
    ).toEqual([
      [0.5, 0],
      [0.5, 1],
    ])
    expect(slope((x) => fx.max(x, { axis: 1 }), [[4, 4, 4, 4]])).toEqual([[0.25, 0.25, 0.25, 0.25]])
  })

  it('of maxPool go to the first in the window', () => {
    expect(
      slope(
        (x) => fx.maxPool(fx.reshape(x, [1, 1, 2, 2]), { window: 2 }),
        [
          [1, 1],
          [1, 1],
        ],
      ),
    ).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(slope((x) => fx.maxPool(fx.reshape(x, [1, 1, 4]), { window: 2, strides: 1 }), [0, 2, 2, 1])).toEqual([0, 2, 1, 0])
  })

  it('of take add up, and indices out of range count where they are clamped to', () => {
    const index = fx.constant([0, 0, 5, -3], { dtype: 'i32' })
    expect(slope((x) => fx.take(x, index as never, { axis: 0 }), [1, 2, 3])).toEqual([3, 0, 1])
  })
})

describe('edges', () => {
  it('of pow: no NaN at 0 for whole exponents', () => {
    expect(slope((x) => fx.pow(x, 2), [0, -3])).toEqual([0, -6])
    expect(slope((x) => fx.pow(x, 1), [0, 2])).toEqual([1, 1])
    expect(slope((x) => fx.pow(x, 0), [0, 2, Infinity])).toEqual([0, 0, 0])
    expect(slope((y) => fx.pow(0, y), [2])).toEqual([0])
  })

  it('of softmax and logsumexp: finite where an input is not', () => {
    expect(slope((x) => fx.logsumexp(x), [-Infinity, 0])).toEqual([0, 1])
    expect(slope((x) => fx.sum(fx.softmax(x)), [1000, 0])).toEqual([0, 0])
  })

  it('of what is not chosen: no NaN comes through where', () => {
    const safe = (x: Float): Float => fx.where(fx.gt(x, 0), fx.log(fx.where(fx.gt(x, 0), x, 1)), 0)
    expect(slope(safe, [0, 2])).toEqual([0, 0.5])
  })
})

describe('grad of grad', () => {
  it('goes to any order', () => {
    const cube = (x: Float): Float => fx.mul(x, fx.mul(x, x))
    expect([0, 1, 2, 3, 4].map((n) => run(nth(cube, n) as never, 2))).toEqual([8, 12, 12, 6, 0])
    const sines = [0, 1, 2, 3, 4, 5].map((n) => run(nth((x) => fx.sin(x), n) as never, 0.5))
    sines.forEach((value, n) => expect(value).toBeCloseTo(Math.sin(0.5 + (n * Math.PI) / 2), 6))
  })

  it('tells variables of nested functions apart', () => {
    const inner = (x: Float): Float => fx.mul(x, fx.grad((y: Float) => fx.add(x, y))(x))
    expect(run(fx.grad(inner) as never, 3)).toBe(1)
    const product = (x: Float): Float => fx.mul(x, fx.grad((y: Float) => fx.mul(x, y))(x))
    expect(run(fx.grad(product) as never, 3)).toBe(6)
    const same = (x: Float): Float => fx.grad((y: Float) => fx.mul(square(x), square(y)))(x)
    expect(run(fx.grad(same) as never, 2)).toBe(24)
  })

  it('sees what an inner function closes over', () => {
    const f = (x: Float, w: Float): Float => fx.sum(square(fx.grad((v: Float) => fx.sum(fx.mul(w, fx.exp(v))))(x)))
    const byW = fx.grad(f, { argnums: 1 })
    expect(run(byW as never, [0, 0], [1, 2])).toEqual([2, 4])
  })

  it('does not look past stopGradient', () => {
    expect(slope((x) => fx.mul(x, fx.stopGradient(x)), [3])).toEqual([3])
    expect(run(nth((x) => fx.mul(fx.mul(x, x), fx.stopGradient(x)), 2) as never, 3)).toBe(6)
  })
})
