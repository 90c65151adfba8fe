/** LeNet-5 on all 60,000 digits of MNIST. */
import * as fx from '../../src/index.js'
import { lenet5 } from '../../src/models.js'
import { lambda, sequential } from '../../src/nn.js'
import { adamw, warmupCosineSchedule } from '../../src/optim.js'
import { drawMistakes, trainOnPictures, type Learner, type Learnt } from '../lib/classifier.js'
import { inkOf, shadesOf } from '../lib/ink.js'
import { gather, type Digits } from '../lib/mnist.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [batchSize, epochs] = [64, 4]

/** Greys of mean 0 and variance 1 over all digits, where tanh is steepest. */
const standard = (x: F32): F32 => fx.div(fx.sub(x, 0.1307), 0.3081)

const model = sequential(lambda(standard), lenet5())

/** What the layers C1 and C3 make of images. */
const mapsOf = (params: Learner['params'], x: F32): { readonly c1: F32; readonly c3: F32 } => {
  const seen = new Map<string, F32>()
  model.apply(params as never, x, { observe: ({ path, y }) => void seen.set(path.join('.'), y as F32) })
  return { c1: seen.get('1.c1') as F32, c3: seen.get('1.c3') as F32 }
}

/** A digit a row: itself and its maps. */
const drawMaps = async (ctx: Context, { params }: Learnt, digits: Digits): Promise<void> => {
  const chosen = Array.from({ length: 10 }, (_, digit) => digits.labels.indexOf(digit))
  const { x } = gather(digits, chosen)
  const images = { ...x, shape: [10, 1, 28, 28] }
  const program = await fx.compile(mapsOf, [fx.specOf(params), fx.specOf(images)] as const, { device: ctx.device })
  const { c1, c3 } = await program(params, images)
  const [wide, deep] = await Promise.all([c1.toNDArray(), c3.toNDArray()])
  const shades = ({ shape, data }: fx.NDArray, i: number): ReturnType<typeof shadesOf> => {
    const [height = 1, width = 1] = shape.slice(2)
    return shadesOf(data.subarray(i * height * width, (i + 1) * height * width), [height, width], [-1, 1])
  }
  const rows = chosen.map((at, digit) => [inkOf(digits, at), ...Array.from({ length: 6 }, (_, k) => shades(wide, 6 * digit + k))])
  await ctx.plot.images('maps', rows.flat(), { columns: 7 })
  await ctx.plot.images('features', Array.from({ length: 160 }, (_, i) => shades(deep, i)), { columns: 16, scale: 4 }) // prettier-ignore
}

export const system: System = {
  id: 'S12',
  title: 'LeNet-5 on MNIST',
  metric: 'test_accuracy',
  target: '>= 0.989',
  page: 'The network that read cheques: two convolutions, each followed by the mean of 2 × 2 blocks, then three dense layers, 61,706 parameters in all, with tanh between. The pictures show each digit with the six maps of C1, which find its edges, and the sixteen of C3, which find parts of strokes, from -1, white, to 1, black; and the digits that it gets wrong.',
  run: async (ctx) => {
    const digits = await ctx.data.mnist()
    const steps = epochs * Math.floor(digits.train.count / batchSize)
    const trained = await trainOnPictures(ctx, digits, {
      model,
      shape: [1, 28, 28],
      optimizer: adamw(warmupCosineSchedule(0.003, { warmup: 150, steps }), { weightDecay: 0.01 }),
      batchSize,
      epochs,
    })
    await drawMaps(ctx, trained.run.state, digits.test)
    await drawMistakes(ctx, trained, digits.test)
    return trained.accuracy
  },
}
