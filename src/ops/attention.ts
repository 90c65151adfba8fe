/** Attention by scaled products (Vaswani et al. 2017). */
import { DTypeError, naming } from '../error.js'
import type { FloatType } from '../ir/dtype.js'
import { checkSameDType, checkTakes, shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import { typed, type Tensor } from '../ir/tensor.js'
import { iota } from './creation.js'
import { matmul } from './linear.js'
import { add, cast, ge, inF32, logicalAnd, mul, where } from './point.js'
import { softmax } from './reduce.js'
import { swapAxes } from './shape.js'
import type { Attended } from './types/matrix.js'

type Float = Tensor<Shape, 'f32'>

export interface AttentionOptions<D extends FloatType = 'f32'> {
  /** Position i of q sees positions 0 … i of k and v only. Default false. */
  readonly causal?: boolean
  /** What broadcasts to [..., t, s]: bool, true where q may see k; or of the dtype of q, added to the scaled products. */
  readonly mask?: Tensor<Shape, 'bool'> | Tensor<Shape, D>
  /** What products are multiplied by. Default 1 / √d. */
  readonly scale?: number
}

/** Far below every score, and finite, so that a row that sees nothing is the mean of v rather than NaN, as in `jax.nn.dot_product_attention`. */
const unseen = Math.fround(-0.7 * 3.4028234663852886e38)

const checkAttention = (all: readonly [Tensor, Tensor, Tensor], mask: Tensor | undefined): void => {
  const [q, k, v] = all
  checkTakes('attention', 'float', all)
  checkSameDType('attention', all)
  if (mask !== undefined && mask.dtype !== 'bool' && mask.dtype !== q.dtype)
    throw new DTypeError({
      op: 'attention',
      problem: `the mask is ${mask.dtype}`,
      help: `give a bool mask, true where q may see k, or ${q.dtype} to add`,
    })
  const fits = all.every((x) => x.ndim >= 2) && q.shape.at(-1) === k.shape.at(-1) && k.shape.at(-2) === v.shape.at(-2)
  if (!fits) throw shapeError('attention', 'q, k and v do not line up', all, 'give q of [..., t, d], k of [..., s, d] and v of [..., s, e]')
}

/**
 * softmax(q kᵀ · scale) v over the last two axes: q [..., t, d], k [..., s, d] and v [..., s, e] to [..., t, e]; the axes
 * before (batch, heads) broadcast. Of f16, all is computed in f32 and rounded once. @throws ShapeError, DTypeError
 */
export const attention = <D extends FloatType, Q extends Shape, V extends Shape>(
  q: Tensor<Q, D>,
  k: Tensor<Shape, NoInfer<D>>,
  v: Tensor<V, NoInfer<D>>,
  options: AttentionOptions<NoInfer<D>> = {},
): Tensor<Attended<Q, V>, D> => {
  checkAttention([q, k, v], options.mask)
  return naming('attention', () => typed(inF32(q as Tensor, (x) => attend(x, cast(k as Tensor, 'f32'), cast(v as Tensor, 'f32'), options))))
}

const attend = (q: Float, k: Float, v: Float, { causal = false, mask, scale }: AttentionOptions<FloatType>): Float => {
  const scores: Float = mul(matmul(q, swapAxes(k, -1, -2)), scale ?? 1 / Math.sqrt(q.shape.at(-1) as number))
  const biased: Float = mask === undefined || mask.dtype === 'bool' ? scores : add(scores, cast(mask as Tensor, 'f32'))
  const seen = visible(scores.shape.slice(-2), causal, mask?.dtype === 'bool' ? mask : undefined)
  return matmul(softmax(seen === undefined ? biased : where(seen, biased, unseen)), v)
}

const visible = (shape: Shape, causal: boolean, mask: Tensor<Shape, 'bool'> | undefined): Tensor<Shape, 'bool'> | undefined => {
  if (!causal) return mask
  const past = ge(iota(shape, { axis: 0 }), iota(shape, { axis: 1 }))
  return mask === undefined ? past : logicalAnd(past, mask)
}
