/** A network that learns which pixels are foreground, and how well it does. */
import * as fx from '../../src/index.js'
import { batches } from '../../src/data.js'
import { intersectionOverUnion, type SegmentationParams } from '../../src/models.js'
import { bceWithLogits, type Layer } from '../../src/nn.js'
import { adam, warmupCosineSchedule } from '../../src/optim.js'
import type { Context, Curve } from '../runner/system.js'
import type { CompositeSets } from './composites.js'
import { meter, run, train, type Arrays } from './learner.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Batch {
  readonly x: F32
  readonly mask: F32
}

const batchSize = 16

export type Segmenter = Layer<SegmentationParams>

/** 1 where the network takes a pixel for foreground. */
const found = (logits: F32): F32 => fx.cast(fx.gt(logits, 0), 'f32')

export interface Segmented {
  readonly name: string
  readonly params: Arrays<SegmentationParams>
  /** Mean intersection over union of the test pictures. */
  readonly iou: number
  /** That after each pass. */
  readonly curve: Curve
  /** Masks of pictures. */
  readonly masks: (x: fx.NDArray<'f32'>) => Promise<fx.NDArray>
}

export const segment = async (
  ctx: Context,
  name: string,
  model: Segmenter,
  sets: CompositeSets,
  epochs: number,
  share: number,
): Promise<Segmented> => {
  ctx.note(name)
  const data = batches(sets.train, { batchSize, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
  const measure = (params: SegmentationParams, { x, mask }: Batch) => {
    const logits = model.apply(params, x)
    const soft = fx.mean(intersectionOverUnion(fx.sigmoid(logits), mask))
    return {
      // Of probabilities the intersection over union has a derivative, and is nearer to what is judged.
      loss: fx.add(bceWithLogits(logits, mask), fx.sub(1, soft)),
      iou: fx.mean(intersectionOverUnion(found(logits), mask)),
    }
  }
  const judge = meter(ctx, measure, sets.test, 250)
  const { params, epochs: passes } = await train<SegmentationParams, Batch>(ctx, {
    init: model.init,
    optimizer: adam(warmupCosineSchedule(0.003, { warmup: 100, steps: epochs * data.stepsPerEpoch })),
    objective: measure,
    data,
    epochs,
    evaluate: judge,
    reserve: ctx.budget.left() - share,
  })
  return {
    name,
    params,
    iou: (await judge(params)).iou ?? NaN,
    curve: { name, points: passes.map(({ epoch, validation }) => [epoch, validation.iou ?? 0] as const) },
    masks: async (x) => (await run(ctx, (p: SegmentationParams, images: F32) => found(model.apply(p, images)), params, x)).toNDArray(),
  }
}

/** A row for each: the pictures, their masks, and what each network takes for one; and how well it did after each pass. */
export const drawSegmented = async (ctx: Context, { test }: CompositeSets, results: readonly Segmented[], count = 12): Promise<void> => {
  const { x, mask } = await test.gather(Uint32Array.from({ length: count }, (_, i) => i))
  const rows = [x, mask, ...(await Promise.all(results.map(({ masks }) => masks(x))))]
  const pictures = rows.flatMap(({ shape, data }) => {
    const [, ...own] = shape
    const size = own.reduce((a, b) => a * b, 1)
    return Array.from({ length: count }, (_, i) => ({ shape: own, data: Float32Array.from(data.subarray(i * size, (i + 1) * size)) }))
  })
  await ctx.plot.images('masks', pictures, { columns: count, scale: 2 })
  await ctx.plot.lines('iou', {
    title: 'Intersection over union on pictures of other emoji',
    x: 'epoch',
    y: 'IoU',
    curves: results.map(({ curve }) => curve),
  })
}
