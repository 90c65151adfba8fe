/**
 * Gaussians: entropy, cross-entropy and the Kullback–Leibler divergence, in nats, in closed form and differentiable, with full and
 * with diagonal covariance. Everything goes through the Cholesky factor Σ = C Cᵀ: ln |Σ| = 2 Σᵢ ln Cᵢᵢ, and
 * tr(L⁻¹ Σ) is the sum of squares of the solution of C_L X = C_Σ, so that no matrix is inverted.
 */
import { ShapeError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { eye } from '../ops/creation.js'
import { cholesky, triangularSolve } from '../ops/linalg.js'
import { matmul } from '../ops/linear.js'
import { add, div, log, mul, square, sub } from '../ops/point.js'
import { normal, type Key } from '../ops/random.js'
import { sum } from '../ops/reduce.js'
import { expandDims, swapAxes } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

/** N(μ, Σ): mean [D], covariance [D, D], symmetric and positive definite. */
export interface Gaussian {
  readonly mean: F32
  readonly covariance: F32
}

/** N(μ, diag σ²): mean and variance of one shape, the last axis being the D dimensions; all before it is a batch. */
export interface DiagonalGaussian {
  readonly mean: F32
  readonly variance: F32
}

const ln2Pi = Math.log(2 * Math.PI)

const checked = (op: string, { mean, covariance }: Gaussian): number => {
  const [d] = mean.shape
  const [rows, columns] = covariance.shape
  if (mean.ndim === 1 && covariance.ndim === 2 && rows === d && columns === d) return d as number
  throw new ShapeError({
    op,
    problem: 'the mean and the covariance are of different spaces',
    facts: [`mean: ${showShape(mean.shape)}`, `covariance: ${showShape(covariance.shape)}`],
    help: 'give a mean [D] and a covariance [D, D]',
  })
}

const checkPair = (op: string, p: F32, q: F32): void => {
  if (p.shape.at(-1) === q.shape.at(-1)) return
  throw new ShapeError({
    op,
    problem: 'the distributions are over different spaces',
    facts: [`the first: ${showShape(p.shape)}`, `the second: ${showShape(q.shape)}`],
    help: 'give two Gaussians of as many dimensions',
  })
}

/** ln |Σ| from the Cholesky factor of Σ. */
const logDetOf = (factor: F32): F32 => mul(sum(log(sum(mul(factor, eye(factor.shape[0] as number)), { axis: -1 }))), 2)

/** (x - m)ᵀ L⁻¹ (x - m), with L by its factor. */
const mahalanobis = (factor: F32, x: F32, m: F32): F32 =>
  sum(square(triangularSolve<Shape, Shape>(factor, expandDims(sub(x, m), 1), { lower: true })))

/** H(p) = ½ [D (ln 2π + 1) + ln |Σ|]. @throws ShapeError */
export const gaussianEntropy = (p: Gaussian): F32 => {
  const d = checked('gaussianEntropy', p)
  return mul(add(logDetOf(cholesky<Shape>(p.covariance)), d * (ln2Pi + 1)), 0.5)
}

/** H(p, q) = ½ [D ln 2π + ln |L| + tr(L⁻¹ Σ) + (μ - m)ᵀ L⁻¹ (μ - m)] for p = N(μ, Σ), q = N(m, L). @throws ShapeError */
export const gaussianCrossEntropy = (p: Gaussian, q: Gaussian): F32 => {
  const d = checked('gaussianCrossEntropy', p)
  checked('gaussianCrossEntropy', q)
  checkPair('gaussianCrossEntropy', p.mean, q.mean)
  const factor = cholesky<Shape>(q.covariance)
  const trace = sum(square(triangularSolve<Shape, Shape>(factor, cholesky(p.covariance), { lower: true })))
  return mul(add(add(logDetOf(factor), d * ln2Pi), add(trace, mahalanobis(factor, p.mean, q.mean))), 0.5)
}

/** KL(p ‖ q) = ½ [ln |L| - ln |Σ| + tr(L⁻¹ Σ) - D + (μ - m)ᵀ L⁻¹ (μ - m)] for p = N(μ, Σ), q = N(m, L). @throws ShapeError */
export const gaussianKl = (p: Gaussian, q: Gaussian): F32 => {
  const d = checked('gaussianKl', p)
  checked('gaussianKl', q)
  checkPair('gaussianKl', p.mean, q.mean)
  const [own, other] = [cholesky<Shape>(p.covariance), cholesky<Shape>(q.covariance)]
  const trace = sum(square(triangularSolve<Shape, Shape>(other, own, { lower: true })))
  const spread = add(sub(logDetOf(other), logDetOf(own)), sub(trace, d))
  return mul(add(spread, mahalanobis(other, p.mean, q.mean)), 0.5)
}

/** ln p(x) of each row of x [N, D]: [N]. @throws ShapeError */
export const gaussianLogProb = (p: Gaussian, x: F32): F32 => {
  const d = checked('gaussianLogProb', p)
  checkPair('gaussianLogProb', p.mean, x)
  const factor = cholesky<Shape>(p.covariance)
  const whitened = triangularSolve<Shape, Shape>(factor, swapAxes(sub(x, p.mean), 0, 1), { lower: true })
  return mul(add(add(sum(square(whitened), { axis: 0 }), logDetOf(factor)), d * ln2Pi), -0.5)
}

/** n draws μ + C ε, ε ~ N(0, 1): [n, D]. Differentiable in mean and covariance. @throws ShapeError */
export const gaussianSample = (key: Key, p: Gaussian, n: number): F32 => {
  const d = checked('gaussianSample', p)
  return add(matmul(normal(key, [n, d]), swapAxes(cholesky<Shape>(p.covariance), 0, 1)), p.mean)
}

/** The entropy of N(μ, diag σ²): ½ Σᵢ [ln 2π + 1 + ln σᵢ²], for each of a batch. */
export const diagonalEntropy = ({ variance }: DiagonalGaussian): F32 => mul(sum(add(log(variance), ln2Pi + 1), { axis: -1 }), 0.5)

/** H(p, q) = ½ Σᵢ [ln 2π + ln lᵢ² + (σᵢ² + (μᵢ - mᵢ)²) / lᵢ²], for each of a batch. @throws ShapeError */
export const diagonalCrossEntropy = (p: DiagonalGaussian, q: DiagonalGaussian): F32 => {
  checkPair('diagonalCrossEntropy', p.mean, q.mean)
  const moved = div(add(p.variance, square(sub(p.mean, q.mean))), q.variance)
  return mul(sum(add(add(log(q.variance), ln2Pi), moved), { axis: -1 }), 0.5)
}

/** KL(p ‖ q) = ½ Σᵢ [ln lᵢ² / σᵢ² + σᵢ² / lᵢ² - 1 + (μᵢ - mᵢ)² / lᵢ²], for each of a batch. @throws ShapeError */
export const diagonalKl = (p: DiagonalGaussian, q: DiagonalGaussian): F32 => {
  checkPair('diagonalKl', p.mean, q.mean)
  const moved = div(add(p.variance, square(sub(p.mean, q.mean))), q.variance)
  return mul(sum(add(sub(log(q.variance), log(p.variance)), sub(moved, 1)), { axis: -1 }), 0.5)
}
