/** What S13 to S16 share: a published network at full size, then a small one of the same make, trained on Fashion-MNIST. */
import type * as fx from '../../src/index.js'
import type { AnyModule } from '../../src/nn.js'
import { adamw, warmupCosineSchedule, type Schedule } from '../../src/optim.js'
import type { Context } from '../runner/system.js'
import { drawMistakes, trainOnPictures } from './classifier.js'
import { runFullSize, type FullSize } from './fullSize.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

export interface SmallNet {
  /** Scores of images [n, 1, 28, 28]. */
  readonly model: AnyModule
  readonly heads?: (outputs: never) => readonly F32[]
  readonly epochs: number
  readonly batchSize?: number
  /** The learning rate over all steps. Default: up to 0.003 in 150 steps, and down along a cosine. */
  readonly schedule?: (steps: number) => Schedule
}

/** The accuracy of the small network on the 10,000 pictures that it was not trained on. */
export const fullAndSmall = async (
  ctx: Context,
  full: FullSize,
  { epochs, batchSize = 64, schedule = (steps) => warmupCosineSchedule(0.003, { warmup: 150, steps }), ...net }: SmallNet,
): Promise<number> => {
  await runFullSize(ctx, full)
  const pictures = await ctx.data.fashion()
  const steps = epochs * Math.floor(pictures.train.count / batchSize)
  const trained = await trainOnPictures(ctx, pictures, {
    ...net,
    shape: [1, 28, 28],
    optimizer: adamw(schedule(steps), { weightDecay: 0.01 }),
    batchSize,
    epochs,
  })
  await drawMistakes(ctx, trained, pictures.test)
  return trained.accuracy
}
