/** Element values, from tame to the ones that break things, by dtype. They follow from a seed, so that a case is small data. */
import { fromNumbers, roundTo, type DType } from '../../src/ir/dtype.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import { sizeOf } from '../../src/ir/shape.js'
import type { TensorType } from '../../src/ir/type.js'
import { rngOf, type Rng } from '../../src/verify/random.js'

export { rngOf, type Rng }

export const choose = <T>(rng: Rng, list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T

/** Values at the edges of every dtype: signed zeros, infinities, NaN, subnormals, the largest, and those that round. */
export const edges: { readonly [D in DType]: readonly number[] } = {
  f32: [
    0,
    -0,
    1,
    -1,
    NaN,
    Infinity,
    -Infinity,
    2 ** -149,
    -(2 ** -127),
    2 ** -126,
    -(2 ** -126),
    3.4028234663852886e38,
    -3.4028234663852886e38,
    16777216,
    0.1,
    -1 / 3,
    0.5,
    -0.5,
    1.5,
    2.5,
    1e-20,
    -1e20,
    2147483648,
    -2147483648,
    4294967296,
    88.75,
    -104,
    1e-8,
    Math.PI,
    2,
  ],
  f16: [
    ...[0, -0, 1, -1, NaN, Infinity, -Infinity, 2 ** -24, -(2 ** -15), 2 ** -14, -(2 ** -14), 65504, -65504, 2048, 0.1, -1 / 3],
    ...[0.5, -0.5, 1.5, 2.5, 1e-4, -1e4, 11.0625, -9.5, 1e-3, Math.PI, 2],
  ],
  i32: [0, 1, -1, 2, -2, 3, 7, 31, 32, 33, -32, 255, 46341, 65536, -65536, 16777217, 2147483647, -2147483648, -2147483647],
  u32: [0, 1, 2, 3, 7, 31, 32, 33, 255, 65535, 65536, 16777217, 2147483647, 2147483648, 4294967295, 4294967294],
  bool: [0, 1],
}

/** How wild the values of a case are; 0 is the simplest, to which shrinking goes. */
export type Style = 0 | 1 | 2 | 3

const small: { readonly [D in DType]: (rng: Rng) => number } = {
  f32: (rng) => Math.floor(rng() * 9) / 2 - 2,
  f16: (rng) => Math.floor(rng() * 9) / 2 - 2,
  i32: (rng) => Math.floor(rng() * 9) - 3,
  u32: (rng) => Math.floor(rng() * 6),
  bool: (rng) => Math.floor(rng() * 2),
}

const tame: { readonly [D in DType]: (rng: Rng) => number } = {
  ...small,
  f32: (rng) => rng() * 4 - 2,
  f16: (rng) => rng() * 4 - 2,
  i32: (rng) => Math.floor(rng() * 200) - 100,
  u32: (rng) => Math.floor(rng() * 200),
}

const wide: { readonly [D in DType]: (rng: Rng) => number } = {
  ...small,
  f32: (rng) => (rng() < 0.5 ? -1 : 1) * 2 ** (rng() * 60 - 30),
  f16: (rng) => (rng() < 0.5 ? -1 : 1) * 2 ** (rng() * 32 - 18),
  i32: (rng) => (rng() * 2 - 1) * 2 ** (rng() * 31),
  u32: (rng) => 2 ** (rng() * 32) - 1,
}

/** One value: of small numbers, of tame ones, over a wide range, or at the edges. */
export const valueOf = (dtype: DType, style: Style, rng: Rng): number => {
  const raw =
    style === 0
      ? small[dtype](rng)
      : style === 1
        ? tame[dtype](rng)
        : style === 2 || rng() < 0.5
          ? wide[dtype](rng)
          : choose(rng, edges[dtype])
  return roundTo[dtype](raw)
}

export const arrayOf = ({ shape, dtype }: TensorType, style: Style, rng: Rng): NDArray => ({
  shape,
  dtype,
  data: fromNumbers(
    dtype,
    Array.from({ length: sizeOf(shape) }, () => valueOf(dtype, style, rng)),
  ),
})
