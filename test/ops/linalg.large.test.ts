/** Decompositions of an odd number of rows, beyond the small cases: a matrix made of a known spectrum gives it back. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'

const n = 33

/** Reflections of a vector, row by row: orthogonal in f64. */
const reflection = (seed: number): number[][] => {
  const v = Array.from({ length: n }, (_, i) => Math.sin(seed * (i + 1) * (i + 2)))
  const norm = v.reduce((sum, x) => sum + x * x, 0)
  return v.map((a, i) => v.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / norm))
}

const product = (a: readonly number[][], b: readonly number[][]): number[][] =>
  a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, x, k) => sum + x * ((b[k] as number[])[j] as number), 0)))

const transposed = (a: readonly number[][]): number[][] => (a[0] as number[]).map((_, j) => a.map((row) => row[j] as number))
const diagonal = (values: readonly number[]): number[][] => values.map((v, i) => values.map((_, j) => (i === j ? v : 0)))

const [q, p] = [product(reflection(1), reflection(2)), product(reflection(3), reflection(4))]

/** Some equal, some near one another, one 0, the last the largest. */
const spectrum = Array.from({ length: n }, (_, i) => (i < 4 ? 0.5 : i === 9 ? 0 : (i - 12) / 4 + (i % 5 === 0 ? 1e-4 : 0)))

const run = async (f: (a: fx.Tensor<fx.Shape, 'f32'>) => readonly fx.Tensor[], a: readonly number[][]): Promise<number[][][]> => {
  const exe = await fx.compile(f, [fx.spec([n, n])], { device: fx.js() })
  const results = await exe(fx.ndarray(a.flat(), { shape: [n, n], dtype: 'f32' }))
  return Promise.all(
    results.map(async (r) => {
      const nested = fx.toNested(await r.toNDArray()) as number[] | number[][]
      return Array.isArray(nested[0]) ? (nested as number[][]) : [nested as number[]]
    }),
  )
}

const apart = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((row, i) => row.map((x, j) => Math.abs(x - ((b[i] as number[])[j] as number)))))

const within = 33 * 2 ** -23 * 5.5

test('eigh of 33 rows', { timeout: 120_000 }, async () => {
  const a = product(product(q, diagonal(spectrum)), transposed(q))
  const [w, v] = (await run((x) => fx.linalg.eigh(x), a)) as [number[][], number[][]]
  expect(apart(w, [[...spectrum].sort((x, y) => x - y)])).toBeLessThan(within)
  expect(apart(product(transposed(v), v), diagonal(spectrum.map(() => 1)))).toBeLessThan(within)
  expect(apart(product(product(v, diagonal(w[0] as number[])), transposed(v)), a)).toBeLessThan(within)
})

test('svd of 33 rows', { timeout: 120_000 }, async () => {
  const values = spectrum.map(Math.abs).sort((x, y) => y - x)
  const a = product(product(q, diagonal(values)), transposed(p))
  const [u, s, vt] = (await run((x) => fx.linalg.svd(x), a)) as [number[][], number[][], number[][]]
  expect(apart(s, [values])).toBeLessThan(within)
  expect(apart(product(transposed(u), u), diagonal(values.map(() => 1)))).toBeLessThan(within)
  expect(apart(product(vt, transposed(vt)), diagonal(values.map(() => 1)))).toBeLessThan(within)
  expect(apart(product(product(u, diagonal(s[0] as number[])), vt), a)).toBeLessThan(within)
})
