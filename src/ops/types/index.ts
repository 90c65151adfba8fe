/** Literal shapes of what is read at indices. */
import type { Shape } from '../../ir/shape.js'
import type { AxisIn, Known, Place, Without } from './axis.js'
import type { Axis, HasNever } from './elementwise.js'
import type { Inserted } from './move.js'
import type { SizeOf } from './number.js'

/** What indices of shape I leave of the axis of S that options name. */
export type Taken<S extends Shape, I extends Shape, O> =
  Known<S> extends false
    ? Shape
    : number extends I['length']
      ? Shape
      : O extends { readonly axis: infer A extends number }
        ? number extends A
          ? Shape
          : Inserted<Without<S, Place<S, A>>, Place<S, A>, I>
        : 'axis' extends keyof O
          ? Shape
          : I

/** Along an axis as many as there are indices; other axes broadcast. */
export type TakenAlong<S extends Shape, I extends Shape, O> =
  Known<S> extends false
    ? Shape
    : number extends I['length']
      ? Shape
      : number extends AxisIn<O, -1>
        ? { readonly [K in keyof I]: number }
        : AlignedTo<S, I, Place<S, AxisIn<O, -1>>>

type AlignedTo<S extends Shape, I extends Shape, P extends number> = {
  readonly [K in keyof I]: K extends `${P}` ? I[K] : K extends keyof S ? Axis<S[K] & number, I[K]> : never
}

/** What indices must be to meet S on all axes but one. */
export type Aligned<S extends Shape, I extends Shape, O> = number extends S['length'] | I['length'] | AxisIn<O, -1>
  ? unknown
  : I['length'] extends S['length']
    ? true extends HasNever<TakenAlong<S, I, O>>
      ? { readonly error: 'the shapes do not meet on the other axes'; readonly shapes: [S, I] }
      : unknown
    : { readonly error: `there are ${I['length']} axes of indices, and ${S['length']} of x`; readonly shapes: [S, I] }

/** Along an axis a cumulative op keeps the shape; without one it flattens. */
export type Cumulated<S extends Shape, O> = O extends { readonly axis: number } ? S : 'axis' extends keyof O ? Shape : readonly [SizeOf<S>]
