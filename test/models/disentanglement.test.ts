import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { mutualInformation, mutualInformationGap, type InformationOptions } from '../../src/models.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'

type Rows = readonly (readonly number[])[]

const arrays = (z: Rows, v: Rows) => [fx.ndarray(z, { dtype: 'f32' }), fx.ndarray(v, { dtype: 'i32' })] as const

const gapOf = (z: Rows, v: Rows, options: InformationOptions): number =>
  numbersOf((a: F32, b: fx.Tensor<fx.Shape, 'i32'>) => mutualInformationGap(a, b, options), ...arrays(z, v))[0]![0]!

const informationOf = (z: Rows, v: Rows, options: InformationOptions) => {
  const [information, entropy] = numbersOf(
    (a: F32, b: fx.Tensor<fx.Shape, 'i32'>) => {
      const told = mutualInformation(a, b, options)
      return [told.information, told.entropy]
    },
    ...arrays(z, v),
  ) as [number[], number[]]
  return { information, entropy }
}

/** Every pair of a factor of 3 values and one of 4. */
const grid: Rows = Array.from({ length: 12 }, (_, i) => [Math.floor(i / 4), i % 4])
const sizes = [3, 4]

describe('the mutual information gap', () => {
  test('is 1 where each factor is one code, in any order, of any sign and scale, beside codes that tell nothing', () => {
    const codes = grid.map(([a, b]) => [-7 * b! + 2, 0.5, 0.01 * a!])
    expect(gapOf(codes, grid, { sizes })).toBeCloseTo(1, 5)
  })

  test('is 0 where two codes tell the same, or none tells anything', () => {
    expect(gapOf(grid.map(([a, b]) => [a!, a!, b!, -b!]), grid, { sizes })).toBeCloseTo(0, 5) // prettier-ignore
    expect(gapOf(grid.map(() => [1, 2]), grid, { sizes })).toBeCloseTo(0, 5) // prettier-ignore
  })

  test('is the mean over factors: one of two that is told twice leaves a half', () => {
    expect(gapOf(grid.map(([a, b]) => [a!, b!, b!]), grid, { sizes })).toBeCloseTo(0.5, 5) // prettier-ignore
  })

  test('of one code for both factors is that of neither', () => {
    const codes = grid.map(([a, b]) => [4 * a! + b!, 0])
    const { information } = informationOf(codes, grid, { sizes, bins: 12 })
    expect(apart(information, [Math.log(3), Math.log(4), 0, 0])).toBeLessThan(1e-5)
  })

  test('of a bit that is told wrongly one time in ten: 1 - H₂(0.1)', () => {
    const bits: Rows = Array.from({ length: 20 }, (_, i) => [i % 2])
    const codes = bits.map(([b], i) => [i < 2 ? 1 - b! : b!, 3])
    const h2 = -(0.1 * Math.log2(0.1) + 0.9 * Math.log2(0.9))
    expect(gapOf(codes, bits, { sizes: [2] })).toBeCloseTo(1 - h2, 5)
  })

  test('falls as codes are turned against factors', () => {
    const grade = Array.from({ length: 64 }, (_, i) => [Math.floor(i / 8), i % 8])
    const turned = (t: number) =>
      gapOf(grade.map(([a, b]) => [Math.cos(t) * a! - Math.sin(t) * b!, Math.sin(t) * a! + Math.cos(t) * b!]), grade, { sizes: [8, 8], bins: 8 }) // prettier-ignore
    const [straight, little, half] = [turned(0), turned(0.3), turned(Math.PI / 4)] as [number, number, number]
    expect(straight).toBeCloseTo(1, 5)
    expect(little).toBeLessThan(0.8)
    expect(half).toBeLessThan(1e-4)
  })
})

test('information is what is saved of two entropies, and is symmetric', () => {
  const z: Rows = Array.from({ length: 30 }, (_, i) => [(i * 7) % 5, (i * i) % 4])
  const v: Rows = Array.from({ length: 30 }, (_, i) => [(i * 3) % 4, i % 5])
  const one = informationOf(z, v, { sizes: [4, 5], bins: 5 })
  const other = informationOf(v, z, { sizes: [5, 4], bins: 5 })
  const entropy = (k: readonly number[]): number =>
    [...new Set(k)].map((own) => k.filter((other) => other === own).length / k.length).reduce((sum, p) => sum - p * Math.log(p), 0)
  expect(apart(one.entropy, [0, 1].map((k) => entropy(v.map((row) => row[k]!))))).toBeLessThan(1e-5) // prettier-ignore
  expect(one.information[1]).toBeCloseTo(other.information[2]!, 5)
  expect(one.information[1]).toBeCloseTo(
    entropy(z.map((r) => r[0]!)) + entropy(v.map((r) => r[1]!)) - entropy(z.map((r, i) => 10 * r[0]! + v[i]![1]!)),
    5,
  )
})

test.each([
  ['examples', [[1, 2], [3, 4]], [[0]], [1], 20],
  ['factors', [[1, 2]], [[0]], [1, 1], 20],
  ['bins', [[1, 2]], [[0]], [1], 0],
] as const)('%s that do not fit are refused', (_, z, v, counts, bins) => {
  expect(() => gapOf(z, v, { sizes: counts, bins })).toThrow(/mutualInformation/)
}) // prettier-ignore

test('one code alone has no gap', () => {
  expect(() => gapOf([[1], [2]], [[0], [1]], { sizes: [2] })).toThrow(/give two or more/)
})
