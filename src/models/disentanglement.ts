/**
 * How far each factor of variation has a code of its own, by the mutual information gap (Chen, Li, Grosse & Duvenaud: Isolating Sources
 * of Disentanglement in Variational Autoencoders, 2018, eq. 6):
 *
 *   MIG = (1 / K) Σₖ [I(z_j; vₖ) - max over i ≠ j of I(z_i; vₖ)] / H(vₖ),  j the code that tells the most of vₖ
 *
 * It is 1 where each factor is told by one code alone, and 0 where two codes tell as much, or none tells anything. Information is that of
 * counts: each code is put into bins of one width from its least to its largest value (as Locatello et al. 2019 do). Where codes are drawn
 * from q(z|x), one that is not used tells nothing; means of q(z|x) that hardly vary would still be told apart by bins.
 */
import { ShapeError } from '../error.js'
import { shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { oneHot } from '../ops/creation.js'
import { matmul } from '../ops/linear.js'
import { add, cast, clamp, div, eq, floor, mul, sub, where } from '../ops/point.js'
import { max, mean, min, sum } from '../ops/reduce.js'
import { reshape, slice, stack, transpose } from '../ops/shape.js'
import { topK } from '../ops/sort.js'
import { discreteEntropy } from './estimators.js'

type F32 = Tensor<Shape, 'f32'>
type I32 = Tensor<Shape, 'i32'>

export interface InformationOptions {
  /** How many values each factor takes: it is a number from 0 to below this. */
  readonly sizes: readonly number[]
  /** Of each code. Default 20. */
  readonly bins?: number
}

export interface Information {
  /** I(z_j; vₖ) in nats, [codes, factors]. */
  readonly information: F32
  /** H(vₖ) in nats, [factors]. */
  readonly entropy: F32
}

/** Which bin each code is in, by ones: [n, codes, bins]. A code that never varies is in the first. */
const binned = (z: F32, bins: number): F32 => {
  const [least, most]: readonly [F32, F32] = [min(z, { axis: 0, keepDims: true }), max(z, { axis: 0, keepDims: true })]
  const width: F32 = where(eq(least, most), 1, sub(most, least))
  const place = clamp(floor(mul(div(sub(z, least), width), bins)), 0, bins - 1)
  return oneHot<Shape, number>(cast(place, 'i32'), bins)
}

/**
 * What each code z_j of z [n, codes] tells of each factor vₖ of v i32[n, factors], from n examples.
 * @throws ShapeError where they are not of as many examples, or `sizes` not of as many factors, or there is no bin
 */
export const mutualInformation = (z: F32, v: I32, { sizes, bins = 20 }: InformationOptions): Information => {
  const [n = 0, codes = 0] = z.shape
  if (z.ndim !== 2 || v.ndim !== 2 || v.shape[0] !== n || n === 0 || codes === 0 || sizes.length === 0 || v.shape[1] !== sizes.length)
    throw shapeError(
      'mutualInformation',
      `these are not codes and factors of the same examples, for ${String(sizes.length)} sizes`,
      [z, v],
      'give codes [n, codes], factors [n, factors] and a size for each factor',
    )
  if (!Number.isInteger(bins) || bins < 1)
    throw new ShapeError({ op: 'mutualInformation', problem: 'codes need bins', facts: [`bins: ${String(bins)}`], help: 'give 1 or more' })
  const places = binned(z, bins)
  const ofCode = discreteEntropy(mean(places, { axis: 0 }))
  const columns: F32 = transpose(reshape(places, [n, codes * bins]))
  const told = sizes.map((size, k) => {
    const hot = oneHot<Shape, number>(reshape(slice(v, [0, k], [n, k + 1]), [n]), size)
    const entropy = discreteEntropy(mean(hot, { axis: 0 }))
    const joint: F32 = reshape(div(matmul(columns, hot), n), [codes, bins * size])
    return { entropy, information: sub(add(ofCode, entropy), discreteEntropy(joint)) }
  })
  return {
    information: stack(
      told.map(({ information }) => information),
      { axis: 1 },
    ),
    entropy: stack(told.map(({ entropy }) => entropy)),
  }
}

/** MIG, f32[], of codes [n, codes ≥ 2] and factors i32[n, factors], of which each takes more than one value. @throws ShapeError */
export const mutualInformationGap = (z: F32, v: I32, options: InformationOptions): F32 => {
  if ((z.shape[1] ?? 0) < 2) throw shapeError('mutualInformationGap', 'there is no second code to compare with', [z], 'give two or more')
  const { information, entropy } = mutualInformation(z, v, options)
  const [best] = topK<Shape, 'f32', 2>(transpose(information), 2)
  const [first, second]: readonly [F32, F32] = [slice(best, [0, 0], [options.sizes.length, 1]), slice(best, [0, 1], [options.sizes.length, 2])] // prettier-ignore
  return mean(div(sum(sub(first, second), { axis: 1 }), entropy))
}
