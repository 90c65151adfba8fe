/** What keeps a network from learning its examples by heart: seven ways, on a thousand digits. */
import * as fx from '../../src/index.js'
import { addNoise, randomAffine, subset } from '../../src/data.js'
import { regularisedMlp, type RegularisedOptions } from '../../src/models.js'
import { l1Penalty, l2Penalty, select } from '../../src/nn.js'
import { adam } from '../../src/optim.js'
import { earlyStopping } from '../../src/train.js'
import { mixedChart } from '../lib/charts.js'
import { trainClassifier, type TrainingOptions } from '../lib/classifier.js'
import { digitSet } from '../lib/data.js'
import { pixels, side } from '../lib/mnist.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [batchSize, epochs, examples] = [50, 60, 1000]
const sizes = [pixels, 128, 64, 10]

/** Rotates, scales and shifts each digit, and adds noise. */
const augment = (key: fx.Key, x: F32): F32 => {
  const [moving, noise] = fx.random.split(key)
  const images: F32 = fx.reshape(x, [x.shape[0] as number, 1, side, side])
  const moved = randomAffine(moving, images, { rotate: 0.2, scale: [0.9, 1.1], shift: 2 })
  return addNoise(noise, fx.reshape(moved, x.shape), 0.05)
}

interface Way extends Pick<TrainingOptions, 'augment' | 'penalty' | 'callbacks'> {
  readonly net?: Omit<RegularisedOptions, 'sizes'>
}

/** Weights are what has a norm to keep small; biases are left alone. */
const weights = (params: unknown): unknown => select(params, '**.w')

const ways: Readonly<Record<string, Way>> = {
  none: {},
  L1: { penalty: (params) => l1Penalty(weights(params), 1e-4) },
  L2: { penalty: (params) => l2Penalty(weights(params), 1e-3) },
  dropout: { net: { dropout: 0.5 } },
  'batch norm': { net: { norm: 'batch' } },
  'layer norm': { net: { norm: 'layer' } },
  augmentation: { augment },
  'early stopping': { callbacks: [earlyStopping({ patience: 3 })] },
}

export const system: System = {
  id: 'S06',
  title: 'Regularisers',
  metric: 'regularisers_that_do_not_beat_none',
  target: '= 0',
  page: 'A network of 784–128–64–10 units is trained on a thousand digits until it knows them by heart, alone and with each of seven regularisers. The plot shows the cross-entropy on a thousand other digits: alone it is soon at its best and then ever more sure of its mistakes, which early stopping avoids, and the others make rarer. They are judged on the 10,000 test digits.',
  run: async (ctx) => {
    const { train, test } = await ctx.data.mnist()
    const range = (from: number): number[] => Array.from({ length: examples }, (_, i) => from + i)
    const seen = subset(digitSet(train), range(0))
    const unseen = subset(digitSet(train), range(examples))
    const results: { readonly name: string; readonly loss: number; readonly accuracy: number }[] = []
    const curves = []
    for (const [name, { net, ...way }] of Object.entries(ways)) {
      const { run, judge } = await trainClassifier(ctx, {
        model: regularisedMlp({ sizes, ...net }),
        optimizer: adam(0.001),
        train: seen,
        test: unseen,
        batchSize,
        epochs,
        log: `${name.replace(' ', '-')}-`,
        ...way,
      })
      const { loss, accuracy } = await judge(run.state, digitSet(test))
      ctx.note(`${name}: ${loss.toFixed(3)} nats and ${(100 * accuracy).toFixed(1)} % right on the test digits`)
      results.push({ name, loss, accuracy })
      curves.push({ name, points: run.epochs.map(({ epoch, validation }) => [epoch, validation.loss ?? NaN] as const) })
    }
    await ctx.plot.chart(
      'unseen',
      mixedChart({ title: 'A thousand digits, seen over and over', x: 'epoch', y: 'nats on other digits', curves, range: [0.15, 0.75] }),
    )
    const [none, ...others] = results
    return others.filter(({ loss }) => !(loss < (none?.loss ?? NaN))).length
  },
}
