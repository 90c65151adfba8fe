import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { perceptron, perceptronEpoch, perceptronFit, perceptronLoss } from '../../src/models/perceptron.js'
import { holds } from '../harness/law.js'
import { noise } from './programs.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const run = (f: (...xs: F32[]) => unknown, ...args: fx.NDArray<'f32'>[]): fx.NDArray[] =>
  fx.evaluate(fx.trace(f, ...(args.map((a) => fx.specOf(a)) as never as [])), args)

const fitted = (x: fx.NDArray<'f32'>, y: fx.NDArray<'f32'>, most = 1000) => {
  const [epochs, mistakes, b, w] = run((rows, labels) => perceptronFit(rows, labels, { most }), x, y)
  return { w: [...(w?.data ?? [])], b: b?.data[0] as number, epochs: epochs?.data[0] as number, mistakes: mistakes?.data[0] as number }
}

/** Points on both sides of a line through the origin, none nearer to it than the margin. */
const separable = fc
  .tuple(
    fc.double({ min: 0, max: 6.28, noNaN: true }),
    fc.array(fc.tuple(fc.double({ min: 0.2, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean()), {
      minLength: 2,
      maxLength: 12,
    }),
  )
  .map(([angle, points]) => ({
    x: fx.ndarray(
      points.map(([far, along, up]) => [
        far * (up ? 1 : -1) * Math.cos(angle) - along * Math.sin(angle),
        far * (up ? 1 : -1) * Math.sin(angle) + along * Math.cos(angle),
      ]),
    ),
    y: fx.ndarray(Float32Array.from(points, ([, , up]) => (up ? 1 : 0))),
  }))

it('stops exactly when the classes are separated, within the bound of Novikoff', () => {
  holds('perceptron', separable, { runs: 40 }, ({ x, y }) => {
    const { w, b, epochs, mistakes } = fitted(x, y)
    expect(mistakes).toBe(0)
    y.data.forEach((label, i) =>
      expect((w[0] as number) * (x.data[2 * i] as number) + (w[1] as number) * (x.data[2 * i + 1] as number) + b > 0).toBe(label === 1),
    )
    // Every pass but the last makes a mistake, and there are at most (R / γ)² of them: R² ≤ 1 + 2, the bias included, and γ ≥ 0.2.
    expect(epochs - 1).toBeLessThanOrEqual(3 / 0.04)
  })
})

it('never stops by itself where they are not: exclusive or', () => {
  const x = fx.ndarray([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])
  expect(fitted(x, fx.ndarray([0, 1, 1, 0]), 50)).toMatchObject({ epochs: 50 })
  expect(fitted(x, fx.ndarray([0, 1, 1, 0]), 50).mistakes).toBeGreaterThan(0)
  expect(fitted(x, fx.ndarray([0, 0, 0, 1]), 50).mistakes).toBe(0)
})

it('learns by the rule as written, one example after another', () => {
  const [x, y] = [noise([9, 3], 1), fx.ndarray(Float32Array.from({ length: 9 }, (_, i) => Number(i % 3 === 0)))]
  const [b, w, wrong] = run(
    (w0, b0, rows, labels) => {
      const [params, mistakes] = perceptronEpoch({ w: w0, b: b0 }, rows, labels, 0.5)
      return [params, mistakes]
    },
    noise([3], 4),
    fx.ndarray(0.1),
    x,
    y,
  )
  const theta = [...noise([3], 4).data, Math.fround(0.1)]
  let count = 0
  for (let i = 0; i < 9; i++) {
    const row = [...x.data.subarray(3 * i, 3 * i + 3), 1]
    const error = (y.data[i] as number) - Number(row.reduce((sum, v, d) => sum + v * (theta[d] as number), 0) > 0)
    row.forEach((v, d) => (theta[d] = (theta[d] as number) + 0.5 * error * v))
    count += Number(error !== 0)
  }
  expect([...(w?.data ?? []), b?.data[0]].map((v) => Number(v).toFixed(5))).toEqual(theta.map((v) => v.toFixed(5)))
  expect(wrong?.data[0]).toBe(count)
})

it('is the descent of its criterion: the update of an example is minus the gradient there', () => {
  const [w, b, x] = [noise([3], 1), fx.ndarray(-0.2), noise([5, 3], 2)]
  const y = fx.ndarray([1, 0, 1, 0, 1])
  fx.checkGrads((w0: F32, b0: F32) => perceptronLoss({ w: w0, b: b0 }, fx.constant(x), fx.constant(y)), [w, b], { eps: 1 / 1024 })
  const one = (a: fx.NDArray<'f32'>, at: number): fx.NDArray<'f32'> => fx.ndarray(a.data.slice(3 * at, 3 * at + 3), { shape: [1, 3] })
  for (let i = 0; i < 5; i++) {
    const label = fx.ndarray([y.data[i] as number])
    const [g] = run((w0, b0, row, l) => fx.grad((v: F32) => perceptronLoss({ w: v, b: b0 }, row, l))(w0), w, b, one(x, i), label)
    const [, next] = run((w0, b0, row, l) => perceptronEpoch({ w: w0, b: b0 }, row, l)[0], w, b, one(x, i), label)
    next?.data.forEach((v, d) => expect(v - (w.data[d] as number)).toBeCloseTo(-(g?.data[d] as number), 5))
  }
})

it('answers 0 or 1, and refuses labels that do not fit', () => {
  const [answers] = run((w, x) => perceptron({ w: w, b: fx.zeros([]) }, x), noise([2], 3), noise([6, 2], 1))
  expect(answers?.shape).toEqual([6])
  expect(new Set(answers?.data)).toEqual(new Set([0, 1]))
  // A score of 0 is not above it.
  const [still] = run((x) => perceptron({ w: fx.zeros([2]), b: fx.zeros([]) }, x), noise([6, 2], 1))
  expect([...(still?.data ?? [])]).toEqual([0, 0, 0, 0, 0, 0])
  expect(() => fitted(noise([4, 2], 1), fx.ndarray([1]))).toThrow(fx.ShapeError)
})
