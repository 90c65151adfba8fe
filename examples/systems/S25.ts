/** Autoencoders that restore: digits without noise, digits without holes, and the missing limb of a moving body. */
import * as fx from '../../src/index.js'
import { batches, type Dataset } from '../../src/data.js'
import { autoencoder, inpaint, mlp, psnr, squareHoles, type AutoencoderParams, type MlpParams } from '../../src/models.js'
import { mse } from '../../src/nn.js'
import { adam, cosineSchedule } from '../../src/optim.js'
import { digitSet } from '../lib/data.js'
import { meter, passes, run, train, type Arrays } from '../lib/learner.js'
import { pixels, side } from '../lib/mnist.js'
import { drawPose, limb, posesOf, type Poses } from '../lib/poses.js'
import { tiles } from '../lib/tiles.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type Bool = fx.Tensor<fx.Shape, 'bool'>
type Params = AutoencoderParams<MlpParams, MlpParams>

interface Batch {
  readonly x: F32
}

/** What an autoencoder is given, and what was made of it without one, to be compared with. */
interface Spoilt {
  readonly given: F32
  readonly simple: F32
  /** Where x is not known. Default: nowhere. */
  readonly hidden?: Bool
}

interface Restoring {
  readonly name: string
  /** Numbers of x, and of what is given. */
  readonly sizes: readonly [x: number, given: number]
  readonly spoil: (x: F32, key: fx.Key) => Spoilt
  readonly peak: number
  readonly epochs: number
}

const modelOf = ({ sizes: [own, given] }: Restoring) =>
  autoencoder({ encoder: mlp({ sizes: [given, 512, 128] }), decoder: mlp({ sizes: [128, 512, own] }) })

/** What was known stays. */
const restored = (task: Restoring, p: Params, x: F32, { given, hidden }: Spoilt): F32 => {
  const made = modelOf(task).apply(p, given)
  return hidden === undefined ? made : inpaint(x, fx.logicalNot(hidden), made)
}

const figures =
  (task: Restoring) =>
  (p: Params, { x }: Batch, key: fx.Key) => {
    const spoilt = task.spoil(x, key)
    const options = { peak: task.peak, ...(spoilt.hidden === undefined ? {} : { where: spoilt.hidden }) }
    const [before, after] = [psnr(x, spoilt.simple, options), psnr(x, restored(task, p, x, spoilt), options)]
    return { before, after, gain: fx.sub(after, before) }
  }

/** Trains it, and tells how many dB it gains on the test set. */
const fitted = async (ctx: Context, task: Restoring, data: { readonly [K in 'train' | 'test']: Dataset<fx.ArgumentsOf<Batch>> }) => {
  const model = modelOf(task)
  const source = batches(data.train, { batchSize: 128, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
  const epochs = passes(ctx, task.epochs)
  const judge = meter<Params, Batch>(ctx, figures(task), data.test, 500)
  const { params } = await train<Params, Batch>(ctx, {
    init: model.init,
    optimizer: adam(cosineSchedule(2.5e-3, epochs * source.stepsPerEpoch)),
    // What is known counts for nothing: it stays.
    objective: (p, { x }, key) => ({ loss: mse(restored(task, p, x, task.spoil(x, key)), x) }),
    data: source,
    epochs,
    evaluate: judge,
  })
  const { before = NaN, after = NaN, gain = NaN } = await judge(params)
  ctx.note(`${task.name}: ${before.toFixed(2)} dB, restored ${after.toFixed(2)} dB`)
  return { params, gain }
}

const noisy: Restoring = {
  name: 'noise',
  sizes: [pixels, pixels],
  spoil: (x, key) => {
    const given: F32 = fx.add(x, fx.mul(fx.random.normal(key, x.shape), 0.4))
    return { given, simple: given }
  },
  peak: 1,
  epochs: 3,
}

/** A square of 10 × 10 is missing, and would be filled by the mean digit; the network is told where. */
const holed = (mean: F32): Restoring => ({
  name: 'holes',
  sizes: [pixels, 2 * pixels],
  spoil: (x, key) => {
    const known = squareHoles(key, x.shape[0] as number, { side, hole: 10 })
    return {
      given: fx.concat([fx.where(known, x, 0), fx.cast(known, 'f32')], { axis: 1 }),
      simple: inpaint(x, known, fx.broadcastTo(mean, x.shape)),
      hidden: fx.logicalNot(known),
    }
  },
  peak: 1,
  epochs: 4,
})

const limbs = ['LeftArm', 'RightArm', 'LeftUpLeg', 'RightUpLeg'] as const

/** One of four limbs is missing, and would be filled by the mean pose, which is 0. */
const limping = ({ joints, reach }: Poses): Restoring => {
  const masks = limbs.map((name) => limb(joints, name).flatMap((within) => [within, within, within].map(Number)))
  const width = joints.length * 3
  return {
    name: 'limbs',
    sizes: [width, 2 * width],
    spoil: (x, key) => {
      const which = fx.random.categorical(key, fx.zeros([x.shape[0] as number, limbs.length]))
      const missing: F32 = fx.take(fx.constant(masks, { dtype: 'f32' }), which, { axis: 0 })
      const simple: F32 = fx.mul(x, fx.sub(1, missing))
      return { given: fx.concat([simple, missing], { axis: 1 }), simple, hidden: fx.gt(missing, 0) }
    },
    peak: reach,
    epochs: 40,
  }
}

/** Rows of what is given, what is made of it, and what it was. */
const before = (task: Restoring) => (p: Params, x: F32, key: fx.Key) => {
  const spoilt = task.spoil(x, key)
  const seen: F32 = spoilt.hidden === undefined ? spoilt.given : fx.where(spoilt.hidden, 0.3, x)
  return { rows: fx.concat([seen, restored(task, p, x, spoilt), x]), simple: spoilt.simple, hidden: spoilt.hidden ?? fx.gt(x, Infinity) }
}

export const system: System = {
  id: 'S25',
  title: 'Denoising, inpainting and motion autoencoders',
  metric: 'least_psnr_gain_db',
  target: '>= 2',
  page: 'Three autoencoders are given something spoilt, and are to give it as it was. Digits with noise (first picture: given, restored, wanted): the best that can be given is the mean of all digits that could have been there, so that where the noise leaves a doubt the result is grey. Digits with a square missing, of which only the square is filled: pixels that are known stay as they are. And poses of a body that walks, climbs and plays (CMU motion capture), of which a limb is missing: in the third picture the mean limb is above, the limb that was made below it, both in grey, and what it was below that. Each is judged by how many dB it is nearer to the truth, over examples that were not learnt from, than what is simple: the noisy digit itself, the mean digit in the square, the mean pose in the limb. The figure is the least of these three gains.',
  run: async (ctx) => {
    const mnist = await ctx.data.mnist()
    const digits = { train: digitSet(mnist.train), test: digitSet(mnist.test) }
    const { x: shown } = await digits.test.gather(Uint32Array.from({ length: 16 }, (_, i) => i))
    const mean = Float32Array.from({ length: pixels }, (_, p) => {
      let sum = 0
      for (let i = p; i < mnist.train.images.length; i += pixels) sum += mnist.train.images[i] as number
      return sum / (255 * mnist.train.count)
    })
    const gains: number[] = []
    for (const task of [noisy, holed(fx.constant(fx.ndarray(mean)))]) {
      const { params, gain } = await fitted(ctx, task, digits)
      gains.push(gain)
      const { rows } = await run(ctx, before(task), params, shown, fx.random.keyData(ctx.seed))
      await tiles(ctx, task.name, rows, { side, columns: 16 })
    }
    const { walk, play } = await ctx.data.motions()
    const poses = posesOf([walk, play])
    const task = limping(poses)
    const { params, gain } = await fitted(ctx, task, poses)
    await drawLimbs(ctx, poses, task, params)
    return Math.min(...gains, gain)
  },
}

/** Poses of the test, one a column: without a limb (faint: the mean pose's), with the limb that is made, and as it was. */
const drawLimbs = async (ctx: Context, { joints, test, mean, reach }: Poses, task: Restoring, params: Arrays<Params>): Promise<void> => {
  const columns = 10
  const { x } = await test.gather(Uint32Array.from({ length: columns }, (_, i) => Math.floor(((i + 0.5) * test.size) / columns)))
  const drawn = await run(ctx, before(task), params, x, fx.random.keyData(ctx.seed))
  const [rows, simple, hidden] = [await drawn.rows.toNDArray(), await drawn.simple.toNDArray(), await drawn.hidden.toNDArray()]
  const width = joints.length * 3
  const pictures = [simple.data, rows.data.subarray(columns * width, 2 * columns * width), x.data].flatMap((data, row) =>
    Array.from({ length: columns }, (_, i) => {
      const own = Float32Array.from(data.subarray(i * width, (i + 1) * width), (v, k) => v + (mean[k] as number))
      const faint = row === 2 ? [] : joints.map((_j, j) => Boolean(hidden.data[i * width + 3 * j]))
      return drawPose(joints, own, { side: 120, reach, faint })
    }),
  )
  await ctx.plot.images('limbs', pictures, { columns, scale: 1 })
}
