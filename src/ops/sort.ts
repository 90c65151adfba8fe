/**
 * Sorting on any device. Short axes compare all pairs; long ones go through a bitonic network (Batcher 1968), log² n
 * steps of compare and exchange over the whole tensor.
 */
import { naming } from '../error.js'
import { isFloat, type DType } from '../ir/dtype.js'
import { checkTakes, shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { padAxis, sliceAxis } from './arrange.js'
import { iota } from './creation.js'
import { axisOf, broadcastTo } from './operand.js'
import { add, bitAnd, bitcast, bitXor, cast, eq, gt, logicalAnd, logicalOr, lt, mul, shiftLeft, shiftRight, where } from './point.js'
import { sum } from './reduce.js'
import { expandDims, flip, moveAxis, reshape } from './shape.js'
import type { AxisFits, WithLast } from './types/axis.js'
import type { AtMost } from './types/matrix.js'

export interface SortOptions {
  /** Default: the last. */
  readonly axis?: number
}

type Int = Tensor<Shape, 'i32'>

const lowest = -2147483648
const highest = 2147483647

/**
 * i32 keys in the order of x. Of floats: the bits, with those below the sign turned where it is set; both zeros are one
 * key, and every NaN is the largest.
 */
const keysOf = (x: Tensor): Int => {
  if (x.dtype === 'u32') return bitXor(bitcast(x, 'i32'), lowest)
  if (!isFloat(x.dtype)) return cast(x, 'i32')
  const bits = bitcast(cast(x, 'f32'), 'i32')
  const turned = bitXor(bits, bitAnd(shiftRight(bits, 31), highest))
  const isNan = gt(bitAnd(bits, highest), 0x7f800000)
  return where(isNan, highest, where(eq(shiftLeft(bits, 1), 0), 0, turned))
}

interface Pairs {
  readonly key: Int
  readonly index: Int
}

/** Keeps the smaller of every pair on one side: `axis` of a shape is reflected to bring partners together, and its first half keeps the smaller. */
const exchange = ({ key, index }: Pairs, shape: Shape, axis: number): Pairs => {
  const [k, i] = [reshape(key, shape) as Tensor as Int, reshape(index, shape) as Tensor as Int]
  const [otherK, otherI] = [flip(k, { axis }), flip(i, { axis })]
  const isSmaller = logicalOr(lt(k, otherK), logicalAnd(eq(k, otherK), lt(i, otherI)))
  const isFirst = lt(iota(shape, { axis }), (shape[axis] as number) / 2)
  const stays = eq(isSmaller, isFirst)
  return { key: where(stays, k, otherK), index: where(stays, i, otherI) }
}

/** Up to this length all pairs are compared: as much work as the network, in two kernels. */
const fewest = 256

/** The indices of the k smallest of [rows, n] keys, in order: each key's place is how many come before it. */
const ranked = (key: Int, k: number): Int => {
  const n = key.shape[1] as number
  const [self, other] = [expandDims(key, 2), expandDims(key, 1)]
  const isEarlier = lt(iota([1, n], { axis: 1 }), iota([n, 1]))
  const isBefore = logicalOr(lt<Tensor, Tensor>(other, self), logicalAnd(eq<Tensor, Tensor>(other, self), isEarlier))
  const place = sum(cast(isBefore, 'i32'), { axis: 2 })
  return sum(where(eq<Tensor, Tensor>(expandDims(place, 1), iota([k, 1])), iota(n), 0), { axis: 2 })
}

/** The indices that sort [rows, n] keys along the last axis. Pairs of key and index are distinct, so the order is stable. */
const order = (key: Int): Int => {
  const [rows, n] = key.shape as readonly [number, number]
  if (n <= fewest) return ranked(key, n)
  const size = 2 ** Math.ceil(Math.log2(n))
  const shape = [rows, size]
  let pairs: Pairs = {
    key: padAxis(key, 1, 0, size - n, highest) as Int,
    index: iota(shape, { axis: 1 }),
  }
  for (let block = 2; block <= size; block *= 2) {
    pairs = exchange(pairs, [rows, size / block, block], 2)
    for (let half = block / 4; half >= 1; half /= 2) pairs = exchange(pairs, [rows, size / (2 * half), 2, half], 2)
  }
  return sliceAxis(reshape(pairs.index, shape), 1, 0, n) as Int
}

/** The indices of the k smallest of [rows, n] keys, in order: of the k smallest of every part, which are few. */
const smallest = (key: Int, k: number): Int => {
  const [rows, n] = key.shape as readonly [number, number]
  if (n <= fewest) return ranked(key, k)
  const parts = Math.ceil(n / fewest)
  const padded = padAxis(key, 1, 0, parts * fewest - n, highest)
  const split = reshape(padded, [rows * parts, fewest]) as Tensor as Int
  const places = ranked(split, k)
  const offsets = mul(iota([parts, 1]), fewest)
  const from = reshape(add<Tensor, Tensor>(reshape(places, [rows, parts, k]), offsets), [rows, parts * k])
  const found = smallest(reshape(along(split, places), [rows, parts * k]) as Tensor as Int, k)
  return along(from, found) as Int
}

const along = (x: Tensor, index: Tensor): Tensor => apply('takeAlong', [x, index], { axis: x.ndim - 1, indices: 'any' })

const sortable = (op: string, x: Tensor, axis: number): number => {
  if (x.ndim === 0) throw shapeError(op, 'a scalar has no order', [x], 'give a tensor of one axis or more')
  return axisOf(op, axis, x)
}

/** The indices along an axis that put keys in order. */
const orderAlong = (key: Int, axis: number): Int => {
  const n = key.shape[axis] as number
  if (key.size === 0 || n === 1) return broadcastTo(reshape(iota(n), [n, ...key.shape.slice(axis + 1).map(() => 1)]), key.shape) as Int
  const last = moveAxis(key, axis, -1)
  return moveAxis(reshape(order(reshape(last, [key.size / n, n]) as Tensor as Int), last.shape), -1, axis)
}

/** The indices along an axis (the last unless said) that sort x in ascending order: i32. Stable; zeros of both signs are equal, and NaN comes last. @throws ShapeError */
export const argsort = <S extends Shape, const O extends SortOptions = Readonly<Record<never, never>>>(
  x: Tensor<S>,
  options?: O & AxisFits<S, O>,
): Tensor<S, 'i32'> => {
  const axis = options?.axis ?? -1
  const at = sortable('argsort', x, axis)
  return naming('argsort', () => orderAlong(keysOf(x), at)) as Tensor as Tensor<S, 'i32'>
}

/** x in ascending order along an axis (the last unless said); NaN comes last. The gradient goes to where the elements came from. @throws ShapeError */
export const sort = <S extends Shape, D extends DType, const O extends SortOptions = Readonly<Record<never, never>>>(
  x: Tensor<S, D>,
  options?: O & AxisFits<S, O>,
): Tensor<S, D> => {
  const at = sortable('sort', x, options?.axis ?? -1)
  return naming('sort', () =>
    apply('takeAlong', [x as Tensor, orderAlong(keysOf(x as Tensor), at)], { axis: at, indices: 'permutation' }),
  ) as Tensor<S, D>
}

/**
 * The k largest elements of the last axis, in descending order, and their indices (i32): [..., n] → two of [..., k].
 * Of equal elements the first comes first, and NaN counts as largest, as in `lax.top_k`. @throws ShapeError
 */
export const topK = <S extends Shape, D extends DType, const K extends number>(
  x: Tensor<S, D>,
  k: K & AtMost<S, K>,
): readonly [Tensor<WithLast<S, K>, D>, Tensor<WithLast<S, K>, 'i32'>] => {
  const source = x as Tensor
  const at = sortable('topK', source, -1)
  checkTakes('topK', 'numeric', [source])
  if (!Number.isInteger(k) || k < 0 || k > (x.shape[at] as number))
    throw shapeError('topK', `there are no ${String(k)} elements on the last axis`, [source], 'give a whole number up to its length')
  return naming('topK', () => {
    const key = bitXor(keysOf(source), -1)
    const n = x.shape[at] as number
    if (source.size > 0 && k < n && k <= fewest / 4) {
      const index = reshape(smallest(reshape(key, [source.size / n, n]) as Tensor as Int, k), [...x.shape.slice(0, at), k])
      return [typed<WithLast<S, K>, D>(along(source, index)), typed<WithLast<S, K>, 'i32'>(index)] as const
    }
    const perm = orderAlong(key, at)
    const sorted = apply('takeAlong', [source, perm], { axis: at, indices: 'permutation' })
    return [typed<WithLast<S, K>, D>(sliceAxis(sorted, at, 0, k)), typed<WithLast<S, K>, 'i32'>(sliceAxis(perm, at, 0, k))] as const
  })
}
