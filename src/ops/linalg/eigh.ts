/** Eigenvalues and eigenvectors of symmetric matrices. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { sliceAxis } from '../arrange.js'
import { customVjp } from '../customVjp.js'
import { diagonal } from '../matrix.js'
import { takeAlongAxis } from '../index.js'
import { abs, add, div, eq, mul, sub, where } from '../point.js'
import { expandDims, pad, reshape } from '../shape.js'
import { argsort } from '../sort.js'
import { squares } from './check.js'
import { evenOf, moved, rotated, rotationOf, sweep } from './jacobi.js'
import { batchOf, flatBatch, identities, inBatch, product, rowsOf, scaleOf, symmetric, transposed, zerosLike, type F32 } from './matrix.js'
import type { Square, Values } from '../types/matrix.js'

/**
 * a and v, both rotated on the right, a on the left as well. What rounding leaves of a - aᵀ is taken out in each round: rotations
 * would keep it, and converge slowly where values lie close together.
 */
const round = ([a, v]: readonly [F32, F32]): readonly [F32, F32] => {
  const half = rowsOf(a) / 2
  const own = diagonal(a) as F32
  const [first, second] = [sliceAxis(own, 1, 0, half) as F32, sliceAxis(own, 1, half, 2 * half) as F32]
  const rotation = rotationOf(first, second, diagonal(a, half) as F32, (off) => eq(off, 0))
  const turned = rotated(rotated(a, rotation, -2), rotation, -1)
  return [symmetric(moved(moved(turned, -1), -2)), moved(rotated(v, rotation, -1), -1)]
}

/** The first n columns in the order of an index [b, n]. */
export const inOrder = (x: F32, order: Tensor<Shape, 'i32'>): F32 => takeAlongAxis(x, expandDims(order, 1), { axis: 2 })

const decompose = (a: F32): readonly [F32, F32] => {
  const [n, batch] = [rowsOf(a), batchOf(a)]
  if (a.size === 0) return [zerosLike(a.shape.slice(0, -1)), zerosLike(a.shape)]
  const given = flatBatch(a)
  const { up, down } = scaleOf(abs(given), [1, 2])
  const more = evenOf(n) - n
  const padded = pad(mul(given, down), [
    [0, 0],
    [0, more],
    [0, more],
  ])
  const [last, vectors] = sweep(evenOf(n), round, [padded, identities(padded, evenOf(n))])
  const values = sliceAxis(diagonal(last), 1, 0, n) as F32
  const order = argsort(values)
  const w = mul(takeAlongAxis(values, order), reshape(up, [up.size, 1]))
  const v = inOrder(sliceAxis(sliceAxis(vectors, 1, 0, n), 2, 0, n) as F32, order)
  return [inBatch(w, batch), inBatch(v, batch)]
}

/** 1 / x, and 0 where x is 0: values that are equal do not turn into one another. */
export const inverseGap = (x: F32): F32 => where(eq(x, 0), 0, div(1, where(eq(x, 0), 1, x)))

/** Row i, column j: w_j - w_i. */
export const gaps = (w: F32): F32 => sub(expandDims(w, -2), expandDims(w, -1))

/** A matrix with a diagonal. */
export const onDiagonal = (w: F32, like: F32): F32 => mul(identities(like, rowsOf(like)), expandDims(w, -1))

/** Giles (2008, section 3.1), made of results, so that it has every order. */
const decomposed = customVjp(decompose, {
  fwd: (a: F32) => {
    const out = decompose(a)
    return [out, out] as const
  },
  bwd: ([w, v], [gw, gv]) => {
    const turned = mul(inverseGap(gaps(w)), product(transposed(v), gv))
    return [product(v, product(add(onDiagonal(gw, v), turned), transposed(v)))] as const
  },
})

/**
 * `[w, v]` of a symmetric matrix, v diag(w) vᵀ = a: [..., n, n] → [..., n], ascending, and [..., n, n], orthonormal columns whose
 * signs are not specified. As JAX, it takes (a + aᵀ) / 2. By Jacobi's rotations, in a number of sweeps that depends on n
 * alone; w is off by some n ulps of the largest |w|. Vectors of equal values are any basis of their space; derivatives leave out
 * what would turn those into one another, so those of functions of w, or of the space, are right, and others have none.
 * Between values that differ by rounding alone they are large, as in JAX.
 * @throws ShapeError, DTypeError
 */
export const eigh = <S extends Shape>(a: Tensor<S, 'f32'> & Square<S>): readonly [w: Tensor<Values<S>, 'f32'>, v: Tensor<S, 'f32'>] => {
  const square = squares('linalg.eigh', a)
  const [w, v] = naming('linalg.eigh', () => decomposed(symmetric(square)))
  return [w, v] as readonly Tensor[] as readonly [Tensor<Values<S>, 'f32'>, Tensor<S, 'f32'>]
}
