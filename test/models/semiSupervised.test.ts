import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { noise } from '../harness/noise.js'
import type { F32 } from './devices.js'
import { halfKnown, halfKnownParams, negativeBound } from './latentPrograms.js'
import { apart, numbersOf } from './numbers.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

const x = fx.ndarray(Float32Array.of(1, 0, 0, 1, 1, 1), { shape: [3, 2] })
const epsilon = noise([3, 2], 4)

/** L(x, y) of each class: [n][class]. */
const boundsOf = (): number[][] => {
  const bounds = numbersOf(
    (v: F32, e: F32) => [0, 1, 2].map((y) => halfKnown.labelled(halfKnownParams(), v, fx.full([3], y, 'i32') as I32, e)),
    x,
    epsilon,
  )
  return [0, 1, 2].map((n) => bounds.map((column) => column[n]!))
}

const scored = (scores: readonly number[]) => ({ ...halfKnownParams(), classifier: [{ w: fx.zeros([2, 3]), b: fx.constant(scores) }] })

describe('the bound of what has no label', () => {
  test('is Σ_y q(y|x) L(x, y) + H(q(y|x)), by hand', () => {
    const [have, scores] = numbersOf(
      (v: F32, e: F32) => [halfKnown.unlabelled(halfKnownParams(), v, e), halfKnown.classify(halfKnownParams(), v)],
      x,
      epsilon,
    ) as [number[], number[]]
    const want = boundsOf().map((bounds, n) => {
      const row = scores.slice(3 * n, 3 * n + 3).map(Math.exp)
      const q = row.map((v) => v / row.reduce((a, b) => a + b))
      return q.reduce((sum, v, y) => sum + v * (bounds[y]! - Math.log(v)), 0)
    })
    expect(apart(have, want)).toBeLessThan(1e-5)
  })

  test('is L(x, y) where the classifier is sure of y', () => {
    const [have] = numbersOf((v: F32, e: F32) => [halfKnown.unlabelled(scored([0, 100, 0]), v, e)], x, epsilon) as [number[]]
    expect(apart(have, boundsOf().map((bounds) => bounds[1]!))).toBeLessThan(1e-5) // prettier-ignore
  })

  test('is ln Σ_y exp L(x, y) for q(y|x) ∝ exp L(x, y), and less for any other', () => {
    const [bounds] = boundsOf()
    const most = Math.log(bounds!.reduce((sum, v) => sum + Math.exp(v), 0))
    const [best, uniform, other] = numbersOf(
      (v: F32, e: F32) => [bounds!, [0, 0, 0], [1, -1, 0.5]].map((q) => halfKnown.unlabelled(scored(q), v, e)),
      x,
      epsilon,
    ) as [number[], number[], number[]]
    expect(best[0]).toBeCloseTo(most, 5)
    expect(uniform[0]).toBeLessThan(most - 1e-3)
    expect(other[0]).toBeLessThan(most - 1e-3)
  })
})

test('L(x, y) is ln p(x|y, z) - KL(q(z|x, y) ‖ p(z)) + ln p(y), number by number, p(y) = 1/3', () => {
  const [we, wd] = [noise([5, 4], 1).data, noise([5, 2], 2).data]
  const times = (row: readonly number[], w: Float32Array, columns: number): number[] =>
    Array.from({ length: columns }, (_, j) => row.reduce((sum, v, k) => sum + v * w[k * columns + j]!, 0))
  const want = [0, 1, 2].map((n) =>
    [0, 1, 2].map((y) => {
      const known = [0, 1, 2].map((k) => Number(k === y))
      const pixels = [...x.data.slice(2 * n, 2 * n + 2)]
      const [m0, m1, l0, l1] = times([...pixels, ...known], we, 4) as [number, number, number, number]
      const z = [m0 + Math.exp(l0 / 2) * epsilon.data[2 * n]!, m1 + Math.exp(l1 / 2) * epsilon.data[2 * n + 1]!]
      const likelihood = times([...z, ...known], wd, 2).reduce((sum, a, i) => sum - Math.log(1 + Math.exp(pixels[i] === 1 ? -a : a)), 0)
      const kl = (Math.exp(l0) + m0 * m0 - 1 - l0 + Math.exp(l1) + m1 * m1 - 1 - l1) / 2
      return likelihood - kl - Math.log(3)
    }),
  )
  expect(apart(boundsOf().flat(), want.flat())).toBeLessThan(1e-5)
})

test('the relaxed bound is that of the class drawn where the temperature is low, with the same entropy', () => {
  const gumbel = fx.ndarray([[5, 0, 0], [0, 5, 0], [0, 0, 5]]) // prettier-ignore
  const [have] = numbersOf((v: F32, e: F32, g: F32) => [halfKnown.relaxed(scored([0, 0, 0]), v, e, g, 0.01)], x, epsilon, gumbel) as [
    number[],
  ]
  expect(apart(have, boundsOf().map((bounds, n) => bounds[n]! + Math.log(3)))).toBeLessThan(1e-4) // prettier-ignore
})

test('at any temperature it is L(x, y) + H(q(y|x)) of y = softmax((scores + gumbel) / temperature)', () => {
  const [scores, temperature] = [[1, -1, 0.5], 0.7]
  const gumbel = noise([3, 3], 6)
  const softmaxOf = (v: readonly number[]): number[] => v.map((a) => Math.exp(a) / v.reduce((sum, b) => sum + Math.exp(b), 0))
  const y = fx.ndarray([0, 1, 2].map((n) => softmaxOf(scores.map((s, k) => (s + gumbel.data[3 * n + k]!) / temperature))), { dtype: 'f32' }) // prettier-ignore
  const [have, bounds] = numbersOf(
    (v: F32, e: F32, g: F32, drawn: F32) => [
      halfKnown.relaxed(scored(scores), v, e, g, temperature),
      halfKnown.labelled(scored(scores), v, drawn, e),
    ],
    x,
    epsilon,
    gumbel,
    y,
  ) as [number[], number[]]
  const h = softmaxOf(scores).reduce((sum, q) => sum - q * Math.log(q), 0)
  expect(apart(have, bounds.map((b) => b + h))).toBeLessThan(1e-5) // prettier-ignore
})

test('classes of ones and zeros are classes by number', () => {
  const [numbers, ones] = numbersOf(
    (v: F32, e: F32) => [
      halfKnown.labelled(halfKnownParams(), v, fx.constant(Int32Array.of(2, 0, 1), { dtype: 'i32' }), e),
      halfKnown.labelled(halfKnownParams(), v, fx.constant([[0, 0, 1], [1, 0, 0], [0, 1, 0]]), e), // prettier-ignore
    ],
    x,
    epsilon,
  ) as [number[], number[]]
  expect(numbers).toEqual(ones)
})

test('gradients are those of differences', () => {
  fx.checkGrads(negativeBound, [noise([5, 4], 1), noise([5, 2], 2), noise([2, 3], 3)] as never, { order: 1 })
})
