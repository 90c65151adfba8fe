/** Literal shapes through Einstein's sums. Equations with '...', or without '->', are read when the op is called. */
import type { DType } from '../../ir/dtype.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'

/** An axis: its label, and its length. */
type Label = readonly [string, number]

/** The axes of a term; `never` where it names more or fewer than its operand has. */
type Bind<Term extends string, S extends Shape, Done extends Label = never> = Term extends `${infer L}${infer R}`
  ? L extends ' '
    ? Bind<R, S, Done>
    : S extends readonly [infer N extends number, ...infer Q extends Shape]
      ? Bind<R, Q, Done | readonly [L, N]>
      : 'rank'
  : S extends readonly []
    ? Done
    : 'rank'

type ShapeAt<T extends readonly unknown[]> = T extends readonly [Tensor<infer S>, ...infer _] ? S : never

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : readonly []

/** The axes of all terms, or the name of what is wrong. */
type BindAll<Left extends string, T extends readonly unknown[], Done = never> = T extends readonly []
  ? 'terms'
  : Left extends `${infer Term},${infer R}`
    ? BindAll<R, Tail<T>, Done | Bind<Term, ShapeAt<T>>>
    : Tail<T> extends readonly []
      ? Done | Bind<Left, ShapeAt<T>>
      : 'terms'

/** The length of a label; `never` where no operand has it. */
type LengthOf<L extends string, B> = Extract<B, readonly [L, number]>[1]

type Named<Out extends string, B, Done extends Shape = readonly []> = Out extends `${infer L}${infer R}`
  ? L extends ' '
    ? Named<R, B, Done>
    : Named<R, B, readonly [...Done, LengthOf<L, B>]>
  : Done

/** Whether shapes are known well enough, and the equation is written out. */
type Plain<E extends string, T extends readonly Tensor[]> = string extends E
  ? false
  : E extends `${string}.${string}`
    ? false
    : E extends `${string}->${string}`
      ? number extends T['length'] | T[number]['shape']['length']
        ? false
        : true
      : false

export type Summed<E extends string, T extends readonly Tensor[]> =
  Plain<E, T> extends true ? (E extends `${infer Left}->${infer Out}` ? Named<Out, BindAll<Left, T>> : Shape) : Shape

/** What operands must be to be of one dtype, where that is known of all. */
export type SameDTypes<T extends readonly Tensor[]> = DType extends T[number]['dtype']
  ? unknown
  : T extends readonly Tensor<Shape, (T[0] & Tensor)['dtype']>[]
    ? unknown
    : { readonly error: 'the dtypes differ'; readonly dtypes: T[number]['dtype'] }

/** Labels of the result that no operand has. */
type Unknown<Out extends string, B> = Out extends `${infer L}${infer R}`
  ? (L extends ' ' ? never : [LengthOf<L, B>] extends [never] ? L : never) | Unknown<R, B>
  : never

/** What operands must be to fit an equation. */
export type Fits<E extends string, T extends readonly Tensor[]> =
  Plain<E, T> extends true ? (E extends `${infer Left}->${infer Out}` ? Judged<E, BindAll<Left, T>, Out, T> : unknown) : unknown

type Judged<E extends string, B, Out extends string, T extends readonly Tensor[]> = 'terms' extends B
  ? Bad<'the equation has another number of terms', E, T>
  : 'rank' extends B
    ? Bad<'a term names more or fewer axes than its operand has', E, T>
    : [ClashIn<B, B>] extends [never]
      ? [Unknown<Out, B>] extends [never]
        ? unknown
        : Bad<`the result has '${Unknown<Out, B>}', which no operand has`, E, T>
      : Bad<`the axes '${ClashIn<B, B>}' differ`, E, T>

/** Labels of which two axes are of different lengths. */
type ClashIn<B, All> = B extends readonly [infer L extends string, infer N]
  ? number extends LengthOf<L, All>
    ? never
    : [Exclude<LengthOf<L, All>, N>] extends [never]
      ? never
      : L
  : never

interface Bad<Error extends string, E extends string, T extends readonly Tensor[]> {
  readonly error: Error
  readonly equation: E
  readonly shapes: { readonly [K in keyof T]: T[K]['shape'] }
}
