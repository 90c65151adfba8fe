/** Literal shapes through Einstein's sums. */
import type { DType } from '../../ir/dtype.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import type { Broadcast, HasNever } from './elementwise.js'

/** An axis: its label, and its length. */
type Label = readonly [string, number]

type Letters<Text extends string, Done extends readonly string[] = readonly []> = Text extends `${infer L}${infer R}`
  ? Letters<R, L extends ' ' ? Done : readonly [...Done, L]>
  : Done

/** The axes of letters from the first on, then those of letters back from the last: their labels, and what is left. */
type Bind<
  Front extends readonly string[],
  Back extends readonly string[],
  S extends Shape,
  Done extends Label = never,
> = Front extends readonly [infer L extends string, ...infer R extends readonly string[]]
  ? S extends readonly [infer N extends number, ...infer Q extends Shape]
    ? Bind<R, Back, Q, Done | readonly [L, N]>
    : 'rank'
  : Back extends readonly [...infer R extends readonly string[], infer L extends string]
    ? S extends readonly [...infer Q extends Shape, infer N extends number]
      ? Bind<Front, R, Q, Done | readonly [L, N]>
      : 'rank'
    : readonly [Done, S]

/** The labels of a term, and what its '...' stands for; 'rank' where it names more or fewer axes than its operand has. */
type BindTerm<Term extends string, S extends Shape> = Term extends `${infer A}...${infer B}`
  ? Bind<Letters<A>, Letters<B>, S>
  : Bind<Letters<Term>, readonly [], S> extends readonly [infer L, readonly []]
    ? readonly [L, readonly []]
    : 'rank'

type ShapeAt<T extends readonly unknown[]> = T extends readonly [Tensor<infer S>, ...infer _] ? S : never

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : readonly []

/** The labels of all terms, and the broadcast of what '...' stands for in each; or the name of what is wrong. */
type BindAll<
  Left extends string,
  T extends readonly unknown[],
  Done extends Label = never,
  Dots extends Shape = readonly [],
> = T extends readonly []
  ? 'terms'
  : Left extends `${infer Term},${infer R}`
    ? BindTerm<Term, ShapeAt<T>> extends readonly [infer L extends Label, infer D extends Shape]
      ? BindAll<R, Tail<T>, Done | L, Broadcast<Dots, D>>
      : 'rank'
    : Tail<T> extends readonly []
      ? BindTerm<Left, ShapeAt<T>> extends readonly [infer L extends Label, infer D extends Shape]
        ? readonly [Done | L, Broadcast<Dots, D>]
        : 'rank'
      : 'terms'

/** The length of a label; `never` where no operand has it. */
type LengthOf<L extends string, B> = Extract<B, readonly [L, number]>[1]

type Named<Out extends string, B, Dots extends Shape, Done extends Shape = readonly []> = Out extends `...${infer R}`
  ? Named<R, B, Dots, readonly [...Done, ...Dots]>
  : Out extends `${infer L}${infer R}`
    ? Named<R, B, Dots, L extends ' ' ? Done : readonly [...Done, LengthOf<L, B>]>
    : Done

/** Whether shapes are known well enough, and the equation is written out. */
type Plain<E extends string, T extends readonly Tensor[]> = string extends E
  ? false
  : number extends T['length'] | T[number]['shape']['length']
    ? false
    : true

type LeftOf<E extends string> = E extends `${infer L}->${string}` ? L : E

/** The result: where it is not written, '...' and the labels that occur once. */
type OutOf<E extends string> = E extends `${string}->${infer O}` ? O : `...${Once<E>}`

type Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

type Once<E extends string, All extends string = Alphabet, Done extends string = ''> = All extends `${infer L}${infer R}`
  ? OccursOnce<E, L> extends true
    ? Once<E, R, `${Done}${L}`>
    : Once<E, R, Done>
  : Done

type OccursOnce<E extends string, L extends string> = E extends `${string}${L}${infer Q}`
  ? Q extends `${string}${L}${string}`
    ? false
    : true
  : false

export type Summed<E extends string, T extends readonly Tensor[]> =
  Plain<E, T> extends true
    ? BindAll<LeftOf<E>, T> extends readonly [infer B, infer Dots extends Shape]
      ? Named<OutOf<E>, B, Dots>
      : Shape
    : Shape

/** What operands must be to be of one dtype, where that is known of all. */
export type SameDTypes<T extends readonly Tensor[]> = DType extends T[number]['dtype']
  ? unknown
  : T extends readonly Tensor<Shape, (T[0] & Tensor)['dtype']>[]
    ? unknown
    : { readonly error: 'the dtypes differ'; readonly dtypes: T[number]['dtype'] }

/** Labels of the result that no operand has. */
type Unknown<Out extends string, B> = Out extends `${infer L}${infer R}`
  ? (L extends ' ' | '.' ? never : [LengthOf<L, B>] extends [never] ? L : never) | Unknown<R, B>
  : never

/** What operands must be to fit an equation. */
export type Fits<E extends string, T extends readonly Tensor[]> =
  Plain<E, T> extends true ? Judged<E, BindAll<LeftOf<E>, T>, OutOf<E>, T> : unknown

type Judged<E extends string, All, Out extends string, T extends readonly Tensor[]> = All extends readonly [
  infer B,
  infer Dots extends Shape,
]
  ? [ClashIn<B, B>] extends [never]
    ? true extends HasNever<Dots>
      ? Bad<"what '...' stands for does not broadcast", E, T>
      : [Unknown<Out, B>] extends [never]
        ? LeavesOut<Out, Dots> extends true
          ? Bad<"the result leaves out '...'", E, T>
          : unknown
        : Bad<`the result has '${Unknown<Out, B>}', which no operand has`, E, T>
    : Bad<`the axes '${ClashIn<B, B>}' differ`, E, T>
  : All extends 'terms'
    ? Bad<'the equation has another number of terms', E, T>
    : Bad<'a term names more or fewer axes than its operand has', E, T>

type LeavesOut<Out extends string, Dots extends Shape> = Out extends `${string}...${string}`
  ? false
  : Dots extends readonly []
    ? false
    : true

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
