/**
 * The multi-layer perceptron with what keeps it from learning its examples by heart. Each hidden layer is h ← D(σ(N(W h + b))): N normalises,
 * over the batch (x - μ_B) / √(σ²_B + ε) γ + β (Ioffe & Szegedy 2015) or over the features of each example (Ba et al. 2016); D drops
 * units with probability p in training and divides the others by 1 - p (Srivastava et al. 2014). Penalties λ ‖w‖₁ and λ ‖w‖₂² are
 * `l1Penalty` and `l2Penalty` of `fluxion/nn`, early stopping is `earlyStopping` of `fluxion/train`, and augmentation `randomAffine` and
 * `addNoise` of `fluxion/data`.
 */
import { UnsupportedError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import type { Tree } from '../ir/tree.js'
import { sequential } from '../nn/combine.js'
import { dense } from '../nn/dense.js'
import { dropout as dropped } from '../nn/dropout.js'
import { heNormal } from '../nn/initializers.js'
import { lambda, type Layer } from '../nn/module.js'
import { batchNorm, layerNorm } from '../nn/norm.js'
import { relu } from '../ops/point.js'

type F32 = Tensor<Shape, 'f32'>

export interface RegularisedOptions {
  /** Features of the input, of each hidden layer, and of the output. */
  readonly sizes: readonly number[]
  /** Before each activation. Default none. */
  readonly norm?: 'batch' | 'layer'
  /** The probability with which a hidden unit is dropped. Default 0. */
  readonly dropout?: number
  /** Between layers. Default `relu`. */
  readonly activation?: (x: F32) => F32
}

/** [n, in] to [n, out]. Needs a key in training where units are dropped, and a state where batches are normalised. @throws UnsupportedError */
export const regularisedMlp = ({ sizes, norm, dropout = 0, activation = relu }: RegularisedOptions): Layer<Tree<F32>, Tree<F32>> => {
  if (sizes.length < 2)
    throw new UnsupportedError({
      op: 'regularisedMlp',
      problem: `${String(sizes.length)} sizes are no layer`,
      help: 'give the features of the input, of hidden layers, and of the output',
    })
  const affine = (i: number) => dense(sizes[i] as number, sizes[i + 1] as number, { init: heNormal })
  const hidden = (i: number) => [
    affine(i),
    ...(norm === undefined ? [] : [(norm === 'batch' ? batchNorm : layerNorm)(sizes[i + 1] as number)]),
    lambda(activation),
    ...(dropout === 0 ? [] : [dropped(dropout)]),
  ]
  const last = sizes.length - 2
  return sequential(...Array.from({ length: last }, (_, i) => hidden(i)).flat(), affine(last)) as unknown as Layer<Tree<F32>, Tree<F32>>
}
