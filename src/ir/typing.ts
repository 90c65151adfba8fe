/** How types of trees follow one another: specs, the tensors a function sees, the arrays a program takes and gives. */
import type { DType } from './dtype.js'
import type { NDArray } from './ndarray.js'
import type { Shape } from './shape.js'
import type { Tensor } from './tensor.js'
import type { Tree } from './tree.js'

/** What a traced function is told of one argument: its shape and dtype. */
export interface Spec<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S
  readonly dtype: D
}

/** A leaf of any kind of tree: tensors and arrays, too, have a shape and a dtype. */
type Leaf = Spec | number

type Lists<T> = Extract<Exclude<T, Leaf>, readonly unknown[]>

/** Whether a tree's type is made of lists of itself, as `Tree<Tensor>` is: following it would not end, so its leaves are followed alone. */
export type IsOpen<T> = [LeavesIn<T>] extends [never]
  ? false
  : [Lists<T>] extends [never]
    ? false
    : unknown extends Lists<T>[number]
      ? false
      : [T] extends [Lists<T>[number]]
        ? true
        : false

/** The leaves in the type of an open tree. */
export type LeavesIn<T> = Extract<T, Leaf>

/** The tree of specs of a tree of arrays, specs or numbers. */
export type SpecsOf<T> = IsOpen<T> extends true ? Tree<SpecsIn<LeavesIn<T>>> : SpecsIn<T>

type SpecsIn<T> =
  T extends Spec<infer S, infer D> ? Spec<S, D> : T extends number ? Spec<readonly [], 'f32'> : { readonly [K in keyof T]: SpecsOf<T[K]> }

/** The tree of tensors that a function is called with, for a tree of specs or arrays. */
export type TensorsOf<T> =
  T extends Spec<infer S, infer D>
    ? Tensor<S, D>
    : T extends number
      ? Tensor<readonly [], 'f32'>
      : { -readonly [K in keyof T]: TensorsIn<T[K]> }

type TensorsIn<T> = IsOpen<T> extends true ? Tree<TensorsOf<LeavesIn<T>>> : TensorsOf<T>

/** An array on some device, as far as its type goes. The types often do not know its dtype; the program checks it when it is called. */
interface AnyOnDevice {
  readonly shape: Shape
  readonly dtype: DType
  toNDArray(): Promise<NDArray>
}

/** What a program takes where its function takes a tensor: host or device arrays, or a number for an f32 scalar. */
export type ArgumentsOf<T> =
  T extends Spec<infer S, infer D>
    ? NDArray<D> | AnyOnDevice | (S extends readonly [] ? number : never)
    : T extends number
      ? number | NDArray<'f32'> | AnyOnDevice
      : { readonly [K in keyof T]: ArgumentsIn<T[K]> }

type ArgumentsIn<T> = IsOpen<T> extends true ? Tree<ArgumentsOf<LeavesIn<T>>> : ArgumentsOf<T>
