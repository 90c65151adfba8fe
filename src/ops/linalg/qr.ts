/** QR by Householder's reflections. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { sliceAxis } from '../arrange.js'
import { customVjp } from '../customVjp.js'
import { tril, triu } from '../matrix.js'
import { abs, add, div, eq, gt, ge, mul, neg, sqrt, square, sub, where } from '../point.js'
import { sum } from '../reduce.js'
import { concat, expandDims, squeeze } from '../shape.js'
import { matrices } from './check.js'
import {
  batchOf,
  columnAt,
  columnsOf,
  elementAt,
  flatBatch,
  identities,
  inBatch,
  product,
  rowNumbers,
  rowsOf,
  scaleOf,
  steps,
  transposed,
  zerosLike,
  type F32,
  type Index,
} from './matrix.js'
import { throughInverse, triangularInverse } from './triangular.js'
import type { Factor } from '../types/matrix.js'

/** x - tau v (vᵀ x). */
const reflected = (x: F32, v: F32, tau: F32): F32 => sub(x, mul(mul(tau, v), sum(mul(v, x), { axis: 1, keepDims: true })))

/** The reflection that leaves column i zero below the diagonal: none where it is zero already, as LAPACK's `geqrf`. */
const reflection = (r: F32, i: Index): { readonly v: F32; readonly tau: F32 } => {
  const rows = rowNumbers(rowsOf(r))
  const [column, top] = [columnAt(r, i), elementAt(r, i, i)]
  const below = sum(where(gt(rows, i), square(column), 0), { axis: 1, keepDims: true })
  const length = sqrt(add(square(top), below))
  const diagonal = where(ge(top, 0), neg(length), length)
  const isZero = eq(below, 0)
  const v = where(eq(rows, i), 1, where(gt(rows, i), div(column, where(isZero, 1, sub(top, diagonal))), 0))
  return { v, tau: where(isZero, 0, div(sub(diagonal, top), where(isZero, 1, diagonal))) }
}

/** q [..., m, n] and r [..., n, n] of m ≥ n rows. Columns are scaled to about 1 first, so that no square over- or underflows. */
export const householder = (a: F32): readonly [F32, F32] => {
  const [m, n, batch] = [rowsOf(a), columnsOf(a), batchOf(a)]
  if (a.size === 0) return [zerosLike(a.shape), zerosLike([...batch, n, n])]
  const given = flatBatch(a)
  const { up, down } = scaleOf(abs(given), [1])
  const [upper, reflections] = steps(
    n,
    (r: F32, i) => {
      const { v, tau } = reflection(r, i)
      return [reflected(r, v, tau), [squeeze(v, -1), squeeze(tau, -1)]]
    },
    mul(given, down),
    [],
  )
  const [q] = steps(
    n,
    (x: F32, _, [v, tau]) => [reflected(x, expandDims(v as F32, -1), expandDims(tau as F32, -1)), []],
    identities(given, m, n),
    reflections,
    { reverse: true },
  )
  return [inBatch(q, batch), inBatch(triu(mul(sliceAxis(upper, 1, 0, n) as F32, up)), batch)]
}

/** q, r and the inverse of r. */
const withInverse = (a: F32): readonly [F32, F32, F32] => {
  const [q, r] = householder(a)
  return [q, r, triangularInverse(r, { isLower: false, isUnit: false })]
}

/** Walter & Lehmann (2012, "Algorithmic differentiation of linear algebra functions"), made of results, so that it has every order. */
const factored = customVjp(withInverse, {
  fwd: (a: F32) => {
    const out = withInverse(a)
    return [out, out] as const
  },
  bwd: ([q, r, y], [gq, gr, gy]) => {
    const g = triu(add(gr, throughInverse(y, gy)))
    const m = sub(product(r, transposed(g)), product(transposed(gq), q))
    const mirrored = add(tril(m), transposed(tril(m, -1)))
    return [product(add(gq, product(q, mirrored)), transposed(y))] as const
  },
})

/** Of more columns than rows: the first square part gives q, which turns the rest. */
const wide = (a: F32): readonly [F32, F32] => {
  const [m, n] = [rowsOf(a), columnsOf(a)]
  const last = a.ndim - 1
  const [q, r] = factored(sliceAxis(a, last, 0, m) as F32)
  return [q, concat([r, product(transposed(q), sliceAxis(a, last, m, n) as F32)], { axis: -1 })]
}

/**
 * `[q, r]` with q r = a, reduced: [..., m, n] → [..., m, k] and [..., k, n], k = min(m, n). The columns of q are orthonormal,
 * r is upper triangular; its diagonal has LAPACK's signs. Both hold to some n ulps of the column's norm. Derivatives need
 * the first k columns of a to be independent; else they are ±∞ or NaN.
 * @throws ShapeError, DTypeError
 */
export const qr = <S extends Shape>(
  a: Tensor<S, 'f32'>,
): readonly [q: Tensor<Factor<S, ['m', 'k']>, 'f32'>, r: Tensor<Factor<S, ['k', 'n']>, 'f32'>] => {
  const given = matrices('linalg.qr', a)
  const [q, r] = naming('linalg.qr', () => (rowsOf(given) < columnsOf(given) ? wide(given) : factored(given)))
  return [q, r] as readonly Tensor[] as never
}
