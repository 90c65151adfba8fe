/**
 * The variational autoencoder (Kingma & Welling: Auto-Encoding Variational Bayes, 2014).
 *
 *   q(z|x) = N(μ(x), diag σ²(x))                    the encoder
 *   p(x|z) = N(μ(z), diag σ²(z)), or Bernoulli      the decoder
 *   p(z) = N(0, I)                                  the prior
 *   z = μ + σ ⊙ ε, ε ~ N(0, I)                      reparametrised, so that gradients reach μ and σ
 *   ln p(x) = ELBO + KL(q(z|x) ‖ p(z|x)) ≥ ELBO = E_q ln p(x|z) - KL(q(z|x) ‖ p(z))
 *
 * With factors y that are known, each of them is conditioned on y, too: q(z|x, y), p(x|y, z). A β-VAE holds KL below δ by a Lagrange
 * multiplier: E_q ln p(x|z) - β (KL - δ) (Higgins et al. 2017).
 */
import { shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { bceWithLogits, gaussianNll } from '../nn/losses.js'
import type { Module } from '../nn/module.js'
import { add, exp, mul, neg, sigmoid, square, sub } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { mean as meanOf, sum } from '../ops/reduce.js'
import { concat, split as pieces } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

/** N(μ, diag σ²), by μ and ln σ², both [n, features]: any number is a logarithm of a variance. */
export interface LogGaussian {
  readonly mean: F32
  readonly logVariance: F32
}

export interface VaeOptions<E, D> {
  /** [n, features (+ known factors)] to [n, 2 latent]: the means, then the logarithms of the variances. */
  readonly encoder: Module<E>
  /** [n, latent (+ known factors)] to [n, features]: logits; or to [n, 2 features] of a Gaussian: means, then logarithms of variances. */
  readonly decoder: Module<D>
  /** What p(x|z) is. Default 'bernoulli', for x of 0 and 1. */
  readonly likelihood?: 'bernoulli' | 'gaussian'
}

export interface VaeParams<E, D> {
  readonly encoder: E
  readonly decoder: D
}

/** The parts of the ELBO in nats, each [n]: elbo = reconstruction - kl. */
export interface Elbo {
  /** ln p(x|z), an estimate of its mean under q(z|x) by one z. */
  readonly reconstruction: F32
  /** KL(q(z|x) ‖ p(z)) */
  readonly kl: F32
  readonly elbo: F32
}

export interface Vae<E, D> {
  readonly init: (key: Key) => VaeParams<E, D>
  /** q(z|x), or q(z|x, y) of known factors y [n, …]. */
  readonly encode: (params: VaeParams<E, D>, x: F32, known?: F32) => LogGaussian
  /** The mean of p(x|z), [n, features]: of a Bernoulli the probabilities. */
  readonly decode: (params: VaeParams<E, D>, z: F32, known?: F32) => F32
  /** p(x|z) of a Gaussian decoder; of a Bernoulli the logits alone. */
  readonly decoded: (params: VaeParams<E, D>, z: F32, known?: F32) => LogGaussian | { readonly logits: F32 }
  /** With ε [n, latent] drawn from N(0, I). */
  readonly elbo: (params: VaeParams<E, D>, x: F32, epsilon: F32, known?: F32) => Elbo
}

const halves = (op: string, x: F32): LogGaussian => {
  const width = x.shape.at(-1) ?? 1
  if (width % 2 !== 0) throw shapeError(op, 'means and variances are not as many', [x], 'end the network with an even number of features')
  const [mean, logVariance] = pieces(x, 2, { axis: -1 }) as readonly F32[] as readonly [F32, F32]
  return { mean, logVariance }
}

/** z = μ + σ ⊙ ε. */
export const reparametrize = ({ mean, logVariance }: LogGaussian, epsilon: F32): F32 => add(mean, mul(exp(mul(logVariance, 0.5)), epsilon))

/** KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σᵢ [σᵢ² + μᵢ² - 1 - ln σᵢ²], for each of a batch. */
export const klToStandard = ({ mean, logVariance }: LogGaussian): F32 =>
  mul(sum(sub(add(exp(logVariance), square(mean)), add(logVariance, 1)), { axis: -1 }), 0.5)

const beside = (x: F32, known: F32 | undefined): F32 => (known === undefined ? x : concat([x, known], { axis: -1 }))

/** Networks for q and p make a VAE. @throws ShapeError where they do not fit */
export const vae = <E, D>({ encoder, decoder, likelihood = 'bernoulli' }: VaeOptions<E, D>): Vae<E, D> => {
  const encode: Vae<E, D>['encode'] = (params, x, known) => halves('vae.encode', encoder.apply(params.encoder, beside(x, known)))
  const decoded: Vae<E, D>['decoded'] = (params, z, known) => {
    const y = decoder.apply(params.decoder, beside(z, known))
    return likelihood === 'gaussian' ? halves('vae.decode', y) : { logits: y }
  }
  return {
    init: (key) => {
      const [first, second] = split(key)
      return { encoder: encoder.init(first), decoder: decoder.init(second) }
    },
    encode,
    decoded,
    decode: (params, z, known) => {
      const p = decoded(params, z, known)
      return 'logits' in p ? sigmoid(p.logits) : p.mean
    },
    elbo: (params, x, epsilon, known) => {
      const q = encode(params, x, known)
      const p = decoded(params, reparametrize(q, epsilon), known)
      const each = { reduction: 'none' } as const
      const loss = 'logits' in p ? sum(bceWithLogits(p.logits, x, each), { axis: -1 }) : gaussianNll(p.mean, p.logVariance, x, each)
      const [reconstruction, kl] = [neg(loss), klToStandard(q)]
      return { reconstruction, kl, elbo: sub(reconstruction, kl) }
    },
  }
}

export interface BetaOptions {
  /** β: 1 is a VAE. Default 1. */
  readonly beta?: number
  /** δ, the nats that z may carry freely. Default 0. */
  readonly delta?: number
}

/** What is to be made small: the mean of -[E_q ln p(x|z) - β (KL - δ)]. */
export const vaeLoss = ({ reconstruction, kl }: Pick<Elbo, 'reconstruction' | 'kl'>, { beta = 1, delta = 0 }: BetaOptions = {}): F32 =>
  meanOf(sub(mul(sub(kl, delta), beta), reconstruction))
