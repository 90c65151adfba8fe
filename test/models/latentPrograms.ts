/** Models with codes, at sizes that every backend runs in a moment. */
import * as fx from '../../src/index.js'
import {
  autoencoder,
  mlp,
  mutualInformation,
  mutualInformationGap,
  principalComponents,
  semiSupervisedVae,
  vae,
  vaeLoss,
  type AutoencoderParams,
} from '../../src/models.js'
import { dense, type Affine } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32, ModelProgram } from './devices.js'

const gaussian = vae({ encoder: mlp({ sizes: [2, 4] }), decoder: mlp({ sizes: [2, 4] }), likelihood: 'gaussian' })

/** -ELBO of a VAE of two linear maps, with both Gaussians: w [2, 4] and b [4] of the encoder, w of the decoder, x [n, 2]. */
export const negativeElbo = (we: F32, be: F32, wd: F32, x: F32): F32 => {
  const epsilon: F32 = fx.constant(noise(x.shape, 9))
  return vaeLoss(gaussian.elbo({ encoder: [{ w: we, b: be }], decoder: [{ w: wd }] }, x, epsilon))
}

const linear = autoencoder<Affine, Affine>({ encoder: dense(5, 2, { bias: false }), decoder: dense(2, 5, { bias: false }) })

/** The error of two linear maps: w [5, 2] of the encoder, w [2, 5] of the decoder, x [n, 5]. */
export const linearLoss = (we: F32, wd: F32, x: F32): F32 => {
  const params: AutoencoderParams<Affine, Affine> = { encoder: { w: we }, decoder: { w: wd } }
  return linear.loss(params, x)
}

const known = vae({ encoder: mlp({ sizes: [5, 4] }), decoder: mlp({ sizes: [5, 2] }) })

/** A semi-supervised VAE of linear maps: two pixels, three classes, two numbers of style. */
export const halfKnown = semiSupervisedVae({ vae: known, classifier: mlp({ sizes: [2, 3] }), classes: 3 })

const halfKnownOf = (we: F32, wd: F32, wc: F32) => ({ vae: { encoder: [{ w: we }], decoder: [{ w: wd }] }, classifier: [{ w: wc }] })

export const halfKnownParams = () => {
  const [e, d, c]: readonly [F32, F32, F32] = [fx.constant(noise([5, 4], 1)), fx.constant(noise([5, 2], 2)), fx.constant(noise([2, 3], 3))]
  return halfKnownOf(e, d, c)
}

/** -U of two examples, the mean. */
export const negativeBound = (we: F32, wd: F32, wc: F32): F32 => {
  const [x, epsilon]: readonly [F32, F32] = [fx.constant([[1, 0], [1, 1]]), fx.constant(noise([2, 2], 4))] // prettier-ignore
  return fx.neg(fx.mean(halfKnown.unlabelled(halfKnownOf(we, wd, wc), x, epsilon)))
}

export const latentPrograms: readonly ModelProgram[] = [
  {
    name: 'VAE, with its gradient',
    f: fx.valueAndGrad(negativeElbo, { argnums: [0, 1, 2] }),
    args: [noise([2, 4], 1), noise([4], 2), noise([2, 4], 3), noise([5, 2], 4)],
    tolerance: 1e-4,
  },
  {
    name: 'linear autoencoder, with its gradient',
    f: fx.valueAndGrad(linearLoss, { argnums: [0, 1] }),
    args: [noise([5, 2], 1), noise([2, 5], 2), noise([4, 5], 3)],
  },
  {
    name: 'principal components, as a projection',
    f: (x: F32) => {
      const { components, variances } = principalComponents(fx.matmul(fx.transpose(x), x), 2, { iterations: 30 })
      return [fx.matmul(components, fx.transpose(components)), variances]
    },
    args: [noise([6, 4], 1)],
    tolerance: 1e-4,
  },
  {
    name: 'what codes tell of factors, and the gap',
    f: (z: F32, v: F32) => {
      const factors = fx.cast(fx.gt(v, 0), 'i32')
      const { information, entropy } = mutualInformation(z, factors, { sizes: [2, 2], bins: 4 })
      return [information, entropy, mutualInformationGap(z, factors, { sizes: [2, 2], bins: 4 })]
    },
    args: [noise([30, 3], 1), noise([30, 2], 2)],
  },
  {
    name: 'semi-supervised VAE without a label, with its gradient',
    f: fx.valueAndGrad(negativeBound, { argnums: [0, 1, 2] }),
    args: [noise([5, 4], 1), noise([5, 2], 2), noise([2, 3], 3)],
  },
]
