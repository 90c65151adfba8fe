/**
 * Tensors from nothing. They cost no memory until something needs them in a buffer. Where no dtype is given, the type is
 * that of the default, never what the context would like (`NoInfer`).
 */
import { DTypeError, naming, ShapeError } from '../error.js'
import { roundTo, type DType, type TypedArray } from '../ir/dtype.js'
import { isNDArray, ndarray, type NDArray, type NDArrayOptions, type Nested } from '../ir/ndarray.js'
import { checkShape } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { axisOf, filled } from './operand.js'
import { add, cast, eq, mul } from './point.js'
import { expandDims } from './shape.js'

/** `value` everywhere. @throws DTypeError where the value is none of the dtype */
export const full = <const S extends Shape, V extends number | boolean, D extends DType = V extends boolean ? 'bool' : 'f32'>(
  shape: S,
  value: V,
  dtype?: D,
): Tensor<S, NoInfer<D>> => {
  checkShape('full', shape)
  return filled('full', shape, Number(value), dtype ?? (typeof value === 'boolean' ? 'bool' : 'f32')) as Tensor<S, D>
}

export const zeros = <const S extends Shape, D extends DType = 'f32'>(shape: S, dtype?: D): Tensor<S, NoInfer<D>> =>
  naming('zeros', () => full(shape, 0, dtype ?? ('f32' as D)))

export const ones = <const S extends Shape, D extends DType = 'f32'>(shape: S, dtype?: D): Tensor<S, NoInfer<D>> =>
  naming('ones', () => full(shape, 1, dtype ?? ('f32' as D)))

/** Host data as a tensor. The data becomes part of the program: do not change the array afterwards. */
export function constant<D extends DType>(value: NDArray<D>): Tensor<Shape, D>
export function constant<D extends DType = 'f32'>(value: Nested | TypedArray, options?: NDArrayOptions<D>): Tensor<Shape, NoInfer<D>>
export function constant(value: NDArray | Nested | TypedArray, options?: NDArrayOptions<DType>): Tensor {
  const { shape, dtype, data } = isNDArray(value) ? value : ndarray(value, options)
  return apply('constant', [], { shape, dtype, data })
}

/** The index along `axis` at every element of a shape (a number n stands for [n]). i32 unless said. */
export const iota = <D extends DType = 'i32'>(
  shape: number | Shape,
  { axis = 0, dtype }: { readonly axis?: number; readonly dtype?: D } = {},
): Tensor<Shape, NoInfer<D>> => {
  const full = typeof shape === 'number' ? [shape] : shape
  checkShape('iota', full)
  const scalar = filled('iota', full, 0, 'i32')
  return apply('iota', [], { shape: full, axis: axisOf('iota', axis, scalar), dtype: dtype ?? 'i32' }) as Tensor<Shape, D>
}

/** start, start + step, … below stop; `arange(n)` is 0 … n - 1. i32 when all are whole, else f32, as in JAX. */
export const arange = (start: number, stop?: number, step = 1, dtype?: DType): Tensor => {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  if (step === 0 || ![from, to, step].every(Number.isFinite)) {
    throw new ShapeError({
      op: 'arange',
      problem: `no range from ${String(from)} to ${String(to)} by ${String(step)}`,
      help: 'give finite bounds and a step other than 0',
    })
  }
  if (dtype === 'f16') return cast(arange(start, stop, step, 'f32'), 'f16')
  const type = dtype ?? ([from, to, step].every(Number.isInteger) ? 'i32' : 'f32')
  const count = Math.max(0, Math.ceil((to - from) / step))
  return add(mul(apply('iota', [], { shape: [count], axis: 0, dtype: type }), step), from)
}

/** `num` values from start to stop, both included, evenly spaced: f32[num]. */
export const linspace = (start: number, stop: number, num = 50): Tensor<Shape, 'f32'> => {
  if (!Number.isInteger(num) || num < 0)
    throw new ShapeError({ op: 'linspace', problem: `${String(num)} values`, help: 'ask for a whole number of values, 0 or more' })
  const data = Float32Array.from({ length: num }, (_, i) => (num === 1 ? start : start + ((stop - start) * i) / (num - 1)))
  return constant(data, { dtype: 'f32' })
}

/** Ones on the k-th diagonal of an n × m matrix (m = n), zeros elsewhere. */
export const eye = <D extends DType = 'f32'>(
  n: number,
  m = n,
  { k = 0, dtype }: { readonly k?: number; readonly dtype?: D } = {},
): Tensor<Shape, NoInfer<D>> => cast(eq(add(iota([n, m], { axis: 0 }), k), iota([n, m], { axis: 1 })), dtype ?? ('f32' as D))

/** [...shape] of i32 or u32 to [...shape, depth]: 1 at the index, 0 elsewhere; an index out of range gives a row of zeros. */
export const oneHot = <S extends Shape, const N extends number, D extends DType = 'f32'>(
  x: Tensor<S, 'i32'> | Tensor<S, 'u32'>,
  depth: N,
  dtype?: D,
): Tensor<number extends S['length'] ? Shape : readonly [...S, N], NoInfer<D>> => {
  if (x.dtype !== 'i32' && (x.dtype as DType) !== 'u32') {
    throw new DTypeError({ op: 'oneHot', problem: `the indices are ${x.dtype}`, help: "give i32 or u32 indices: cast(x, 'i32')" })
  }
  if (roundTo.i32(depth) !== depth || depth < 0)
    throw new ShapeError({ op: 'oneHot', problem: `a depth of ${String(depth)}`, help: 'give a whole number of classes' })
  const indices: Tensor = expandDims(x as Tensor, -1)
  const classes: Tensor = iota(depth, { dtype: x.dtype })
  return typed(cast(eq(indices, classes), dtype ?? ('f32' as D)))
}
