/** What of each model is run on every backend. */
import * as fx from '../../src/index.js'
import { convolve2d, correlate2d } from '../../src/models/filtering.js'
import { gaussianKl } from '../../src/models/gaussian.js'
import { mlp } from '../../src/models/mlp.js'
import { perceptronFit } from '../../src/models/perceptron.js'
import { softmaxJacobian } from '../../src/models/activations.js'
import { chunkedBptt, stepJacobians, throughTime, truncatedBptt } from '../../src/models/bptt.js'
import { leastNorm, modularAddition, randomFeatures } from '../../src/models/doubleDescent.js'
import { discreteKl, ridge } from '../../src/models/estimators.js'
import {
  blurCells,
  complexCells,
  gaborBank,
  globalComplexCells,
  neocognitronCells,
  simpleCells,
  templateCells,
} from '../../src/models/hmax.js'
import { selfAttention } from '../../src/models/selfAttention.js'
import { rnnCell } from '../../src/nn.js'
import type { F32, ModelProgram } from './devices.js'
import { gptPrograms } from './gptPrograms.js'
import { latentPrograms } from './latentPrograms.js'
import { netPrograms } from './netPrograms.js'
import { recurrentPrograms } from './recurrentPrograms.js'
import { noise } from '../harness/noise.js'

export { noise }

/** A KL divergence of covariances by their factors, so that what is varied stays symmetric and positive definite. */
export const klOfFactors = (m: F32, a: F32, n: F32, b: F32): F32 => {
  const covariance = (x: F32): F32 => fx.add(fx.matmul(x, fx.swapAxes(x, 0, 1)), fx.eye(x.shape[0] as number))
  return gaussianKl({ mean: m, covariance: covariance(a) }, { mean: n, covariance: covariance(b) })
}

const elman = rnnCell(3, 4)

const elmanOf = (wx: F32, wh: F32) => ({ wx, wh, b: fx.full([4], 0.1) as F32 })

export const programs: readonly ModelProgram[] = [
  {
    name: 'Gaussian KL, with its gradient',
    f: fx.valueAndGrad(klOfFactors, { argnums: [0, 1, 2, 3] }),
    args: [noise([3], 1), noise([3, 3], 2), noise([3], 3), noise([3, 3], 4)],
    tolerance: 1e-4,
  },
  { name: 'correlation', f: correlate2d, args: [noise([2, 9, 7], 1), noise([3, 5], 2)] },
  {
    name: 'convolution, with its gradient',
    f: fx.valueAndGrad((i: F32, k: F32) => fx.sum(fx.square(convolve2d(i, k))), { argnums: [0, 1] }),
    args: [noise([9, 7], 1), noise([5, 3], 2)],
  },
  {
    name: 'perceptron, all its passes',
    f: (x: F32, y: F32) => perceptronFit(x, fx.cast(fx.gt(y, 0), 'f32'), { most: 20 }),
    args: [noise([8, 2], 1), noise([8], 5)],
  },
  {
    name: 'MLP, with its gradient',
    f: fx.valueAndGrad(
      (w: F32, b: F32, v: F32, c: F32, x: F32) =>
        fx.sum(
          fx.square(
            mlp({ sizes: [3, 5, 2] }).apply(
              [
                { w, b },
                { w: v, b: c },
              ],
              x,
            ),
          ),
        ),
      { argnums: [0, 1, 2, 3] },
    ),
    args: [noise([3, 5], 1), noise([5], 2), noise([5, 2], 3), noise([2], 4), noise([7, 3], 5)],
  },
  ...netPrograms,
  ...latentPrograms,
  ...gptPrograms,
  ...recurrentPrograms,
  { name: 'the Jacobian of softmax', f: softmaxJacobian, args: [noise([6], 1)] },
  {
    name: 'KL of probabilities, with its gradient',
    f: fx.valueAndGrad((a: F32, b: F32) => fx.sum(discreteKl(fx.softmax(a), fx.softmax(b))), { argnums: [0, 1] }),
    args: [noise([3, 5], 1), noise([3, 5], 2)],
  },
  { name: 'ridge regression', f: (x: F32, y: F32) => ridge(x, y, 0.5), args: [noise([9, 3], 1), noise([9], 2)] },
  {
    name: 'max pooling and convolutions with strides and gaps, with gradients',
    f: fx.valueAndGrad(
      (x: F32, k: F32) => fx.sum(fx.square(fx.maxPool(fx.conv(fx.conv(x, k, { strides: 2 }), k, { dilation: 2 }), { window: 2 }))),
      { argnums: [0, 1] },
    ),
    args: [noise([1, 2, 19, 17], 1), noise([2, 2, 3, 3], 2)],
  },
  {
    name: 'truncated BPTT, both kinds',
    f: fx.valueAndGrad(
      (wx: F32, wh: F32, x: F32) => {
        const params = elmanOf(wx, wh)
        const [near, parts] = [truncatedBptt(elman, params, x, elman.initCarry(2), 2), chunkedBptt(elman, params, x, elman.initCarry(2), 2)]
        return fx.add(fx.sum(fx.square(near)), fx.sum(parts))
      },
      { argnums: [0, 1, 2] },
    ),
    args: [noise([3, 4], 1), noise([4, 4], 2), noise([2, 5, 3], 3)],
  },
  {
    name: 'Jacobians through time',
    f: (wx: F32, wh: F32, x: F32) => throughTime(stepJacobians(elman, elmanOf(wx, wh), x, fx.zeros([4]))),
    args: [noise([3, 4], 1), noise([4, 4], 2), noise([6, 3], 3)],
  },
  {
    name: 'HMAX, with its gradient',
    f: fx.valueAndGrad(
      (x: F32, p: F32) => {
        const c1 = complexCells(
          [5, 7].map((size) => simpleCells(x, gaborBank({ size }), { floor: 0.1 })),
          { window: 4, strides: 2 },
        )
        return fx.sum(globalComplexCells(templateCells(c1, p)))
      },
      { argnums: [0, 1] },
    ),
    args: [noise([2, 1, 14, 14], 1), noise([3, 4, 3, 3], 2)],
  },
  {
    name: 'least squares of least norm on random features, either way',
    f: (x: F32, few: F32, many: F32, y: F32) => [few, many].map((w) => leastNorm(randomFeatures(x, w), y, { jitter: 1e-2 })),
    args: [noise([6, 3], 1), noise([3, 4], 2), noise([3, 9], 3), noise([6, 2], 4)],
    tolerance: 1e-4,
  },
  {
    name: 'sums modulo p, with gradients',
    f: fx.valueAndGrad(
      (v: F32, w: F32, u: F32) => {
        const pairs = fx.constant(fx.ndarray([[0, 1], [4, 2], [3, 3]], { dtype: 'i32' })) // prettier-ignore
        return fx.sum(fx.square(modularAddition({ p: 5, hidden: 3 }).apply({ v, w, u }, pairs)))
      },
      { argnums: [0, 1, 2] },
    ),
    args: [noise([5, 3], 1), noise([5, 3], 2), noise([3, 5], 3)],
  },
  {
    name: 'cells of the Neocognitron',
    f: (x: F32, a: F32) => blurCells(neocognitronCells(fx.square(x), fx.square(a), { selectivity: 0.5 }), { window: 3, strides: 2 }),
    args: [noise([2, 2, 9, 9], 1), noise([3, 2, 3, 3], 2)],
  },
  {
    name: 'self-attention, causal, of two heads, with its gradient',
    f: fx.valueAndGrad(
      (x: F32, wq: F32, wk: F32, wv: F32) => fx.sum(fx.square(selfAttention({ wq, wk, wv }, x, { heads: 2, causal: true }))),
      { argnums: [0, 1, 2, 3] },
    ),
    args: [noise([2, 5, 4], 1), noise([4, 4], 2), noise([4, 4], 3), noise([4, 4], 4)],
  },
]
