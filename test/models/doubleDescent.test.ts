import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { leastNorm, modularAddition, randomFeatures, type ModularParams } from '../../src/models.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from '../harness/noise.js'

/** Entries that are no sines of one frequency: rows span everything. */
const matrix = (rows: number, columns: number, seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin((i + 1) ** 2 * 0.7 + seed)),
    { shape: [rows, columns] },
  )

const zeros = (n: number): number[] => new Array<number>(n).fill(0)

describe('least squares of least norm', () => {
  test('with fewer features than examples has no gradient left', () => {
    const [slope] = numbersOf(
      (phi: F32, y: F32) => [fx.grad((w: F32) => fx.mean(fx.square(fx.sub(fx.matmul(phi, w), y))))(leastNorm(phi, y))],
      matrix(9, 4, 1),
      matrix(9, 2, 2),
    ) as [number[]]
    expect(apart(slope, zeros(8))).toBeLessThan(1e-4)
  })

  test('with more goes through every target, and no other solution is smaller', () => {
    const [left, along, norm] = numbersOf(
      (phi: F32, y: F32) => {
        const w = leastNorm(phi, y)
        // What features cannot see: a direction less its part in their rows.
        const any: F32 = fx.reshape(fx.cast(fx.arange(20), 'f32'), [10, 2])
        const unseen = fx.sub(any, leastNorm(phi, fx.matmul(phi, any)))
        return [fx.sub(fx.matmul(phi, w), y), fx.sum(fx.mul(w, unseen)), fx.norm(unseen)]
      },
      matrix(4, 10, 1),
      matrix(4, 2, 2),
    ) as [number[], number[], number[]]
    expect(apart(left, zeros(8))).toBeLessThan(1e-3)
    // Orthogonal to everything that could be added: Pythagoras.
    expect(norm[0]).toBeGreaterThan(1)
    expect(Math.abs(along[0]!) / norm[0]!).toBeLessThan(1e-3)
  })

  test('rows that do not fit are refused', () => {
    expect(() => run((phi, y) => leastNorm(phi, y), [[1, 2]], [[1], [2]])).toThrow(/not one row of targets/)
  })

  test('of random features, which are relu(x W) / √k', () => {
    const [have] = numbersOf((x: F32, w: F32) => [randomFeatures(x, w)], fx.ndarray([[1, -2]]), fx.ndarray([[3, 1, -1, 0], [1, 1, 1, -1]])) as [number[]] // prettier-ignore
    expect(apart(have, [0.5, 0, 0, 1])).toBeLessThan(1e-6)
  })

  test('is differentiable', () => {
    fx.checkGrads((phi: F32, y: F32) => fx.sum(fx.square(leastNorm(phi, y))), [matrix(5, 2, 1), matrix(5, 1, 2)] as never, { order: 1 })
    fx.checkGrads((phi: F32, y: F32) => fx.sum(fx.square(leastNorm(phi, y))), [matrix(2, 4, 1), matrix(2, 1, 2)] as never, { order: 1 })
  })
})

describe('sums modulo p', () => {
  const p = 11

  /**
   * The exact solution: for each frequency k, hidden units cos(2πka/p + φ) and cos(2πkb/p + φ) of three phases φ, and cos(2πkq/p + 2φ) to the
   * result q. The squares leave Σ cos(2πk (a + b - q) / p), which is largest where q = a + b.
   */
  const waves = (): ModularParams => {
    const units = [1, 2, 3, 4, 5].flatMap((k) => [0, 1, 2].map((j) => [k, (2 * Math.PI * j) / 3] as const))
    const rows = (phase: number): number[][] =>
      Array.from({ length: p }, (_, a) => units.map(([k, phi]) => Math.cos((2 * Math.PI * k * a) / p + phase * phi)))
    const table = (values: number[][]): F32 => fx.constant(fx.ndarray(values, { dtype: 'f32' }))
    return { v: table(rows(1)), w: table(rows(1)), u: fx.swapAxes(table(rows(2)), 0, 1) }
  }

  const all = Array.from({ length: p * p }, (_, i) => [Math.floor(i / p), i % p] as const)
  const pairs = fx.ndarray(all.map((pair) => [...pair]), { dtype: 'i32' }) // prettier-ignore

  test('are known without a mistake by the waves that are its solution', () => {
    const model = modularAddition({ p, hidden: 15 })
    const [answers] = numbersOf((x: fx.Tensor<fx.Shape, 'i32'>) => [fx.argmax(model.apply(waves(), x), { axis: 1 })], pairs) as [number[]]
    expect(answers).toEqual(all.map(([a, b]) => (a + b) % p))
  })

  test('its scores are U (V a + W b)², and gradients are differences', () => {
    const model = modularAddition({ p: 3, hidden: 2 })
    const [v, w, u] = [noise([3, 2], 1), noise([3, 2], 2), noise([2, 3], 3)]
    const some = fx.ndarray([[2, 1]], { dtype: 'i32' })
    const [have] = numbersOf((a: F32, b: F32, c: F32) => [model.apply({ v: a, w: b, u: c }, fx.constant(some))], v, w, u) as [number[]]
    const want = [0, 1, 2].map((q) => [0, 1].reduce((sum, h) => sum + (v.data[4 + h]! + w.data[2 + h]!) ** 2 * u.data[3 * h + q]!, 0))
    expect(apart(have, want)).toBeLessThan(1e-5)
    fx.checkGrads((a: F32, b: F32, c: F32) => fx.sum(model.apply({ v: a, w: b, u: c }, fx.constant(some))), [v, w, u] as never, {
      order: 1,
    })
  })

  test('weights begin at the deviation asked for, and a modulus has to be one', () => {
    const [init] = numbersOf(
      (key: fx.Key) => [modularAddition({ p: 5, hidden: 64, deviation: 0.3 }).init(key).v],
      fx.random.keyData(1),
    ) as [number[]]
    expect(Math.sqrt(init.reduce((sum, x) => sum + x * x, 0) / init.length)).toBeCloseTo(0.3, 1)
    expect(() => modularAddition({ p: 1.5, hidden: 2 })).toThrow(/p is 1.5/)
  })
})
