import { describe, expect, it, test } from 'vitest'
import * as fx from '../../src/index.js'
import { mlp, type MlpParams } from '../../src/models/mlp.js'
import { noise } from './programs.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const model = mlp({ sizes: [3, 4, 5, 2], activation: fx.tanh, output: fx.sigmoid })

const paramsOf = (...leaves: readonly F32[]): MlpParams => [0, 2, 4].map((i) => ({ w: leaves[i] as F32, b: leaves[i + 1] as F32 }))

const arrays = [noise([3, 4], 1), noise([4], 2), noise([4, 5], 3), noise([5], 4), noise([5, 2], 5), noise([2], 6)]
const x = noise([6, 3], 7)
const target = noise([6, 2], 8)

/** ½ Σ (ŷ - y)². */
const loss = (...leaves: readonly F32[]): F32 =>
  fx.mul(fx.sum(fx.square(fx.sub(model.apply(paramsOf(...leaves), fx.constant(x)), fx.constant(target)))), 0.5)

const evaluated = (f: (...xs: F32[]) => unknown, ...args: fx.NDArray[]) =>
  fx.evaluate(fx.trace(f, ...(args.map((a) => fx.specOf(a)) as never as [])), args)

type Matrix = readonly (readonly number[])[]

const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, v, k) => sum + v * (b[k]?.[j] as number), 0)))
const turned = (a: Matrix): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number))
const zipped = (a: Matrix, b: Matrix, f: (p: number, q: number) => number): number[][] =>
  a.map((row, i) => row.map((p, j) => f(p, b[i]?.[j] as number)))
const layer = (h: Matrix, w: Matrix, b: readonly number[], f: (z: number) => number): number[][] =>
  product(h, w).map((row) => row.map((z, j) => f(z + (b[j] as number))))
const numbers = () => arrays.map((a) => fx.toNested(a)) as unknown as [Matrix, number[], Matrix, number[], Matrix, number[]]

describe('the gradient', () => {
  test('is backpropagation: δᵏ = (ŷ - y) ⊙ σ′(zᵏ), δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ σ′(zˡ), ∂L/∂Wˡ = hˡ⁻¹ᵀ δˡ, ∂L/∂bˡ = Σ δˡ', () => {
    const got = evaluated(fx.grad(loss as never, { argnums: [0, 1, 2, 3, 4, 5] }), ...arrays)
    const [w1, b1, w2, b2, w3, b3] = numbers()
    const h0 = fx.toNested(x) as Matrix
    const h1 = layer(h0, w1, b1, Math.tanh)
    const h2 = layer(h1, w2, b2, Math.tanh)
    const y = layer(h2, w3, b3, (z) => 1 / (1 + Math.exp(-z)))
    const d3 = zipped(
      zipped(y, fx.toNested(target) as Matrix, (p, q) => p - q),
      y,
      (d, s) => d * s * (1 - s),
    )
    const d2 = zipped(product(d3, turned(w3)), h2, (d, h) => d * (1 - h * h))
    const d1 = zipped(product(d2, turned(w2)), h1, (d, h) => d * (1 - h * h))
    const sums = (d: Matrix): number[] => turned(d).map((column) => column.reduce((a, b) => a + b, 0))
    const want = [
      product(turned(h0), d1).flat(),
      sums(d1),
      product(turned(h1), d2).flat(),
      sums(d2),
      product(turned(h2), d3).flat(),
      sums(d3),
    ]
    want.forEach((values, i) => values.forEach((v, j) => expect(got[i]?.data[j]).toBeCloseTo(v, 4)))
  })

  test('is what finite differences say, to second order', () => {
    fx.checkGrads(loss, arrays as never)
  })
})

it('where no activation is given, is rectified between layers, and not after the last', () => {
  const [w1, b1, w2, b2, w3, b3] = numbers()
  const rectified = (z: number): number => Math.max(0, z)
  const hidden = layer(layer(fx.toNested(x) as Matrix, w1, b1, rectified), w2, b2, rectified)
  const want = layer(hidden, w3, b3, (z) => z).flat()
  const [got] = evaluated((...leaves) => mlp({ sizes: [3, 4, 5, 2] }).apply(paramsOf(...leaves), fx.constant(x)), ...arrays)
  want.forEach((v, j) => expect(got?.data[j]).toBeCloseTo(v, 5))
  expect(Math.min(...want)).toBeLessThan(0)
})

it('of one layer is linear, and of any depth without activation, too', () => {
  const deep = mlp({ sizes: [3, 4, 5, 2], activation: (h) => h })
  const f = (...leaves: F32[]): F32 => deep.apply(paramsOf(...leaves), leaves[6] as F32)
  const at = (input: fx.NDArray) => evaluated(f, ...arrays, input)[0]?.data as Float32Array
  const other = noise([6, 3], 9)
  const middle = fx.ndarray(
    x.data.map((v, i) => (v + (other.data[i] as number)) / 2),
    { shape: [6, 3] },
  )
  const [p, q, m] = [at(x), at(other), at(middle)]
  m.forEach((v, i) => expect(v).toBeCloseTo(((p[i] as number) + (q[i] as number)) / 2, 4))
})

it('has weights of the sizes asked for, drawn anew for each layer, biases of zero', () => {
  const key = fx.random.keyData(3)
  const leaves = fx.evaluate(fx.trace(mlp({ sizes: [60, 60, 60] }).init, fx.specOf(key) as never), [key])
  expect(leaves.map(({ shape }) => shape)).toEqual([[60], [60, 60], [60], [60, 60]])
  expect(leaves[0]?.data.every((b) => b === 0)).toBe(true)
  expect(leaves[1]?.data[0]).not.toBe(leaves[3]?.data[0])
  // He: the variance is 2 / 60.
  const squares = Array.from(leaves[1]?.data ?? []).reduce((sum, v) => sum + v * v, 0) / 3600
  expect(squares * 30).toBeCloseTo(1, 1)
  expect(() => mlp({ sizes: [3] })).toThrow(fx.UnsupportedError)
})
