/** Types of loops: what a step sees of trees of rows, and what its results are stacked to. */
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import type { Tree } from '../../ir/tree.js'
import type { IsOpen, LeavesIn } from '../../ir/typing.js'

/** Without the first axis. */
type Row<S extends Shape> = S extends readonly [number, ...infer R extends Shape] ? readonly [...R] : Shape

/** What a step sees of a tree of tensors: a row of each. */
export type RowsOf<T> = IsOpen<T> extends true ? Tree<RowsIn<LeavesIn<T>>> : RowsIn<T>

type RowsIn<T> = T extends Tensor<infer S, infer D> ? Tensor<Row<S>, D> : { readonly [K in keyof T]: RowsOf<T[K]> }

type Stack<N extends number, S extends Shape> = number extends S['length'] ? Shape : readonly [N, ...S]

/** N of each tensor of a tree, along a new first axis. */
export type StackedOf<T, N extends number> = IsOpen<T> extends true ? Tree<StackIn<LeavesIn<T>, N>> : StackIn<T, N>

type StackIn<T, N extends number> =
  T extends Tensor<infer S, infer D>
    ? Tensor<Stack<N, S>, D>
    : T extends number
      ? Tensor<readonly [N], 'f32'>
      : { readonly [K in keyof T]: StackedOf<T[K], N> }

/** The lengths of the first axes in a tree. */
type FirstIn<T> =
  T extends Tensor<infer S>
    ? S extends readonly [infer N extends number, ...Shape]
      ? N
      : number
    : T extends readonly unknown[]
      ? FirstIn<T[number]>
      : T extends object
        ? { [K in keyof T]: FirstIn<T[K]> }[keyof T]
        : never

/** One literal number; `number` for several, and for none. */
type Only<N> = [N] extends [never] ? number : IsOne<N> extends true ? N & number : number

type IsOne<N, All = N> = N extends unknown ? ([All] extends [N] ? true : false) : never

/** How many steps: as many as asked, or as xs have rows. */
export type LengthOf<X, O> = Steps<X, O> extends infer N extends number ? N : number

type Steps<X, O> = O extends { readonly length: infer N extends number } ? N : IsOpen<X> extends true ? number : Only<FirstIn<X>>

/** What xs must be to have one number of rows. */
export type SameLength<X, O> =
  IsOpen<X> extends true ? unknown : Lengths<FirstIn<X> | (O extends { readonly length: infer N extends number } ? N : never)>

type Lengths<N> = number extends N
  ? unknown
  : false extends IsOne<N>
    ? { readonly error: `the numbers of rows differ: ${N & number}` }
    : unknown
