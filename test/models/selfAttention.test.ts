import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { attentionWeights, causalMask, selfAttention, selfAttentionInit, type SelfAttentionOptions } from '../../src/models.js'
import { multiHeadAttention, sinusoidalPositions, sinusoidalTable } from '../../src/nn.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from './programs.js'

const [time, features] = [6, 8]
const x = noise([time, features], 1)
const [wq, wk, wv] = [2, 3, 4].map((seed) => noise([features, features], seed)) as [fx.NDArray, fx.NDArray, fx.NDArray]
const order = [4, 0, 5, 2, 1, 3]
const permuted = (v: F32): F32 => fx.take(v, fx.constant(Int32Array.from(order), { dtype: 'i32' }), { axis: 0 })

type Attend = (v: F32, q: F32, k: F32, w: F32) => unknown
const all = (f: Attend): number[][] => numbersOf(f, x, wq, wk, wv)

const attend =
  (options: SelfAttentionOptions = {}) =>
  (v: F32, q: F32, k: F32, w: F32): F32 =>
    selfAttention({ wq: q, wk: k, wv: w }, v, options)

describe('self-attention', () => {
  test('is the formula, number by number', () => {
    const at = (a: fx.NDArray, i: number, j: number): number => Number(a.data[i * features + j])
    const product = (w: fx.NDArray): number[][] =>
      Array.from({ length: time }, (_, i) =>
        Array.from({ length: features }, (__, j) =>
          Array.from({ length: features }, (___, k) => at(x, i, k) * at(w, k, j)).reduce((a, b) => a + b),
        ),
      )
    const [q, k, v] = [product(wq), product(wk), product(wv)]
    const want = q.flatMap((row) => {
      const e = k.map((other) => Math.exp(row.reduce((s, a, d) => s + a * other[d]!, 0) / Math.sqrt(features)))
      const total = e.reduce((a, b) => a + b)
      return row.map((_, d) => e.reduce((s, w, j) => s + (w / total) * v[j]![d]!, 0))
    })
    expect(apart(all(attend())[0]!, want)).toBeLessThan(1e-5)
  })

  test.each([1, 2, 4])('with %i heads is equivariant to permutations of the sequence, without positions', (heads) => {
    const [one, other] = all((...args) => {
      const [v, ...params] = args
      return [permuted(attend({ heads })(...args)), attend({ heads })(permuted(v), ...params)]
    }) as [number[], number[]]
    expect(apart(one, other)).toBeLessThan(1e-5)
  })

  test('with positions, or a causal mask, it is not', () => {
    const positions = sinusoidalPositions()
    const [one, other, causal, causalOther] = all((...args) => {
      const [v, ...params] = args
      const placed = (u: F32): F32 => positions.apply([], u)
      return [
        permuted(attend()(placed(v), ...params)),
        attend()(placed(permuted(v)), ...params),
        permuted(attend({ causal: true })(...args)),
        attend({ causal: true })(permuted(v), ...params),
      ]
    }) as [number[], number[], number[], number[]]
    expect(apart(one, other)).toBeGreaterThan(0.05)
    expect(apart(causal, causalOther)).toBeGreaterThan(0.05)
  })

  test.each([1, 4])('the causal mask hides the future, and nothing else, in each of %i heads', (heads) => {
    const [flat] = all((v, ...params) =>
      fx.sum(fx.abs(fx.jacobian((u: F32) => attend({ heads, causal: true })(u, ...params))(v) as F32), { axis: [1, 3] }),
    ) as [number[]]
    flat.forEach((g, i) => {
      if (i % time > Math.floor(i / time)) expect(g).toBe(0)
      else expect(g).toBeGreaterThan(1e-3)
    })
  })

  test('weights are distributions; the first position of a causal one sees itself alone', () => {
    const [a, b, sums] = all((v, q, k, w) => {
      const weights = attentionWeights({ wq: q, wk: k, wv: w }, v, { heads: 2, causal: true })
      return [weights[0], weights[1], weights.map((alpha) => fx.sum(alpha, { axis: -1 }))]
    }) as [number[], number[], number[]]
    expect(a.slice(0, time)).toEqual([1, 0, 0, 0, 0, 0])
    expect(apart(sums, new Array<number>(time).fill(1))).toBeLessThan(1e-6)
    expect(apart(a, b)).toBeGreaterThan(1e-3)
  })

  test('heads are single ones of chunks of the projections, and the layer is the same', () => {
    const [chunked, whole, byLayer] = all((v, q, k, w) => {
      const half = (m: F32, h: number): F32 => fx.slice(m, [0, 4 * h], [features, 4 * h + 4])
      const one = (h: number): F32 => {
        const scores = fx.div(fx.matmul(fx.matmul(v, half(q, h)), fx.swapAxes(fx.matmul(v, half(k, h)), 0, 1)), 2)
        return fx.matmul(fx.softmax(fx.add(scores, causalMask(time))), fx.matmul(v, half(w, h)))
      }
      const layer = multiHeadAttention(features, 2, { causal: true, bias: false })
      const params = { query: { w: q }, key: { w: k }, value: { w }, out: { w: fx.eye(features) } }
      return [fx.concat([one(0), one(1)], { axis: -1 }), attend({ heads: 2, causal: true })(v, q, k, w), layer.apply(params, v)]
    }) as [number[], number[], number[]]
    expect(apart(chunked, whole)).toBeLessThan(1e-5)
    expect(apart(byLayer, whole)).toBeLessThan(1e-5)
  })

  test('sinusoidal positions: PE is the formula, and a step of δ is one rotation, wherever it begins', () => {
    const [table] = numbersOf(() => sinusoidalTable(40, 6)) as [number[]]
    const at = (t: number, i: number): number => table[t * 6 + i]!
    for (let k = 0; k < 3; k++) {
      const omega = 10_000 ** ((-2 * k) / 6)
      expect(at(7, 2 * k)).toBeCloseTo(Math.sin(omega * 7), 5)
      expect(at(7, 2 * k + 1)).toBeCloseTo(Math.cos(omega * 7), 5)
      const [sin, cos] = [Math.sin(omega * 5), Math.cos(omega * 5)]
      for (const t of [0, 11, 34]) {
        expect(at(t + 5, 2 * k)).toBeCloseTo(at(t, 2 * k) * cos + at(t, 2 * k + 1) * sin, 5)
        expect(at(t + 5, 2 * k + 1)).toBeCloseTo(at(t, 2 * k + 1) * cos - at(t, 2 * k) * sin, 5)
      }
    }
  })

  test('is differentiable, in batches too', () => {
    const f = (v: F32, q: F32, k: F32, w: F32): F32 => fx.sum(fx.square(attend({ heads: 2, causal: true })(v, q, k, w)))
    fx.checkGrads(f, [noise([2, 3, 4], 1), noise([4, 4], 2), noise([4, 4], 3), noise([4, 4], 4)] as never, { order: 1 })
  })

  test('what does not fit is refused, and parameters begin as [D, D]', () => {
    expect(() => run((v, w) => selfAttention({ wq: w, wk: w, wv: w }, v, { heads: 3 }), [[1, 2]], [[1, 2], [3, 4]])).toThrow(/do not fit/) // prettier-ignore
    const made = fx.evaluate(
      fx.trace(() => selfAttentionInit(fx.random.key(1), 8)),
      [],
    )
    expect(made.map(({ shape }) => shape)).toEqual([[8, 8], [8, 8], [8, 8]]) // prettier-ignore
    expect(made[0]?.data).not.toEqual(made[1]?.data)
  })
})
