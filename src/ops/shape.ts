/** Ops that move elements. All are views: they cost nothing where what reads them can compute the index. */
import { naming, ShapeError } from '../error.js'
import { roundTo, type DType } from '../ir/dtype.js'
import { range, resolveAxis, showShape, sizeOf, type Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { axesOf, axisOf, broadcastTo as broadcastShape, checkDistinct } from './operand.js'
import type { AxisFits, AxisOf } from './types/axis.js'
import type { Taken } from './types/index.js'
import type { Joinable, JoinAxis, Joined, Stacked } from './types/list.js'
import type { Expanded, Moved, NewAxis, Permutes, Squeezable, Squeezed, Swapped, Transposed } from './types/move.js'
import type { Holds, Into, Limits, Padded, Pieces, Reshaped, Sliced, Splits, Widens } from './types/view.js'

/** The same elements in row-major order under another shape; one axis may be -1 and follows from the rest. */
export const reshape = <X extends Shape, D extends DType, const S extends Shape>(
  x: Tensor<X, D>,
  shape: S & Holds<X, S>,
): Tensor<Reshaped<X, S>, D> => {
  const known = shape.filter((n) => n !== -1)
  const holes = shape.length - known.length
  const rest = x.size / sizeOf(known)
  if (holes > 1 || (holes === 1 && !Number.isInteger(rest))) {
    throw new ShapeError({
      op: 'reshape',
      problem: holes > 1 ? 'more than one axis is -1' : `${String(x.size)} elements do not divide into ${showShape(shape)}`,
      facts: [`operand: ${showType(x)}`],
      help: 'leave one axis open, and keep the number of elements',
    })
  }
  return typed(apply('reshape', [x], { shape: shape.map((n) => (n === -1 ? rest : n)) }))
}

/** Axis d of the result is axis perm[d] of x; without `perm` the axes are reversed. */
export const transpose = <S extends Shape, D extends DType, const P extends readonly number[] | undefined = undefined>(
  x: Tensor<S, D>,
  perm?: P & Permutes<S, P>,
): Tensor<Transposed<S, P>, D> => {
  const axes = perm?.map((axis) => axisOf('transpose', axis, x)) ?? range(x.ndim).reverse()
  return typed(apply('transpose', [x], { perm: axes }))
}

export const swapAxes = <S extends Shape, D extends DType, const A extends number, const B extends number>(
  x: Tensor<S, D>,
  a: A & AxisOf<S, A>,
  b: B & AxisOf<S, B>,
): Tensor<Swapped<S, A, B>, D> => {
  const [i, j] = [axisOf('swapAxes', a, x), axisOf('swapAxes', b, x)]
  return typed(
    transpose(
      x,
      range(x.ndim).map((d) => (d === i ? j : d === j ? i : d)),
    ),
  )
}

/** Moves one axis to another place; the others keep their order. */
export const moveAxis = <S extends Shape, D extends DType, const A extends number, const B extends number>(
  x: Tensor<S, D>,
  from: A & AxisOf<S, A>,
  to: B & AxisOf<S, B>,
): Tensor<Moved<S, A, B>, D> => {
  const [source, target] = [axisOf('moveAxis', from, x), axisOf('moveAxis', to, x)]
  const rest = range(x.ndim).filter((d) => d !== source)
  return typed(transpose(x, [...rest.slice(0, target), source, ...rest.slice(target)]))
}

const listOf = (axis: number | readonly number[]): readonly number[] => (typeof axis === 'number' ? [axis] : axis)

/** New axes of length 1 at `axis`, a number or a list by position: places in the result, as NumPy's `expand_dims`. @throws ShapeError */
export const expandDims = <S extends Shape, D extends DType, const A extends number | readonly number[]>(
  x: Tensor<S, D>,
  axis: A & NewAxis<S, A>,
): Tensor<Expanded<S, A>, D> => {
  const places = listOf(axis)
  const at = places.map((a) => axisOf('expandDims', a, x, places.length))
  checkDistinct('expandDims', at, x)
  const rest: number[] = [...x.shape]
  return typed(
    reshape(
      x,
      range(x.ndim + places.length).map((d) => (at.includes(d) ? 1 : (rest.shift() ?? 1))),
    ),
  )
}

/** Without `axis`, a number or a list by position; without it, without all axes of length 1. @throws ShapeError where one named is longer */
export const squeeze = <S extends Shape, D extends DType, const A extends number | readonly number[] | undefined = undefined>(
  x: Tensor<S, D>,
  axis?: A & Squeezable<S, A>,
): Tensor<Squeezed<S, A>, D> => {
  const axes = axis === undefined ? range(x.ndim).filter((d) => x.shape[d] === 1) : axesOf('squeeze', axis, x)
  const long = axes.find((d) => x.shape[d] !== 1)
  if (long === undefined)
    return typed(
      reshape(
        x as Tensor,
        x.shape.filter((_, d) => !axes.includes(d)),
      ),
    )
  throw new ShapeError({
    op: 'squeeze',
    problem: `axis ${String(long)} has length ${String(x.shape[long])}`,
    facts: [`operand: ${showType(x)}`],
    help: 'only axes of length 1 can go',
  })
}

/** NumPy's broadcast to a shape. */
export const broadcastTo = <X extends Shape, D extends DType, const S extends Shape>(
  x: Tensor<X, D>,
  shape: S & Into<X, S>,
): Tensor<S, D> => typed(broadcastShape(x, shape))

/** The tensors one after another along an axis. */
export const concat = <
  D extends DType,
  const T extends readonly Tensor[],
  const O extends { readonly axis?: number } = Readonly<Record<never, never>>,
>(
  xs: T & readonly Tensor<Shape, D>[] & Joinable<T, 'axis', O>,
  options?: O & JoinAxis<T, O>,
): Tensor<Joined<T, O>, D> => {
  const axis = options?.axis ?? 0
  const [first]: readonly Tensor[] = xs
  if (first === undefined) throw new ShapeError({ op: 'concat', problem: 'no tensors', help: 'give at least one' })
  const at = axisOf('concat', axis, first)
  return typed(joined(xs, at))
}

/** A kernel binds few buffers, so long lists are joined in parts. */
const joined = (xs: readonly Tensor[], axis: number): Tensor => {
  const most = 4
  if (xs.length === 1) return xs[0] as Tensor
  if (xs.length <= most) return apply('concat', xs, { axis })
  const part = Math.ceil(xs.length / most)
  const parts = range(Math.ceil(xs.length / part)).map((i) => joined(xs.slice(i * part, (i + 1) * part), axis))
  return apply('concat', parts, { axis })
}

/** The tensors, of one shape, along a new axis. */
export const stack = <
  D extends DType,
  const T extends readonly Tensor[],
  const O extends { readonly axis?: number } = Readonly<Record<never, never>>,
>(
  xs: T & readonly Tensor<Shape, D>[] & Joinable<T, 'none', O>,
  options?: O,
): Tensor<Stacked<T, O>, D> => {
  const axis: number = options?.axis ?? 0
  return naming('stack', () =>
    typed(
      concat(
        (xs as readonly Tensor[]).map((x) => expandDims(x, axis)),
        { axis },
      ),
    ),
  )
}

/** Elements starts, starts + strides, … below limits, per axis. */
export const slice = <
  S extends Shape,
  D extends DType,
  const A extends readonly number[],
  const B extends readonly number[],
  const T extends readonly number[] | undefined = undefined,
>(
  x: Tensor<S, D>,
  starts: A,
  limits: B & Limits<S, A, B>,
  strides?: T,
): Tensor<Sliced<S, A, B, T>, D> => typed(apply('slice', [x], { starts, limits, strides: strides ?? x.shape.map(() => 1) }))

/**
 * Pieces along an axis: n equal ones, or of the sizes given. Where their number is literal, the result is a tuple: `const [a, b] = split(x, 2)`.
 * @throws ShapeError where the length is not a multiple of n, or not the sum of the sizes
 */
export const split = <
  S extends Shape,
  D extends DType,
  const N extends number | readonly number[],
  const O extends { readonly axis?: number } = { readonly axis: 0 },
>(
  x: Tensor<S, D>,
  pieces: N & Splits<S, N, O>,
  options?: O & AxisFits<S, O>,
): Pieces<S, D, N, O> => {
  const axis = options?.axis ?? 0
  const at = axisOf('split', axis, x)
  const length = x.shape[at] as number
  const sizes: readonly number[] = typeof pieces === 'number' ? range(pieces).map(() => length / pieces) : pieces
  if (sizes.some((n) => !Number.isInteger(n) || n < 0) || sizes.reduce((a, b) => a + b, 0) !== length) {
    throw new ShapeError({
      op: 'split',
      problem: `axis ${String(at)} of length ${String(length)} does not split into [${sizes.join(', ')}]`,
      facts: [`operand: ${showType(x)}`],
      help: 'the sizes must add up to the length',
    })
  }
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const bounds = (value: number, other: readonly number[]): number[] => other.map((n, d) => (d === at ? value : n))
  return sizes.map((n, i) =>
    typed(
      slice(
        x,
        bounds(
          starts[i] as number,
          x.shape.map(() => 0),
        ),
        bounds((starts[i] as number) + n, x.shape),
      ),
    ),
  ) as readonly Tensor[] as Pieces<S, D, N, O>
}

/** `value` around x: [before, after] per axis. */
export const pad = <S extends Shape, D extends DType, const W extends readonly (readonly [number, number])[]>(
  x: Tensor<S, D>,
  widths: W & Widens<S, W>,
  value = 0,
): Tensor<Padded<S, W>, D> => {
  if (widths.length !== x.ndim) {
    throw new ShapeError({
      op: 'pad',
      problem: `${String(widths.length)} widths for ${String(x.ndim)} axes`,
      facts: [`operand: ${showType(x)}`],
      help: 'give [before, after] for every axis',
    })
  }
  const padded = apply('pad', [x], {
    low: widths.map(([lo]) => lo),
    high: widths.map(([, hi]) => hi),
    interior: x.shape.map(() => 0),
    value: roundTo[x.dtype](value),
  })
  return typed(padded)
}

/** x with the elements along axes (all, if none are named) in reverse. */
export const flip = <S extends Shape, D extends DType, const O extends { readonly axis?: number | readonly number[] }>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
): Tensor<S, D> => typed(apply('flip', [x], { axes: axesOf('flip', options?.axis, x) }))

/**
 * Slices along `axis` at i32 or u32 indices; without `axis`, elements of the flattened x. Indices are clamped into the axis (negative
 * ones to 0), as JAX's mode `clip`: what is read from there gets the derivative. @throws ShapeError, DTypeError
 */
export const take = <
  S extends Shape,
  I extends Shape,
  D extends DType,
  const O extends { readonly axis?: number } = Readonly<Record<never, never>>,
>(
  x: Tensor<S, D>,
  indices: Tensor<I, 'i32'> | Tensor<I, 'u32'>,
  options?: O & AxisFits<S, O>,
): Tensor<Taken<S, I, O>, D> => {
  const axis = options?.axis
  const from: Tensor = axis === undefined ? reshape(x, [x.size]) : x
  return typed(apply('take', [from, indices as Tensor], { axis: resolveAxis(axis ?? 0, from.ndim) ?? axisOf('take', axis ?? 0, from) }))
}
