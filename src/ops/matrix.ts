/** Triangles and diagonals. */
import { naming } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { typed, type Tensor } from '../ir/tensor.js'
import { iota } from './creation.js'
import { broadcastTo } from './operand.js'
import { add, eq, ge, le, where } from './point.js'
import { expandDims, pad, reshape, slice } from './shape.js'
import type { Diagonal } from './types/matrix.js'

const wholeNumber = (op: string, k: number, x: Tensor): void => {
  if (!Number.isInteger(k))
    throw shapeError(op, `there is no diagonal ${String(k)}`, [x], 'number diagonals by whole numbers; 0 is the main one')
}

const triangle =
  (op: 'tril' | 'triu') =>
  <S extends Shape, D extends DType>(x: Tensor<S, D>, k = 0): Tensor<S, D> => {
    wholeNumber(op, k, x)
    if (x.ndim < 2) throw shapeError(op, 'there is no matrix', [x], 'give a tensor of two axes or more')
    const matrix = x.shape.slice(-2)
    const [row, column] = [add(iota(matrix, { axis: 0 }), k), iota(matrix, { axis: 1 })]
    return naming(op, () => typed(where((op === 'tril' ? ge : le)(row, column), x as Tensor, 0)))
  }

/** The last two axes on and below the k-th diagonal, zeros above. */
export const tril = triangle('tril')
/** The last two axes on and above the k-th diagonal, zeros below. */
export const triu = triangle('triu')

/** A vector as the k-th diagonal of a square matrix of zeros; of a matrix, its k-th diagonal. k > 0 is above the main one. @throws ShapeError for other ranks */
export const diag = <S extends Shape, D extends DType, const K extends number = 0>(
  x: Tensor<S, D>,
  k?: K,
): Tensor<Diagonal<S, NoInfer<K>>, D> => {
  const at = k ?? 0
  wholeNumber('diag', at, x)
  if (x.ndim === 1) return typed(fromDiagonal(x, at))
  if (x.ndim === 2) return typed(diagonal(x, at))
  throw shapeError('diag', `there are ${String(x.ndim)} axes`, [x], 'give a vector or a matrix')
}

const fromDiagonal = (x: Tensor, k: number): Tensor => {
  const rows = pad(x, [[Math.max(0, -k), Math.max(0, k)]])
  const shape = [rows.size, rows.size]
  const hit = eq(add(iota(shape, { axis: 0 }), k), iota(shape, { axis: 1 }))
  return where(hit, broadcastTo(expandDims(rows, 1), shape), 0)
}

/** The k-th diagonal of the last two axes, as a view: elements m + 1 apart in the flattened matrix. [*batch, n, m] → [*batch, length] */
export const diagonal = (x: Tensor, k = 0): Tensor => {
  const [batch, n, m] = [x.shape.slice(0, -2), x.shape.at(-2) as number, x.shape.at(-1) as number]
  const length = Math.max(0, Math.min(n + Math.min(k, 0), m - Math.max(k, 0)))
  const start = length === 0 ? 0 : k >= 0 ? k : -k * m
  const limit = length === 0 ? 0 : start + (length - 1) * (m + 1) + 1
  const flat = reshape(x, [...batch, n * m])
  const [zeros, ones] = [batch.map(() => 0), batch.map(() => 1)]
  return slice(flat, [...zeros, start], [...batch, limit], [...ones, m + 1])
}
