/**
 * Literal shapes through ops that change them. Where a shape or an axis is no literal, results are `Shape`, and what is
 * wrong is found when the function is traced. Arguments that cannot be right are held to a type with an `error` that says why.
 */
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'

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
type Known<S extends Shape> = S['length'] extends keyof Places ? true : false

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

/** A shape with another before its P-th axis. */
type Inserted<S extends Shape, P extends number, N extends Shape, Seen extends readonly unknown[] = []> = Seen['length'] extends P
  ? readonly [...N, ...S]
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? readonly [H, ...Inserted<R, P, N, [...Seen, unknown]>]
    : readonly []

type Longer<S extends Shape> = readonly [...S, 1]

/** With an axis of length N at a place in the result. */
export type Expanded<S extends Shape, A, N extends number = 1> =
  Known<S> extends false
    ? Shape
    : A extends number
      ? number extends A | Place<Longer<S>, A>
        ? Shape
        : Inserted<S, Place<Longer<S>, A>, readonly [N]>
      : Shape

/** What an axis must be for the result to have it. */
export type NewAxis<S extends Shape, A> = Known<S> extends false ? unknown : A extends number ? AxisOf<Longer<S>, A> : unknown

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

type WithoutOnes<S extends Shape> = S extends readonly [infer H extends number, ...infer R extends Shape]
  ? H extends 1
    ? WithoutOnes<R>
    : readonly [H, ...WithoutOnes<R>]
  : readonly []

export type Squeezed<S extends Shape, A> =
  Known<S> extends false
    ? Shape
    : A extends number
      ? number extends A
        ? Shape
        : Without<S, Place<S, A>>
      : A extends undefined
        ? number extends S[number]
          ? Shape
          : WithoutOnes<S>
        : Shape

/** The P-th axis may be of any length. */
export type Resized<S extends Shape, A extends number> =
  Known<S> extends false
    ? Shape
    : number extends A
      ? { readonly [K in keyof S]: number }
      : { readonly [K in keyof S]: K extends `${Place<S, A>}` ? number : S[K] }

/** The rank of S. */
export type OfRank<S extends Shape> = { readonly [K in keyof S]: number }

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

/** S with another last axis. */
export type WithLast<S extends Shape, N extends number> = S extends readonly [...infer R extends Shape, number] ? readonly [...R, N] : Shape

type Same<O> = O extends { readonly padding: 'same' }
  ? O extends { readonly strides: infer N }
    ? N extends 1
      ? true
      : false
    : 'strides' extends keyof O
      ? false
      : true
  : false

/** Images and kernels to positions: as long as the image where padding makes them so. */
export type Convolved<X extends Shape, W extends Shape, O> = X extends readonly [infer N extends number, number, ...infer S extends Shape]
  ? W extends readonly [infer C extends number, number, ...infer _ extends Shape]
    ? readonly [N, C, ...(Same<O> extends true ? S : OfRank<S>)]
    : Shape
  : Shape

/** Kernels must take as many channels as images have, where neither is in groups. */
export type Channels<X extends Shape, W extends Shape, O> = 'groups' extends keyof O
  ? unknown
  : X extends readonly [number, infer C extends number, ...infer S extends Shape]
    ? W extends readonly [number, infer D extends number, ...infer T extends Shape]
      ? number extends S['length'] | T['length']
        ? unknown
        : S['length'] extends T['length']
          ? number extends C | D
            ? unknown
            : C extends D
              ? unknown
              : { readonly error: `images have ${C} channels, kernels take ${D}`; readonly shapes: [X, W] }
          : { readonly error: `images have ${S['length']} spatial axes, kernels ${T['length']}`; readonly shapes: [X, W] }
      : unknown
    : unknown

/** Windows of images: their positions are counted when traced. */
export type Pooled<X extends Shape, O> = X extends readonly [infer N extends number, infer C extends number, ...infer S extends Shape]
  ? readonly [N, C, ...(O extends { readonly padding: 'same'; readonly strides: 1 } ? S : OfRank<S>)]
  : Shape

/** The shapes of tensors in a list. */
type ShapesIn<T extends readonly unknown[]> = T extends readonly [Tensor<infer S>, ...infer R] ? readonly [S, ...ShapesIn<R>] : readonly []

/** One length; `number` where two are not the same, or either is not known. */
type Meet<A, B> = A extends B ? (B extends A ? A & number : number) : number

type MeetAll<A extends Shape, B extends Shape> = { readonly [K in keyof A]: Meet<A[K], K extends keyof B ? B[K] : never> }

/** Of the shapes of tensors, one that all of them have, but for the axis at P. */
type Common<L extends readonly unknown[], Sum extends Shape> = L extends readonly [infer S extends Shape, ...infer R]
  ? Common<R, MeetAll<Sum, S>>
  : Sum

/** Decimal digits of a number, the last first. */
type Digits<S extends string, Done extends readonly string[] = []> = S extends `${infer H}${infer R}`
  ? Digits<R, readonly [H, ...Done]>
  : Done

interface Units {
  readonly '0': readonly []
  readonly '1': readonly [0]
  readonly '2': readonly [0, 0]
  readonly '3': readonly [0, 0, 0]
  readonly '4': readonly [0, 0, 0, 0]
  readonly '5': readonly [0, 0, 0, 0, 0]
  readonly '6': readonly [0, 0, 0, 0, 0, 0]
  readonly '7': readonly [0, 0, 0, 0, 0, 0, 0]
  readonly '8': readonly [0, 0, 0, 0, 0, 0, 0, 0]
  readonly '9': readonly [0, 0, 0, 0, 0, 0, 0, 0, 0]
}

/** A digit and what is carried, added: the digit, and the next carry. */
type AddDigits<A, B, C extends readonly 0[]> = [...UnitsOf<A>, ...UnitsOf<B>, ...C]['length'] extends infer N extends number
  ? `${N}` extends `1${infer U}`
    ? U extends ''
      ? ['1', []]
      : [U, [0]]
    : [`${N}`, []]
  : never

type UnitsOf<A> = A extends keyof Units ? Units[A] : readonly []

type AddLists<A extends readonly string[], B extends readonly string[], C extends readonly 0[] = []> = [...A, ...B] extends readonly []
  ? C extends readonly [0]
    ? '1'
    : ''
  : AddDigits<A[0], B[0], C> extends [infer U extends string, infer Next extends readonly 0[]]
    ? `${AddLists<Rest<A>, Rest<B>, Next>}${U}`
    : never

type Rest<A extends readonly string[]> = A extends readonly [string, ...infer R extends readonly string[]] ? R : []

/** The sum of two lengths, digit by digit. */
export type Sum<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 0
    ? B
    : AddLists<Digits<`${A}`>, Digits<`${B}`>> extends `${infer N extends number}`
      ? N
      : number

type SumAt<L extends readonly unknown[], P extends number, Total extends number = 0> = L extends readonly [
  infer S extends Shape,
  ...infer R,
]
  ? SumAt<R, P, Sum<Total, S[P] & number>>
  : Total

type AxisIn<O> = O extends { readonly axis: infer A extends number } ? A : 'axis' extends keyof O ? number : 0

type JoinedAt<S extends Shape, L extends readonly unknown[], P extends number> = {
  readonly [K in keyof S]: K extends `${P}` ? SumAt<L, P> : S[K]
}

/** Tensors one after another along an axis. */
export type Joined<T extends readonly unknown[], O> = number extends T['length']
  ? Shape
  : ShapesIn<T> extends infer L extends readonly [Shape, ...(readonly Shape[])]
    ? Known<L[0]> extends false
      ? Shape
      : number extends AxisIn<O>
        ? OfRank<L[0]>
        : Place<L[0], AxisIn<O>> extends infer P extends number
          ? JoinedAt<Common<L, L[0]>, L, P>
          : Shape
    : Shape

/** Tensors of one shape along a new axis. */
export type Stacked<T extends readonly unknown[], O> = number extends T['length']
  ? Shape
  : ShapesIn<T> extends infer L extends readonly [Shape, ...(readonly Shape[])]
    ? Known<L[0]> extends false
      ? Shape
      : Expanded<Common<L, L[0]>, AxisIn<O>, T['length']>
    : Shape

/** The first of several shapes that is another than the first on an axis where all must be equal. */
type Unlike<L extends readonly unknown[], First extends Shape, P extends number> = L extends readonly [infer S extends Shape, ...infer R]
  ? number extends S['length']
    ? never
    : S['length'] extends First['length']
      ? Differ<Without<S, P>, Without<First, P>> extends true
        ? S
        : Unlike<R, First, P>
      : S
  : never

type Differ<A extends Shape, B extends Shape> = A extends readonly [infer X extends number, ...infer R extends Shape]
  ? B extends readonly [infer Y extends number, ...infer Q extends Shape]
    ? number extends X | Y
      ? Differ<R, Q>
      : X extends Y
        ? Differ<R, Q>
        : true
    : true
  : false

/** What tensors must be to be joined along an axis (of those that they have, for `concat`; for `stack`, a new one). */
export type Joinable<T extends readonly Tensor[], P extends 'axis' | 'none', O> = number extends T['length']
  ? unknown
  : T extends readonly Tensor<Shape, T[0]['dtype']>[]
    ? JoinableShapes<T, P, O>
    : { readonly error: 'the dtypes differ'; readonly dtypes: T[number]['dtype'] }

type JoinableShapes<T extends readonly unknown[], P extends 'axis' | 'none', O> =
  ShapesIn<T> extends infer L extends readonly [Shape, ...(readonly Shape[])]
    ? Known<L[0]> extends false
      ? unknown
      : P extends 'axis'
        ? number extends AxisIn<O>
          ? unknown
          : Verdict<Unlike<L, L[0], Place<L[0], AxisIn<O>>>, L[0]>
        : Verdict<Unlike<L, L[0], never>, L[0]>
    : unknown

type Verdict<Bad, First> = [Bad] extends [never] ? unknown : { readonly error: 'the shapes differ'; readonly shapes: [First, Bad] }

/** What the axis of `concat` must be. */
export type JoinAxis<T extends readonly unknown[], O> = number extends T['length']
  ? unknown
  : ShapesIn<T> extends infer L extends readonly [Shape, ...(readonly Shape[])]
    ? AxisOf<L[0], AxisIn<O>>
    : unknown

/** Queries of [..., t, d] and values of [..., s, e] to [..., t, e], where both have as many axes before. */
export type Attended<Q extends Shape, V extends Shape> = number extends Q['length'] | V['length']
  ? Shape
  : V extends readonly [...(readonly number[]), infer E extends number]
    ? Q['length'] extends V['length']
      ? WithLast<Q, E>
      : Shape
    : Shape

/** Along an axis a cumulative op keeps the shape; without one it flattens. */
export type Cumulated<S extends Shape, O> = O extends { readonly axis: number } ? S : 'axis' extends keyof O ? Shape : readonly [number]
