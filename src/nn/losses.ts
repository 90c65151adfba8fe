/** Losses: of what a model gives first, what is wanted second. The mean over examples unless said. */
import { naming, ShapeError, UnsupportedError } from '../error.js'
import { shapeError } from '../ir/ops/check.js'
import { sameShape } from '../ir/shape.js'
import { isTensor, type Tensor } from '../ir/tensor.js'
import { iota } from '../ops/creation.js'
import { tensorLeaves } from '../ops/leaves.js'
import { matmul } from '../ops/linear.js'
import { abs, add, cast, div, eq, exp, gt, le, log1p, maximum, mul, ne, neg, pow, sigmoid, sqrt, square, sub, where } from '../ops/point.js'
import { logSoftmax, mean, softmax, sum } from '../ops/reduce.js'
import { expandDims, transpose } from '../ops/shape.js'
import type { Bool, F32, I32 } from './module.js'

export interface LossOptions {
  /** 'mean' over examples (default), their 'sum', or 'none': a loss for each. */
  readonly reduction?: 'mean' | 'sum' | 'none'
}

const meanOf = (x: F32, axis: readonly number[] = x.shape.map((_, d) => d)): F32 => mean(x, { axis })

const reduced = (each: F32, { reduction = 'mean' }: LossOptions): F32 =>
  reduction === 'none' ? each : reduction === 'sum' ? sum(each) : meanOf(each)

/** @throws ShapeError unless both are of one shape: a loss does not broadcast, which would hide a mistake */
const checkSame = (op: string, x: Tensor, y: Tensor): void => {
  if (!sameShape(x.shape, y.shape)) throw shapeError(op, 'the shapes differ', [x, y], 'give two tensors of one shape')
}

/** (x - y)², the mean over all elements. */
export const mse = (x: F32, y: F32, options: LossOptions = {}): F32 => {
  checkSame('mse', x, y)
  return reduced(square(sub(x, y)), options)
}

/** |x - y|, the mean over all elements. */
export const mae = (x: F32, y: F32, options: LossOptions = {}): F32 => {
  checkSame('mae', x, y)
  return reduced(abs(sub(x, y)), options)
}

/** d² / 2 where |d| ≤ δ, else δ (|d| - δ / 2), d = x - y, the mean over all elements (Huber 1964). */
export const huber = (x: F32, y: F32, { delta = 1, ...options }: LossOptions & { readonly delta?: number } = {}): F32 => {
  checkSame('huber', x, y)
  if (!(delta > 0)) throw new UnsupportedError({ op: 'huber', problem: `delta is ${String(delta)}`, help: 'give delta above 0' })
  const d = sub(x, y)
  const size = abs(d)
  return reduced(where(le(size, delta), mul(square(d), 0.5), mul(sub(size, delta / 2), delta)), options)
}

export interface CrossEntropyOptions extends LossOptions {
  /** How much of the wanted probability is spread over all classes. Default 0. */
  readonly smoothing?: number
  /** A label that counts for nothing: padding. Only for integer labels. */
  readonly ignore?: number
}

const isInteger = (x: F32 | I32): x is I32 => (x.dtype as string) === 'i32' || (x.dtype as string) === 'u32'

/** log p of the class that a label names. Never a product with 0: a score of -∞ would make it NaN. */
const chosen = (logP: F32, labels: I32): F32 => {
  const classes = iota(logP.shape.at(-1) as number)
  const hit: Bool = eq<Tensor, Tensor>(expandDims(cast(labels, 'i32'), -1), classes)
  return sum(where(hit, logP, 0), { axis: -1 })
}

/** Σ p log q over the last axis, 0 where p = 0. */
const expected = (p: F32, logQ: F32): F32 => sum(where(eq(p, 0), 0, mul(p, logQ)), { axis: -1 })

const checkLabels = (op: string, scores: F32, labels: F32 | I32): void => {
  const wanted = isInteger(labels) ? scores.shape.slice(0, -1) : scores.shape
  if (scores.ndim > 0 && sameShape(labels.shape, wanted)) return
  throw shapeError(op, 'scores and labels do not fit', [scores, labels], 'give [..., classes] and i32 [...], or f32 [..., classes]')
}

/** -log q of the label, by log probabilities: the negative log-likelihood, whose minimum is the maximum-likelihood estimate. */
export const nll = (logQ: F32, labels: F32 | I32, { smoothing = 0, ignore, ...options }: CrossEntropyOptions = {}): F32 => {
  checkLabels('nll', logQ, labels)
  if (!(smoothing >= 0 && smoothing < 1))
    throw new UnsupportedError({ op: 'nll', problem: `smoothing is ${String(smoothing)}`, help: 'give smoothing from 0 to below 1' })
  const one = neg(isInteger(labels) ? chosen(logQ, labels) : expected(labels, logQ))
  const all: F32 = smoothing === 0 ? one : sub(mul(one, 1 - smoothing), mul(meanOf(logQ, [-1]), smoothing))
  if (ignore === undefined) return reduced(all, options)
  if (!isInteger(labels)) throw new UnsupportedError({ op: 'nll', problem: 'only integer labels can be ignored', help: 'leave out ignore' })
  const counts: Bool = ne<Tensor, number>(labels, ignore)
  const kept = where(counts, all, 0)
  if (options.reduction !== undefined && options.reduction !== 'mean') return reduced(kept, options)
  return div(sum(kept), maximum(sum(cast(counts, 'f32')), 1))
}

/**
 * H(p, q) = -Σ p log q of q = softmax(logits) over the last axis: labels are i32 [...], or probabilities (one-hot among them) f32
 * [..., classes]. @throws ShapeError where they do not fit
 */
export const crossEntropy = (logits: F32, labels: F32 | I32, options: CrossEntropyOptions = {}): F32 =>
  naming('crossEntropy', () => {
    checkLabels('crossEntropy', logits, labels)
    return nll(logSoftmax(logits), labels, options)
  })

/** H(p) = -Σ p log p of p = softmax(logits) over the last axis. */
export const entropy = (logits: F32, options: LossOptions = {}): F32 => reduced(neg(expected(softmax(logits), logSoftmax(logits))), options)

/** KL(p ‖ q) = Σ p (log p - log q) over the last axis, by log probabilities of both: H(p, q) = H(p) + KL(p ‖ q). */
export const klDivergence = (logP: F32, logQ: F32, options: LossOptions = {}): F32 => {
  checkSame('klDivergence', logP, logQ)
  const p = exp(logP)
  return reduced(sum(where(eq(p, 0), 0, mul(p, sub(logP, logQ))), { axis: -1 }), options)
}

/** log(1 + e⁻|z|) + max(z, 0) - z y: -[y log σ(z) + (1 - y) log(1 - σ(z))] without overflow. */
const bceOf = (z: F32, y: F32): F32 => add(sub(maximum(z, 0), mul(z, y)), log1p(exp(neg(abs(z)))))

/** Binary cross-entropy of σ(logits) with targets from 0 to 1, the mean over all elements. */
export const bceWithLogits = (
  logits: F32,
  targets: F32,
  { positiveWeight = 1, ...options }: LossOptions & { readonly positiveWeight?: number } = {},
): F32 => {
  checkSame('bceWithLogits', logits, targets)
  if (positiveWeight === 1) return reduced(bceOf(logits, targets), options)
  // softplus(-z) is the loss of a positive, softplus(z) that of a negative.
  const [positive, negative] = [bceOf(logits, add(mul(targets, 0), 1)), bceOf(logits, mul(targets, 0))]
  return reduced(add(mul(mul(targets, positiveWeight), positive), mul(sub(1, targets), negative)), options)
}

export interface FocalOptions extends LossOptions {
  /** How much easy examples are turned down. Default 2. */
  readonly gamma?: number
  /** Weight of positives, 1 - alpha that of negatives; without it, both 1. */
  readonly alpha?: number
}

/** (1 - p_t)^γ times the binary cross-entropy, p_t the probability of what is so, by logits (Lin et al. 2017). */
export const focal = (logits: F32, targets: F32, { gamma = 2, alpha, ...options }: FocalOptions = {}): F32 => {
  checkSame('focal', logits, targets)
  const p = sigmoid(logits)
  const wrong: F32 = add(mul(p, sub(1, targets)), mul(sub(1, p), targets))
  // 0^γ has no derivative where γ < 1: what is certain keeps a trace.
  const eased = mul(pow(maximum(wrong, 1e-12), gamma), bceOf(logits, targets))
  const weighted = alpha === undefined ? eased : mul(eased, add(mul(targets, alpha), mul(sub(1, targets), 1 - alpha)))
  return reduced(weighted, options)
}

/**
 * ½ [log 2π + log σ² + (x - μ)² / σ²], summed over the last axis: -log of a normal density with a diagonal covariance.
 */
export const gaussianNll = (mu: F32, logVariance: F32, x: F32, options: LossOptions = {}): F32 => {
  checkSame('gaussianNll', mu, x)
  const terms: F32 = add(add(logVariance, mul(square(sub(x, mu)), exp(neg(logVariance)))), Math.log(2 * Math.PI))
  return reduced(mul(sum(terms, { axis: -1 }), 0.5), options)
}

const distanceOf = (a: F32, b: F32): F32 => sum(square(sub(a, b)), { axis: -1 })

/**
 * d² for pairs that belong together (same = 1), max(0, margin - d)² for others (same = 0), halved; d = ‖a - b‖ over the last axis
 * (Hadsell et al. 2006).
 */
export const contrastive = (
  a: F32,
  b: F32,
  same: F32,
  { margin = 1, ...options }: LossOptions & { readonly margin?: number } = {},
): F32 => {
  checkSame('contrastive', a, b)
  const squared = distanceOf(a, b)
  if (!sameShape(same.shape, squared.shape))
    throw shapeError('contrastive', 'pairs and labels do not fit', [a, same], 'give [..., d] and [...]')
  // √ has no derivative at 0: points that coincide push one another nowhere.
  const apart: Bool = gt(squared, 0)
  const d = where(apart, sqrt(where(apart, squared, 1)), 0)
  const near = square(maximum(sub(margin, d), 0))
  return reduced(mul(add(mul(same, squared), mul(sub(1, same), near)), 0.5), options)
}

/** max(0, ‖a - p‖² - ‖a - n‖² + margin) over the last axis: an anchor nearer to its positive than to its negative (Schroff et al. 2015). */
export const triplet = (
  anchor: F32,
  positive: F32,
  negative: F32,
  { margin = 1, ...options }: LossOptions & { readonly margin?: number } = {},
): F32 => {
  checkSame('triplet', anchor, positive)
  checkSame('triplet', anchor, negative)
  return reduced(maximum(add(sub(distanceOf(anchor, positive), distanceOf(anchor, negative)), margin), 0), options)
}

/**
 * Pairs a_i, b_i of [n, d] against all others, both ways: the mean of the cross-entropies of rows and columns of a bᵀ / temperature
 * with the diagonal (van den Oord et al. 2018; CLIP, Radford et al. 2021). Give vectors of length 1 for cosine similarities; the
 * temperature is a number, or a scalar tensor to be learned.
 */
export const infoNce = (a: F32, b: F32, { temperature = 1 }: { readonly temperature?: number | F32 } = {}): F32 => {
  checkSame('infoNce', a, b)
  if (a.ndim !== 2) throw new ShapeError({ op: 'infoNce', problem: `${String(a.ndim)} axes`, help: 'give two matrices [pairs, features]' })
  const across = (x: F32): F32 => transpose(x)
  const product: F32 = matmul(a, across(b))
  const scores: F32 = isTensor(temperature) ? div(product, temperature) : div(product, temperature)
  const labels: I32 = iota(a.shape[0] as number)
  return mul(add(crossEntropy(scores, labels), crossEntropy(across(scores), labels)), 0.5)
}

const total = (op: string, params: unknown, f: (p: F32) => F32): F32 =>
  tensorLeaves(op, 'params', params)
    .leaves.map((p): F32 => sum(f(p as F32)))
    .reduce((all, one) => add(all, one))

/** λ ‖w‖₁ over all leaves: -log of a Laplace prior of scale 1 / λ, but for a constant. Added to an NLL it gives the MAP estimate. */
export const l1Penalty = (params: unknown, lambda: number): F32 => mul(total('l1Penalty', params, abs), lambda)

/** λ ‖w‖² over all leaves: -log of a normal prior of variance 1 / (2 λ), but for a constant. Added to an NLL it gives the MAP estimate. */
export const l2Penalty = (params: unknown, lambda: number): F32 => mul(total('l2Penalty', params, square), lambda)
