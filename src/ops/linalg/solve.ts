/** Systems of equations, inverses and determinants, by elimination with partial pivoting. */
import { naming } from '../../error.js'
import type { Shape } from '../../ir/shape.js'
import { typed, type Tensor } from '../../ir/tensor.js'
import { ones } from '../creation.js'
import { customVjp } from '../customVjp.js'
import { abs, add, log, mul, sign, sub } from '../point.js'
import { prod } from '../prod.js'
import { sum } from '../reduce.js'
import { expandDims } from '../shape.js'
import { squares, systemOf } from './check.js'
import { determinant } from './det.js'
import { luSolve, pivotsOf } from './lu.js'
import { batchOf, identities, product, rowsOf, transposed, zerosLike, type F32 } from './matrix.js'
import { throughInverse } from './triangular.js'
import type { BatchOf, Solution, Solvable, Square } from '../types/matrix.js'

const inverseOf = (a: F32): F32 => (a.size === 0 ? zerosLike(a.shape) : luSolve(a, identities(a, rowsOf(a))))

// The rules below are made of results, the inverse y among them, so they serve every order; y is computed only for derivatives.

/** d y = -y da y (Giles 2008). */
const inverted = customVjp(inverseOf, {
  fwd: (a: F32) => {
    const y = inverseOf(a)
    return [y, y] as const
  },
  bwd: (y, g) => [throughInverse(y, g)] as const,
})

const solveBoth = (a: F32, b: F32): readonly [F32, F32] => [b.size === 0 ? zerosLike(b.shape) : luSolve(a, b), inverseOf(a)]

/** d x = y (db - da x) (Giles 2008). */
const solved = customVjp(solveBoth, {
  fwd: (a: F32, b: F32) => {
    const out = solveBoth(a, b)
    return [out, out] as const
  },
  bwd: ([x, y], [gx, gy]) => {
    const gb = product(transposed(y), gx)
    return [sub(throughInverse(y, gy), product(gb, transposed(x))), gb] as const
  },
})

const asMatrix = (x: F32): F32 => expandDims(x, [-2, -1])

const signAndLog = (a: F32): readonly [F32, F32, F32] => {
  const { pivots, parity } = pivotsOf(a)
  return [mul(parity, prod(sign(pivots), { axis: -1 })), sum(log(abs(pivots)), { axis: -1 }), inverseOf(a)]
}

/** d log |det| = tr(y da). */
const logDeterminant = customVjp(signAndLog, {
  fwd: (a: F32) => {
    const out = signAndLog(a)
    return [out, out[2]] as const
  },
  bwd: (y, [, g, gy]) => [add(mul(asMatrix(g), transposed(y)), throughInverse(y, gy))] as const,
})

/**
 * The inverse: [..., n, n] → [..., n, n]. Of a singular matrix ±∞ or NaN. Off by some n ulps times the condition number,
 * relative to the norm.
 * @throws ShapeError, DTypeError
 */
export const inv = <S extends Shape>(a: Tensor<S, 'f32'> & Square<S>): Tensor<S, 'f32'> => {
  const square = squares('linalg.inv', a)
  return naming('linalg.inv', () => inverted(square)) as Tensor as Tensor<S, 'f32'>
}

/**
 * x in a x = b: [..., n, n] and [..., n, m] (or a vector [n]) to the shape of b; batches broadcast. Elimination with partial
 * pivoting: x solves a system whose entries differ by some n ulps of the largest, so it is off by that times the condition
 * number. Of a singular matrix ±∞ or NaN.
 * @throws ShapeError, DTypeError
 */
export const solve = <A extends Shape, B extends Shape>(
  a: Tensor<A, 'f32'> & Square<A>,
  b: Tensor<B, 'f32'> & Solvable<A, B>,
): Tensor<Solution<A, B>, 'f32'> => {
  const system = systemOf('linalg.solve', a, b)
  return naming('linalg.solve', () => system.restore(solved(system.a, system.b)[0])) as Tensor as Tensor<Solution<A, B>, 'f32'>
}

/**
 * The determinant: [..., n, n] → [...]; 1 for n = 0. By elimination with complete pivoting; the product of the pivots may
 * overflow where `slogdet` does not. Its first and second derivatives are those of the polynomial at every matrix, singular or
 * not (the first are the cofactors); higher ones are where at most two ranks are missing, and may lack terms elsewhere.
 * @throws ShapeError, DTypeError
 */
export const det = <S extends Shape>(a: Tensor<S, 'f32'> & Square<S>): Tensor<BatchOf<S>, 'f32'> => {
  const square = squares('linalg.det', a)
  return naming('linalg.det', () => typed(rowsOf(square) === 0 ? ones<Shape>(batchOf(square)) : determinant(square)))
}

/**
 * `[sign, logAbsDet]` of the determinant: [..., n, n] → two of [...]. The sign is -1, 0 or 1 and has no derivative; of a
 * singular matrix they are 0 and -∞, for n = 0 they are 1 and 0.
 * @throws ShapeError, DTypeError
 */
export const slogdet = <S extends Shape>(
  a: Tensor<S, 'f32'> & Square<S>,
): readonly [sign: Tensor<BatchOf<S>, 'f32'>, logAbsDet: Tensor<BatchOf<S>, 'f32'>] => {
  const square = squares('linalg.slogdet', a)
  const batch = batchOf(square)
  const [s, l] = naming('linalg.slogdet', () =>
    rowsOf(square) === 0 ? ([ones(batch), zerosLike(batch)] as readonly [F32, F32]) : logDeterminant(square),
  )
  return [s, l] as readonly Tensor[] as readonly [Tensor<BatchOf<S>, 'f32'>, Tensor<BatchOf<S>, 'f32'>]
}
