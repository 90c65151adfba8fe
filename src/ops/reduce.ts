/** Reductions: over all axes unless `axis` names some; `keepDims` leaves them with length 1. */

import { naming } from '../error.js'
import { isFloat, type DType } from '../ir/dtype.js'
import { checkTakes } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { axesOf, axisOf } from './operand.js'
import { add, cast, div, exp, isFinite, log, logicalNot, mul, ne, square, sqrt, stopGradient, sub, where } from './point.js'
import { reshape } from './shape.js'

export interface ReduceOptions {
  readonly axis?: number | readonly number[]
  readonly keepDims?: boolean
}

const kept = (x: Tensor, axes: readonly number[]): Shape => x.shape.map((n, d) => (axes.includes(d) ? 1 : n))

const finish = (x: Tensor, axes: readonly number[], keepDims: boolean, result: Tensor): Tensor =>
  keepDims ? reshape(result, kept(x, axes)) : result

const reduced =
  (op: 'reduceSum' | 'reduceMax' | 'reduceMin', name: string) =>
  (x: Tensor, { axis, keepDims = false }: ReduceOptions): Tensor => {
    const axes = axesOf(name, axis, x)
    const total = op === 'reduceSum' ? apply(op, [x], { axes }) : apply(op, [x], { axes, ties: 'share' })
    return finish(x, axes, keepDims, total)
  }

const sumOf = reduced('reduceSum', 'sum')
const maxOf = reduced('reduceMax', 'max')
const minOf = reduced('reduceMin', 'min')

type Reduce = <D extends DType>(x: Tensor<Shape, D>, options?: ReduceOptions) => Tensor<Shape, D>

/** The sum; 0 over nothing. Integers wrap; `bool` counts as i32. */
export const sum = (<D extends DType>(x: Tensor<Shape, D>, options: ReduceOptions = {}) =>
  sumOf(x.dtype === 'bool' ? cast(x, 'i32') : x, options)) as Reduce

const throughInt = (f: typeof maxOf): Reduce =>
  ((x: Tensor, options: ReduceOptions = {}) => (x.dtype === 'bool' ? ne(f(cast(x, 'i32'), options), 0) : f(x, options))) as Reduce

/** The largest element; NaN if there is one. Equal largest elements share the gradient. */
export const max = throughInt(maxOf)
/** The smallest element; NaN if there is one. Equal smallest elements share the gradient. */
export const min = throughInt(minOf)

/** Whether any element is true. */
export const any = (x: Tensor<Shape, 'bool'>, options: ReduceOptions = {}): Tensor<Shape, 'bool'> => {
  checkTakes('any', 'bool', [x])
  return naming('any', () => ne(sumOf(cast(x, 'i32'), options), 0))
}

/** Whether all elements are true. */
export const all = (x: Tensor<Shape, 'bool'>, options: ReduceOptions = {}): Tensor<Shape, 'bool'> =>
  naming('all', () => logicalNot(any(logicalNot(x), options)))

const count = (x: Tensor, options: ReduceOptions): number => axesOf('mean', options.axis, x).reduce((n, d) => n * (x.shape[d] as number), 1)

const asFloat = (x: Tensor): Tensor<Shape, 'f32'> => (isFloat(x.dtype) ? (x as Tensor<Shape, 'f32'>) : cast(x, 'f32'))

/** The arithmetic mean, in f32; NaN over nothing. */
export const mean = (x: Tensor, options: ReduceOptions = {}): Tensor<Shape, 'f32'> => {
  const total = naming('mean', () => sum(asFloat(x), options))
  const n = count(x, options)
  return n === 0 ? mul(total, NaN) : div(total, n)
}

/** The mean squared deviation from the mean: divides by n. */
export const variance = (x: Tensor, options: ReduceOptions = {}): Tensor<Shape, 'f32'> => {
  const float = asFloat(x)
  return naming('variance', () => mean(square(sub(float, mean(float, { ...options, keepDims: true }))), options))
}

/** The square root of the variance. */
export const std = (x: Tensor, options: ReduceOptions = {}): Tensor<Shape, 'f32'> => naming('std', () => sqrt(variance(x, options)))

/** The 2-norm: the square root of the sum of squares. */
export const norm = (x: Tensor, options: ReduceOptions = {}): Tensor<Shape, 'f32'> =>
  naming('norm', () => sqrt(sum(square(asFloat(x)), options)))

/** The largest element along the axes, as a constant; 0 where it is not finite, so that subtracting it is always safe. */
const safeMax = (x: Tensor, axis: ReduceOptions['axis']): Tensor => {
  const largest = stopGradient(max(x, { ...(axis === undefined ? {} : { axis }), keepDims: true }))
  return where(isFinite(largest), largest as Tensor<Shape, 'f32'>, 0)
}

/** log Σ eˣ, without overflow; -∞ over nothing but -∞. */
export const logsumexp = (x: Tensor<Shape, 'f32'>, { axis, keepDims = false }: ReduceOptions = {}): Tensor<Shape, 'f32'> => {
  checkTakes('logsumexp', 'float', [x])
  const axes = axesOf('logsumexp', axis, x)
  const shift = safeMax(x, axes)
  const total = log(sum(exp(sub(x, shift as Tensor<Shape, 'f32'>)), { axis: axes, keepDims: true }))
  const result = add(total, shift as Tensor<Shape, 'f32'>)
  return keepDims
    ? result
    : reshape(
        result,
        x.shape.filter((_, d) => !axes.includes(d)),
      )
}

/** eˣ / Σ eˣ along an axis (or axes), without overflow. */
export const softmax = <S extends Shape>(
  x: Tensor<S, 'f32'>,
  { axis = -1 }: { readonly axis?: number | readonly number[] } = {},
): Tensor<S, 'f32'> => {
  checkTakes('softmax', 'float', [x])
  const axes = axesOf('softmax', axis, x)
  const powers = exp(sub(x as Tensor<Shape, 'f32'>, safeMax(x, axes) as Tensor<Shape, 'f32'>))
  return div(powers, sum(powers, { axis: axes, keepDims: true })) as Tensor as Tensor<S, 'f32'>
}

/** log softmax(x): x - logsumexp(x) along an axis (or axes). */
export const logSoftmax = <S extends Shape>(
  x: Tensor<S, 'f32'>,
  { axis = -1 }: { readonly axis?: number | readonly number[] } = {},
): Tensor<S, 'f32'> => {
  checkTakes('logSoftmax', 'float', [x])
  const axes = axesOf('logSoftmax', axis, x)
  const shifted = sub(x as Tensor<Shape, 'f32'>, safeMax(x, axes) as Tensor<Shape, 'f32'>)
  return sub(shifted, log(sum(exp(shifted), { axis: axes, keepDims: true }))) as Tensor as Tensor<S, 'f32'>
}

const argOf =
  (op: 'argmax' | 'argmin') =>
  (x: Tensor, { axis, keepDims = false }: { readonly axis?: number; readonly keepDims?: boolean } = {}): Tensor<Shape, 'i32'> => {
    const source = x.dtype === 'bool' ? cast(x, 'i32') : x
    const from = axis === undefined ? reshape(source, [x.size]) : source
    const at = axisOf(op, axis ?? 0, from)
    const result = apply(op, [from], { axis: at })
    if (!keepDims) return result as Tensor<Shape, 'i32'>
    return reshape(result, axis === undefined ? x.shape.map(() => 1) : kept(x, [at])) as Tensor<Shape, 'i32'>
  }

/** The first index of the largest element along an axis, or into the flattened x: i32. A NaN counts as largest. */
export const argmax = argOf('argmax')
/** The first index of the smallest element along an axis, or into the flattened x: i32. A NaN counts as smallest. */
export const argmin = argOf('argmin')
