import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { lstm, lstmTrace, lstmUpdate, type LstmWeights } from '../../src/models.js'
import { lstmCell, unroll } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'

const [d, n] = [3, 4]
const cell = lstm(d, n)
const arrays = [noise([4 * n, d + n], 1), noise([4 * n], 2), noise([2, 5, d], 3)] as const

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

test('is the formula, number by number: W ∈ ℝ^(4n × (d + n)) of (x, h), gates in the order i, f, o, g', () => {
  const [ys] = numbersOf((w: F32, b: F32, x: F32) => [unroll(cell, { w, b }, x, cell.initCarry(2))[0]], ...arrays) as [number[]]
  const [w, b, x] = arrays.map(({ data }) => data) as [Float32Array, Float32Array, Float32Array]
  for (const row of [0, 1]) {
    let [h, c] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)]
    for (let t = 0; t < 5; t++) {
      const seen = [...x.slice((row * 5 + t) * d, (row * 5 + t + 1) * d), ...h]
      const z = Array.from(b, (bias, r) => seen.reduce((sum, v, k) => sum + v * w[r * (d + n) + k]!, bias))
      c = c.map((v, k) => sigmoid(z[n + k]!) * v + sigmoid(z[k]!) * Math.tanh(z[3 * n + k]!))
      h = c.map((v, k) => sigmoid(z[2 * n + k]!) * Math.tanh(v))
      expect(apart(ys.slice((row * 5 + t) * n, (row * 5 + t + 1) * n), h)).toBeLessThan(1e-5)
    }
  }
})

test('is the cell of nn with W transposed, in values and gradients', () => {
  const same = lstmCell(d, n)
  const results = numbersOf(
    (w: F32, b: F32, x: F32) => {
      const loss = (of: typeof cell, p: LstmWeights): F32 => fx.sum(fx.square(unroll(of, p, x, of.initCarry(2))[0]))
      const [mine, theirs] = [
        { w, b },
        { w: fx.swapAxes(w, 0, 1), b },
      ]
      const [own, other] = [fx.grad((p: LstmWeights) => loss(cell, p))(mine), fx.grad((p: LstmWeights) => loss(same, p))(theirs)]
      return [own.w, fx.swapAxes(other.w, 0, 1), own.b, other.b]
    },
    ...arrays,
  )
  expect(apart(results[0]!, results[1]!)).toBeLessThan(1e-5)
  expect(apart(results[2]!, results[3]!)).toBeLessThan(1e-5)
})

describe('the highway', () => {
  const gates = (i: number, f: number, o: number) => {
    const at = (v: number): F32 => fx.full([1, 2], v)
    const g: F32 = fx.constant([[0.4, -0.7]])
    return { i: at(i), f: at(f), o: at(o), g }
  }

  test('with f = 1 and i = 0 the cell stays as it is; with f = 0 and i = 1 it is g; o alone hides it', () => {
    const [kept, written, hidden] = numbersOf((c: F32) => [
      lstmUpdate(gates(0, 1, 1), c).c,
      lstmUpdate(gates(1, 0, 1), c).c,
      lstmUpdate(gates(0, 1, 0), c).h,
    ], fx.ndarray([[1.5, -2]])) as [number[], number[], number[]] // prettier-ignore
    expect(kept).toEqual([1.5, -2])
    expect(apart(written, [0.4, -0.7])).toBeLessThan(1e-6)
    expect(hidden.map(Math.abs)).toEqual([0, 0])
  })

  test('∂c_T/∂c_0 along the cell is the product of the forget gates', () => {
    const [slope, product] = numbersOf(
      (f: F32, c: F32) => {
        const open = (t: number): F32 => fx.sigmoid(fx.slice(f, [t, 0], [t + 1, 2]))
        const after = (c0: F32): F32 => {
          const step = (state: F32, t: number): F32 => lstmUpdate({ ...gates(0.5, 0, 1), f: open(t) }, state).c
          return fx.sum([0, 1, 2].reduce(step, c0))
        }
        return [fx.grad(after)(c), fx.mul(fx.mul(open(0), open(1)), open(2))]
      },
      noise([3, 2], 4),
      fx.ndarray([[0.3, -0.2]]),
    ) as [number[], number[]]
    expect(apart(slope, product)).toBeLessThan(1e-6)
  })
})

test('what is traced is what the cell holds: c = f ⊙ c before + i ⊙ g, h = o ⊙ tanh(c), and h is what `unroll` gives', () => {
  const [i, f, o, g, c, h, ys] = numbersOf(
    (w: F32, b: F32, x: F32) => {
      const t = lstmTrace(cell, { w, b }, x)
      return [[t.i, t.f, t.o, t.g], t.c, t.h, unroll(cell, { w, b }, x, cell.initCarry(2))[0]]
    },
    ...arrays,
  ) as [number[], number[], number[], number[], number[], number[], number[]]
  expect(apart(h, ys)).toBeLessThan(1e-6)
  expect(apart(h, c.map((v, k) => o[k]! * Math.tanh(v)))).toBeLessThan(1e-5) // prettier-ignore
  const before = (k: number): number => (Math.floor(k / n) % 5 === 0 ? 0 : c[k - n]!)
  expect(apart(c, c.map((_, k) => f[k]! * before(k) + i[k]! * g[k]!))).toBeLessThan(1e-5) // prettier-ignore
})

test('begins with a forget gate that is open, and has 4n (d + n) + 4n parameters', () => {
  const [w, b] = numbersOf(() => {
    const p = cell.init(fx.random.key(1))
    return [p.w, p.b]
  }) as [number[], number[]]
  expect([w.length, b.length]).toEqual([4 * n * (d + n), 4 * n])
  expect(b).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('gradients are those of differences', () => {
  const loss = (w: F32, b: F32, x: F32): F32 => fx.sum(fx.square(unroll(lstm(1, 2), { w, b }, x, lstm(1, 2).initCarry(1))[0]))
  fx.checkGrads(loss, [noise([8, 3], 1), noise([8], 2), noise([1, 3, 1], 3)] as never, { order: 1 })
})
