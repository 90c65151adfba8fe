/** Arguments to try scalar ops on: all pairs of the awkward ones, then many of every size. */
import { roundTo, type DType } from '../../src/ir/dtype.js'

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  -0.3,
  2,
  3,
  -3,
  Infinity,
  -Infinity,
  NaN,
  1.1754944e-38,
  3.4028235e38,
  -3.4028235e38,
  1e-30,
  88.7,
  89,
  -87,
  -104,
  1e10,
  -1e10,
  1e30,
  2147483648,
  -2147483648,
  4294967296,
  8388607.5,
  16777217,
  0.7,
  -7.25,
]
const halves = [0, -0, 1, -1, 0.5, 3, NaN, Infinity, -Infinity, 2 ** -14, 65504, -65504, 2049, 0.1, -7.25, 10, -9.5].map(roundTo.f16)
const ints = [0, 1, -1, 2, 3, 7, -7, 31, 32, 33, -33, 46341, 65536, 2147483647, -2147483648, -2147483647]
const words = [0, 1, 2, 3, 7, 31, 32, 33, 65536, 2147483647, 2147483648, 4294967295]

const special: { readonly [D in DType]: readonly number[] } = { f32: floats, f16: halves, i32: ints, u32: words, bool: [0, 1] }

/** A sequence that looks random and is the same everywhere, in [0, 1). */
const sequence = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const bits = new DataView(new ArrayBuffer(4))

const float = (next: () => number, i: number): number => {
  const around = (size: number): number => (next() - 0.5) * size
  switch (i % 8) {
    case 0:
      bits.setUint32(0, Math.floor(next() * 2 ** 32))
      return bits.getFloat32(0)
    case 1:
      return around(2)
    case 2:
      return around(20)
    case 3:
      return around(200)
    case 4:
      return around(2e4)
    case 5:
      return Math.sign(around(1)) * Math.exp(-20 * next())
    case 6:
      return 1 + around(1) * Math.exp(-15 * next())
    default:
      return Math.round(around(40)) / 2
  }
}

const draw: { readonly [D in DType]: (next: () => number, i: number) => number } = {
  f32: (next, i) => Math.fround(float(next, i)),
  f16: (next, i) => roundTo.f16(float(next, i)),
  i32: (next, i) => (i % 2 === 0 ? Math.floor(next() * 2 ** 32) | 0 : Math.floor(next() * 200) - 100),
  u32: (next, i) => (i % 2 === 0 ? Math.floor(next() * 2 ** 32) : Math.floor(next() * 100)),
  bool: (next) => Math.round(next()),
}

const product = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  lists.reduce<readonly (readonly number[])[]>((rows, list) => rows.flatMap((row) => list.map((x) => [...row, x])), [[]])

/** Rows of arguments of those dtypes: every combination of special values, then `count` more. */
export const sampleRows = (dtypes: readonly DType[], count: number): readonly (readonly number[])[] => {
  const next = sequence(20240)
  const drawn = Array.from({ length: count }, (_, i) => dtypes.map((dtype, d) => draw[dtype](next, i + d * 3)))
  return [...product(dtypes.map((dtype) => special[dtype].map((x) => (dtype === 'f32' ? Math.fround(x) : x)))), ...drawn]
}
