/** What `linalg` takes. */
import { DTypeError } from '../../error.js'
import { operands, shapeError } from '../../ir/ops/check.js'
import { broadcastShapes, type Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { broadcastTo } from '../operand.js'
import { expandDims, squeeze } from '../shape.js'
import { batchOf, type F32 } from './matrix.js'

/** f16 holds too few places for a decomposition. */
const checkF32 = (op: string, a: Tensor): void => {
  if (a.dtype === 'f32') return
  throw new DTypeError({ op, problem: `takes f32, not ${a.dtype}`, facts: operands([a]), help: "convert with cast(a, 'f32')" })
}

/** Matrices of f32. @throws DTypeError, ShapeError */
export const matrices = (op: string, a: Tensor): F32 => {
  checkF32(op, a)
  if (a.ndim < 2) throw shapeError(op, 'there is no matrix', [a], 'give a tensor of two axes or more: the last two are the matrix')
  return a as F32
}

/** Square matrices of f32. @throws DTypeError, ShapeError */
export const squares = (op: string, a: Tensor): F32 => {
  const square = matrices(op, a)
  const [n, m] = square.shape.slice(-2) as [number, number]
  if (n === m) return square
  throw shapeError(op, `the matrix is ${String(n)} × ${String(m)}, not square`, [a], 'the last two axes must be equal')
}

/** A system a x = b in one batch: b as columns, and back from columns to the shape that b had. */
export interface System {
  readonly a: F32
  readonly b: F32
  readonly restore: (x: F32) => F32
}

/** A vector b is one column, as in NumPy 2: [n] only; with more axes b is matrices. Batches broadcast. @throws DTypeError, ShapeError */
export const systemOf = (op: string, given: Tensor, right: Tensor): System => {
  const a = squares(op, given)
  checkF32(op, right)
  const isVector = right.ndim === 1
  const columns: Tensor = isVector ? expandDims(right, 1) : right
  const n = a.shape.at(-1) as number
  if (columns.ndim < 2 || columns.shape.at(-2) !== n)
    throw shapeError(op, `the right-hand side does not have ${String(n)} rows`, [a, right], 'give [n], or [..., n, columns]')
  const batch = broadcastShapes(batchOf(a), batchOf(columns))
  if (batch === undefined)
    throw shapeError(op, 'the batches do not broadcast', [a, right], 'batch axes, aligned at the end, must be equal or 1')
  const onto = (x: Tensor): F32 => broadcastTo(x, [...batch, ...x.shape.slice(-2)] satisfies Shape) as F32
  return { a: onto(a), b: onto(columns), restore: (x) => (isVector ? squeeze(x, -1) : x) }
}
