/** Reductions: over all axes unless `axis` names some; `keepDims` leaves them with length 1. */

import { naming } from '../error.js'
import { isFloat, type DType, type FloatType } from '../ir/dtype.js'
import { checkTakes } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { axesOf, axisOf } from './operand.js'
import { add, cast, div, exp, inF32, isFinite, log, logicalNot, mul, ne, square, sqrt, stopGradient, sub, where } from './point.js'
import { reshape } from './shape.js'
import type { AxisFits, Reduced } from './types/axis.js'

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

/** What a reduction with options takes and leaves. */
type Reduce = <D extends DType, S extends Shape = Shape, const O extends ReduceOptions = Readonly<Record<never, never>>>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
) => Tensor<Reduced<S, O>, D>

type ReduceBool = <S extends Shape = Shape, const O extends ReduceOptions = Readonly<Record<never, never>>>(
  x: Tensor<S, 'bool'>,
  options?: O & AxisFits<S, O>,
) => Tensor<Reduced<S, O>, 'bool'>

/** The sum; 0 over nothing. Integers wrap; `bool` counts as i32; f16 is added up in f32 and rounded once. */
export const sum = ((x: Tensor, options: ReduceOptions = {}) => sumOf(x.dtype === 'bool' ? cast(x, 'i32') : x, options)) as Reduce

const throughInt = (f: typeof maxOf): Reduce =>
  ((x: Tensor, options: ReduceOptions = {}) => (x.dtype === 'bool' ? ne(f(cast(x, 'i32'), options), 0) : f(x, options))) as Reduce

/** The largest element; NaN if there is one. Equal largest elements share the gradient. */
export const max = throughInt(maxOf)
/** The smallest element; NaN if there is one. Equal smallest elements share the gradient. */
export const min = throughInt(minOf)

/** Whether any element is true. */
export const any = ((x: Tensor<Shape, 'bool'>, options: ReduceOptions = {}): Tensor => {
  checkTakes('any', 'bool', [x])
  return naming('any', () => ne(sumOf(cast(x, 'i32'), options), 0))
}) as ReduceBool

/** Whether all elements are true. */
export const all = ((x: Tensor<Shape, 'bool'>, options: ReduceOptions = {}) =>
  naming('all', () => logicalNot(any(logicalNot(x), options)))) as ReduceBool

const count = (x: Tensor, options: ReduceOptions): number => axesOf('mean', options.axis, x).reduce((n, d) => n * (x.shape[d] as number), 1)

/** The dtype of a mean: a float's own, f32 for others, and where it is not known. */
export type FloatOf<D extends DType> = [D] extends ['f16'] ? 'f16' : 'f32'

type Float = Tensor<Shape, 'f32'>

type ToFloat = <D extends DType, S extends Shape = Shape, const O extends ReduceOptions = Readonly<Record<never, never>>>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
) => Tensor<Reduced<S, O>, FloatOf<D>>

/** A function of f32 on tensors of any dtype: those of f16 are computed with in f32 and the result rounded once. */
const toFloat = (name: string, f: (x: Float, options: ReduceOptions) => Float): ToFloat =>
  ((x: Tensor, options: ReduceOptions = {}) =>
    naming(name, () => inF32(isFloat(x.dtype) ? x : cast(x, 'f32'), (v) => f(v, options)))) as unknown as ToFloat

const meanOf = (x: Float, options: ReduceOptions): Float => {
  const total = sum(x, options)
  const n = count(x, options)
  return n === 0 ? mul(total, NaN) : div(total, n)
}

const varianceOf = (x: Float, options: ReduceOptions): Float => meanOf(square(sub(x, meanOf(x, { ...options, keepDims: true }))), options)

/** The arithmetic mean; NaN over nothing. Of integers, in f32; of f16, computed in f32, as are those below. */
export const mean = toFloat('mean', meanOf)

/** The mean squared deviation from the mean: divides by n. */
export const variance = toFloat('variance', varianceOf)

/** The square root of the variance. */
export const std = toFloat('std', (x, options) => sqrt(varianceOf(x, options)))

/** The 2-norm: the square root of the sum of squares. */
export const norm = toFloat('norm', (x, options) => sqrt(sum(square(x), options)))

/** The largest element along the axes, as a constant; 0 where it is not finite, so that subtracting it is always safe. */
const safeMax = (x: Float, axis: ReduceOptions['axis']): Float => {
  const largest = stopGradient(max(x, { ...(axis === undefined ? {} : { axis }), keepDims: true }))
  return where(isFinite(largest), largest, 0)
}

/** log Σ eˣ, without overflow; -∞ over nothing but -∞. */
export const logsumexp = <D extends FloatType, S extends Shape = Shape, const O extends ReduceOptions = Readonly<Record<never, never>>>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
): Tensor<Reduced<S, O>, D> => {
  const { axis, keepDims = false }: ReduceOptions = options ?? {}
  checkTakes('logsumexp', 'float', [x])
  const axes = axesOf('logsumexp', axis, x)
  const total = inF32(x as Tensor, (v) => {
    const shift = safeMax(v, axes)
    const result = add(log(sum(exp(sub(v, shift)), { axis: axes, keepDims: true })), shift)
    return keepDims
      ? result
      : reshape(
          result,
          x.shape.filter((_, d) => !axes.includes(d)),
        )
  })
  return typed(total)
}

type AlongAxes = <S extends Shape, D extends FloatType, const O extends Pick<ReduceOptions, 'axis'> = Readonly<Record<never, never>>>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
) => Tensor<S, D>

const alongAxes =
  (name: string, f: (x: Float, axes: readonly number[]) => Float): AlongAxes =>
  <S extends Shape, D extends FloatType>(x: Tensor<S, D>, { axis = -1 }: { readonly axis?: number | readonly number[] } = {}) => {
    checkTakes(name, 'float', [x])
    const axes = axesOf(name, axis, x)
    return inF32<D>(x, (v) => f(v, axes)) as Tensor as Tensor<S, D>
  }

/** eˣ / Σ eˣ along an axis (or axes), without overflow. */
export const softmax = alongAxes('softmax', (x, axes) => {
  const powers = exp(sub(x, safeMax(x, axes)))
  // One quotient for a row: they take several times as long as products.
  return mul(powers, div(1, sum(powers, { axis: axes, keepDims: true })))
})

/** log softmax(x): x - logsumexp(x) along an axis (or axes). */
export const logSoftmax = alongAxes('logSoftmax', (x, axes) => {
  const shifted = sub(x, safeMax(x, axes))
  return sub(shifted, log(sum(exp(shifted), { axis: axes, keepDims: true })))
})

interface ArgOptions {
  readonly axis?: number
  readonly keepDims?: boolean
}

type ArgReduce = <S extends Shape = Shape, const O extends ArgOptions = Readonly<Record<never, never>>>(
  x: Tensor<S>,
  options?: O & AxisFits<S, O>,
) => Tensor<Reduced<S, O>, 'i32'>

const argOf = (op: 'argmax' | 'argmin'): ArgReduce =>
  ((x: Tensor, { axis, keepDims = false }: ArgOptions = {}): Tensor => {
    const source = x.dtype === 'bool' ? cast(x, 'i32') : x
    const from = axis === undefined ? reshape(source, [x.size]) : source
    const at = axisOf(op, axis ?? 0, from)
    const result = apply(op, [from], { axis: at })
    if (!keepDims) return result
    return reshape(result, axis === undefined ? x.shape.map(() => 1) : kept(x, [at]))
  }) as ArgReduce

/** The first index of the largest element along an axis, or into the flattened x: i32. A NaN counts as largest. */
export const argmax = argOf('argmax')
/** The first index of the smallest element along an axis, or into the flattened x: i32. A NaN counts as smallest. */
export const argmin = argOf('argmin')
