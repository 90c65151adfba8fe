/** Triangular systems. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { customVjp } from '../customVjp.js'
import { tril, triu } from '../matrix.js'
import { div, mul, neg, sub } from '../point.js'
import { expandDims, moveAxis, squeeze } from '../shape.js'
import { systemOf } from './check.js'
import {
  batchOf,
  fewRows,
  flatBatch,
  identities,
  inBatch,
  product,
  rowAt,
  rowsOf,
  steps,
  transposed,
  zerosLike,
  type F32,
} from './matrix.js'
import { entriesOf, rowsIn, stackRows, substituteSmall } from './small.js'
import type { Solution, Solvable, Square } from '../types/matrix.js'

interface Triangle {
  readonly isLower: boolean
  readonly isUnit: boolean
}

/**
 * x in t x = b for matrices of one batch, a row of x a step: what the row adds to the rows left is subtracted from them.
 * What t holds outside of its triangle only ever reaches rows that are done.
 */
export const substitute = (t: F32, b: F32, { isLower, isUnit }: Triangle): F32 => {
  if (b.size === 0) return zerosLike(b.shape)
  if (rowsOf(t) <= fewRows) return stackRows(substituteSmall(entriesOf(t), rowsIn(b), isLower, isUnit))
  const columns = moveAxis(flatBatch(t), -1, 0)
  const [, [rows]] = steps(
    rowsOf(t),
    (left: F32, i, [column]) => {
      const col = expandDims(column as F32, -1)
      const row = isUnit ? rowAt(left, i) : div(rowAt(left, i), rowAt(col, i))
      return [sub(left, mul(col, row)), [squeeze(row, 1)]]
    },
    flatBatch(b),
    [columns],
    { reverse: !isLower },
  )
  return inBatch(moveAxis(rows as F32, 0, 1), batchOf(t))
}

/** The inverse of a triangle. */
export const triangularInverse = (t: F32, triangle: Triangle): F32 => substitute(t, identities(t, rowsOf(t)), triangle)

/** The cotangent of a matrix from that of its inverse y: -yᵀ g yᵀ. */
export const throughInverse = (y: F32, g: F32): F32 => neg(product(transposed(y), product(g, transposed(y))))

/**
 * x and the inverse y of the triangle: the derivative (Giles 2008) is made of both, so it has every order. The inverse is
 * computed only for derivatives.
 */
const solved = (triangle: Triangle): ((t: F32, b: F32) => readonly [F32, F32]) => {
  const both = (t: F32, b: F32): readonly [F32, F32] => [substitute(t, b, triangle), triangularInverse(t, triangle)]
  const within = (g: F32): F32 => (triangle.isLower ? tril(g, triangle.isUnit ? -1 : 0) : triu(g, triangle.isUnit ? 1 : 0))
  return customVjp(both, {
    fwd: (t: F32, b: F32) => {
      const out = both(t, b)
      return [out, out] as const
    },
    bwd: ([x, y], [gx, gy]) => {
      const gb = product(transposed(y), gx)
      return [within(sub(throughInverse(y, gy), product(gb, transposed(x)))), gb] as const
    },
  })
}

export interface TriangularSolveOptions {
  /** Which triangle of a is read; the other may hold anything. Default: the upper one, as `lax.linalg.triangular_solve`. */
  readonly lower?: boolean
  /** Solves aᵀ x = b. */
  readonly transpose?: boolean
  /** Takes the diagonal as ones, whatever it holds. */
  readonly unitDiagonal?: boolean
}

/**
 * x in a x = b for a triangular a: [..., n, n] and [..., n, m] (or a vector [n]) to the shape of b; batches broadcast. By
 * substitution: x solves a system whose entries differ by some n ulps. A zero on the diagonal gives ±∞ or NaN.
 * @throws ShapeError, DTypeError
 */
export const triangularSolve = <A extends Shape, B extends Shape>(
  a: Tensor<A, 'f32'> & Square<A>,
  b: Tensor<B, 'f32'> & Solvable<A, B>,
  { lower = false, transpose = false, unitDiagonal = false }: TriangularSolveOptions = {},
): Tensor<Solution<A, B>, 'f32'> => {
  const system = systemOf('linalg.triangularSolve', a, b)
  return naming('linalg.triangularSolve', () => {
    const t = transpose ? transposed(system.a) : system.a
    const [x] = solved({ isLower: lower !== transpose, isUnit: unitDiagonal })(t, system.b)
    return system.restore(x)
  }) as Tensor as Tensor<Solution<A, B>, 'f32'>
}
