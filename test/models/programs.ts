/** What of each model is run on every backend. */
import * as fx from '../../src/index.js'
import { convolve2d, correlate2d } from '../../src/models/filtering.js'
import { gaussianKl } from '../../src/models/gaussian.js'
import { mlp } from '../../src/models/mlp.js'
import { perceptronFit } from '../../src/models/perceptron.js'
import type { F32, ModelProgram } from './devices.js'

/** Numbers in [-1, 1] without a pattern. */
export const noise = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233)),
    { shape },
  )

/** A KL divergence of covariances by their factors, so that what is varied stays symmetric and positive definite. */
export const klOfFactors = (m: F32, a: F32, n: F32, b: F32): F32 => {
  const covariance = (x: F32): F32 => fx.add(fx.matmul(x, fx.swapAxes(x, 0, 1)), fx.eye(x.shape[0] as number))
  return gaussianKl({ mean: m, covariance: covariance(a) }, { mean: n, covariance: covariance(b) })
}

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
]
