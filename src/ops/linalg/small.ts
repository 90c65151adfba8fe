/**
 * Matrices of few rows, entry by entry: straight-line elementwise code over the batch, which fuses. Entries are
 * [..., 1, 1], rows of right-hand sides [..., 1, m].
 */
import { range } from '../../ir/shape.js'
import { sliceAxis } from '../arrange.js'
import { ones } from '../creation.js'
import { abs, div, eq, gt, mul, neg, sqrt, sub, where } from '../point.js'
import { concat } from '../shape.js'
import { batchOf, columnsOf, rowsOf, zerosLike, type Bool, type F32 } from './matrix.js'

export type Entries = readonly (readonly F32[])[]

export const rowsIn = (b: F32): readonly F32[] => range(rowsOf(b)).map((r) => sliceAxis(b, b.ndim - 2, r, r + 1) as F32)
export const entriesOf = (a: F32): Entries =>
  rowsIn(a).map((row) => range(columnsOf(a)).map((c) => sliceAxis(row, row.ndim - 1, c, c + 1) as F32))

/** Rows one below the other. */
export const stackRows = (rows: readonly F32[]): F32 => concat(rows, { axis: -2 })
/** The matrix of entries. */
export const fromEntries = (entries: Entries): F32 => stackRows(entries.map((row) => concat(row, { axis: -1 })))

/** Upper triangular entries, what elimination made of the right-hand sides, and the sign of the permutation. */
export interface Eliminated {
  readonly upper: Entries
  readonly rows: readonly F32[]
  readonly parity: F32
}

export const exchanged = (isSwapped: Bool, x: readonly F32[], y: readonly F32[]): readonly [readonly F32[], readonly F32[]] => [
  x.map((v, c) => where(isSwapped, y[c] as F32, v)),
  x.map((v, c) => where(isSwapped, v, y[c] as F32)),
]

/** Gaussian elimination with partial pivoting of a, and with it of right-hand sides. A pivot of 0 eliminates nothing. */
export const eliminate = (a: F32, b: readonly F32[] = []): Eliminated => {
  const n = rowsOf(a)
  const rows = entriesOf(a).map((row, r) => [...row, ...b.slice(r, r + 1)] as readonly F32[])
  let parity: F32 = ones([...batchOf(a), 1, 1])
  for (const k of range(n)) {
    for (const r of range(n).slice(k + 1)) {
      const [top, row] = [rows[k] as readonly F32[], rows[r] as readonly F32[]]
      const isLarger = gt(abs(row[k] as F32), abs(top[k] as F32))
      ;[rows[k], rows[r]] = exchanged(isLarger, top, row) as [readonly F32[], readonly F32[]]
      parity = where(isLarger, neg(parity), parity)
    }
    const top = rows[k] as readonly F32[]
    const pivot = top[k] as F32
    for (const r of range(n).slice(k + 1)) {
      const row = rows[r] as readonly F32[]
      const factor = where(eq(pivot, 0), 0, div(row[k] as F32, pivot))
      rows[r] = row.map((x, c) => (c <= k ? x : sub(x, mul(factor, top[c] as F32))))
    }
  }
  return { upper: rows.map((row) => row.slice(0, n)), rows: rows.flatMap((row) => row.slice(n)), parity }
}

/** x in t x = b for a triangle t. */
export const substituteSmall = (t: Entries, b: readonly F32[], isLower: boolean, isUnit: boolean): readonly F32[] => {
  const order = isLower ? range(t.length) : range(t.length).reverse()
  const x: F32[] = []
  order.forEach((i, done) => {
    const row = t[i] as readonly F32[]
    const rest = order.slice(0, done).reduce((sum, j) => sub(sum, mul(row[j] as F32, x[j] as F32)), b[i] as F32)
    x[i] = isUnit ? rest : div(rest, row[i] as F32)
  })
  return x
}

/** The entries of l in l lᵀ = a, from the lower triangle of a, and its pivots: not all positive where there is no such l. */
export const choleskySmall = (a: F32): { readonly factor: F32; readonly pivots: F32 } => {
  const entries = entriesOf(a)
  const n = entries.length
  const l: F32[][] = entries.map(() => [])
  const pivots: F32[] = []
  const at = (i: number, j: number): F32 => (l[i] as F32[])[j] as F32
  for (const j of range(n)) {
    for (const i of range(n).slice(j)) {
      const rest = range(j).reduce((sum, k) => sub(sum, mul(at(i, k), at(j, k))), (entries[i] as readonly F32[])[j] as F32)
      if (i === j) pivots.push(rest)
      ;(l[i] as F32[])[j] = i === j ? sqrt(rest) : div(rest, at(j, j))
    }
  }
  const zero = zerosLike([...batchOf(a), 1, 1])
  return { factor: fromEntries(range(n).map((i) => range(n).map((j) => (j > i ? zero : at(i, j))))), pivots: concat(pivots, { axis: -1 }) }
}
