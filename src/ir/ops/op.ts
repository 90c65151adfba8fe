/** What the compiler knows of an op: its type rule, its meaning, and how it becomes Kernel IR. */
import { isFloat, roundTo, type DType } from '../dtype.js'
import type { ScalarBuilder } from '../kernel/scalar.js'
import type { Scalar } from '../kernel/kernel.js'
import { sizeOf, stridesOf, type Shape } from '../shape.js'
import type { TensorType } from '../type.js'

/** A host array of the reference evaluator: every dtype as f64, already rounded to its dtype. */
export interface Host {
  readonly type: TensorType
  readonly data: Float64Array
}

/** An op applied: what rules may look at. */
export interface Applied<A> {
  readonly attrs: A
  readonly args: readonly TensorType[]
  readonly type: TensorType
}

/** The value of argument `arg` at an index, as an expression. */
export type Read = (arg: number, at: readonly Scalar[]) => Scalar

export type Combine = 'sum' | 'max' | 'min' | 'argmax' | 'argmin'

/**
 * A contraction as a product of rows and columns: what belongs to the columns may be computed once and laid out in panels
 * before it is multiplied with all rows. `tile[0]` is the axis of the rows.
 */
export interface Panel {
  /** The result's axes that make a column, outermost first. */
  readonly columns: readonly number[]
  /** Whether some factors are zeros that stand for terms that are left out: what they are multiplied with may be infinite or NaN. */
  readonly pads: boolean
  /** The factor of the columns. It does not depend on the row. */
  pack(b: ScalarBuilder, read: Read, at: readonly Scalar[], over: readonly Scalar[]): Scalar
  /** The factor of the row. It does not depend on the column. A term of the sum is the product of both. */
  row(b: ScalarBuilder, read: Read, at: readonly Scalar[], over: readonly Scalar[]): Scalar
}

/** A reduction at one output index: combines `term` over a box of `extents`. */
export interface Reduction {
  readonly extents: readonly number[]
  readonly combine: Combine
  term(b: ScalarBuilder, read: Read, at: readonly Scalar[], over: readonly Scalar[]): Scalar
  /** Output axes worth computing several of at once, since neighbours share what they read: rows and columns. */
  readonly tile?: readonly [number, number]
  readonly panel?: Panel
}

/**
 * How an op becomes Kernel IR.
 * `source`: a buffer of the program. `view`: a value read at a computed index. `point`: one scalar op. `reduce`: a loop.
 * `graph`: carries a sub-graph, which is inlined before scheduling.
 */
export type Lowering<A> =
  | { readonly kind: 'source' }
  | { readonly kind: 'graph' }
  | { readonly kind: 'point'; readonly cost: number; emit(b: ScalarBuilder, args: readonly Scalar[], applied: Applied<A>): Scalar }
  | {
      readonly kind: 'view'
      readonly cost: number
      emit(b: ScalarBuilder, read: Read, at: readonly Scalar[], applied: Applied<A>): Scalar
      readonly repeats: readonly number[]
    }
  | { readonly kind: 'reduce'; reduction(applied: Applied<A>): Reduction; readonly repeats: readonly number[] }

/** One op, one record. `view.repeats` and `reduce.repeats` list the arguments of which one element may be read many times. */
export interface OpDef<A> {
  /** The number of arguments; -1 for one or more. */
  readonly arity: number
  /** The result's type. @throws ShapeError, DTypeError */
  infer(args: readonly TensorType[], attrs: A): TensorType
  /** The meaning, plain and in f64. */
  evaluate(args: readonly Host[], applied: Applied<A>): Float64Array
  readonly lower: Lowering<A>
}

/** Calls `visit` with every index of a shape in row-major order. The array is reused: copy it to keep it. */
export const forEachIndex = (shape: Shape, visit: (at: readonly number[], flat: number) => void): void => {
  const at = new Array<number>(shape.length).fill(0)
  const size = sizeOf(shape)
  for (let flat = 0; flat < size; flat++) {
    visit(at, flat)
    for (let d = shape.length - 1; d >= 0; d--) {
      const next = (at[d] as number) + 1
      at[d] = next < (shape[d] as number) ? next : 0
      if (next < (shape[d] as number)) break
    }
  }
}

/** The element of a host array at an index. */
export const elementAt = (host: Host, at: readonly number[]): number => {
  const strides = stridesOf(host.type.shape)
  return host.data[at.reduce((sum, i, d) => sum + i * (strides[d] as number), 0)] as number
}

/** A host buffer whose element at every index is `value(index)`, rounded to the dtype. */
export const tabulate = (type: TensorType, value: (at: readonly number[], flat: number) => number): Float64Array => {
  const out = new Float64Array(sizeOf(type.shape))
  const round = roundTo[type.dtype]
  forEachIndex(type.shape, (at, flat) => (out[flat] = round(value(at, flat))))
  return out
}

/** The value that a sum, maximum or minimum starts from. */
export const identityOf = (combine: 'sum' | 'max' | 'min', dtype: DType): number => {
  if (combine === 'sum') return 0
  const largest = isFloat(dtype) ? Infinity : dtype === 'i32' ? 2147483647 : 4294967295
  const smallest = isFloat(dtype) ? -Infinity : dtype === 'i32' ? -2147483648 : 0
  return combine === 'max' ? smallest : largest
}
