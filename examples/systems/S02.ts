/** A multi-layer perceptron on all 60,000 digits of MNIST. */
import * as fx from '../../src/index.js'
import { batches } from '../../src/data.js'
import { mlp, type MlpParams } from '../../src/models.js'
import { crossEntropy } from '../../src/nn.js'
import { adam, applyUpdates, warmupCosineSchedule, type OptimizerState } from '../../src/optim.js'
import { digitSet } from '../lib/data.js'
import { pixels } from '../lib/mnist.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Batch {
  readonly x: F32
  readonly y: fx.Tensor<fx.Shape, 'i32'>
}

interface State {
  readonly params: MlpParams
  readonly optimizer: OptimizerState
}

const [batchSize, epochs] = [128, 8]

const model = mlp({ sizes: [pixels, 256, 128, 10] })

const accuracy = (scores: F32, y: Batch['y']): F32 => fx.mean(fx.cast(fx.eq(fx.argmax(scores, { axis: -1 }), y), 'f32'))

const objective = (params: MlpParams, { x, y }: Batch): [F32, F32] => {
  const scores = model.apply(params, x)
  return [crossEntropy(scores, y), accuracy(scores, y)]
}

export const system: System = {
  id: 'S02',
  title: 'MLP on MNIST',
  metric: 'test_accuracy',
  target: '>= 0.98',
  page: 'Three dense layers with ReLU between (784–256–128–10), trained by Adam with a cosine schedule on 60,000 handwritten digits. The plot shows the accuracy on the 10,000 test digits after each pass; the picture shows the digits that it gets wrong.',
  run: async (ctx) => {
    const { train, test } = await ctx.data.mnist()
    const source = batches(digitSet(train), { batchSize, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
    const optimizer = adam(warmupCosineSchedule(0.003, { warmup: 200, steps: epochs * source.stepsPerEpoch }))
    const begin = (key: fx.Key): State => {
      const params = model.init(key)
      return { params, optimizer: optimizer.init(params) }
    }
    const seed = fx.random.keyData(ctx.seed)
    const state = await (await fx.compile(begin, [fx.specOf(seed)] as const, { device: ctx.device }))(seed)
    const step = ({ params, optimizer: before }: State, batch: Batch): readonly [State, { readonly loss: F32; readonly accuracy: F32 }] => {
      const [[loss, right], grads] = fx.valueAndGrad(objective, { hasAux: true })(params, batch)
      const [updates, after] = optimizer.update(grads, before, params)
      return [
        { params: applyUpdates(params, updates), optimizer: after },
        { loss, accuracy: right },
      ]
    }
    const predict = await fx.compile(
      (params: MlpParams, x: F32) => fx.argmax(model.apply(params, x), { axis: -1 }),
      [fx.specOf(state.params), fx.spec([1000, pixels])] as const,
      { device: ctx.device },
    )
    const answer = async (params: typeof state.params): Promise<number[]> => {
      const answers: number[] = []
      for await (const { x } of batches(digitSet(test), { batchSize: 1000 }))
        answers.push(...(await (await predict(params, x)).toNDArray()).data)
      return answers
    }
    const right = (answers: readonly number[]): number => answers.filter((a, i) => a === test.labels[i]).length / answers.length
    const run = await ctx.fit<State, Batch>({
      step,
      state: state,
      data: source,
      epochs,
      evaluate: async ({ params }) => ({ accuracy: right(await answer(params)) }),
    })
    const answers = await answer(run.state.params)
    await ctx.plot.lines('accuracy', {
      title: 'Accuracy on the test digits',
      x: 'epoch',
      y: 'accuracy',
      curves: [{ name: 'test', points: run.epochs.map(({ epoch, validation }) => [epoch, validation.accuracy ?? 0] as const) }],
    })
    const wrong = [...answers.keys()].filter((i) => answers[i] !== test.labels[i]).slice(0, 60)
    const ink = wrong.map((i) => ({
      shape: [28, 28],
      data: Float32Array.from(test.images.subarray(i * pixels, (i + 1) * pixels), (v) => 1 - v / 255),
    }))
    await ctx.plot.images('mistakes', ink, { columns: 15 })
    return right(answers)
  },
}
