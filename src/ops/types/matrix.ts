/** Literal shapes of products, and of what is made of matrices. */
import type { Shape } from '../../ir/shape.js'
import type { Last, WithLast } from './axis.js'
import type { Broadcast, HasNever } from './elementwise.js'
import type { Difference, Least, Sum } from './number.js'

/** The axes before those of the matrix. */
export type BatchOf<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer B extends Shape, number, number]
    ? readonly [...B]
    : readonly []

/** The result of a matrix product. */
export type Multiplied<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : A extends readonly [...infer L extends Shape, number]
    ? B extends readonly [number, infer N extends number]
      ? readonly [...L, N]
      : B extends readonly [number]
        ? readonly [...L]
        : A extends readonly [number]
          ? readonly [...BatchOf<B>, Last<B>]
          : Broadcast<BatchOf<A>, BatchOf<B>> extends infer C extends Shape
            ? readonly [...C, A[RowsAt<A>] & number, Last<B>]
            : never
    : Shape

/** The index of the second last axis, for the ranks that shapes of matrices have. */
type RowsAt<S extends Shape> = S extends readonly [...infer B extends Shape, number, number] ? B['length'] & keyof S : never

/** The axis of the right operand that is summed. */
type InnerOf<B extends Shape> = B extends
  readonly [infer K extends number] | readonly [...infer _ extends Shape, infer K extends number, number]
  ? K
  : number

/** Accepts B only where its inner axis fits A's, and the batches meet. */
export type Multipliable<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? number extends Last<A> | InnerOf<B>
    ? unknown
    : Inner<Last<A>, InnerOf<B>, A, B>
  : Inner<Last<A>, InnerOf<B>, A, B> &
      (true extends HasNever<Broadcast<BatchOf<A>, BatchOf<B>>>
        ? { readonly error: 'the batches do not broadcast'; readonly shapes: [A, B] }
        : unknown)

type Inner<K extends number, L extends number, A extends Shape, B extends Shape> = number extends K | L
  ? unknown
  : L extends K
    ? unknown
    : { readonly error: 'the inner axes differ'; readonly shapes: [A, B] }

/** NumPy's `dot`: scalars scale; else the axes of both, without those that are summed. */
export type Dotted<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : A extends readonly []
    ? B
    : B extends readonly []
      ? A
      : A extends readonly [...infer L extends Shape, number]
        ? B extends readonly [number]
          ? readonly [...L]
          : readonly [...L, ...BatchOf<B>, Last<B>]
        : Shape

/** Accepts B only where its inner axis fits A's; scalars scale. */
export type Dottable<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? unknown
  : A extends readonly []
    ? unknown
    : B extends readonly []
      ? unknown
      : Inner<Last<A>, InnerOf<B>, A, B>

/** Queries of [..., t, d] and values of [..., s, e] to [..., t, e], where both have as many axes before. */
export type Attended<Q extends Shape, V extends Shape> = number extends Q['length'] | V['length']
  ? Shape
  : V extends readonly [...(readonly number[]), infer E extends number]
    ? Q['length'] extends V['length']
      ? WithLast<Q, E>
      : Shape
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

/** Without the last axis: a value for each row. */
export type Values<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer V extends Shape, number]
    ? readonly [...V]
    : Shape

/** The batch of S with axes of its matrix [m, n]: m, n, or the smaller, k. */
export type Factor<S extends Shape, Axes extends readonly ('m' | 'n' | 'k')[]> = number extends S['length']
  ? Shape
  : S extends readonly [...infer B extends Shape, infer M extends number, infer N extends number]
    ? readonly [...B, ...Lengths<Axes, { readonly m: M; readonly n: N; readonly k: Least<M, N> }>]
    : Shape

type Lengths<Axes extends readonly (keyof L)[], L extends Readonly<Record<'m' | 'n' | 'k', number>>> = {
  readonly [K in keyof Axes]: L[Axes[K]]
}

/** The shape of x in a x = b: that of b, whose batch broadcasts with that of a. */
export type Solution<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : A extends readonly [number, number]
    ? B
    : B extends readonly [infer N extends number]
      ? readonly [...BatchOf<A>, N]
      : B extends readonly [...(readonly number[]), infer N extends number, infer M extends number]
        ? Broadcast<BatchOf<A>, BatchOf<B>> extends infer C extends Shape
          ? readonly [...C, N, M]
          : never
        : Shape

type RowsOf<B extends Shape> = B extends readonly [infer N extends number]
  ? N
  : B extends readonly [...(readonly number[]), infer N extends number, number]
    ? N
    : number

/** Refuses a literal right-hand side of another number of rows, or in batches that do not broadcast. */
export type Solvable<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? unknown
  : A extends readonly [...(readonly number[]), infer N extends number]
    ? (number extends N | RowsOf<B>
        ? unknown
        : [N, RowsOf<B>] extends [RowsOf<B>, N]
          ? unknown
          : { readonly error: 'the rows differ'; readonly shapes: [A, B] }) &
        (true extends HasNever<Broadcast<BatchOf<A>, BatchOf<B>>>
          ? { readonly error: 'the batches do not broadcast'; readonly shapes: [A, B] }
          : unknown)
    : unknown

/** What k must be for the last axis to have as many elements. */
export type AtMost<S extends Shape, K extends number> = [Difference<Last<S>, K>] extends [never]
  ? { readonly error: `there are ${Last<S>} elements on the last axis, not ${K}`; readonly shape: S }
  : unknown

type Absolute<K extends number> = `${K}` extends `-${infer N extends number}` ? N : K

/** A vector as the k-th diagonal of a square matrix; a matrix to one of its diagonals, whose length is not followed. */
export type Diagonal<S extends Shape, K extends number> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends number]
    ? readonly [Sum<N, Absolute<K>>, Sum<N, Absolute<K>>]
    : readonly [number]
