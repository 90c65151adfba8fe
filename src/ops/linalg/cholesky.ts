/** Cholesky's factor. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { customVjp } from '../customVjp.js'
import { tril } from '../matrix.js'
import { add, div, eq, ge, gt, mul, sqrt, sub, where } from '../point.js'
import { all } from '../reduce.js'
import { moveAxis, reshape, squeeze } from '../shape.js'
import { squares } from './check.js'
import {
  batchOf,
  columnAt,
  elementAt,
  fewRows,
  flatBatch,
  identities,
  inBatch,
  product,
  rowNumbers,
  rowsOf,
  steps,
  symmetric,
  transposed,
  zerosLike,
  type F32,
} from './matrix.js'
import { choleskySmall } from './small.js'
import { throughInverse, triangularInverse } from './triangular.js'
import type { Square } from '../types/matrix.js'

/** A column a step: what it explains is subtracted from the rest (right-looking, outer products). */
const choleskyLarge = (a: F32): { readonly factor: F32; readonly pivots: F32 } => {
  const rows = rowNumbers(rowsOf(a))
  const [, [columns, pivots]] = steps(
    rowsOf(a),
    (rest: F32, i) => {
      const pivot = elementAt(rest, i, i)
      const root = sqrt(pivot)
      const column = where(ge(rows, i), where(eq(rows, i), root, div(columnAt(rest, i), root)), 0)
      return [sub(rest, mul(column, transposed(column))), [squeeze(column, -1), squeeze(pivot, [1, 2])]]
    },
    flatBatch(a),
    [],
  )
  const batch = batchOf(a)
  return { factor: inBatch(moveAxis(columns as F32, 0, -1), batch), pivots: inBatch(moveAxis(pivots as F32, 0, 1), batch) }
}

/** NaN where a pivot is not positive: there is no factor. */
const factorOf = (a: F32): F32 => {
  if (a.size === 0) return zerosLike(a.shape)
  const { factor, pivots } = rowsOf(a) <= fewRows ? choleskySmall(a) : choleskyLarge(a)
  const isDefinite = all(gt(reshape(pivots, [...batchOf(a), 1, rowsOf(a)]), 0), { axis: -1, keepDims: true })
  return tril(where(isDefinite, factor, NaN))
}

/** The factor and its inverse. */
const both = (a: F32): readonly [F32, F32] => {
  const l = factorOf(a)
  return [l, triangularInverse(l, { isLower: true, isUnit: false })]
}

/** The lower triangle with half of the diagonal. */
const half = (x: F32): F32 => mul(tril(x), sub(1, mul(identities(x, rowsOf(x)), 0.5)))

/** The derivative of Murray (2016, eq. 10), made of results, so that it has every order; the inverse is computed only for it. */
const factored = customVjp(both, {
  fwd: (a: F32) => {
    const out = both(a)
    return [out, out] as const
  },
  bwd: ([l, y], [gl, gy]) => {
    const g = tril(add(gl, throughInverse(y, gy)))
    return [symmetric(product(transposed(y), product(half(product(transposed(l), g)), y)))] as const
  },
})

/**
 * The lower triangular l with l lᵀ = a and a positive diagonal: [..., n, n] → [..., n, n]. As JAX, it takes (a + aᵀ) / 2, and
 * the triangle is NaN where that is not positive definite. l lᵀ differs from a by some n ulps of the largest entry.
 * @throws ShapeError, DTypeError
 */
export const cholesky = <S extends Shape>(a: Tensor<S, 'f32'> & Square<S>): Tensor<S, 'f32'> => {
  const square = squares('linalg.cholesky', a)
  return naming('linalg.cholesky', () => factored(symmetric(square))[0]) as Tensor as Tensor<S, 'f32'>
}
