/**
 * The semi-supervised VAE p(x|y, z), y known factors (here a class) and z the style (Kingma et al. 2014, M2):
 *
 *   labelled      ln p(x, y) ≥ L(x, y) = E_q(z|x,y) ln p(x|y, z) - KL(q(z|x, y) ‖ p(z)) + ln p(y)
 *   unlabelled    ln p(x) ≥ U(x) = Σ_y q(y|x) L(x, y) + H(q(y|x))
 *
 * with p(y) uniform and q(y|x) a classifier, which learns from labels, too: its cross-entropy is added. Σ_y costs a decoder for each
 * class; `relaxed` takes one y from the Concrete distribution instead (Jang et al. 2017; Maddison et al. 2017).
 */
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { entropy } from '../nn/losses.js'
import type { Module } from '../nn/module.js'
import { full, oneHot } from '../ops/creation.js'
import { add, div, mul, sub } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { softmax, sum } from '../ops/reduce.js'
import { stack } from '../ops/shape.js'
import type { Vae, VaeParams } from './vae.js'

type F32 = Tensor<Shape, 'f32'>
type I32 = Tensor<Shape, 'i32'>

export interface SemiSupervisedOptions<E, D, C> {
  /** Its encoder takes [n, features + classes], its decoder [n, latent + classes]. */
  readonly vae: Vae<E, D>
  /** [n, features] to scores [n, classes]. */
  readonly classifier: Module<C>
  readonly classes: number
}

export interface SemiSupervisedParams<E, D, C> {
  readonly vae: VaeParams<E, D>
  readonly classifier: C
}

/** Bounds in nats, each [n]. ε [n, latent] is drawn from N(0, I). */
export interface SemiSupervised<E, D, C> {
  readonly init: (key: Key) => SemiSupervisedParams<E, D, C>
  /** The scores of q(y|x), [n, classes]. */
  readonly classify: (params: SemiSupervisedParams<E, D, C>, x: F32) => F32
  /** L(x, y) of classes i32[n], or of f32[n, classes] that sum to 1. */
  readonly labelled: (params: SemiSupervisedParams<E, D, C>, x: F32, y: I32 | F32, epsilon: F32) => F32
  /** U(x), by all classes, with one ε for all. */
  readonly unlabelled: (params: SemiSupervisedParams<E, D, C>, x: F32, epsilon: F32) => F32
  /** An estimate of U(x) by one y = softmax((scores + gumbel) / temperature), gumbel [n, classes] drawn from the standard Gumbel distribution. */
  readonly relaxed: (params: SemiSupervisedParams<E, D, C>, x: F32, epsilon: F32, gumbel: F32, temperature: number) => F32
}

const each = { reduction: 'none' } as const

export const semiSupervisedVae = <E, D, C>({ vae, classifier, classes }: SemiSupervisedOptions<E, D, C>): SemiSupervised<E, D, C> => {
  const classify: SemiSupervised<E, D, C>['classify'] = (params, x) => classifier.apply(params.classifier, x)
  const labelled: SemiSupervised<E, D, C>['labelled'] = (params, x, y, epsilon) => {
    const known: F32 = y.ndim === 1 ? oneHot(y as I32, classes) : (y as F32)
    return sub(vae.elbo(params.vae, x, epsilon, known).elbo, Math.log(classes))
  }
  return {
    init: (key) => {
      const [first, second] = split(key)
      return { vae: vae.init(first), classifier: classifier.init(second) }
    },
    classify,
    labelled,
    unlabelled: (params, x, epsilon) => {
      const scores = classify(params, x)
      const n = x.shape[0] as number
      const bounds = Array.from({ length: classes }, (_, y) => {
        const all: I32 = full([n], y, 'i32')
        return labelled(params, x, all, epsilon)
      })
      const expected: F32 = sum(mul(softmax(scores), stack(bounds, { axis: 1 })), { axis: 1 })
      return add(expected, entropy(scores, each))
    },
    relaxed: (params, x, epsilon, gumbel, temperature) => {
      const scores = classify(params, x)
      const y: F32 = softmax(div(add(scores, gumbel), temperature))
      return add(labelled(params, x, y, epsilon), entropy(scores, each))
    },
  }
}
