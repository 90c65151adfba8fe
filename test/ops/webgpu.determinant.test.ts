/** Determinants of matrices that lack ranks: values, first and second derivatives on every device, against minors by Leibniz. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { determinant, largest, times, type Matrix } from '../harness/matrices.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const devices: readonly (readonly [string, () => Promise<fx.Device>])[] = [
  ['js', async () => fx.js()],
  ['wasm', () => fx.wasm()],
  ['webgpu', () => fx.webgpu()],
]

/** What is left without some rows and columns. */
const without = (a: Matrix, rows: readonly number[], columns: readonly number[]): Matrix =>
  a.filter((_, i) => !rows.includes(i)).map((row) => row.filter((_, j) => !columns.includes(j)))

const signOf = (...numbers: readonly number[]): number => (numbers.reduce((sum, x) => sum + x, 0) % 2 === 0 ? 1 : -1)

const cofactors = (a: Matrix): Matrix => a.map((row, i) => row.map((_, j) => signOf(i, j) * determinant(without(a, [i], [j]))))

/** The derivative of the sum of cofactors with weights: minors without two rows and columns. */
const weightedSecond = (a: Matrix, weights: Matrix): Matrix =>
  a.map((row, k) =>
    row.map((_, l) =>
      weights
        .flatMap((own, i) => own.map((weight, j) => ({ weight, i, j })))
        .filter(({ i, j }) => i !== k && j !== l)
        .reduce((sum, { weight, i, j }) => {
          const sign = signOf(i, j, k, l) * (i < k === j < l ? 1 : -1)
          return sum + sign * weight * determinant(without(a, [i, k], [j, l]))
        }, 0),
    ),
  )

/** Quarters from -2 to 2, the same each time. */
const quarters = (m: number, n: number, seed: number): Matrix =>
  Array.from({ length: m }, (_, i) =>
    Array.from({ length: n }, (__, j) => ((((i * n + j + 1) * (29 + 6 * seed) + 7 * seed * seed) % 17) - 8) / 4),
  )

/** An n × n matrix of a rank: exact in f32. */
const ofRank = (n: number, rank: number, seed: number): Matrix =>
  rank === n
    ? quarters(n, n, seed)
    : rank === 0
      ? quarters(n, n, seed).map((row) => row.map(() => 0))
      : times(quarters(n, rank, seed), quarters(rank, n, seed + 1))

/** Ones and zeros in places where elimination by columns meets a pivot of 0 early. */
const special: readonly Matrix[] = [
  [
    [0, 1],
    [0, 1],
  ],
  [
    [0, 0, 1],
    [0, 1, 0],
    [0, 1, 0],
  ],
  [1, 0, 1, 1, 1].map((d, i, all) => all.map((_, j) => (i === j ? d : 0))),
  [0, 0, 2, 1, 3].map((d, i, all) => all.map((_, j) => (i === j ? d : 0))),
]

const det = (a: F32): F32 => fx.linalg.det(a)
const total = (a: F32): F32 => fx.sum(det(a))
const first = fx.grad(total)
const second = (a: F32, weights: F32): F32 => fx.grad((x: F32) => fx.sum(fx.mul(first(x), weights)))(a)

/** Off by at most some roundings of what elimination adds up: products of n entries. */
const isNear = (got: fx.NDArray, want: readonly Matrix[], sizes: readonly number[]): void => {
  const each = got.data.length / want.length
  want.forEach((matrix, b) => {
    const data = [...(got.data as Float32Array).slice(b * each, (b + 1) * each)]
    matrix.flat().forEach((x, i) => {
      expect(Math.abs(data[i]! - x), `${String(data[i])}, not ${String(x)}`).toBeLessThanOrEqual(64 * 2 ** -24 * sizes[b]!)
    })
  })
}

const check = async (device: fx.Device | undefined, matrices: readonly Matrix[], f: (a: F32, w: F32) => readonly F32[]): Promise<void> => {
  const n = matrices[0]!.length
  const weights = matrices.map((_, b) => quarters(n, n, b + 3))
  const args = [matrices, weights].map((x) => fx.ndarray(x, { dtype: 'f32' }))
  const specs = args.map((x) => fx.spec<fx.Shape>([...x.shape]))
  const compiled = device && (await fx.compile((a: F32, w: F32) => [...f(a, w)], [specs[0]!, specs[1]!], { device }))
  const results = compiled
    ? await Promise.all((await compiled(args[0]!, args[1]!)).map((x) => x.toNDArray()))
    : fx.evaluate(fx.trace(f, specs[0]!, specs[1]!), args)
  const want = [matrices.map((a) => [[determinant(a)]]), matrices.map(cofactors), matrices.map((a, b) => weightedSecond(a, weights[b]!))]
  results.forEach((got, order) => {
    const power = n - order
    isNear(
      got,
      want[order]!,
      matrices.map((a) => n * n * Math.max(largest(want[order]!.flat()), largest(a) ** power)),
    )
  })
}

const batched = (a: F32, w: F32): readonly F32[] => [det(a), first(a), second(a, w)]
const mapped = (a: F32, w: F32): readonly F32[] => [fx.vmap(det)(a), fx.vmap(first)(a), fx.vmap(second)(a, w)]

const cases = [1, 2, 3, 4, 5, 6, 7].map((n) => ({
  n,
  matrices: [n, n - 1, n - 2, n - 3, 0].filter((rank) => rank >= 0).map((rank, i) => ofRank(n, rank, i + n)),
}))

describe('determinants of n rows, of all ranks', () => {
  test.each(cases)('n = $n on the reference', async ({ matrices }) => {
    await check(undefined, matrices, batched)
    await check(undefined, matrices, mapped)
  })

  test.each(devices)('on %s', async (_, device) => {
    for (const { n, matrices } of cases.slice(2, 6)) await check(await device(), matrices, n % 2 === 0 ? batched : mapped)
  })

  test.each(special.map((matrix) => ({ matrix })))('of $matrix', async ({ matrix }) => {
    await check(undefined, [matrix], batched)
    for (const [, device] of devices) await check(await device(), [matrix], batched)
  })

  test('of the third order, where two ranks are missing', () => {
    const third = fx.grad((x: F32) => fx.sum(fx.mul(second(x, fx.ones([5, 5])), fx.cumsum(fx.ones([5, 5]), { axis: 1 }))))
    const at = fx.ndarray(ofRank(5, 3, 2), { dtype: 'f32' })
    const [got] = fx.evaluate(fx.trace(third, fx.spec<fx.Shape>([5, 5])), [at])
    // A cubic polynomial of the entries along every line: its derivative is an exact central difference of the second.
    const step = 1 / 4
    const base = ofRank(5, 3, 2)
    const ones = base.map((row) => row.map(() => 1))
    const along = (i: number, j: number): number => {
      const moved = (by: number): Matrix => base.map((row, r) => row.map((x, c) => (r === i && c === j ? x + by : x)))
      const value = (a: Matrix): number =>
        weightedSecond(a, ones).reduce((sum, row) => sum + row.reduce((s, x, c) => s + x * (c + 1), 0), 0)
      return (value(moved(step)) - value(moved(-step))) / (2 * step)
    }
    base.forEach((row, i) => {
      row.forEach((_, j) => {
        const want = along(i, j)
        expect(Math.abs(got!.data[i * 5 + j]! - want)).toBeLessThanOrEqual(1e-4 * (Math.abs(want) + 10))
      })
    })
  })
})
