/** SGD, momentum, Adam and AdamW: step for step what their formulas say, and what each makes of MNIST. */
import * as fx from '../../src/index.js'
import { mlp } from '../../src/models.js'
import { adam, adamw, cosineSchedule, sgd, type Optimizer } from '../../src/optim.js'
import { mixedChart } from '../lib/charts.js'
import { trainClassifier } from '../lib/classifier.js'
import { digitSet } from '../lib/data.js'
import { descend } from '../lib/descent.js'
import { pixels } from '../lib/mnist.js'
import { smooth } from '../lib/plot.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [steps, start, steepness] = [100, [-4, 1.5], [1, 15]] as const

/** One coordinate after another by the formulas, in f64: from gradient, step t = 1 … and what was kept, to an update. */
type Recursion = (gradient: number, t: number, kept: number[], theta: number) => number

const adams =
  (rate: (t: number) => number, decay: number): Recursion =>
  (g, t, kept, theta) => {
    const [m, v] = [0.9 * (kept[0] ?? 0) + 0.1 * g, 0.999 * (kept[1] ?? 0) + 0.001 * g * g]
    kept.splice(0, 2, m, v)
    return -rate(t) * (m / (1 - 0.9 ** t) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8) + decay * theta)
  }

interface Rival {
  readonly optimizer: Optimizer
  readonly formula: Recursion
  /** The same, with the rate that MNIST likes. */
  readonly onDigits: (steps: number) => Optimizer
}

const rivals: Readonly<Record<string, Rival>> = {
  SGD: { optimizer: sgd(0.06), formula: (g) => -0.06 * g, onDigits: () => sgd(0.1) },
  momentum: {
    optimizer: sgd(0.02, { momentum: 0.9 }),
    formula: (g, _, kept) => (kept[0] = 0.9 * (kept[0] ?? 0) - 0.02 * g),
    onDigits: () => sgd(0.05, { momentum: 0.9 }),
  },
  Adam: { optimizer: adam(0.15), formula: adams(() => 0.15, 0), onDigits: () => adam(0.002) },
  'AdamW, cosine': {
    optimizer: adamw(cosineSchedule(0.3, steps), { weightDecay: 0.1 }),
    formula: adams((t) => 0.15 * (1 + Math.cos((Math.PI * (t - 1)) / steps)), 0.1),
    onDigits: (n) => adamw(cosineSchedule(0.004, n), { weightDecay: 0.01 }),
  },
}

/** ½ Σ aᵢ θᵢ² */
const hill = (theta: F32): F32 => fx.mul(fx.sum(fx.mul(fx.square(theta), fx.constant([...steepness]))), 0.5)

const byFormula = (formula: Recursion): readonly (readonly number[])[] => {
  const kept: [number[], number[]] = [[], []]
  let theta: readonly number[] = start
  return Array.from({ length: steps }, (_, i) => {
    theta = theta.map((v, d) => v + formula((steepness[d] as number) * v, i + 1, kept[d] as number[], v))
    return theta
  })
}

/** How far each is from its formula, with a picture of the ways down. */
const quadratic = async (ctx: Context): Promise<number> => {
  const from = fx.ndarray([...start], { dtype: 'f32' })
  const way = (optimizer: Optimizer, from: F32): F32 => descend({ optimizer, start: from, steps, loss: hill, watch: (theta) => theta })[0]
  const all = (theta: F32): readonly F32[] => Object.values(rivals).map(({ optimizer }) => way(optimizer, theta))
  const found = await (await fx.compile(all, [fx.specOf(from)] as const, { device: ctx.device }))(from)
  const ways = await Promise.all(found.map(async (way) => (await way.toNDArray()).data))
  const off = Object.entries(rivals).map(([name, { formula }], k) => {
    const by = byFormula(formula).flat().reduce((most, v, i) => Math.max(most, Math.abs(v - (ways[k]?.[i] ?? NaN))), 0) // prettier-ignore
    ctx.note(`${name}: ${String(steps)} steps are those of its formula to ${by.toExponential(1)}`)
    return by
  })
  const points = (way: ArrayLike<number>) => [start, ...Array.from({ length: steps }, (_, i) => [way[2 * i] as number, way[2 * i + 1] as number] as const)] // prettier-ignore
  const curves = Object.keys(rivals).map((name, k) => ({ name, points: points(ways[k] as ArrayLike<number>) }))
  const level = (height: number) => ({
    name: 'level',
    points: Array.from({ length: 101 }, (_, i) => {
      const angle = (Math.PI * i) / 50
      return [Math.sqrt(2 * height) * Math.cos(angle), Math.sqrt((2 * height) / 15) * Math.sin(angle)] as const
    }),
  })
  const title = '100 steps down ½ (θ₁² + 15 θ₂²)'
  await ctx.plot.chart('quadratic', mixedChart({ title, x: 'θ₁', y: 'θ₂', curves: [...curves, level(8)], dashed: ['level'] }))
  return Math.max(...off)
}

const digits = async (ctx: Context): Promise<void> => {
  const { train, test } = await ctx.data.mnist()
  const batchSize = 128
  const curves = []
  for (const [name, { onDigits }] of Object.entries(rivals)) {
    const { run, accuracy } = await trainClassifier(ctx, {
      model: mlp({ sizes: [pixels, 64, 10] }),
      optimizer: onDigits(Math.floor(train.count / batchSize)),
      train: digitSet(train),
      test: digitSet(test),
      batchSize,
      epochs: 1,
      log: `${name.split(',')[0] as string}-`,
    })
    ctx.note(`${name}: ${(100 * accuracy).toFixed(2)} % of the test digits after one pass`)
    const losses = smooth(run.history.map(({ metrics }) => metrics.loss as number), 0.95) // prettier-ignore
    curves.push({ name, points: losses.map((loss, i) => [i, loss] as const) })
  }
  await ctx.plot.lines('digits', { title: 'One pass over MNIST', x: 'step', y: 'loss, smoothed', logY: true, curves })
}

export const system: System = {
  id: 'S05',
  title: 'SGD, momentum, Adam, schedules',
  metric: 'largest_deviation_from_the_formulas',
  target: '<= 1e-5',
  page: 'Four ways down the same valley. SGD has to be slow, or it would bounce between the steep sides; momentum overshoots and comes back; Adam takes equal steps along both axes whatever their steepness; AdamW with a cosine schedule takes long steps at first and small ones at the end. Each of the hundred steps is held against the formula. The second plot is the loss of a small network during its first pass over 60,000 digits.',
  run: async (ctx) => {
    const worst = await quadratic(ctx)
    await digits(ctx)
    return worst
  },
}
