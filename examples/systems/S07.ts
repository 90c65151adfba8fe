/** Fifty layers, plain and residual: which of them learn. */
import * as fx from '../../src/index.js'
import { tower, type Tower, type TowerParams } from '../../src/models.js'
import { crossEntropy, fanOf, type Initializer } from '../../src/nn.js'
import { adam, chain, clipByGlobalNorm } from '../../src/optim.js'
import { trainClassifier } from '../lib/classifier.js'
import { digitSet } from '../lib/data.js'
import { gather, pixels } from '../lib/mnist.js'
import { smooth } from '../lib/plot.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const [depth, width, batchSize, epochs] = [50, 64, 128, 2]

/** Uniform within ± 1 / √inputs: what many libraries begin with, and half of what ReLU needs to keep a signal's size. */
const usual: Initializer = (key, shape, fan = fanOf(shape)) => {
  const bound = 1 / Math.sqrt(fan.in)
  return fx.random.uniform(key, shape, { minval: -bound, maxval: bound })
}

const sizes = { inputs: pixels, outputs: 10, width, depth }

const towers: Readonly<Record<string, Tower>> = {
  plain: tower({ ...sizes, residual: false, init: usual }),
  'plain, He’s weights': tower({ ...sizes, residual: false }),
  residual: tower({ ...sizes, residual: true, init: usual }),
  'residual, He’s weights / √50': tower({ ...sizes, residual: true }),
}

/** ‖∂L/∂W_l‖ of each layer, before training. */
const norms =
  ({ init, apply }: Tower) =>
  (seed: fx.Key, x: F32, y: I32): F32 => {
    const { layers } = fx.grad((params: TowerParams) => crossEntropy(apply(params, x), y))(init(seed))
    return fx.sqrt(fx.sum(fx.square(layers.w), { axis: [1, 2] }))
  }

export const system: System = {
  id: 'S07',
  title: 'Residual connections',
  metric: 'test_accuracy_gained_by_residuals',
  target: '>= 0.8',
  page: 'Fifty layers of 64 units, trained for two passes on MNIST. With the weights that many libraries begin with, a plain network never learns to tell one digit from another: the second plot shows that its gradient is about 10⁻²⁰ in the first layers. Adding what a layer was given to what it gives changes nothing but the 1 in each Jacobian, and the same weights learn. He’s weights, made for ReLU, keep the gradients of a plain network up at first; it learns, slowly and badly; divided by √50 they keep a residual one at the size of a shallow network from the first step.',
  run: async (ctx: Context) => {
    const { train, test } = await ctx.data.mnist()
    const accuracies: Record<string, number> = {}
    const losses = []
    for (const [name, model] of Object.entries(towers)) {
      const { run, accuracy } = await trainClassifier(ctx, {
        model,
        optimizer: chain(clipByGlobalNorm(1), adam(0.001)),
        train: digitSet(train),
        test: digitSet(test),
        batchSize,
        epochs,
        log: `${name.replaceAll(/[^a-z]+/gi, '-')}-`,
      })
      accuracies[name] = accuracy
      const smoothed = smooth(run.history.map(({ metrics }) => metrics.loss as number), 0.95) // prettier-ignore
      losses.push({ name, points: smoothed.map((loss, i) => [i, loss] as const) })
      ctx.note(`${name}: ${(100 * accuracy).toFixed(2)} % of the test digits`)
    }
    await ctx.plot.lines('loss', { title: `${String(depth)} layers on MNIST`, x: 'step', y: 'loss, smoothed', logY: true, curves: losses })
    const seed = fx.random.keyData(ctx.seed)
    const { x, y } = gather(train, Array.from({ length: batchSize }, (_, i) => i)) // prettier-ignore
    const curves = []
    for (const [name, each] of Object.entries(towers)) {
      const program = await fx.compile(norms(each), [fx.specOf(seed), fx.specOf(x), fx.specOf(y)] as const, { device: ctx.device })
      const { data } = await (await program(seed, x, y)).toNDArray()
      curves.push({ name, points: Array.from(data, (v, l) => [l + 1, v] as const) })
    }
    await ctx.plot.lines('gradients', { title: 'Gradients of each layer before training', x: 'layer', y: '‖∂L/∂W‖', logY: true, curves })
    return (accuracies.residual ?? NaN) - (accuracies.plain ?? NaN)
  },
}
