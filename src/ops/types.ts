/** Types of the public ops: literal shapes flow through where they are known. */
import type { DType } from '../ir/dtype.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'

/** The broadcast of two axis lengths; `never` where they cannot meet. */
type Axis<A extends number, B extends number> = number extends A
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

type Init<S extends Shape> = S extends readonly [...infer R extends readonly number[], number] ? R : []
type Last<S extends Shape> = S extends readonly [...(readonly number[]), infer L extends number] ? L : number

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

type HasNever<S extends Shape> = S extends readonly [infer H, ...infer R extends Shape] ? ([H] extends [never] ? true : HasNever<R>) : false

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
