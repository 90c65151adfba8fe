/** A semi-supervised VAE on MNIST: a thousand labels, and 60,000 digits without. */
import * as fx from '../../src/index.js'
import { batches, generator, permutation, randomAffine, subset, type BatchSource } from '../../src/data.js'
import { mlp, semiSupervisedVae, vae, type MlpParams, type SemiSupervisedParams } from '../../src/models.js'
import { crossEntropy } from '../../src/nn.js'
import { adam, warmupCosineSchedule } from '../../src/optim.js'
import { digitSet } from '../lib/data.js'
import { meter, passes, run, train } from '../lib/learner.js'
import { gather, pixels, side, type Digits } from '../lib/mnist.js'
import { tiles } from '../lib/tiles.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>
type Params = SemiSupervisedParams<MlpParams, MlpParams, MlpParams>

interface Batch {
  readonly x: F32
  readonly y: I32
}

interface Mixed {
  readonly labelled: Batch
  /** Without labels: f32[n, pixels]. */
  readonly other: F32
}

const [styles, classes, few, many, steps] = [4, 10, 64, 128, 2000] as const

const picture = vae({
  encoder: mlp({ sizes: [pixels + classes, 256, 2 * styles] }),
  decoder: mlp({ sizes: [styles + classes, 256, pixels] }),
})
const model = semiSupervisedVae({ vae: picture, classifier: mlp({ sizes: [pixels, 256, classes] }), classes })

/** Grey pixels are probabilities of ink: drawn anew each time. */
const asInk = (x: F32, key: fx.Key): F32 => fx.cast(fx.random.bernoulli(key, x), 'f32')

/** Digits turned, scaled and shifted a little, each time anew. */
const moved = (x: F32, key: fx.Key): F32 => {
  const images = fx.reshape(x, [x.shape[0] as number, 1, side, side])
  return fx.reshape(randomAffine(key, images, { rotate: 0.2, scale: [0.9, 1.1], shift: 2 }), x.shape)
}

const accuracy = (p: Params, { x, y }: Batch) => ({
  accuracy: fx.mean(fx.cast(fx.eq(fx.argmax(model.classify(p, x), { axis: -1 }), y), 'f32')),
})

/** Both bounds, and the classifier's own loss with a weight that lets a thousand labels be heard. */
const objective = (p: Params, { labelled: { x, y }, other }: Mixed, key: fx.Key) => {
  const [a, b, c, d, e, f] = fx.random.split(key, 6)
  const [known, unknown] = [asInk(moved(x, f), a), asInk(other, b)]
  const supervised = model.labelled(p, known, y, fx.random.normal(c, [few, styles]))
  const free = model.relaxed(p, unknown, fx.random.normal(d, [many, styles]), fx.random.gumbel(e, [many, classes]), 0.5)
  const wrong = crossEntropy(model.classify(p, known), y)
  const bound = fx.div(fx.add(fx.sum(supervised), fx.sum(free)), few + many)
  return { loss: fx.sub(fx.mul(wrong, 30), bound), bound, wrong }
}

/** A hundred of each class, and all digits without their labels. */
const mixed = (
  digits: Digits,
  seed: number,
): BatchSource<{ readonly labelled: fx.ArgumentsOf<Batch>; readonly other: fx.NDArray<'f32'> }> => {
  const order = permutation(generator(seed, 7), digits.count)
  const chosen = Array.from({ length: classes }, (_, k) => [...order].filter((i) => digits.labels[i] === k).slice(0, 100)).flat()
  const labelled = batches(subset(digitSet(digits), chosen), { batchSize: few, shuffle: seed, dropLast: true })
  const all = batches(digitSet(digits), { batchSize: many, shuffle: seed, dropLast: true })
  const at = async (step: number) => ({ labelled: await labelled.at(step), other: (await all.at(step)).x })
  return { stepsPerEpoch: 250, at }
}

/** Styles of ten test digits (left), each with every class. */
const analogies = (p: Params, { x, y }: Batch): F32 => {
  const { mean } = picture.encode(p.vae, x, fx.oneHot(y, classes))
  const n = x.shape[0] as number
  const known = fx.tile(fx.eye(classes), [n, 1])
  const made = picture.decode(p.vae, fx.repeat(mean, classes, { axis: 0 }), known)
  return fx.concat([fx.expandDims(x, 1), fx.reshape(made, [n, classes, pixels])], { axis: 1 })
}

export const system: System = {
  id: 'S28',
  title: 'Semi-supervised VAE',
  metric: 'test_accuracy',
  target: '>= 0.93',
  page: 'A thousand digits have labels, a hundred of each class; all 60,000 are seen without. One model explains them by a class y, which a classifier tells, and by a style z of four numbers: p(x|y, z). In the picture the style of each test digit on the left is written with all ten classes, so that slant and thickness stay while the digit changes. The plot is the accuracy on the test digits, beside that of the classifier alone, trained on the same thousand labels, turned and shifted, for as many steps: as far as it goes here, digits without labels teach how digits are written, and hardly what they are called.',
  run: async (ctx) => {
    const { train: digits, test } = await ctx.data.mnist()
    const data = mixed(digits, ctx.seed)
    const epochs = passes(ctx, steps / data.stepsPerEpoch)
    const judge = meter<Params, Batch>(ctx, accuracy, digitSet(test), 1000)
    const fitted = (loss: typeof objective) =>
      train<Params, Mixed>(ctx, {
        init: model.init,
        optimizer: adam(warmupCosineSchedule(2e-3, { warmup: 100, steps: epochs * data.stepsPerEpoch })),
        objective: loss,
        data,
        epochs,
        evaluate: judge,
      })
    ctx.note('labels alone')
    const alone = await fitted((p, { labelled: { x, y } }, key) => {
      const [a, b] = fx.random.split(key)
      const wrong = crossEntropy(model.classify(p, asInk(moved(x, a), b)), y)
      return { loss: wrong, bound: fx.neg(wrong), wrong }
    })
    ctx.note('labels, and digits without')
    const { params, epochs: seen } = await fitted(objective)
    const first = (k: number): number => test.labels.findIndex((y, i) => y === k && i > 20)
    const shown = gather(
      test,
      Array.from({ length: classes }, (_, k) => first(k)),
    )
    await tiles(ctx, 'styles', await run(ctx, analogies, params, shown), { side, columns: classes + 1 })
    const curve = (name: string, records: typeof seen) => ({
      name,
      points: records.map(({ step, validation }) => [step, validation.accuracy ?? NaN] as const),
    })
    await ctx.plot.lines('accuracy', {
      title: 'Accuracy on the test digits, of a thousand labels',
      x: 'step',
      y: 'accuracy',
      curves: [curve('with unlabelled digits', seen), curve('labels alone', alone.epochs)],
    })
    return (await judge(params)).accuracy ?? NaN
  },
}
