/** A linear autoencoder on the digits of MNIST, which finds what principal component analysis finds; and a deep one, which finds more. */
import * as fx from '../../src/index.js'
import { batches } from '../../src/data.js'
import {
  autoencoder,
  covariance,
  mlp,
  principalComponents,
  subspaceAngles,
  type Autoencoder,
  type AutoencoderParams,
  type MlpParams,
} from '../../src/models.js'
import { dense, type Affine } from '../../src/nn.js'
import { adam, cosineSchedule, warmupCosineSchedule } from '../../src/optim.js'
import { digitSet } from '../lib/data.js'
import { meter, passes, run, train, type Arrays } from '../lib/learner.js'
import { gather, pixels, side, type Digits } from '../lib/mnist.js'
import { tiles } from '../lib/tiles.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Batch {
  readonly x: F32
  readonly y: fx.Tensor<fx.Shape, 'i32'>
}

const [codes, batchSize] = [6, 500] as const

const linear = autoencoder<Affine, Affine>({ encoder: dense(pixels, codes), decoder: dense(codes, pixels) })
const deep = autoencoder({ encoder: mlp({ sizes: [pixels, 256, 64, codes] }), decoder: mlp({ sizes: [codes, 64, 256, pixels] }) })

const degrees = (radians: number): number => (radians * 180) / Math.PI

const fitted = async <E, D>(
  ctx: Context,
  model: Autoencoder<E, D>,
  { train: digits, test }: { readonly train: Digits; readonly test: Digits },
  epochs: number,
  schedule: (steps: number) => (step: F32) => F32,
  figures?: (params: Arrays<AutoencoderParams<E, D>>) => Promise<Readonly<Record<string, number>>>,
) => {
  type Params = AutoencoderParams<E, D>
  const data = batches(digitSet(digits), { batchSize, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
  const judge = meter<Params, Batch>(ctx, (p, { x }) => ({ mse: model.loss(p, x) }), digitSet(test), 1000)
  return train<Params, Batch>(ctx, {
    init: model.init,
    optimizer: adam(schedule(epochs * data.stepsPerEpoch)),
    objective: (p, { x }) => ({ loss: model.loss(p, x) }),
    data,
    epochs,
    evaluate: async (p) => ({ ...(await judge(p)), ...(await figures?.(p)) }),
  })
}

type Linear = AutoencoderParams<Affine, Affine>

/** Σ over all digits, in parts: [pixels, pixels]. */
const covarianceOf = async (ctx: Context, digits: Digits) => {
  const part = (from: number) =>
    gather(
      digits,
      Uint32Array.from({ length: 6000 }, (_, i) => 10 * i + from),
    ).x
  return run(ctx, (...parts: F32[]) => covariance(fx.concat(parts)), ...Array.from({ length: 10 }, (_, i) => part(i)))
}

export const system: System = {
  id: 'S24',
  title: 'Autoencoder',
  metric: 'subspace_angle_degrees',
  target: '<= 1',
  page: 'A linear autoencoder with 6 codes, trained by gradient descent on the squared error, ends in the space of the 6 principal components: the largest angle between the two falls below a degree (first plot). The columns of its decoder (second picture, lower row) are other vectors of the same space: in the upper row are the components. With the same number of codes a deep autoencoder does better: the last picture has digits, what the linear one makes of them, and what the deep one makes.',
  run: async (ctx) => {
    const mnist = await ctx.data.mnist()
    const sigma = await covarianceOf(ctx, mnist.train)
    const { components } = await run(ctx, (s: F32) => principalComponents(s, codes), sigma)
    const angle = async (params: Arrays<Linear>): Promise<number> => {
      const angles = await run(ctx, (p: Linear, c: F32) => subspaceAngles(fx.transpose(p.decoder.w), c), params, components)
      return degrees((await angles.toNDArray()).data[0] ?? NaN)
    }
    ctx.note(`linear, ${String(codes)} codes`)
    const flat = await fitted(
      ctx,
      linear,
      mnist,
      passes(ctx, 12),
      (n) => warmupCosineSchedule(0.01, { warmup: 50, steps: n }),
      async (p) => ({ angle: await angle(p) }),
    )
    ctx.note(`784–256–64–${String(codes)} and back`)
    const curved = await fitted(ctx, deep, mnist, passes(ctx, 6), (n) => cosineSchedule(3e-3, n))
    await ctx.plot.lines('angle', {
      title: 'Largest angle between decoder and principal components',
      x: 'pass over the digits',
      y: 'degrees',
      logY: true,
      curves: [{ name: 'angle', points: flat.epochs.map(({ epoch, validation }) => [epoch, validation.angle ?? NaN] as const) }],
    })
    const signed = (c: F32, p: Linear): F32 => {
      const rows = fx.concat([fx.transpose(c), p.decoder.w])
      return fx.add(fx.mul(fx.div(rows, fx.max(fx.abs(rows), { axis: 1, keepDims: true })), 0.5), 0.5)
    }
    await tiles(ctx, 'components', await run(ctx, signed, components, flat.params), { side, columns: codes, scale: 3 })
    const { x } = gather(
      mnist.test,
      Uint32Array.from({ length: 16 }, (_, i) => i),
    )
    const made = (a: Linear, b: AutoencoderParams<MlpParams, MlpParams>, v: F32): F32 =>
      fx.concat([v, linear.apply(a, v), deep.apply(b, v)])
    await tiles(ctx, 'digits', await run(ctx, made, flat.params, curved.params, x), { side, columns: 16 })
    const [one, other] = [flat, curved].map(({ epochs }) => epochs.at(-1)?.validation.mse ?? NaN)
    ctx.note(`mean squared error on the test digits: linear ${String(one)}, deep ${String(other)}`)
    return angle(flat.params)
  },
}
