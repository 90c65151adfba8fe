/** Element types and the host arrays that hold them. */

/** Every element type, in printing order. */
export const dtypes = ['f32', 'i32', 'u32', 'bool'] as const

/** The type of one element: 32-bit float, signed, unsigned, or truth value. */
export type DType = (typeof dtypes)[number]

/** The host array of each dtype. A `bool` is one byte, 0 or 1. */
export interface DataOf {
  readonly f32: Float32Array<ArrayBuffer>
  readonly i32: Int32Array<ArrayBuffer>
  readonly u32: Uint32Array<ArrayBuffer>
  readonly bool: Uint8Array<ArrayBuffer>
}

export type TypedArray = DataOf[DType]

const constructors = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, bool: Uint8Array } as const

/** A zeroed host array of `size` elements. */
export const allocate = <D extends DType>(dtype: D, size: number): DataOf[D] => new constructors[dtype](size) as DataOf[D]

/** The dtype that a typed array's class stands for, if it is one of ours. */
export const dtypeOfTyped = (data: unknown): DType | undefined => dtypes.find((d) => data instanceof constructors[d])

/** True for dtypes that carry gradients. */
export const isFloat = (dtype: DType): boolean => dtype === 'f32'

/** True for dtypes that arithmetic is defined on: all but `bool`. */
export const isNumeric = (dtype: DType): boolean => dtype !== 'bool'

/** True for dtypes that bitwise operators take. */
export const isInteger = (dtype: DType): boolean => dtype === 'i32' || dtype === 'u32'

/** Bytes of one element on a device. A `bool` takes a whole word there: WGSL has no smaller storage type. */
export const deviceBytes = 4

/** Rounds an f64 result to the nearest value of the dtype; out-of-range integers saturate and NaN becomes 0, as in XLA. */
export const roundTo: { readonly [D in DType]: (x: number) => number } = {
  f32: Math.fround,
  i32: (x) => (x !== x ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(x))) + 0),
  u32: (x) => (x !== x ? 0 : Math.max(0, Math.min(4294967295, Math.trunc(x))) + 0),
  bool: (x) => (x === 0 ? 0 : 1),
}
