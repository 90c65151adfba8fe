/** A network that learns to tell classes apart: its step, its loop, and what it answers. */
import * as fx from '../../src/index.js'
import { batches, type Dataset } from '../../src/data.js'
import { crossEntropy, layer, type AnyModule, type Layer } from '../../src/nn.js'
import type { Optimizer } from '../../src/optim.js'
import type { Callback, Fitted } from '../../src/train.js'
import type { Context, LinePlot } from '../runner/system.js'
import { digitSet } from './data.js'
import { improve, type Improving } from './improve.js'
import { mistakesOf } from './ink.js'
import type { Digits, Mnist } from './mnist.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

/** Examples x [n, ...] and their classes y [n]. */
export interface Labelled {
  readonly x: fx.NDArray<'f32'>
  readonly y: fx.NDArray<'i32'>
}

interface Batch {
  readonly x: F32
  readonly y: I32
}

/** Parameters, the network's own state (batch norm's), the optimiser's, and the key of the next step. */
export interface Learner extends Improving<fx.Tree<F32>> {
  readonly net: fx.Tree<F32>
  readonly key: fx.Key
}

export interface ClassifierOptions {
  /** Gives scores [n, classes] for images of `shape`, or what `heads` finds some in. */
  readonly model: AnyModule
  /** The scores in what the model gives, the last ones first; the others' losses count 0.3. Default: there are no others. */
  readonly heads?: (outputs: never) => readonly F32[]
  /** Of one example as the model takes it. Default: as the data have it. */
  readonly shape?: readonly number[]
  readonly optimizer: Optimizer
  /** Changes the examples of a step, at random. */
  readonly augment?: (key: fx.Key, x: F32) => F32
  /** Added to the loss. */
  readonly penalty?: (params: unknown) => F32
  readonly smoothing?: number
}

/** Those of a learner that is on a device. */
export type Learnt = fx.ResultsOf<Learner>

/** `begin` and `step` are pure; a step measures loss and accuracy of its batch, the penalty left out. */
export const classifier = ({
  model,
  shape,
  optimizer,
  augment,
  penalty,
  heads = (scores) => [scores],
  smoothing = 0,
}: ClassifierOptions) => {
  const net = layer(model) as unknown as Layer<fx.Tree<F32>, fx.Tree<F32>>
  const shaped = (x: F32): F32 => (shape === undefined ? x : fx.reshape(x, [x.shape[0] as number, ...shape] as fx.Shape))
  const begin = (seed: fx.Key): Learner => {
    const [own, key] = fx.random.split(seed)
    const params = net.init(own)
    return { params, net: net.initState(), optimizer: optimizer.init(params), key }
  }
  const step = (before: Learner, { x, y }: Batch): readonly [Learner, { readonly loss: F32; readonly accuracy: F32 }] => {
    const [next, forNet, forImages] = fx.random.split(before.key, 3)
    const seen = augment === undefined ? shaped(x) : augment(forImages, shaped(x))
    const lossAndRest = (params: fx.Tree<F32>): readonly [F32, readonly [F32, F32, fx.Tree<F32>]] => {
      const [outputs, state] = net.stateful(params, seen, { training: true, key: forNet, state: before.net })
      const [scores, ...others] = heads(outputs as never) as readonly [F32, ...F32[]]
      const loss = others.reduce<F32>(
        (sum, head) => fx.add(sum, fx.mul(crossEntropy(head, y, { smoothing }), 0.3)),
        crossEntropy(scores, y, { smoothing }),
      )
      const right = fx.mean(fx.cast(fx.eq(fx.argmax(scores, { axis: -1 }), y), 'f32'))
      return [penalty === undefined ? loss : fx.add(loss, penalty(params)), [loss, right, state]]
    }
    const [after, [loss, accuracy, state]] = improve(optimizer, before, lossAndRest)
    return [
      { ...after, net: state, key: next },
      { loss, accuracy },
    ]
  }
  const scores = ({ params, net: state }: Pick<Learner, 'params' | 'net'>, x: F32): F32 =>
    heads(net.apply(params, shaped(x), { state }) as never)[0] as F32
  return { begin, step, scores }
}

export interface TrainingOptions extends ClassifierOptions {
  readonly train: Dataset<Labelled>
  readonly test: Dataset<Labelled>
  readonly batchSize: number
  readonly epochs: number
  readonly seed?: number
  /** Before the names of its logs, where there are several. */
  readonly log?: string
  readonly callbacks?: readonly Callback[]
}

/** How well it does on a set: the share that it gets right, and the mean cross-entropy in nats. */
export interface Judgement {
  readonly accuracy: number
  readonly loss: number
}

export interface Trained extends Judgement {
  readonly run: Fitted<Learner>
  /** The class it gives each example of a set. */
  readonly answers: (learnt: Learnt, examples: Dataset<Labelled>) => Promise<readonly number[]>
  readonly judge: (learnt: Learnt, examples: Dataset<Labelled>) => Promise<Judgement>
}

interface Answered {
  readonly answers: readonly number[]
  /** Of each example. */
  readonly losses: readonly number[]
  readonly right: readonly boolean[]
}

const meanOf = (values: readonly (number | boolean)[]): number => values.reduce((sum: number, v) => sum + Number(v), 0) / values.length

/** A function that asks a classifier about a whole set, in parts of one size. */
const asker = async (ctx: Context, options: TrainingOptions, like: Pick<Learnt, 'params' | 'net'>) => {
  const { scores } = classifier(options)
  const most = Math.min(1000, options.test.size)
  const example = await options.test.gather(new Uint32Array(most))
  const program = await fx.compile(
    (learnt: Pick<Learner, 'params' | 'net'>, { x, y }: Batch) => {
      const given = scores(learnt, x)
      return { answer: fx.argmax(given, { axis: -1 }), loss: crossEntropy(given, y, { reduction: 'none' }) }
    },
    [{ params: fx.specOf(like.params), net: fx.specOf(like.net) }, fx.specOf(example)] as const,
    { device: ctx.device },
  )
  return async ({ params, net }: Learnt, examples: Dataset<Labelled>): Promise<Answered> => {
    const [answers, losses, labels]: [number[], number[], number[]] = [[], [], []]
    for (let at = 0; at < examples.size; at += most) {
      // The last part is filled with its last example.
      const part = await examples.gather(Uint32Array.from({ length: most }, (_, i) => Math.min(at + i, examples.size - 1)))
      const { answer, loss } = await program({ params, net }, part)
      const count = Math.min(most, examples.size - at)
      answers.push(...(await answer.toNDArray()).data.slice(0, count))
      losses.push(...(await loss.toNDArray()).data.slice(0, count))
      labels.push(...part.y.data.slice(0, count))
    }
    return { answers, losses, right: answers.map((answer, i) => answer === labels[i]) }
  }
}

/** Trains it, judged on the test set after each pass. */
export const trainClassifier = async (ctx: Context, options: TrainingOptions): Promise<Trained> => {
  const { train, test, batchSize, epochs, seed = ctx.seed, log = '', callbacks = [] } = options
  const { begin, step } = classifier(options)
  const key = fx.random.keyData(seed)
  const state = await (await fx.compile(begin, [fx.specOf(key)] as const, { device: ctx.device }))(key)
  const ask = await asker(ctx, options, state)
  const judge: Trained['judge'] = async (learnt, examples) => {
    const { losses, right } = await ask(learnt, examples)
    return { accuracy: meanOf(right), loss: meanOf(losses) }
  }
  const run = await ctx.fit<Learner, Batch>({
    step,
    state,
    data: batches(train, { batchSize, shuffle: seed, dropLast: true, epochs: Infinity }),
    epochs,
    evaluate: async (learnt) => ({ ...(await judge(learnt, test)) }),
    callbacks,
    log,
  })
  return { run, judge, answers: async (learnt, examples) => (await ask(learnt, examples)).answers, ...(await judge(run.state, test)) }
}

/** Accuracy on the test set after each pass. */
const accuracyCurve = ({ epochs }: Fitted<Learner>): LinePlot => ({
  title: 'Accuracy on the test set',
  x: 'epoch',
  y: 'accuracy',
  curves: [{ name: 'test', points: epochs.map(({ epoch, validation }) => [epoch, validation.accuracy ?? 0] as const) }],
})

/** Trains it on pictures of 28 × 28, and draws its accuracy after each pass. */
export const trainOnPictures = async (
  ctx: Context,
  { train, test }: Mnist,
  options: Omit<TrainingOptions, 'train' | 'test'>,
): Promise<Trained> => {
  const trained = await trainClassifier(ctx, { ...options, train: digitSet(train), test: digitSet(test) })
  await ctx.plot.lines('accuracy', accuracyCurve(trained.run))
  return trained
}

/** Draws the first pictures that it gets wrong. */
export const drawMistakes = async (ctx: Context, { run, answers }: Trained, test: Digits): Promise<void> =>
  ctx.plot.images('mistakes', mistakesOf(test, await answers(run.state, digitSet(test)), 60), { columns: 15 })
