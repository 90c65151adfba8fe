/** Models with codes, at sizes that every backend runs in a moment. */
import * as fx from '../../src/index.js'
import { mlp, vae, vaeLoss } from '../../src/models.js'
import { noise } from '../harness/noise.js'
import type { F32, ModelProgram } from './devices.js'

const gaussian = vae({ encoder: mlp({ sizes: [2, 4] }), decoder: mlp({ sizes: [2, 4] }), likelihood: 'gaussian' })

/** -ELBO of a VAE of two linear maps, with both Gaussians: w [2, 4] and b [4] of the encoder, w of the decoder, x [n, 2]. */
export const negativeElbo = (we: F32, be: F32, wd: F32, x: F32): F32 => {
  const epsilon: F32 = fx.constant(noise(x.shape, 9))
  return vaeLoss(gaussian.elbo({ encoder: [{ w: we, b: be }], decoder: [{ w: wd }] }, x, epsilon))
}

export const latentPrograms: readonly ModelProgram[] = [
  {
    name: 'VAE, with its gradient',
    f: fx.valueAndGrad(negativeElbo, { argnums: [0, 1, 2] }),
    args: [noise([2, 4], 1), noise([4], 2), noise([2, 4], 3), noise([5, 2], 4)],
    tolerance: 1e-4,
  },
]
