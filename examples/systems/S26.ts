/** Variational autoencoders on the digits of MNIST: one with pixels of black or white, one with Gaussian pixels. */
import * as fx from '../../src/index.js'
import { batches, subset } from '../../src/data.js'
import { mlp, vae, vaeLoss, type LogGaussian, type MlpParams, type Vae, type VaeParams } from '../../src/models.js'
import { adam, warmupCosineSchedule } from '../../src/optim.js'
import { digitSet } from '../lib/data.js'
import { meter, passes, run, train, type Arrays } from '../lib/learner.js'
import { smooth } from '../lib/plot.js'
import { pixels, side, type Digits } from '../lib/mnist.js'
import { tiles } from '../lib/tiles.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

type Params = VaeParams<MlpParams, MlpParams>

interface Batch {
  readonly x: F32
  readonly y: fx.Tensor<fx.Shape, 'i32'>
}

const [codes, few, batchSize] = [20, 8, 128] as const

const binary = vae({ encoder: mlp({ sizes: [pixels, 400, 2 * codes] }), decoder: mlp({ sizes: [codes, 400, pixels] }) })

const grey = vae({
  encoder: mlp({ sizes: [pixels, 256, 2 * few] }),
  decoder: mlp({ sizes: [few, 256, 2 * pixels] }),
  likelihood: 'gaussian',
})

/** Grey pixels are probabilities of ink: drawn anew each time. */
const asInk = (x: F32, key: fx.Key): F32 => fx.cast(fx.random.bernoulli(key, x), 'f32')

/** Most pixels never change: without noise their density would grow without bound. */
const withNoise = (x: F32, key: fx.Key): F32 => fx.add(x, fx.mul(fx.random.normal(key, x.shape), 0.2))

const objective =
  (model: Vae<MlpParams, MlpParams>, latent: number, pixelsOf: (x: F32, key: fx.Key) => F32) =>
  (params: Params, { x }: Batch, key: fx.Key) => {
    const [forPixels, forCodes] = fx.random.split(key)
    const terms = model.elbo(params, pixelsOf(x, forPixels), fx.random.normal(forCodes, [x.shape[0] as number, latent]))
    return { loss: vaeLoss(terms), kl: fx.mean(terms.kl) }
  }

const fitted = async (
  ctx: Context,
  digits: Digits,
  epochs: number,
  rate: number,
  options: Pick<Parameters<typeof train<Params, Batch>>[1], 'init' | 'objective' | 'evaluate' | 'reserve'>,
) => {
  const data = batches(digitSet(digits), { batchSize, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
  const optimizer = adam(warmupCosineSchedule(rate, { warmup: 200, steps: epochs * data.stepsPerEpoch }))
  return train<Params, Batch>(ctx, { ...options, optimizer, data, epochs })
}

/** From each of eight digits (left) to another (right): a straight line between their codes. */
const between = (params: Params, x: F32): F32 => {
  const { mean } = binary.encode(params, x)
  const [from, to] = fx.split(mean, 2) as readonly F32[] as readonly [F32, F32]
  const steps = fx.reshape(fx.linspace(0, 1, 9), [9, 1]) as F32
  const mix = (a: F32, b: F32): F32 => fx.add(fx.mul(fx.sub(1, steps), a), fx.mul(steps, b))
  const lines: F32 = fx.vmap(mix as never)(from, to) as F32
  const ends = (v: F32): F32 => fx.expandDims(v, 1)
  const [left, right] = fx.split(x, 2) as readonly F32[] as readonly [F32, F32]
  return fx.concat([ends(left), fx.reshape(binary.decode(params, fx.reshape(lines, [72, codes])), [8, 9, pixels]), ends(right)], {
    axis: 1,
  })
}

/** Digits, and the means and deviations of p(x|z) at their mean codes. */
const spread = (params: Params, x: F32): F32 => {
  const { mean, logVariance } = grey.decoded(params, grey.encode(params, x).mean) as LogGaussian
  return fx.stack([x, mean, fx.exp(fx.mul(logVariance, 0.5))])
}

const draw = async (ctx: Context, params: Arrays<Params>, flat: Arrays<Params>, test: Digits): Promise<void> => {
  const firstOf = (label: number, skip: number): number => [...test.labels.keys()].filter((i) => test.labels[i] === label)[skip] as number
  const ends = [1, 4, 3, 6, 2, 7, 5, 9, 7, 9, 8, 0, 2, 1, 5, 3].map(firstOf)
  const { x } = await subset(digitSet(test), ends).gather(Uint32Array.from(ends.keys()))
  const samples = (p: Params, key: fx.Key): F32 => binary.decode(p, fx.random.normal(key, [128, codes]))
  await tiles(ctx, 'interpolation', await run(ctx, between, params, x), { side, columns: 11 })
  await tiles(ctx, 'samples', await run(ctx, samples, params, fx.random.keyData(ctx.seed)), { side, columns: 16 })
  await tiles(ctx, 'deviations', await run(ctx, spread, flat, x), { side, columns: 16 })
}

export const system: System = {
  id: 'S26',
  title: 'Variational autoencoder',
  metric: 'negative_elbo_nats',
  target: '<= 110',
  page: 'An encoder gives each digit a Gaussian of 20 codes, a decoder gives each code the probabilities of ink, and the bound on the likelihood, ELBO = reconstruction - KL, is made large through z = μ + σ ⊙ ε. In the first picture every row goes from the digit on its left to that on its right along a straight line between their codes: what is between is digits, too. The second is decoded from codes drawn from the prior. The third is of a model with 8 codes and Gaussian pixels: digits, their means, and their deviations, which are large at the edges of strokes, where a pixel is hard to tell.',
  run: async (ctx) => {
    const { train: digits, test } = await ctx.data.mnist()
    const measure = objective(binary, codes, asInk)
    const judge = meter<Params, Batch>(ctx, measure, digitSet(test), 1000)
    ctx.note('20 codes, pixels drawn as ink or none')
    const epochs = passes(ctx, 6)
    const {
      params,
      history,
      epochs: seen,
    } = await fitted(ctx, digits, epochs, 2e-3, {
      init: binary.init,
      objective: measure,
      evaluate: judge,
      reserve: 0.35 * ctx.budget.seconds,
    })
    ctx.note('8 codes, Gaussian pixels')
    const { params: flat } = await fitted(ctx, digits, passes(ctx, 4), 2e-3, {
      init: grey.init,
      objective: objective(grey, few, withNoise),
    })
    await draw(ctx, params, flat, test)
    const steps = history.map(({ step }) => step)
    const losses = smooth(
      history.map(({ metrics }) => metrics.loss ?? 0),
      0.98,
    )
    await ctx.plot.lines('elbo', {
      title: '-ELBO in nats',
      x: 'step',
      y: 'nats',
      curves: [
        { name: 'training, smoothed', points: steps.map((step, i) => [step, losses[i] ?? 0] as const).slice(300) },
        { name: 'test digits', points: seen.map(({ step, validation }) => [step, validation.loss ?? 0] as const) },
      ],
    })
    return (await judge(params)).loss ?? NaN
  },
}
