/** Element types and the host arrays that hold them. */
import { fromHalfBits, halfBits, roundHalf } from './half.js'

/** Every element type, in printing order. */
export const dtypes = ['f32', 'f16', 'i32', 'u32', 'bool'] as const

/** The type of one element: float of 32 or 16 bits, signed or unsigned integer of 32, or truth value. */
export type DType = (typeof dtypes)[number]

/** The dtypes that carry gradients. */
export type FloatType = 'f32' | 'f16'

/** The host array of each dtype. An `f16` is its 16 bits, as IEEE 754 has them; a `bool` is one byte, 0 or 1. */
export interface DataOf {
  readonly f32: Float32Array<ArrayBuffer>
  readonly f16: Uint16Array<ArrayBuffer>
  readonly i32: Int32Array<ArrayBuffer>
  readonly u32: Uint32Array<ArrayBuffer>
  readonly bool: Uint8Array<ArrayBuffer>
}

export type TypedArray = DataOf[DType]

const constructors = { f32: Float32Array, f16: Uint16Array, i32: Int32Array, u32: Uint32Array, bool: Uint8Array } as const

/** A zeroed host array of `size` elements. */
export const allocate = <D extends DType>(dtype: D, size: number): DataOf[D] => new constructors[dtype](size) as DataOf[D]

/** The dtype that a typed array's class stands for, if it is one of ours. */
export const dtypeOfTyped = (data: unknown): DType | undefined => dtypes.find((d) => data instanceof constructors[d])

/** Host data of a dtype from numbers that are values of it; for `f16`, from any, rounded. */
export const fromNumbers = <D extends DType>(dtype: D, values: ArrayLike<number>): DataOf[D] => {
  const data = allocate<DType>(dtype, values.length)
  if (dtype === 'f16') for (let i = 0; i < values.length; i++) data[i] = halfBits(roundHalf(values[i] as number))
  else data.set(values)
  return data as DataOf[D]
}

/** The elements of host data as numbers: the data itself, but for the bits of `f16`. */
export const toNumbers = (dtype: DType, data: TypedArray): TypedArray => (dtype === 'f16' ? Float32Array.from(data, fromHalfBits) : data)

/** True for dtypes that carry gradients. */
export const isFloat = (dtype: DType): dtype is FloatType => dtype === 'f32' || dtype === 'f16'

/** True for dtypes that arithmetic is defined on: all but `bool`. */
export const isNumeric = (dtype: DType): boolean => dtype !== 'bool'

/** True for dtypes that bitwise operators take. */
export const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32'

/** Bytes of one element on a device. A `bool` takes a whole word there: WGSL stores no truth values. */
export const deviceBytes = (dtype: DType): number => (dtype === 'f16' ? 2 : 4)

/** Rounds an f64 result to the nearest value of the dtype; out-of-range integers saturate and NaN becomes 0, as in XLA. */
export const roundTo: { readonly [D in DType]: (x: number) => number } = {
  f32: Math.fround,
  f16: roundHalf,
  i32: (x) => (x !== x ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(x))) + 0),
  u32: (x) => (x !== x ? 0 : Math.max(0, Math.min(4294967295, Math.trunc(x))) + 0),
  bool: (x) => (x === 0 ? 0 : 1),
}

/** The dtype that sums of a dtype are accumulated in. */
export const wideOf = <D extends DType>(dtype: D): Exclude<D, 'f16'> | 'f32' => (dtype === 'f16' ? 'f32' : (dtype as Exclude<D, 'f16'>))

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes for people: `1.5 MiB`. */
export const showBytes = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)))
  const value = bytes / 1024 ** power
  return `${power === 0 ? String(value) : value.toFixed(1)} ${units[power] as string}`
}
