/** What S13 to S16 share: a published network at full size, then a small one of the same make, trained on Fashion-MNIST. */
import type { F32 } from './fullSize.js'
import type { AnyModule } from '../../src/nn.js'
import { adamw, warmupCosineSchedule } from '../../src/optim.js'
import type { Context } from '../runner/system.js'
import { accuracyCurve, trainClassifier } from './classifier.js'
import { digitSet } from './data.js'
import { runFullSize, type FullSize } from './fullSize.js'
import { mistakesOf } from './ink.js'

export interface SmallNet {
  /** Scores of images [n, 1, 28, 28]. */
  readonly model: AnyModule
  readonly heads?: (outputs: never) => readonly F32[]
  readonly epochs: number
  readonly batchSize?: number
  readonly learningRate?: number
}

/** The accuracy of the small network on the 10,000 pictures that it was not trained on. */
export const fullAndSmall = async (
  ctx: Context,
  full: FullSize,
  { epochs, batchSize = 64, learningRate = 0.003, ...net }: SmallNet,
): Promise<number> => {
  await runFullSize(ctx, full)
  const { train, test } = await ctx.data.fashion()
  const steps = epochs * Math.floor(train.count / batchSize)
  const { run, answers, accuracy } = await trainClassifier(ctx, {
    ...net,
    shape: [1, 28, 28],
    optimizer: adamw(warmupCosineSchedule(learningRate, { warmup: 150, steps }), { weightDecay: 0.01 }),
    train: digitSet(train),
    test: digitSet(test),
    batchSize,
    epochs,
  })
  await ctx.plot.lines('accuracy', accuracyCurve(run))
  await ctx.plot.images('mistakes', mistakesOf(test, await answers(run.state, digitSet(test)), 60), { columns: 15 })
  return accuracy
}
