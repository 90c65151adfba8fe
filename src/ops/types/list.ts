/** Literal shapes of tensors that are joined. */
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import type { AxisIn, AxisOf, Known, OfRank, Place, Without } from './axis.js'
import type { Expanded } from './move.js'
import type { Sum } from './number.js'

/** The shapes of tensors in a list. */
type ShapesIn<T extends readonly unknown[]> = T extends readonly [Tensor<infer S>, ...infer R] ? readonly [S, ...ShapesIn<R>] : readonly []

/** One length; `number` where two are not the same, or either is not known. */
type Meet<A, B> = A extends B ? (B extends A ? A & number : number) : number

type MeetAll<A extends Shape, B extends Shape> = { readonly [K in keyof A]: Meet<A[K], K extends keyof B ? B[K] : never> }

/** Of the shapes of tensors, one that all of them have, but for the axis at P. */
type Common<L extends readonly unknown[], Sum extends Shape> = L extends readonly [infer S extends Shape, ...infer R]
  ? Common<R, MeetAll<Sum, S>>
  : Sum

type SumAt<L extends readonly unknown[], P extends number, Total extends number = 0> = L extends readonly [
  infer S extends Shape,
  ...infer R,
]
  ? SumAt<R, P, Sum<Total, S[P] & number>>
  : Total

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
