/**
 * Self-attention as the formula says it: Y = softmax(X W_Q (X W_K)ᵀ / √D + M) X W_V, with W_Q, W_K, W_V ∈ ℝ^(D × D) and M the causal mask,
 * and in h heads, each with a chunk of the representation (Vaswani et al. 2017). O(T² D), where a recurrent network takes O(T D²).
 * `nn.multiHeadAttention` is the layer, with biases and a product after it.
 */
import { ShapeError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { glorotUniform } from '../nn/initializers.js'
import { constant } from '../ops/creation.js'
import { matmul } from '../ops/linear.js'
import { add, div } from '../ops/point.js'
import { split as splitKey, type Key } from '../ops/random.js'
import { softmax } from '../ops/reduce.js'
import { concat, split, swapAxes } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

/** W_Q, W_K and W_V, each [D, D]. */
export interface SelfAttentionParams {
  readonly wq: F32
  readonly wk: F32
  readonly wv: F32
}

export interface SelfAttentionOptions {
  /** Default 1. */
  readonly heads?: number
  /** Position i sees positions 0 … i alone. Default false. */
  readonly causal?: boolean
}

/** Glorot's, for D features. */
export const selfAttentionInit = (key: Key, features: number): SelfAttentionParams => {
  const [q, k, v] = splitKey(key, 3)
  const init = (from: Key): F32 => glorotUniform(from, [features, features])
  return { wq: init(q), wk: init(k), wv: init(v) }
}

/** M [length, length]: 0 where a query (row) may see a key (column), which is no later than itself, and -∞ elsewhere. */
export const causalMask = (length: number): F32 =>
  constant(
    Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -Infinity : 0)),
    { shape: [length, length] },
  )

/** The heads' chunks of a projection [..., T, D]: h of [..., T, D / h]. */
const chunks = (x: F32, heads: number): readonly F32[] => (heads === 1 ? [x] : split(x, heads, { axis: -1 }))

const check = (op: string, { wq }: SelfAttentionParams, x: F32, heads: number): void => {
  const [d] = wq.shape
  if (x.ndim >= 2 && x.shape.at(-1) === d && Number.isInteger(heads) && heads >= 1 && (d as number) % heads === 0) return
  throw new ShapeError({
    op,
    problem: 'features, weights and heads do not fit',
    facts: [`x: ${showShape(x.shape)}`, `weights: ${showShape(wq.shape)}`, `heads: ${String(heads)}`],
    help: 'give x [..., time, D], weights [D, D], and a number of heads that divides D',
  })
}

/**
 * α = softmax(Q Kᵀ / √d + M) of each head, d = D / h being the features of its queries: h tensors [..., T, T], whose rows sum to 1.
 * @throws ShapeError
 */
export const attentionWeights = (
  params: SelfAttentionParams,
  x: F32,
  { heads = 1, causal = false }: SelfAttentionOptions = {},
): readonly F32[] => {
  check('attentionWeights', params, x, heads)
  const [time, d] = x.shape.slice(-2) as [number, number]
  const keys = chunks(matmul(x, params.wk), heads)
  return chunks(matmul(x, params.wq), heads).map((q, head): F32 => {
    const scores: F32 = div(matmul(q, swapAxes(keys[head] as F32, -1, -2)), Math.sqrt(d / heads))
    return softmax(causal ? add(scores, causalMask(time)) : scores, { axis: -1 })
  })
}

/** Y: x [..., T, D] to the same, the heads' results side by side. @throws ShapeError */
export const selfAttention = (params: SelfAttentionParams, x: F32, options: SelfAttentionOptions = {}): F32 => {
  const weights = attentionWeights(params, x, options)
  const values = chunks(matmul(x, params.wv), weights.length)
  const seen = weights.map((alpha, head): F32 => matmul(alpha, values[head] as F32))
  return concat(seen, { axis: -1 })
}
