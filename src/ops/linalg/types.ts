/** Types of `linalg`: what literal shapes say of matrices. */
import type { Shape } from '../../ir/shape.js'

/** The axes before those of the matrix. */
export type BatchOf<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer B extends Shape, number, number]
    ? readonly [...B]
    : Shape

/** Refuses a literal shape whose matrix is not square, or is none. */
export type Square<S extends Shape> = number extends S['length']
  ? unknown
  : S extends readonly [...(readonly number[]), infer N extends number, infer M extends number]
    ? number extends N | M
      ? unknown
      : [N, M] extends [M, N]
        ? unknown
        : { readonly error: 'the matrix is not square'; readonly shape: S }
    : { readonly error: 'there is no matrix'; readonly shape: S }

/** Square as `S`, without its last axis: a value for each row. */
export type Values<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer V extends Shape, number]
    ? readonly [...V]
    : Shape

/** What square matrices stay; other shapes follow from lengths that types do not compare. */
export type IfSquare<S extends Shape, T extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...(readonly number[]), infer N extends number, infer M extends number]
    ? number extends N | M
      ? Shape
      : [N, M] extends [M, N]
        ? T
        : Shape
    : Shape

/** The shape of x in a x = b: that of b where a has no batch of its own. */
export type Solution<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : A extends readonly [number, number]
    ? B
    : Shape

type RowsOf<B extends Shape> = B extends readonly [infer N extends number]
  ? N
  : B extends readonly [...(readonly number[]), infer N extends number, number]
    ? N
    : number

/** Refuses a literal right-hand side of another number of rows. */
export type Solvable<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? unknown
  : A extends readonly [...(readonly number[]), infer N extends number]
    ? number extends N | RowsOf<B>
      ? unknown
      : [N, RowsOf<B>] extends [RowsOf<B>, N]
        ? unknown
        : { readonly error: 'the rows differ'; readonly shapes: [A, B] }
    : unknown
