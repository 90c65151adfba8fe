/** Types of elementwise ops: literal shapes broadcast where they are known. */
import type { DType } from '../../ir/dtype.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import type { Init, Last } from './axis.js'

/** The broadcast of two axis lengths; `never` where they cannot meet. */
export type Axis<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : A extends B
      ? A
      : A extends 1
        ? B
        : B extends 1
          ? A
          : never

/** NumPy's broadcast of two literal shapes; `Shape` where either is not literal. */
export type Broadcast<A extends Shape, B extends Shape> = number extends A['length']
  ? Shape
  : number extends B['length']
    ? Shape
    : A extends readonly []
      ? B
      : B extends readonly []
        ? A
        : Broadcast<Init<A>, Init<B>> extends infer R extends Shape
          ? readonly [...R, Axis<Last<A>, Last<B>>]
          : never

export type HasNever<S extends Shape> = S extends readonly [infer H, ...infer R extends Shape]
  ? [H] extends [never]
    ? true
    : HasNever<R>
  : false

/** What an argument must be for its shape to broadcast with S: an unsatisfiable, readable type when it does not. */
export type Broadcastable<S extends Shape, B extends Shape> =
  true extends HasNever<Broadcast<S, B>> ? { readonly error: 'shapes do not broadcast'; readonly shapes: [S, B] } : unknown

type DTypeIn<T> = T extends Tensor<infer _, infer D> ? D : never

/** Operands of which one may be a number, or is of a dtype not known here; two known tensors are held to the overload that checks both. */
type Loose<X, Y> = [Extract<X | Y, number>] extends [never] ? (DType extends DTypeIn<X> | DTypeIn<Y> ? Y : never) : Y

export type UnaryOp = <S extends Shape, D extends DType>(x: Tensor<S, D>) => Tensor<S, D>

export interface BinaryOp {
  (x: number, y: number): Tensor<readonly [], 'f32'>
  <S extends Shape, D extends DType>(x: Tensor<S, D>, y: number | Tensor<NoInfer<S>, NoInfer<D>>): Tensor<S, D>
  <S extends Shape, D extends DType>(x: number, y: Tensor<S, D>): Tensor<S, D>
  <X extends Tensor | number, Y extends Tensor | number>(x: X, y: Loose<X, Y>): Tensor<Shape, DTypeIn<X | Y>>
  <A extends Shape, B extends Shape, D extends DType>(
    x: Tensor<A, D>,
    y: Tensor<B, NoInfer<D>> & Broadcastable<A, B>,
  ): Tensor<Broadcast<A, B>, D>
}

export interface CompareOp {
  (x: number, y: number): Tensor<readonly [], 'bool'>
  <S extends Shape, D extends DType>(x: Tensor<S, D>, y: number | Tensor<NoInfer<S>, NoInfer<D>>): Tensor<S, 'bool'>
  <S extends Shape, D extends DType>(x: number, y: Tensor<S, D>): Tensor<S, 'bool'>
  <X extends Tensor | number, Y extends Tensor | number>(x: X, y: Loose<X, Y>): Tensor<Shape, 'bool'>
  <A extends Shape, B extends Shape, D extends DType>(
    x: Tensor<A, D>,
    y: Tensor<B, NoInfer<D>> & Broadcastable<A, B>,
  ): Tensor<Broadcast<A, B>, 'bool'>
}

/** The shape of an operand; numbers and truth values are scalars. */
type ShapeIn<T> = T extends Tensor<infer S> ? S : readonly []

/** What two tensors of known dtypes must be for these to agree. */
type SameDType<A extends DType, B extends DType> = [A] extends [B]
  ? unknown
  : [B] extends [A]
    ? unknown
    : { readonly error: 'the dtypes differ'; readonly dtypes: [A, B] }

/** What the last operand of `where` must be for all three to meet. */
type Choice<C, X, Y> = Broadcastable<ShapeIn<C>, ShapeIn<X>> &
  Broadcastable<Broadcast<ShapeIn<C>, ShapeIn<X>>, ShapeIn<Y>> &
  ([Extract<X | Y, number>] extends [never] ? SameDType<DTypeIn<X>, DTypeIn<Y>> : unknown)

export interface WhereOp {
  <S extends Shape, D extends DType>(
    condition: Tensor<S, 'bool'> | boolean,
    x: Tensor<S, D>,
    y: number | Tensor<NoInfer<S>, NoInfer<D>>,
  ): Tensor<S, D>
  <S extends Shape, D extends DType>(condition: Tensor<S, 'bool'> | boolean, x: number, y: Tensor<S, D>): Tensor<S, D>
  <C extends Tensor<Shape, 'bool'> | boolean, X extends Tensor | number, Y extends Tensor | number>(
    condition: C,
    x: X,
    y: Y & Choice<C, X, Y>,
  ): Tensor<Broadcast<Broadcast<ShapeIn<C>, ShapeIn<X>>, ShapeIn<Y>>, [DTypeIn<X | Y>] extends [never] ? 'f32' : DTypeIn<X | Y>>
}

export interface ClampOp {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    lo: number | Tensor<NoInfer<S>, NoInfer<D>>,
    hi: number | Tensor<NoInfer<S>, NoInfer<D>>,
  ): Tensor<S, D>
  <S extends Shape, D extends DType, L extends Shape = readonly [], H extends Shape = readonly []>(
    x: Tensor<S, D>,
    lo: number | (Tensor<L, NoInfer<D>> & Broadcastable<S, L>),
    hi: number | (Tensor<H, NoInfer<D>> & Broadcastable<Broadcast<S, L>, H>),
  ): Tensor<Broadcast<Broadcast<S, L>, H>, D>
}

export interface LogicOp {
  <S extends Shape>(x: Tensor<S, 'bool'>, y: boolean | Tensor<NoInfer<S>, 'bool'>): Tensor<S, 'bool'>
  <A extends Shape = readonly [], B extends Shape = readonly []>(
    x: Tensor<A, 'bool'> | boolean,
    y: boolean | (Tensor<B, 'bool'> & Broadcastable<A, B>),
  ): Tensor<Broadcast<A, B>, 'bool'>
}

export interface BitsOp {
  <S extends Shape, D extends 'i32' | 'u32'>(x: Tensor<S, D>, y: number | Tensor<NoInfer<S>, NoInfer<D>>): Tensor<S, D>
  <S extends Shape, D extends 'i32' | 'u32'>(x: number, y: Tensor<S, D>): Tensor<S, D>
  <D extends 'i32' | 'u32', A extends Shape = readonly [], B extends Shape = readonly []>(
    x: Tensor<A, D> | number,
    y: number | (Tensor<B, NoInfer<D>> & Broadcastable<A, B>),
  ): Tensor<Broadcast<A, B>, D>
}
