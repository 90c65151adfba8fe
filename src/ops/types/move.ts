/** Literal shapes through ops that move, add and drop axes. */
import type { Shape } from '../../ir/shape.js'
import type { AxesIn, AxisOf, Known, Place, Without } from './axis.js'

/** A shape with another before its P-th axis. */
export type Inserted<S extends Shape, P extends number, N extends Shape, Seen extends readonly unknown[] = []> = Seen['length'] extends P
  ? readonly [...N, ...S]
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? readonly [H, ...Inserted<R, P, N, [...Seen, unknown]>]
    : readonly []

type ListOf<A> = A extends readonly number[] ? A : A extends number ? readonly [A] : Shape

/** A shape with as many axes more as are named. */
type Longer<S extends Shape, A> = readonly [...S, ...ListOf<A>]

/** The axes of S in order, with axes of length N at the places P of the result. */
type Spread<S extends Shape, P extends number, N extends number, Seen extends readonly unknown[] = []> = Seen['length'] extends P
  ? readonly [N, ...Spread<S, Exclude<P, Seen['length']>, N, [...Seen, unknown]>]
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? readonly [H, ...Spread<R, P, N, [...Seen, unknown]>]
    : readonly []

/** With axes of length N at places in the result. */
export type Expanded<S extends Shape, A, N extends number = 1> =
  Known<S> extends false
    ? Shape
    : number extends ListOf<A>['length'] | ListOf<A>[number] | Place<Longer<S, A>, ListOf<A>[number]>
      ? Shape
      : Spread<S, Place<Longer<S, A>, ListOf<A>[number]>, N> extends infer R extends Shape
        ? R
        : Shape

/** What axes must be for the result to have them. */
export type NewAxis<S extends Shape, A> =
  Known<S> extends false ? unknown : number extends ListOf<A>['length'] ? unknown : AxisOf<Longer<S, A>, ListOf<A>[number]>

type At<S extends Shape, P extends number> = S[P] & number

export type Swapped<S extends Shape, A extends number, B extends number> =
  Known<S> extends false
    ? Shape
    : number extends A | B
      ? Shape
      : {
          readonly [K in keyof S]: K extends `${Place<S, A>}` ? At<S, Place<S, B>> : K extends `${Place<S, B>}` ? At<S, Place<S, A>> : S[K]
        }

export type Moved<S extends Shape, A extends number, B extends number> =
  Known<S> extends false
    ? Shape
    : number extends A | B
      ? Shape
      : Inserted<Without<S, Place<S, A>>, Place<S, B>, readonly [At<S, Place<S, A>>]>

type Reversed<S extends Shape> = S extends readonly [infer H extends number, ...infer R extends Shape]
  ? readonly [...Reversed<R>, H]
  : readonly []

/** A literal shape with its axes reversed, or as a literal permutation says; else `Shape`. */
export type Transposed<S extends Shape, P> = number extends S['length']
  ? Shape
  : P extends readonly number[]
    ? number extends P['length'] | P[number]
      ? Shape
      : { readonly [K in keyof P]: At<S, Place<S, P[K] & number>> }
    : Reversed<S>

/** What a permutation must be to be one of the axes of S. */
export type Permutes<S extends Shape, P> =
  Known<S> extends false
    ? unknown
    : P extends readonly number[]
      ? number extends P['length'] | P[number]
        ? unknown
        : P['length'] extends S['length']
          ? AxisOf<S, P[number]> & Covers<S, P, Exclude<keyof S, `${Place<S, P[number]>}` | keyof (readonly [])>>
          : { readonly error: `${P['length']} axes are named, and there are ${S['length']}`; readonly shape: S }
      : unknown

type Covers<S extends Shape, P, Left> = [Left] extends [never]
  ? unknown
  : { readonly error: `axis ${Left & string} is not named`; readonly shape: S; readonly perm: P }

type WithoutOnes<S extends Shape> = S extends readonly [infer H extends number, ...infer R extends Shape]
  ? H extends 1
    ? WithoutOnes<R>
    : readonly [H, ...WithoutOnes<R>]
  : readonly []

/** The axes that `squeeze` names; `never` for none. */
type Named<A> = AxesIn<{ readonly axis: A }>

export type Squeezed<S extends Shape, A> =
  Known<S> extends false
    ? Shape
    : A extends undefined
      ? number extends S[number]
        ? Shape
        : WithoutOnes<S>
      : number extends Named<A>
        ? Shape
        : Without<S, Place<S, Named<A>>>

/** What axes must be to be some of S, of length 1. */
export type Squeezable<S extends Shape, A> =
  Known<S> extends false
    ? unknown
    : number extends Named<A>
      ? unknown
      : [A] extends [undefined]
        ? unknown
        : AxisOf<S, Named<A>> & AllOne<S, At<S, Place<S, Named<A>>>>

type AllOne<S extends Shape, N extends number> = number extends N
  ? unknown
  : [N] extends [1]
    ? unknown
    : { readonly error: `an axis of length ${Exclude<N, 1>} cannot go`; readonly shape: S }
