/** The determinant, by elimination with complete pivoting. */
import type { Shape } from '../../ir/shape.js'
import { sliceAxis } from '../arrange.js'
import { foriLoop } from '../control.js'
import { ones } from '../creation.js'
import { abs, ge, gt, logicalAnd, maximum, mul, ne, neg, sub, where } from '../point.js'
import { argmax, max } from '../reduce.js'
import { reshape } from '../shape.js'
import { exchangedAt, multipliers } from './lu.js'
import {
  batchOf,
  columnAt,
  columnNumbers,
  elementAt,
  fewRows,
  flatBatch,
  rowAt,
  rowNumbers,
  rowsOf,
  type Bool,
  type F32,
  type Index,
} from './matrix.js'
import { entriesOf, exchanged, type Entries } from './small.js'

/*
 * The pivot is the largest entry left, and elimination ends at two rows, whose determinant is a difference of products. So a
 * matrix that lacks one or two ranks never meets a pivot of 0, and the steps have the derivatives of the polynomial that they
 * compute, of every order. A pivot of 0 eliminates nothing: three rows or more are 0, and so are their derivatives up to two.
 */

/** The matrix left, and the product of the pivots so far with the sign of the exchanges: [..., 1, 1]. */
interface Left<T> {
  readonly rest: T
  readonly product: F32
}

const flipped = (isFlipped: Bool, x: F32): F32 => where(isFlipped, neg(x), x)

/** The largest of rows comes first. */
const largestFirst = ({ rest, product }: Left<Entries>, sizeOf: (row: readonly F32[]) => F32): Left<Entries> =>
  rest.slice(1).reduce<Left<Entries>>(
    (left, row) => {
      const isLarger = gt(sizeOf(row), sizeOf(left.rest[0] as readonly F32[]))
      const [top, other] = exchanged(isLarger, left.rest[0] as readonly F32[], row)
      return { rest: [top, ...left.rest.slice(1), other], product: flipped(isLarger, left.product) }
    },
    { rest: rest.slice(0, 1), product },
  )

const turned = (rows: Entries): Entries => (rows[0] as readonly F32[]).map((_, c) => rows.map((row) => row[c] as F32))

const eliminateSmall = (left: Left<Entries>): Left<Entries> => {
  const rows = largestFirst(left, (row) => row.map((x): F32 => abs(x)).reduce((x, y) => maximum(x, y)))
  const columns = largestFirst({ ...rows, rest: turned(rows.rest) }, (column) => abs(column[0] as F32))
  const [top, ...below] = turned(columns.rest) as readonly [readonly F32[], ...Entries]
  const pivot = top[0] as F32
  const rest = below.map(([first, ...row]) => {
    const factor = multipliers(first as F32, pivot)
    return row.map((x, c) => sub(x, mul(factor, top[c + 1] as F32)))
  })
  return { rest, product: mul(columns.product, pivot) }
}

const determinantSmall = (left: Left<Entries>): F32 => {
  if (left.rest.length > 2) return determinantSmall(eliminateSmall(left))
  const [[a, b], [c, d]] = [left.rest[0] ?? [], left.rest[1] ?? []]
  const last = b === undefined ? a : sub(mul(a as F32, d as F32), mul(b, c as F32))
  return mul(left.product, last as F32)
}

/** Step i of matrices [b, n, n]: rows and columns before i are done. A NaN is largest. */
const eliminateLarge = (i: Index, { rest, product }: Left<F32>): Left<F32> => {
  const n = rowsOf(rest)
  const [rows, columns] = [rowNumbers(n), columnNumbers(n)]
  const sizes = max(where(ge(columns, i), abs(rest), -1), { axis: 2, keepDims: true })
  const row = argmax(where(ge(rows, i), sizes, -1), { axis: 1, keepDims: true })
  const up = exchangedAt(rest, i, row, 1)
  const column = argmax(where(ge(columns, i), abs(rowAt(up, i)), -1), { axis: 2, keepDims: true })
  const left = exchangedAt(up, i, column, 2)
  const pivot = elementAt(left, i, i)
  const factor = multipliers(columnAt(left, i), pivot)
  const isLeft = logicalAnd(gt(rows, i), gt(columns, i))
  return {
    rest: where(isLeft, sub(left, mul(factor, rowAt(left, i))), left),
    product: mul(flipped(ne(row, i), flipped(ne(column, i), product)), pivot),
  }
}

/** [..., n, n] to [...], n ≥ 1. */
export const determinant = (a: F32): F32 => {
  const [n, batch] = [rowsOf(a), batchOf(a)]
  const one: F32 = ones<Shape>([...batch, 1, 1])
  if (n <= fewRows) return reshape(determinantSmall({ rest: entriesOf(a), product: one }), batch)
  const flat = flatBatch(a)
  const { rest, product } = foriLoop(0, n - 2, eliminateLarge, { rest: flat, product: ones<Shape>([flat.shape[0] as number, 1, 1]) })
  const last = sliceAxis(sliceAxis(rest, 1, n - 2, n), 2, n - 2, n) as F32
  return reshape(determinantSmall({ rest: entriesOf(last), product }), batch)
}
