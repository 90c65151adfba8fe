/**
 * The multi-layer perceptron: ŷ = σ(W_k σ(W_{k-1} ⋯ σ(W₁ x + b₁) ⋯ + b_{k-1}) + b_k), any depth and any activation. The last
 * activation is left to the loss, which computes it stably from the scores, unless one is given.
 */
import { UnsupportedError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { dense, type Affine } from '../nn/dense.js'
import { heNormal, type Initializer } from '../nn/initializers.js'
import { relu } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'

type F32 = Tensor<Shape, 'f32'>

export interface MlpOptions {
  /** Features of the input, of each hidden layer, and of the output. */
  readonly sizes: readonly number[]
  /** Between layers. Default `relu`. */
  readonly activation?: (x: F32) => F32
  /** After the last layer. Default none. */
  readonly output?: (x: F32) => F32
  /** Of the weights. Default He's normal. */
  readonly init?: Initializer
}

/** Weights w [in, out] and biases b [out], first layer first. */
export type MlpParams = readonly Affine[]

export interface Mlp {
  readonly init: (key: Key) => MlpParams
  /** [n, in] to [n, out]. */
  readonly apply: (params: MlpParams, x: F32) => F32
}

/** @throws UnsupportedError for less than an input and an output */
export const mlp = ({ sizes, activation = relu, output = (x) => x, init = heNormal }: MlpOptions): Mlp => {
  if (sizes.length < 2)
    throw new UnsupportedError({
      op: 'mlp',
      problem: `${String(sizes.length)} sizes are no layer`,
      help: 'give the features of the input, of hidden layers, and of the output',
    })
  const layers = sizes.slice(1).map((outputs, i) => dense(sizes[i] as number, outputs, { init }))
  return {
    init: (key) => {
      const keys = split(key, layers.length)
      return layers.map((layer, i) => layer.init(keys[i] as Key))
    },
    apply: (params, x) =>
      layers.reduce((h, layer, i) => {
        const z = layer.apply(params[i] as Affine, h)
        return i === layers.length - 1 ? output(z) : activation(z)
      }, x),
  }
}
