/** Ops that read at places which data says, and boxes that move. */
import { naming } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { checkSameDType, shapeError } from '../ir/ops/check.js'
import { broadcastShapes, range, type Shape } from '../ir/shape.js'
import { apply, isTensor, typed, type Tensor } from '../ir/tensor.js'
import { full } from './creation.js'
import { asTensor, axisOf, broadcastTo, type Operand } from './operand.js'
import { cast, minimum, where } from './point.js'
import { flip, pad, reshape, slice } from './shape.js'
import type { AxisFits } from './types/axis.js'
import type { Aligned, TakenAlong } from './types/index.js'

/** Whole numbers that name places. */
export type Indices = Tensor<Shape, 'i32'> | Tensor<Shape, 'u32'>

export interface AxisOption {
  readonly axis?: number
}

/** A shape with one axis set to n. */
const resized = (shape: Shape, axis: number, n: number): Shape => shape.map((m, d) => (d === axis ? n : m))

/** Two tensors of one rank, broadcast on all axes but one. */
export const alignedAlong = (op: string, x: Tensor, i: Tensor, axis: number): readonly [Tensor, Tensor] => {
  const common = x.ndim === i.ndim ? broadcastShapes(resized(x.shape, axis, 1), resized(i.shape, axis, 1)) : undefined
  if (common === undefined)
    throw shapeError(
      op,
      `the shapes do not meet on the axes other than ${String(axis)}`,
      [x, i],
      'give indices of the rank of x; other axes must be equal or 1',
    )
  return [broadcastTo(x, resized(common, axis, x.shape[axis] as number)), broadcastTo(i, resized(common, axis, i.shape[axis] as number))]
}

const along =
  (op: string) =>
  <S extends Shape, I extends Shape, D extends DType, const O extends AxisOption = Readonly<Record<never, never>>>(
    x: Tensor<S, D>,
    indices: (Tensor<I, 'i32'> | Tensor<I, 'u32'>) & Aligned<S, I, O>,
    options?: O & AxisFits<S, O>,
  ): Tensor<TakenAlong<S, I, O>, D> => {
    const at = axisOf(op, options?.axis ?? -1, x)
    return naming(op, () => typed(apply('takeAlong', alignedAlong(op, x, indices, at), { axis: at, indices: 'any' })))
  }

/** Element j along the axis is x at indices[j], row by row, as NumPy's `take_along_axis`: indices have the rank of x, other axes broadcast, and indices are clamped into the axis (negative ones to 0), as in `take`. */
export const takeAlongAxis = along('takeAlongAxis')

/**
 * `takeAlongAxis` by its other name, PyTorch's `gather` with the axis as an option (the last unless said) and axes that broadcast; it is
 * not `lax.gather`, and slices are read by `take`. Indices are clamped into the axis, as in `take`; where all are inside,
 * `scatterAdd(zeros, i, g, { axis })` is its transpose.
 */
export const gather = along('gather')

/** Where a box begins: one i32 vector, or a number or i32 scalar for each axis. */
export type Starts = Tensor<Shape, 'i32'> | Tensor<Shape, 'u32'> | readonly Operand<'i32' | 'u32'>[]

/** One i32 scalar for each axis. */
const startsOf = (op: string, x: Tensor, starts: Starts): Tensor[] => {
  const list: readonly unknown[] = isTensor(starts) ? parts(op, x, starts) : starts
  const scalars = list.map((start) => {
    const scalar = asTensor(op, start, 'i32')
    return scalar.dtype === 'u32' ? cast(minimum(scalar, 2147483647), 'i32') : scalar
  })
  if (scalars.length === x.ndim && scalars.every((s) => s.ndim === 0)) return scalars
  throw shapeError(
    op,
    `there are ${String(scalars.length)} starts for ${String(x.ndim)} axes`,
    [x],
    'give one scalar for every axis, or one vector',
  )
}

const parts = (op: string, x: Tensor, starts: Tensor): Tensor[] => {
  if (starts.ndim !== 1) throw shapeError(op, 'the starts are no vector', [x, starts], 'give one vector, or a list of scalars')
  return range(starts.size).map((d) => reshape(slice(starts, [d], [d + 1]), []))
}

/** The box of `sizes` that begins at `starts`, which are clamped so that it lies inside x, as `lax.dynamic_slice`'s. @throws ShapeError, DTypeError */
export const dynamicSlice = <D extends DType, const Z extends Shape>(x: Tensor<Shape, D>, starts: Starts, sizes: Z): Tensor<Z, D> =>
  naming('dynamicSlice', () => apply('dynamicSlice', [x as Tensor, ...startsOf('dynamicSlice', x as Tensor, starts)], { sizes })) as Tensor<
    Z,
    D
  >

/**
 * `update` at `starts` (clamped) among zeros of a shape. Seen from the far end, moving a box into zeros is cutting a box
 * out of padding: that needs no arithmetic on the starts, and its derivative is made of the same ops.
 */
export const placed = (update: Tensor, shape: Shape, starts: readonly Tensor[]): Tensor => {
  const widths = shape.map((n, d) => n - (update.shape[d] as number)).map((room) => [room, room] as const)
  return flip(apply('dynamicSlice', [flip(pad(update, widths)), ...starts], { sizes: shape }))
}

/**
 * x with `update` in place of the box that begins at `starts`, clamped as in `dynamicSlice`. Where the memory of x is
 * donated to the program, the result takes its place. @throws ShapeError, DTypeError
 */
export const dynamicUpdateSlice = <S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  update: Operand<NoInfer<D>>,
  starts: Starts,
): Tensor<S, D> => {
  const [into, part] = [x as Tensor, asTensor('dynamicUpdateSlice', update, x.dtype)]
  checkSameDType('dynamicUpdateSlice', [into, part])
  if (part.ndim !== x.ndim || part.shape.some((n, d) => n > (x.shape[d] as number)))
    throw shapeError(
      'dynamicUpdateSlice',
      'the update is no part of x',
      [into, part],
      'give an update of the rank of x, no longer on any axis',
    )
  const from = startsOf('dynamicUpdateSlice', into, starts)
  return naming('dynamicUpdateSlice', () => {
    const inside = placed(full(part.shape, true), x.shape, from) as Tensor<Shape, 'bool'>
    return typed(where(inside, placed(part, x.shape, from), into))
  })
}
