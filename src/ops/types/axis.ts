/**
 * Literal shapes through ops that change them. Where a shape or an axis is no literal, results are `Shape`, and what is
 * wrong is found when the function is traced. Arguments that cannot be right are held to a type with an `error` that says why.
 */
import type { Shape } from '../../ir/shape.js'

/** Axes counted from either end, by rank, as indices. Literal ranks end here. */
interface Places {
  readonly 0: Readonly<Record<never, never>>
  readonly 1: { readonly 0: 0; readonly [-1]: 0 }
  readonly 2: { readonly 0: 0; readonly 1: 1; readonly [-1]: 1; readonly [-2]: 0 }
  readonly 3: { readonly 0: 0; readonly 1: 1; readonly 2: 2; readonly [-1]: 2; readonly [-2]: 1; readonly [-3]: 0 }
  readonly 4: PlacesOf4
  readonly 5: PlacesOf5
}

interface PlacesOf4 {
  readonly 0: 0
  readonly 1: 1
  readonly 2: 2
  readonly 3: 3
  readonly [-1]: 3
  readonly [-2]: 2
  readonly [-3]: 1
  readonly [-4]: 0
}

interface PlacesOf5 {
  readonly 0: 0
  readonly 1: 1
  readonly 2: 2
  readonly 3: 3
  readonly 4: 4
  readonly [-1]: 4
  readonly [-2]: 3
  readonly [-3]: 2
  readonly [-4]: 1
  readonly [-5]: 0
}

/** A shape whose rank is known, and small enough to count axes in. */
export type Known<S extends Shape> = S['length'] extends keyof Places ? true : false

/** The index of an axis, or of several; `number` where that is not known. */
export type Place<S extends Shape, A extends number> = number extends A
  ? number
  : S['length'] extends infer R extends keyof Places
    ? A extends keyof Places[R]
      ? Places[R][A] & number
      : never
    : number

type Missing<S extends Shape, A extends number> = number extends A
  ? never
  : S['length'] extends infer R extends keyof Places
    ? Exclude<A, keyof Places[R]>
    : never

/** What an axis must be to be one of S: an unsatisfiable, readable type where it is not. */
export type AxisOf<S extends Shape, A extends number> = [Missing<S, A>] extends [never]
  ? unknown
  : { readonly error: `there is no axis ${Missing<S, A>} in a shape of ${S['length']} axes`; readonly shape: S }

/** The axes that options name: `never` where they name none. */
export type AxesIn<O> = O extends { readonly axis: infer A }
  ? A extends number
    ? A
    : A extends readonly (infer N extends number)[]
      ? N
      : never
  : never

/** What options must be for their axes to be those of S. */
export type AxisFits<S extends Shape, O> = AxisOf<S, AxesIn<O>>

/** Whether an option that is there, or not, is known, and what it is. */
type Flag<O, K extends string> = O extends Readonly<Record<K, infer V>> ? V : K extends keyof O ? boolean : false

type Ones<S extends Shape, P extends number> = { readonly [K in keyof S]: K extends `${P}` ? 1 : S[K] }

/** Without the axes at P. */
export type Without<S extends Shape, P extends number, Seen extends readonly unknown[] = []> = S extends readonly [
  infer H extends number,
  ...infer R extends Shape,
]
  ? Seen['length'] extends P
    ? Without<R, P, [...Seen, unknown]>
    : readonly [H, ...Without<R, P, [...Seen, unknown]>]
  : readonly []

type Finish<S extends Shape, P extends number, Keep> = boolean extends Keep ? Shape : Keep extends true ? Ones<S, P> : Without<S, P>

/** What a reduction of S with options leaves. */
export type Reduced<S extends Shape, O> =
  Known<S> extends false
    ? Shape
    : O extends { readonly axis: unknown }
      ? number extends AxesIn<O>
        ? Shape
        : Finish<S, Place<S, AxesIn<O>>, Flag<O, 'keepDims'>>
      : 'axis' extends keyof O
        ? Shape
        : Finish<S, number, Flag<O, 'keepDims'>> extends infer R extends Shape
          ? R
          : Shape

/** With the axis A of another length. */
export type Resized<S extends Shape, A extends number, N extends number = number> =
  Known<S> extends false
    ? Shape
    : number extends A
      ? { readonly [K in keyof S]: number }
      : { readonly [K in keyof S]: K extends `${Place<S, A>}` ? N : S[K] }

/** The rank of S. */
export type OfRank<S extends Shape> = { readonly [K in keyof S]: number }

/** S with another last axis. */
export type WithLast<S extends Shape, N extends number> = S extends readonly [...infer R extends Shape, number] ? readonly [...R, N] : Shape

/** Whether every length of S is known. */
export type IsWhole<S extends Shape> = number extends S['length'] | S[number] ? false : true

/** All but the last axis. */
export type Init<S extends Shape> = S extends readonly [...infer R extends Shape, number] ? R : readonly []

/** The last length. */
export type Last<S extends Shape> = S extends readonly [...(readonly number[]), infer L extends number] ? L : number

/** The axis that options name, one of `Default` where they name none, `number` where that is not known. */
export type AxisIn<O, Default extends number = 0> = O extends { readonly axis: infer A extends number }
  ? A
  : 'axis' extends keyof O
    ? number
    : Default
