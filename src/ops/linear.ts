/** Contractions: matrix products, convolutions and pooling. */
import { naming, ShapeError } from '../error.js'
import { noAttrs } from '../ir/builder.js'
import type { DType, FloatType } from '../ir/dtype.js'
import { checkSameDType, checkTakes, shapeError } from '../ir/ops/check.js'
import { windowCount } from '../ir/ops/window.js'
import { broadcastShapes, range, showShape, sizeOf, type Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { broadcastTo } from './operand.js'
import { div, inF32, mul } from './point.js'
import { sum } from './reduce.js'
import { expandDims, pad, reshape, transpose } from './shape.js'
import type { Dottable, Dotted, Multipliable, Multiplied } from './types/matrix.js'
import type { Channels, Convolved, Pooled } from './types/window.js'

/**
 * The matrix product, as NumPy's `matmul`: [*batch, m, k] × [*batch, k, n] → [*batch, m, n], batches broadcasting.
 * f16 is added up in f32 and rounded once. A 1-D operand is a row on the left, a column on the right, and its axis is gone from the result.
 * @throws ShapeError where the inner axes differ or the batches do not broadcast
 */
export const matmul = <A extends Shape, B extends Shape, D extends DType>(
  a: Tensor<A, D>,
  b: Tensor<B, NoInfer<D>> & Multipliable<A, B>,
): Tensor<Multiplied<A, B>, D> => {
  const [x, y] = [a as Tensor, b as Tensor]
  checkTakes('matmul', 'numeric', [x, y])
  checkSameDType('matmul', [x, y])
  if (x.ndim === 0 || y.ndim === 0) throw shapeError('matmul', 'an operand is a scalar', [x, y], 'use mul to scale')
  const [left, right] = [x.ndim === 1 ? expandDims(x, 0) : x, y.ndim === 1 ? expandDims(y, 1) : y]
  const product = batched(left, right, [x, y])
  const gone = [...(x.ndim === 1 ? [product.ndim - 2] : []), ...(y.ndim === 1 ? [product.ndim - 1] : [])]
  return (
    gone.length === 0
      ? product
      : reshape(
          product,
          product.shape.filter((_, d) => !gone.includes(d)),
        )
  ) as Tensor<Multiplied<A, B>, D>
}

const batched = (x: Tensor, y: Tensor, given: readonly Tensor[]): Tensor => {
  const [m, k] = x.shape.slice(-2) as [number, number]
  const [inner, n] = y.shape.slice(-2) as [number, number]
  if (k !== inner) {
    throw shapeError(
      'matmul',
      `the inner axes differ: the last of operand 0 is ${String(k)}, the ${y.ndim > 1 ? 'second last' : 'only one'} of operand 1 is ${String(inner)}`,
      given,
      'transpose an operand, or check which axis holds the features',
    )
  }
  const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2))
  if (batch === undefined) {
    throw shapeError(
      'matmul',
      `the batches ${showShape(x.shape.slice(0, -2))} and ${showShape(y.shape.slice(0, -2))} do not broadcast`,
      given,
      'batch axes, aligned at the end, must be equal or 1',
    )
  }
  // One matrix for a whole batch: fold the batch into the rows, so that nothing is repeated.
  if (y.ndim === 2 && x.ndim > 2) return reshape(apply('matmul', [reshape(x, [sizeOf(batch) * m, k]), y], noAttrs), [...batch, m, n])
  return apply('matmul', [broadcastTo(x, [...batch, m, k]), broadcastTo(y, [...batch, k, n])], noAttrs)
}

/** NumPy's `dot`: a sum over the last axis of a and the second last (or only) axis of b; a product if either is a scalar. */
export const dot = <A extends Shape, B extends Shape, D extends DType>(
  a: Tensor<A, D>,
  b: Tensor<B, NoInfer<D>> & Dottable<A, B>,
): Tensor<Dotted<A, B>, D> => typed(dotOf(a, b))

const dotOf = <D extends DType>(a: Tensor<Shape, D>, b: Tensor<Shape, D>): Tensor<Shape, D> => {
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b)
  if (b.ndim <= 2) return naming('dot', () => matmul<Shape, Shape, D>(a, b))
  const k = b.shape.at(-2) as number
  const front = transpose(b, [b.ndim - 2, ...range(b.ndim - 2), b.ndim - 1])
  return reshape(matmul(a, reshape(front, [k, sizeOf(front.shape.slice(1))])), [
    ...a.shape.slice(0, -1),
    ...b.shape.slice(0, -2),
    b.shape.at(-1) as number,
  ])
}

export type Padding = 'same' | 'valid' | readonly (readonly [number, number])[]

export interface ConvOptions {
  /** Default 1. */
  readonly strides?: number | readonly number[]
  /** Default 'valid': none. 'same': ⌈length / stride⌉ positions, the odd zero at the end. */
  readonly padding?: Padding
  /** Spacing of the kernel's elements. Default 1. */
  readonly dilation?: number | readonly number[]
  /** Channels are split into so many groups, each with kernels of its own. Default 1. */
  readonly groups?: number
}

/** One whole number from 1 for each of n spatial axes. @throws ShapeError */
export const perAxis = (op: string, name: string, value: number | readonly number[], n: number): readonly number[] => {
  const list = typeof value === 'number' ? range(n).map(() => value) : value
  if (list.length === n && list.every((v) => Number.isInteger(v) && v > 0)) return list
  throw new ShapeError({
    op,
    problem: `${name} is [${list.join(', ')}]`,
    help: `give one whole number from 1, or one for each of the ${String(n)} spatial axes`,
  })
}

/** Zeros [before, after] every spatial axis. */
export const paddingOf = (
  op: string,
  padding: Padding,
  space: Shape,
  window: Shape,
  strides: readonly number[],
  dilation: readonly number[],
): readonly (readonly [number, number])[] => {
  if (padding === 'valid') return space.map(() => [0, 0])
  if (padding === 'same') {
    return space.map((n, d) => {
      const stride = strides[d] as number
      const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + ((window[d] as number) - 1) * (dilation[d] as number) + 1 - n)
      return [Math.floor(total / 2), Math.ceil(total / 2)]
    })
  }
  if (typeof padding === 'object' && padding.length === space.length && padding.flat().every((v) => Number.isInteger(v) && v >= 0))
    return padding
  throw new ShapeError({
    op,
    problem: `padding is ${JSON.stringify(padding)}`,
    help: `use 'same', 'valid', or [before, after] for each of the ${String(space.length)} spatial axes`,
  })
}

/**
 * Cross-correlation: images [n, c, *space] and kernels [o, c / groups, *window] to [n, o, *positions].
 * @throws ShapeError where ranks, channels or groups do not fit
 */
export const conv = <D extends FloatType, X extends Shape, W extends Shape, const O extends ConvOptions = Readonly<Record<never, never>>>(
  x: Tensor<X, D>,
  w: Tensor<W, NoInfer<D>> & Channels<X, W, O>,
  given?: O,
): Tensor<Convolved<X, W, O>, D> => {
  const options: ConvOptions = given ?? {}
  const [input, kernel]: readonly [Tensor, Tensor] = [x, w]
  checkTakes('conv', 'float', [input, kernel])
  checkSameDType('conv', [input, kernel])
  const groups = options.groups ?? 1
  checkConv(input, kernel, groups)
  const [[n = 0, c = 0, ...space], [o = 0, cg = 0, ...window]] = [input.shape, kernel.shape]
  const strides = perAxis('conv', 'strides', options.strides ?? 1, space.length)
  const dilation = perAxis('conv', 'dilation', options.dilation ?? 1, space.length)
  const padding = paddingOf('conv', options.padding ?? 'valid', space, window, strides, dilation)
  const grouped = apply('conv', [reshape(input, [n, groups, c / groups, ...space]), reshape(kernel, [groups, o / groups, cg, ...window])], {
    strides,
    dilation,
    low: padding.map(([lo]) => lo),
    high: padding.map(([, hi]) => hi),
    inputDilation: space.map(() => 1),
  })
  return typed(reshape(grouped, [n, o, ...grouped.shape.slice(3)]))
}

const checkConv = (x: Tensor, w: Tensor, groups: number): void => {
  if (x.ndim < 3 || w.ndim !== x.ndim)
    throw shapeError('conv', 'the ranks do not fit', [x, w], 'images are [n, c, *space], kernels [o, c / groups, *window]')
  if (!Number.isInteger(groups) || groups < 1 || (x.shape[1] as number) % groups !== 0 || (w.shape[0] as number) % groups !== 0) {
    throw shapeError(
      'conv',
      `channels do not divide into ${String(groups)} groups`,
      [x, w],
      'both the channels in (axis 1 of images) and out (axis 0 of kernels) must be multiples of groups',
    )
  }
  if ((x.shape[1] as number) / groups !== w.shape[1]) {
    throw shapeError(
      'conv',
      `images have ${String(x.shape[1])} channels in ${String(groups)} groups, kernels take ${String(w.shape[1])}`,
      [x, w],
      'axis 1 of the kernels must be channels / groups',
    )
  }
}

export interface PoolOptions {
  readonly window: number | readonly number[]
  /** Default: the window, so that windows do not overlap. */
  readonly strides?: number | readonly number[]
  /** Default 'valid'. */
  readonly padding?: Padding
}

/** Windows of images as [n, c, *positions, elements of the window]; what is outside the image is `outside`. */
export const pooled = (op: string, x: Tensor, o: PoolOptions, outside: number): Tensor => {
  const space = x.shape.slice(2)
  if (x.ndim < 3)
    throw new ShapeError({
      op,
      problem: 'there are no spatial axes',
      facts: [`operand: ${showType(x)}`],
      help: 'images are [n, c, *space]',
    })
  const window = perAxis(op, 'window', o.window, space.length)
  const strides = perAxis(op, 'strides', o.strides ?? window, space.length)
  const ones = space.map(() => 1)
  const padding = paddingOf(op, o.padding ?? 'valid', space, window, strides, ones)
  const widths: (readonly [number, number])[] = [[0, 0], [0, 0], ...padding]
  const padded = widths.some(([lo, hi]) => lo + hi > 0) ? pad(x, widths, outside) : x
  const wide = padding.findIndex(([lo, hi], d) => lo >= (window[d] as number) || hi >= (window[d] as number))
  if (wide >= 0)
    throw new ShapeError({
      op,
      problem: `the padding of spatial axis ${String(wide)} is as wide as the window`,
      help: 'every window must cover some of the image',
    })
  const positions = padded.shape.slice(2).map((n, d) => windowCount(n, window[d] as number, strides[d] as number, 1))
  const seen = apply('windows', [padded], { window, strides, dilation: ones })
  return reshape(seen, [...x.shape.slice(0, 2), ...positions, window.reduce((a, b) => a * b, 1)])
}

/** The largest element of every window of [n, c, *space]. Padding never wins; the first of equals gets the gradient. */
export const maxPool = <D extends FloatType, S extends Shape, const O extends PoolOptions>(
  x: Tensor<S, D>,
  o: O,
): Tensor<Pooled<S, O>, D> => {
  checkTakes('maxPool', 'float', [x])
  const seen = pooled('maxPool', x, o, -Infinity)
  return typed(apply('reduceMax', [seen], { axes: [seen.ndim - 1], ties: 'first' }))
}

/** The mean of every window of [n, c, *space]: over the image's elements only, unless `countIncludePad`. Of f16, computed in f32. */
export const avgPool = <D extends FloatType, S extends Shape, const O extends PoolOptions & { readonly countIncludePad?: boolean }>(
  x: Tensor<S, D>,
  o: O,
): Tensor<Pooled<S, O>, D> => {
  checkTakes('avgPool', 'float', [x])
  return typed(inF32(x as Tensor, (v) => meansOf(v, o)))
}

const meansOf = (x: Tensor<Shape, 'f32'>, o: PoolOptions & { readonly countIncludePad?: boolean }): Tensor<Shape, 'f32'> => {
  const seen = pooled('avgPool', x, o, 0) as Tensor<Shape, 'f32'>
  const total = sum(seen, { axis: -1 })
  if (o.countIncludePad === true || (o.padding ?? 'valid') === 'valid') return div(total, seen.shape.at(-1) as number)
  const ones = apply('fill', [], { value: 1, shape: [1, 1, ...x.shape.slice(2)], dtype: 'f32' })
  return div(total, sum(pooled('avgPool', ones, o, 0), { axis: -1 }) as Tensor<Shape, 'f32'>)
}
