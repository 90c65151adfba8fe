/** The optimisers people name, each a chain of rules. */
import {
  addDecayedWeights,
  momentum as withMomentum,
  scaleByAdagrad,
  scaleByAdam,
  scaleByLearningRate,
  scaleByLion,
  scaleByRms,
  scaleByTrustRatio,
  type AdamOptions,
  type Mask,
  type RmsOptions,
} from './rules.js'
import { chain, type Optimizer } from './optimizer.js'
import type { Rate } from './schedules.js'

export interface SgdOptions {
  /** What is kept of the last velocity. Default 0. */
  readonly momentum?: number
  /** Looks ahead along the velocity. Default false. */
  readonly nesterov?: boolean
}

/** p ← p - η v, v ← μ v + g (see `momentum`): for a constant η, v ← α v - ε ∇L, θ ← θ + v. PyTorch's `SGD`. */
export const sgd = (rate: Rate, { momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer =>
  momentum === 0 ? scaleByLearningRate(rate) : chain(withMomentum(momentum, { nesterov }), scaleByLearningRate(rate))

/** p ← p - η m̂ / (√v̂ + ε): Kingma & Ba 2014 (see `scaleByAdam`). PyTorch's `Adam`. */
export const adam = (rate: Rate, options: AdamOptions = {}): Optimizer => chain(scaleByAdam(options), scaleByLearningRate(rate))

export interface DecayOptions {
  /** λ of the decay p ← p - η λ p. */
  readonly weightDecay?: number
  /** Which parameters decay. Default all; `(_, p) => p.ndim > 1` leaves out biases and norms. */
  readonly mask?: Mask
}

/** Adam with decoupled weight decay, λ = 0.01: p ← p - η (m̂ / (√v̂ + ε) + λ p) (Loshchilov & Hutter 2017). PyTorch's `AdamW`. */
export const adamw = (rate: Rate, { weightDecay = 0.01, mask = true, ...options }: AdamOptions & DecayOptions = {}): Optimizer =>
  chain(scaleByAdam(options), addDecayedWeights(weightDecay, mask), scaleByLearningRate(rate))

/** p ← p - η g / (√Σg² + ε): Duchi et al. 2011 (see `scaleByAdagrad`). PyTorch's `Adagrad`. */
export const adagrad = (rate: Rate, options: { readonly initial?: number; readonly eps?: number } = {}): Optimizer =>
  chain(scaleByAdagrad(options), scaleByLearningRate(rate))

/** p ← p - η g / (√v + ε), by way of a momentum where there is one (see `scaleByRms`). PyTorch's `RMSprop`. */
export const rmsprop = (rate: Rate, { momentum = 0, ...options }: RmsOptions & { readonly momentum?: number } = {}): Optimizer =>
  chain(scaleByRms(options), ...(momentum === 0 ? [] : [withMomentum(momentum)]), scaleByLearningRate(rate))

/** p ← p - η (sign(b₁ m + (1 - b₁) g) + λ p), λ = 0: Chen et al. 2023. */
export const lion = (
  rate: Rate,
  { weightDecay = 0, mask = true, ...options }: Pick<AdamOptions, 'b1' | 'b2'> & DecayOptions = {},
): Optimizer => chain(scaleByLion(options), addDecayedWeights(weightDecay, mask), scaleByLearningRate(rate))

/** p ← p - η ‖p‖ / ‖r‖ r for each parameter, r = m̂ / (√v̂ + ε) + λ p, λ = 0, ε = 10⁻⁶: You et al. 2019, algorithm 2. */
export const lamb = (rate: Rate, { weightDecay = 0, mask = true, eps = 1e-6, ...options }: AdamOptions & DecayOptions = {}): Optimizer =>
  chain(scaleByAdam({ eps, ...options }), addDecayedWeights(weightDecay, mask), scaleByTrustRatio(), scaleByLearningRate(rate))
