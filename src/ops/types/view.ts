/** Literal shapes through views that change lengths. */
import type { DType } from '../../ir/dtype.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import type { AxisIn, Init, IsWhole, Known, Last, OfRank, Place, Resized } from './axis.js'
import type { Difference, Exactly, Product, QuotientUp, SizeOf, Sum } from './number.js'

/** Without the first axis of length N. */
type Drop<S extends Shape, N extends number> = S extends readonly [infer H extends number, ...infer R extends Shape]
  ? H extends N
    ? R
    : readonly [H, ...Drop<R, N>]
  : readonly []

/** Two shapes without the lengths that both have: what is left of X, and of S. */
type Cancel<X extends Shape, S extends Shape, Left extends Shape = readonly []> = X extends readonly [
  infer H extends number,
  ...infer R extends Shape,
]
  ? H extends S[number]
    ? Cancel<R, Drop<S, H>, Left>
    : Cancel<R, S, readonly [...Left, H]>
  : readonly [Left, S]

/** N divided by each of the lengths in turn; `never` where that is not whole. */
type Share<N extends number, S extends Shape> = [N] extends [never]
  ? never
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? Share<Exactly<N, H>, R>
    : N

/** The length of an axis that is left open; `never` where the others do not divide X. */
type Open<X extends Shape, S extends Shape> =
  IsWhole<X> extends false
    ? number
    : IsWhole<S> extends false
      ? number
      : 0 extends X[number] | S[number]
        ? number
        : Cancel<X, Drop<S, -1>> extends readonly [infer L extends Shape, infer R extends Shape]
          ? Share<SizeOf<L>, R>
          : number

/** X in a literal shape, of which one axis may be -1. */
export type Reshaped<X extends Shape, S extends Shape> = -1 extends S[number]
  ? { readonly [K in keyof S]: S[K] extends -1 ? Open<X, S> : -1 extends S[K] ? number : S[K] }
  : S

/** What a shape must be to hold the elements of X. */
export type Holds<X extends Shape, S extends Shape> = S extends readonly [-1]
  ? unknown
  : IsWhole<S> extends false
    ? unknown
    : IsWhole<X> extends false
      ? unknown
      : -1 extends S[number]
        ? -1 extends Drop<S, -1>[number]
          ? { readonly error: 'more than one axis is -1'; readonly shape: S }
          : [Open<X, S>] extends [never]
            ? Misfit<`${SizeOf<X>} elements do not divide into the shape`, X, S>
            : unknown
        : Cancel<X, S> extends readonly [infer L extends Shape, infer R extends Shape]
          ? HoldsSize<SizeOf<L>, SizeOf<R>> extends true
            ? unknown
            : Misfit<`${SizeOf<X>} elements do not fill a shape of ${SizeOf<S>}`, X, S>
          : unknown

/** Sizes too long to compute are left to the op. */
type HoldsSize<N extends number, M extends number> = number extends N | M ? true : N extends M ? true : false

interface Misfit<Error extends string, X extends Shape, S extends Shape> {
  readonly error: Error
  readonly shapes: [X, S]
}

/** What a shape must be for S to be broadcast to it. */
export type Into<S extends Shape, T extends Shape> = number extends S['length'] | T['length']
  ? unknown
  : Reaches<S, T> extends true
    ? unknown
    : Misfit<'the shape does not broadcast to this one', S, T>

type Reaches<S extends Shape, T extends Shape> = S extends readonly []
  ? true
  : T extends readonly []
    ? false
    : number extends Last<S> | Last<T>
      ? Reaches<Init<S>, Init<T>>
      : Last<S> extends Last<T> | 1
        ? Reaches<Init<S>, Init<T>>
        : false

/** The K-th of a list of numbers; `Default` where there is no list. */
type Nth<L, K, Default extends number> = L extends readonly number[] ? (K extends keyof L ? L[K] & number : number) : Default

/** Elements from, from + by, … below to: `never` where there are none such. */
type Steps<From extends number, To extends number, By extends number> = number extends From | To | By
  ? number
  : Difference<To, From> extends infer N extends number
    ? [N] extends [never]
      ? never
      : QuotientUp<N, By>
    : number

export type Sliced<S extends Shape, A extends readonly number[], B extends readonly number[], T> = number extends A['length'] | B['length']
  ? OfRank<S>
  : { readonly [K in keyof B]: Steps<Nth<A, K, number>, B[K] & number, Nth<T, K, 1>> }

/** Whether each of b's numbers is at least that of a. */
type Within<A extends readonly number[], B extends readonly number[]> = A extends readonly [
  infer X extends number,
  ...infer R extends readonly number[],
]
  ? B extends readonly [infer Y extends number, ...infer Q extends readonly number[]]
    ? [Difference<Y, X>] extends [never]
      ? false
      : Within<R, Q>
    : true
  : true

/** What the limits of a slice must be for it to lie in S. */
export type Limits<S extends Shape, A extends readonly number[], B extends readonly number[]> = number extends
  S['length'] | A['length'] | B['length']
  ? unknown
  : [A['length'], B['length']] extends [S['length'], S['length']]
    ? [Within<A, B>, Within<B, S>] extends [true, true]
      ? unknown
      : { readonly error: 'keep 0 <= start <= limit <= length'; readonly shape: S; readonly starts: A; readonly limits: B }
    : { readonly error: `give a start and a limit for each of ${S['length']} axes`; readonly shape: S }

type Widths = readonly (readonly [number, number])[]

/** The lengths with what is before and after them. */
export type Padded<S extends Shape, W extends Widths> = number extends W['length']
  ? OfRank<S>
  : number extends S['length']
    ? { readonly [K in keyof W]: number }
    : {
        readonly [K in keyof S]: K extends keyof W
          ? W[K] extends readonly [infer A extends number, infer B extends number]
            ? Sum<Sum<S[K], A>, B>
            : number
          : S[K]
      }

/** What widths must be to be one for each axis of S. */
export type Widens<S extends Shape, W extends Widths> = number extends S['length'] | W['length']
  ? unknown
  : W['length'] extends S['length']
    ? unknown
    : { readonly error: `${W['length']} widths are given, and there are ${S['length']} axes`; readonly shape: S }

type Times<T, N extends number, Done extends readonly T[] = []> = Done['length'] extends N ? Done : Times<T, N, readonly [...Done, T]>

/** A list of T whose length is known where N is literal, and below 100. */
export type Copies<T, N extends number> = number extends N
  ? readonly T[]
  : `${N}` extends `${string}${'-' | '.' | 'e'}${string}` | `${infer _A}${infer _B}${infer _C}${infer _R}`
    ? readonly T[]
    : Times<T, N>

/** The length of the axis that options name. */
type Along<S extends Shape, O> = Known<S> extends false ? number : number extends AxisIn<O> ? number : S[Place<S, AxisIn<O>>] & number

/** Pieces along an axis: a list as long as N is, or says. */
export type Pieces<S extends Shape, D extends DType, N extends number | readonly number[], O> = N extends readonly number[]
  ? { readonly [K in keyof N]: Tensor<Piece<S, O, N[K] & number>, D> }
  : N extends number
    ? Copies<Tensor<Piece<S, O, Exactly<Along<S, O>, N>>, D>, N>
    : never

type Piece<S extends Shape, O, L extends number> = Resized<S, AxisIn<O>, L> extends infer R extends Shape ? R : Shape

/** All of a list of lengths together. */
export type Total<N extends readonly number[], Done extends number = 0> = number extends N['length']
  ? number
  : N extends readonly [infer H extends number, ...infer R extends readonly number[]]
    ? Total<R, Sum<Done, H>>
    : Done

/** What pieces must be to make up an axis of S. */
export type Splits<S extends Shape, N extends number | readonly number[], O> = N extends readonly number[]
  ? HoldsSize<Along<S, O>, Total<N>> extends true
    ? unknown
    : { readonly error: `the pieces are ${Total<N>} long together, the axis ${Along<S, O>}`; readonly shape: S }
  : N extends number
    ? [Exactly<Along<S, O>, N>] extends [never]
      ? { readonly error: `an axis of ${Along<S, O>} does not split into ${N} equal pieces`; readonly shape: S }
      : unknown
    : unknown

type Reps<R> = R extends readonly number[] ? R : R extends number ? readonly [R] : Shape

/** The lengths, aligned at the end, so many times. */
export type Tiled<S extends Shape, R> = TiledBy<S, Reps<R>>

type TiledBy<S extends Shape, R extends Shape> = number extends S['length'] | R['length']
  ? Shape
  : S extends readonly []
    ? R
    : R extends readonly []
      ? S
      : readonly [...TiledBy<Init<S>, Init<R>>, Product<Last<S>, Last<R>>]

/** A length so many times, or as long as counts are together. */
type Repetitions<L extends number, N> = N extends readonly number[] ? Total<N> : N extends number ? Product<L, N> : number

export type Repeated<S extends Shape, N, O> = O extends { readonly axis: infer A extends number }
  ? Resized<S, A, Repetitions<Along<S, O>, N>>
  : 'axis' extends keyof O
    ? Shape
    : readonly [Repetitions<SizeOf<S>, N>]

/** What counts must be to be one for each element of an axis. */
export type Counts<S extends Shape, N, O> = N extends readonly number[]
  ? HoldsSize<N['length'], O extends { readonly axis: number } ? Along<S, O> : 'axis' extends keyof O ? number : SizeOf<S>> extends true
    ? unknown
    : { readonly error: `${N['length']} counts are given, and the axis is not as long`; readonly shape: S }
  : unknown
