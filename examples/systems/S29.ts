/** Gaussians of irises: entropies and divergences in closed form, and by drawing from them. */
import * as fx from '../../src/index.js'
import { takeRows } from '../../src/data.js'
import {
  diagonalCrossEntropy,
  diagonalEntropy,
  diagonalKl,
  gaussianCrossEntropy,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  gaussianMle,
  gaussianSample,
  type DiagonalGaussian,
  type Gaussian,
} from '../../src/models.js'
import { mixedChart, tableChart } from '../lib/charts.js'
import { worstOf } from '../lib/laws.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const draws = 20_000

const diagonalOf = ({ mean, covariance }: Gaussian): DiagonalGaussian => ({
  mean,
  variance: fx.sum(fx.mul(covariance, fx.eye(mean.size)), { axis: 1 }),
})

const apart = (a: F32, b: F32): F32 => fx.max(fx.abs(fx.sub(a, b)))

/** The laws by name, each as what it is off by. */
const faults = (p: Gaussian, q: Gaussian): Readonly<Record<string, F32>> => {
  const [a, b] = [diagonalOf(p), diagonalOf(q)]
  const full = ({ mean, variance }: DiagonalGaussian): Gaussian => ({ mean, covariance: fx.mul(fx.eye(mean.size), variance) })
  return {
    'H(p, q) = H(p) + KL(p ‖ q)': apart(gaussianCrossEntropy(p, q), fx.add(gaussianEntropy(p), gaussianKl(p, q))),
    'KL(p ‖ p) = 0': fx.abs(gaussianKl(p, p)),
    'H of a diagonal covariance is the diagonal case': apart(gaussianEntropy(full(a)), diagonalEntropy(a)),
    'H(p, q) of diagonal covariances is the diagonal case': apart(gaussianCrossEntropy(full(a), full(b)), diagonalCrossEntropy(a, b)),
    'KL of diagonal covariances is the diagonal case': apart(gaussianKl(full(a), full(b)), diagonalKl(a, b)),
    'KL is least, without a slope, at p': fx.max(fx.abs(fx.grad((mean: F32) => gaussianKl(p, { ...p, mean }))(p.mean))),
  }
}

/** KL(p ‖ q) by draws from p: the estimate from the first 1, 2, … of them, and the standard deviation of one. */
const byDraws = (seed: fx.Key, p: Gaussian, q: Gaussian) => {
  const x = gaussianSample(seed, p, draws)
  const each = fx.sub(gaussianLogProb(p, x), gaussianLogProb(q, x))
  const counts = fx.add(fx.cast(fx.iota(draws), 'f32'), 1)
  return { running: fx.div(fx.cumsum(each, { axis: 0 }), counts), deviation: fx.std(each) }
}

const study = (seed: fx.Key, species: readonly F32[]) => {
  const all = species.map((rows) => gaussianMle(rows))
  const [, p, q] = all as [Gaussian, Gaussian, Gaussian]
  return {
    table: all.map((one) => all.map((other) => gaussianKl(one, other))),
    entropies: all.map((one) => gaussianEntropy(one)),
    faults: faults(p, q),
    kl: gaussianKl(p, q),
    drawn: byDraws(seed, p, q),
  }
}

type Found = fx.ResultsOf<ReturnType<typeof study>>

/** How the estimate comes to the closed form. @returns how many standard errors it ends from it */
const converge = async (ctx: Context, { kl, drawn }: Found): Promise<number> => {
  const [exact, deviation, running] = [await kl.item(), await drawn.deviation.item(), (await drawn.running.toNDArray()).data]
  const counts = Array.from({ length: 300 }, (_, i) => Math.round(10 * (draws / 10) ** (i / 299)))
  const line = (name: string, f: (n: number) => number) => ({ name, points: counts.map((n) => [n, f(n)] as const) })
  const bounds = [1, -1].map((side) => line(`closed form ${side > 0 ? '+' : '-'} 2 standard errors`, (n) => exact + (2 * side * deviation) / Math.sqrt(n))) // prettier-ignore
  const curves = [line('mean of draws', (n) => running[n - 1] as number), line('closed form', () => exact), ...bounds]
  const title = 'KL(versicolor ‖ virginica) by drawing'
  const dashed = curves.slice(1).map(({ name }) => name)
  await ctx.plot.chart('draws', mixedChart({ title, x: 'draws', y: 'nats', logX: true, curves, dashed }))
  return Math.abs((running[draws - 1] as number) - exact) / (deviation / Math.sqrt(draws))
}

export const system: System = {
  id: 'S29',
  title: 'Entropy and divergence of Gaussians',
  metric: 'largest_deviation_from_the_laws',
  target: '<= 1e-5',
  page: 'A Gaussian is fitted to the four lengths of each species of iris, and the table says in nats how badly one stands in for another: setosa is far from both, versicolor and virginica are close, and the divergence is not symmetric. The closed forms are held against one another, and against draws: the mean of log p/q over draws from p wanders to the closed form and stays within its standard error.',
  run: async (ctx) => {
    const { x, y, classes } = await ctx.data.iris()
    const species = classes.map((_, k) => takeRows(x, [...y.data.keys()].filter((i) => y.data[i] === k))) // prettier-ignore
    const seed = fx.random.keyData(ctx.seed)
    const found = await (await fx.compile(study, [fx.specOf(seed), fx.specOf(species)] as const, { device: ctx.device }))(seed, species)
    const values = await Promise.all(found.table.map((row) => Promise.all(row.map((v) => v.item()))))
    const names = classes.map((name) => name.replace(/^(iris|Iris)[- ]/, ''))
    await ctx.plot.chart('divergence', tableChart({ title: 'KL(row ‖ column) in nats', x: 'q', y: 'p', columns: names, rows: names, values, cell: 110 })) // prettier-ignore
    const errors = await converge(ctx, found)
    ctx.note(`KL by ${String(draws)} draws is ${errors.toFixed(1)} standard errors from the closed form`)
    const worst = await worstOf(ctx, found.faults)
    return errors > 4 ? NaN : worst
  },
}
