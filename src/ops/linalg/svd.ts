/** The singular value decomposition. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { sliceAxis } from '../arrange.js'
import { customVjp } from '../customVjp.js'
import { diagonal } from '../matrix.js'
import { takeAlongAxis } from '../index.js'
import { abs, add, div, le, lt, mul, neg, sqrt, square, sub, where } from '../point.js'
import { sum } from '../reduce.js'
import { concat, expandDims, pad, reshape, squeeze } from '../shape.js'
import { argsort } from '../sort.js'
import { matrices } from './check.js'
import { gaps, inOrder, inverseGap, onDiagonal } from './eigh.js'
import { evenOf, moved, rotated, rotationOf, sweep } from './jacobi.js'
import { batchOf, columnsOf, flatBatch, identities, inBatch, product, rowsOf, scaleOf, transposed, zerosLike, type F32 } from './matrix.js'
import { householder } from './qr.js'
import type { Factor } from '../types/matrix.js'

/** Off-diagonal elements of the Gram matrix below this, relative to its diagonal, are rounding. */
const negligible = 2 ** -24

/** Pairs of columns are made orthogonal: a above, of `rows` rows, and v below turn alike. */
const round =
  (rows: number) =>
  (both: F32): F32 => {
    const half = columnsOf(both) / 2
    const a = sliceAxis(both, 1, 0, rows)
    const [first, second] = [sliceAxis(a, 2, 0, half) as F32, sliceAxis(a, 2, half, 2 * half) as F32]
    const dot = (x: F32, y: F32): F32 => sum(mul(x, y), { axis: 1 })
    const [p, q] = [dot(first, first), dot(second, second)]
    const rotation = rotationOf(p, q, dot(first, second), (off) => le(abs(off), mul(mul(sqrt(p), sqrt(q)), negligible)))
    return moved(rotated(both, rotation, -1), -1)
  }

/** Lengths of columns [b, n], without over- or underflow of their squares. */
const lengthsOf = (a: F32): F32 => {
  const { up, down } = scaleOf(abs(a), [1])
  return squeeze(mul(sqrt(sum(square(mul(a, down)), { axis: 1, keepDims: true })), up), 1)
}

/** u, s and v of square matrices [b, n, n]: the columns of a v are orthogonal, their lengths s, and Householder's q of them is u even where lengths are 0. */
const squareSvd = (a: F32): readonly [F32, F32, F32] => {
  const n = rowsOf(a)
  const even = evenOf(n)
  const { up, down } = scaleOf(abs(a), [1, 2])
  const above = pad(mul(a, down), [
    [0, 0],
    [0, 0],
    [0, even - n],
  ])
  const last = sliceAxis(sweep(even, round(n), concat([above, identities(above, n, even)], { axis: 1 })), 2, 0, n)
  const turned = sliceAxis(last, 1, 0, n) as F32
  const lengths = lengthsOf(turned)
  const order = argsort(neg(lengths))
  const [q, r] = householder(inOrder(turned, order))
  const u = mul(q, where(lt(expandDims(diagonal(r), 1) as F32, 0), -1, 1))
  return [u, mul(takeAlongAxis(lengths, order), reshape(up, [up.size, 1])), inOrder(sliceAxis(last, 1, n, 2 * n) as F32, order)]
}

/** u [..., m, n], s [..., n] and v [..., n, n] of m ≥ n rows: where there are more, of the r of a = q r. */
const decompose = (a: F32): readonly [F32, F32, F32] => {
  const [m, n, batch] = [rowsOf(a), columnsOf(a), batchOf(a)]
  if (a.size === 0) return [zerosLike(a.shape), zerosLike([...batch, n]), zerosLike([...batch, n, n])]
  const given = flatBatch(a)
  const [q, r] = m > n ? householder(given) : [undefined, given]
  const [u, s, v] = squareSvd(r)
  return [inBatch(q === undefined ? u : product(q, u), batch), inBatch(s, batch), inBatch(v, batch)]
}

/**
 * Townsend (2016, "Differentiating the singular value decomposition"), made of results, so that it has every order. What u has
 * outside of its own space is there for m > n alone.
 */
const decomposed = customVjp(decompose, {
  fwd: (a: F32) => {
    const out = decompose(a)
    return [out, out] as const
  },
  bwd: ([u, s, v], [gu, gs, gv]) => {
    const [row, column] = [expandDims(s, -2), expandDims(s, -1)]
    const turn = mul(inverseGap(gaps(s)), inverseGap(add(row, column)))
    const twist = (x: F32, g: F32): F32 => {
      const inner = product(transposed(x), g)
      return mul(turn, sub(inner, transposed(inner)))
    }
    const middle = add(add(mul(twist(u, gu), row), onDiagonal(gs, v)), mul(column, twist(v, gv)))
    const inside = product(u, product(middle, transposed(v)))
    if (rowsOf(u) === columnsOf(u)) return [inside] as const
    const outside = sub(gu, product(u, product(transposed(u), gu)))
    return [add(inside, product(div(outside, row), transposed(v)))] as const
  },
})

/**
 * `[u, s, vt]` with u diag(s) vt = a, thin: [..., m, n] → [..., m, k], [..., k], descending, and [..., k, n], k = min(m, n). The
 * columns of u and the rows of vt are orthonormal, also where s is 0; the sign of a pair is not specified. By one-sided
 * Jacobi (Hestenes 1958), after QR where a is not square, in a number of sweeps that depends on k alone; s is off by some
 * n ulps of the largest, and often by less. Derivatives treat equal values as those of `eigh`; for m ≠ n those of u and vt need
 * s > 0, else they are ±∞ or NaN.
 * @throws ShapeError, DTypeError
 */
export const svd = <S extends Shape>(
  a: Tensor<S, 'f32'>,
): readonly [u: Tensor<Factor<S, ['m', 'k']>, 'f32'>, s: Tensor<Factor<S, ['k']>, 'f32'>, vt: Tensor<Factor<S, ['k', 'n']>, 'f32'>] => {
  const given = matrices('linalg.svd', a)
  const isWide = rowsOf(given) < columnsOf(given)
  const [u, s, v] = naming('linalg.svd', () => decomposed(isWide ? transposed(given) : given))
  return (isWide ? [v, s, transposed(u)] : [u, s, transposed(v)]) as readonly Tensor[] as never
}
