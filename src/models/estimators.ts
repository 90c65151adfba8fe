/**
 * Estimators and what they minimise, of probabilities, in nats. Maximum likelihood: θ̂ = argmax Σᵢ log p(xᵢ | θ), which is the smallest
 * negative log-likelihood, and of the empirical distribution p the smallest cross-entropy H(p, q) = H(p) + KL(p ‖ q). Maximum a posteriori:
 * θ* = argmax p(y | X, θ) p(θ): a prior is a penalty. `fluxion/nn` has the same losses of logits, which are stable where
 * probabilities round to 0 or 1.
 */
import { ShapeError, UnsupportedError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { l1Penalty, l2Penalty } from '../nn/losses.js'
import { eye, oneHot } from '../ops/creation.js'
import { tensorLeaves } from '../ops/leaves.js'
import { solve } from '../ops/linalg/solve.js'
import { matmul } from '../ops/linear.js'
import { add, div, eq, log, mul, neg, sub, where } from '../ops/point.js'
import { mean, sum } from '../ops/reduce.js'
import { transpose } from '../ops/shape.js'
import type { Gaussian } from './gaussian.js'

type F32 = Tensor<Shape, 'f32'>

/** x log y, and 0 where x is 0, with no derivative there by way of log 0. */
const xlogy = (x: F32, y: F32): F32 => {
  const absent = eq(x, 0)
  return where(absent, 0, mul(x, log(where(absent, 1, y))))
}

const checkSame = (op: string, p: F32, q: F32): void => {
  if (p.ndim > 0 && p.shape.join() === q.shape.join()) return
  throw new ShapeError({
    op,
    problem: 'the distributions are not over the same outcomes',
    facts: [`the first: ${showShape(p.shape)}`, `the second: ${showShape(q.shape)}`],
    help: 'give two tensors [..., outcomes] of one shape',
  })
}

/** H(p) = -Σₓ p(x) log p(x) over the last axis. */
export const discreteEntropy = (p: F32): F32 => neg(sum(xlogy(p, p), { axis: -1 }))

/** H(p, q) = -Σₓ p(x) log q(x) over the last axis; infinite where q rules out what p does not. @throws ShapeError */
export const discreteCrossEntropy = (p: F32, q: F32): F32 => {
  checkSame('discreteCrossEntropy', p, q)
  return neg(sum(xlogy(p, q), { axis: -1 }))
}

/** KL(p ‖ q) = Σₓ p(x) log (p(x) / q(x)) over the last axis; infinite where q rules out what p does not. @throws ShapeError */
export const discreteKl = (p: F32, q: F32): F32 => {
  checkSame('discreteKl', p, q)
  return sum(sub(xlogy(p, p), xlogy(p, q)), { axis: -1 })
}

/** -Σᵢ [yᵢ log ŷᵢ + (1 - yᵢ) log (1 - ŷᵢ)] over all elements: f32[]. @throws ShapeError */
export const binaryCrossEntropy = (y: F32, predicted: F32): F32 => {
  checkSame('binaryCrossEntropy', y, predicted)
  return neg(sum(add(xlogy(y, predicted), xlogy(sub(1, y), sub(1, predicted)))))
}

/** The maximum-likelihood estimate of a categorical distribution from labels i32[n]: how often each of k outcomes was seen, f32[k]. */
export const categoricalMle = (labels: Tensor<Shape, 'i32'>, k: number): F32 => mean(oneHot<Shape, number>(labels, k), { axis: 0 })

/** The maximum-likelihood Gaussian of the rows of x [n, d]: their mean, and their covariance with 1 / n. @throws ShapeError for no matrix */
export const gaussianMle = (x: F32): Gaussian => {
  const [n] = x.shape
  if (x.ndim !== 2 || n === 0)
    throw new ShapeError({ op: 'gaussianMle', problem: 'there are no rows', facts: [`x: ${showShape(x.shape)}`], help: 'give x [n, d]' })
  const center: F32 = mean(x, { axis: 0 })
  const apart = sub(x, center)
  return { mean: center, covariance: div(matmul(transpose(apart), apart), n as number) }
}

const positive = (op: string, name: string, value: number): void => {
  if (!(value > 0)) throw new UnsupportedError({ op, problem: `${name} is ${String(value)}`, help: `give ${name} above 0` })
}

const countOf = (op: string, params: unknown): number => tensorLeaves(op, 'params', params).leaves.reduce((n, { size }) => n + size, 0)

/**
 * -log p(θ) of independent N(0, scale²): the L2 penalty with λ = 1 / (2 scale²), and a constant. f32[].
 * @throws UnsupportedError for a scale that is not positive
 */
export const gaussianPrior = (params: unknown, scale: number): F32 => {
  positive('gaussianPrior', 'scale', scale)
  return add(l2Penalty(params, 0.5 / scale ** 2), countOf('gaussianPrior', params) * Math.log(scale * Math.sqrt(2 * Math.PI)))
}

/**
 * -log p(θ) of independent Laplace(0, scale): the L1 penalty with λ = 1 / scale, and a constant. f32[].
 * @throws UnsupportedError for a scale that is not positive
 */
export const laplacePrior = (params: unknown, scale: number): F32 => {
  positive('laplacePrior', 'scale', scale)
  return add(l1Penalty(params, 1 / scale), countOf('laplacePrior', params) * Math.log(2 * scale))
}

/**
 * The weights w [d] of y ≈ X w, x f32[n, d], y f32[n]: (XᵀX + λ I)⁻¹ Xᵀ y; of several targets y [n, k] at once, w [d, k]. With λ = 0 the
 * maximum-likelihood estimate under noise N(0, σ²); with λ = σ² / τ² the MAP estimate under the prior N(0, τ²).
 * @throws ShapeError where rows do not fit @throws UnsupportedError for λ below 0
 */
export const ridge = (x: F32, y: F32, lambda = 0): F32 => {
  const [n, d] = x.shape
  if (x.ndim !== 2 || (y.ndim !== 1 && y.ndim !== 2) || y.shape[0] !== n)
    throw new ShapeError({
      op: 'ridge',
      problem: 'there is not one target for each row',
      facts: [`x: ${showShape(x.shape)}`, `y: ${showShape(y.shape)}`],
      help: 'give x [n, d] and y [n] or [n, targets]',
    })
  if (!(lambda >= 0)) throw new UnsupportedError({ op: 'ridge', problem: `lambda is ${String(lambda)}`, help: 'give lambda of at least 0' })
  const across: F32 = transpose(x)
  const normal: F32 = add(matmul(across, x), mul(eye(d as number), lambda))
  return solve<Shape, Shape>(normal, matmul(across, y))
}
