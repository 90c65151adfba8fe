/** Gaussian elimination with partial pivoting. */
import type { DType } from '../../ir/dtype.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { arange, ones } from '../creation.js'
import { gather } from '../index.js'
import { diagonal } from '../matrix.js'
import { abs, div, eq, gt, lt, logicalAnd, mul, ne, neg, sub, where } from '../point.js'
import { argmax } from '../reduce.js'
import { broadcastTo } from '../operand.js'
import { concat, reshape } from '../shape.js'
import {
  batchOf,
  columnAt,
  columnNumbers,
  columnsOf,
  elementAt,
  fewRows,
  flatBatch,
  inBatch,
  rowAt,
  rowNumbers,
  rowsOf,
  steps,
  type F32,
  type I32,
  type Index,
} from './matrix.js'
import { eliminate, stackRows, rowsIn, substituteSmall } from './small.js'
import { substitute } from './triangular.js'

/** Below the diagonal the multipliers, on and above it the upper triangle; which row of a went where; the permutation's sign. */
interface Factors {
  readonly lu: F32
  readonly order: I32
  readonly parity: F32
}

/** Rows, axis 1, or columns, axis 2, of which number i and the one that `best` [b, 1, 1] says change places. */
export const exchangedAt = <D extends DType>(x: Tensor<Shape, D>, i: Index, best: I32, axis: 1 | 2): Tensor<Shape, D> => {
  const [numbers, ith] = axis === 1 ? [rowNumbers(rowsOf(x)), rowAt(x, i)] : [columnNumbers(columnsOf(x)), columnAt(x, i)]
  return where(eq(numbers, i), gather(x, best, { axis }), where(eq(numbers, best), ith, x))
}

/** Each row's multiple of the pivot's row: none of a pivot of 0, by which nothing is divided, so that derivatives are 0, too. */
export const multipliers = (column: F32, pivot: F32): F32 => {
  const isZero = eq(pivot, 0)
  return where(isZero, 0, div(column, where(isZero, 1, pivot)))
}

/** Step i: the largest entry on or below the diagonal comes up (a NaN is largest), and what is below it is eliminated. A pivot of 0 eliminates nothing. */
const eliminateColumn = ({ lu, order, parity }: Factors, i: Index): Factors => {
  const [rows, columns] = [rowNumbers(rowsOf(lu)), columnNumbers(rowsOf(lu))]
  const best = argmax(where(lt(rows, i), -1, abs(columnAt(lu, i))), { axis: 1, keepDims: true })
  const swapped = exchangedAt(lu, i, best, 1)
  const factor = multipliers(columnAt(swapped, i), elementAt(swapped, i, i))
  const isBelow = gt(rows, i)
  const inner = where(logicalAnd(isBelow, gt(columns, i)), sub(swapped, mul(factor, rowAt(swapped, i))), swapped)
  return {
    lu: where(logicalAnd(isBelow, eq(columns, i)), factor, inner),
    order: exchangedAt(order, i, best, 1),
    parity: where(ne(best, i), neg(parity), parity),
  }
}

/** Of matrices [b, n, n], n ≥ 1. */
const factorize = (a: F32): Factors => {
  const [b, n] = a.shape as readonly [number, number]
  const start: Factors = {
    lu: a,
    order: broadcastTo(reshape(arange(n), [n, 1]), [b, n, 1]) as I32,
    parity: ones([b, 1, 1]),
  }
  const [last] = steps(n, (factors: Factors, i) => [eliminateColumn(factors, i), []], start, [])
  return last
}

/** x in a x = b for matrices of one batch. */
export const luSolve = (a: F32, b: F32): F32 => {
  if (rowsOf(a) <= fewRows) {
    const { upper, rows } = eliminate(a, rowsIn(b))
    return stackRows(substituteSmall(upper, rows, false, false))
  }
  const { lu, order } = factorize(flatBatch(a))
  const permuted = gather(flatBatch(b), order, { axis: 1 })
  const x = substitute(lu, substitute(lu, permuted, { isLower: true, isUnit: true }), { isLower: false, isUnit: false })
  return inBatch(x, batchOf(a))
}

/** The pivots [..., n] and the sign of the permutation [...]. */
export const pivotsOf = (a: F32): { readonly pivots: F32; readonly parity: F32 } => {
  const [batch, n] = [batchOf(a), rowsOf(a)]
  const { pivots, parity } = n <= fewRows ? pivotsSmall(a) : pivotsLarge(a)
  return { pivots: reshape(pivots, [...batch, n]), parity: reshape(parity, batch) }
}

const pivotsSmall = (a: F32): { readonly pivots: F32; readonly parity: F32 } => {
  const { upper, parity } = eliminate(a)
  return {
    pivots: concat(
      upper.map((row, i) => row[i] as F32),
      { axis: -1 },
    ),
    parity,
  }
}

const pivotsLarge = (a: F32): { readonly pivots: F32; readonly parity: F32 } => {
  const { lu, parity } = factorize(flatBatch(a))
  return { pivots: diagonal(lu) as F32, parity }
}
