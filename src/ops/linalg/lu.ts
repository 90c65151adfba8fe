/** Gaussian elimination with partial pivoting. */
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

/** Step i: the largest entry on or below the diagonal comes up (a NaN is largest), and what is below it is eliminated. A pivot of 0 eliminates nothing. */
const eliminateColumn = ({ lu, order, parity }: Factors, i: Index): Factors => {
  const n = rowsOf(lu)
  const [rows, columns] = [rowNumbers(n), columnNumbers(n)]
  const column = columnAt(lu, i)
  const best = argmax(where(lt(rows, i), -1, abs(column)), { axis: 1, keepDims: true })
  const [isTop, isBest] = [eq(rows, i), eq(rows, best)]
  const top = gather(lu, best, { axis: 1 })
  const pivot = columnAt(top, i)
  const swapped = where(isTop, top, where(isBest, rowAt(lu, i), lu))
  const below = where(isBest, elementAt(lu, i, i), column)
  const factor = where(eq(pivot, 0), 0, div(below, pivot))
  const isBelow = gt(rows, i)
  const inner = where(logicalAnd(isBelow, gt(columns, i)), sub(swapped, mul(factor, top)), swapped)
  return {
    lu: where(logicalAnd(isBelow, eq(columns, i)), factor, inner),
    order: where(isTop, gather(order, best, { axis: 1 }), where(isBest, rowAt(order, i), order)),
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
