/** Double descent over the number of features, and grokking of sums. */
import * as fx from '../../src/index.js'
import { fromArrays, generator, permutation, takeRows, type Dataset } from '../../src/data.js'
import { leastNorm, modularAddition, randomFeatures } from '../../src/models.js'
import { lambda, sequential } from '../../src/nn.js'
import { adamw } from '../../src/optim.js'
import { trainClassifier, type Labelled } from '../lib/classifier.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const [examples, tests, wrong] = [300, 1000, 0.2]
const widths = [10, 20, 40, 80, 120, 160, 200, 240, 270, 290, 300, 310, 330, 370, 450, 600, 900, 1500, 3000]

/** The shares of training and test digits that least squares on k random features get wrong. */
const errors = (k: number) => (seed: fx.Key, x: F32, y: I32, unseen: F32, labels: I32) => {
  const w: F32 = fx.div(fx.random.normal(seed, [x.shape[1] as number, k]), Math.sqrt(x.shape[1] as number / 10)) // prettier-ignore
  const features = randomFeatures(x, w)
  const weights = leastNorm(features, fx.oneHot<fx.Shape, number>(y, 10))
  const share = (given: F32, want: I32): F32 => fx.mean(fx.cast(fx.ne(fx.argmax(fx.matmul(given, weights), { axis: 1 }), want), 'f32'))
  return { train: share(features, y), test: share(randomFeatures(unseen, w), labels) }
}

/** @returns how much higher the peak is than the least error after it */
const descent = async (ctx: Context): Promise<number> => {
  const { x, y } = await ctx.data.digits8x8()
  const order = permutation(generator(ctx.seed, 0), x.shape[0] as number)
  const [mine, theirs] = [order.slice(0, examples), order.slice(examples, examples + tests)]
  const rng = generator(ctx.seed, 1)
  const chance = (): number => (rng.next() >>> 0) / 2 ** 32
  const labels = takeRows(y, mine)
  // A fifth of the labels are any digit: what cannot be learnt makes the peak.
  const noisy = fx.ndarray(Int32Array.from(labels.data, (label) => (chance() < wrong ? Math.floor(10 * chance()) : label)))
  const args = [fx.random.keyData(ctx.seed), takeRows(x, mine), noisy, takeRows(x, theirs), takeRows(y, theirs)] as const
  const rows: { readonly k: number; readonly train: number; readonly test: number }[] = []
  for (const k of widths) {
    const specs = args.map((a) => fx.specOf(a)) as never
    const program = (await fx.compile(errors(k) as never, specs, { device: ctx.device })) as unknown as (
      ...xs: typeof args
    ) => Promise<fx.ResultsOf<ReturnType<ReturnType<typeof errors>>>>
    const { train, test } = await program(...args)
    rows.push({ k, train: await train.item(), test: await test.item() })
    ctx.note(`${String(k)} features: ${(100 * (rows.at(-1)?.test ?? 0)).toFixed(1)} % of the test digits wrong`)
  }
  const line = (name: 'train' | 'test') => ({ name, points: rows.map((row) => [row.k, row[name]] as const) })
  const title = `${String(examples)} digits, a fifth of their labels wrong`
  await ctx.plot.lines('descent', { title, x: 'features', y: 'share told wrong', logX: true, curves: [line('train'), line('test')] })
  const peak = rows.reduce((most, row) => Math.max(most, row.test), 0)
  const least = (of: readonly { readonly test: number }[]): number => Math.min(...of.map(({ test }) => test))
  const [before, after] = [least(rows.filter(({ k }) => k < examples)), least(rows.filter(({ k }) => k > examples))]
  ctx.note(`peak ${peak.toFixed(3)}, before it ${before.toFixed(3)}, after it ${after.toFixed(3)}`)
  return Math.min(peak / before, peak / after)
}

const [p, share, hidden, repeats] = [31, 0.6, 200, 25]

/** All pairs of numbers below p, shuffled, with their sums. */
const sums = (seed: number): { readonly pairs: fx.NDArray<'f32'>; readonly sum: fx.NDArray<'i32'> } => {
  const all = Array.from(permutation(generator(seed, 2), p * p))
  const pairs = all.map((i) => [Math.floor(i / p), i % p])
  return { pairs: fx.ndarray(pairs, { dtype: 'f32' }), sum: fx.ndarray(Int32Array.from(pairs, ([a = 0, b = 0]) => (a + b) % p)) }
}

/** @returns how much more of the other sums it knows at the end than when it had just learnt those it was shown */
const grok = async (ctx: Context): Promise<number> => {
  const { pairs, sum } = sums(ctx.seed)
  const shown = Math.round(share * p * p)
  const part = (from: number, to: number, times = 1): Dataset<Labelled> => {
    const rows = Array.from({ length: times * (to - from) }, (_, i) => from + (i % (to - from)))
    return fromArrays({ x: takeRows(pairs, rows), y: takeRows(sum, rows) })
  }
  const { run } = await trainClassifier(ctx, {
    model: sequential(
      lambda((x: F32): I32 => fx.cast(x, 'i32')),
      modularAddition({ p, hidden }),
    ),
    optimizer: adamw(0.005, { weightDecay: 0.2 }),
    train: part(0, shown, repeats),
    test: part(shown, p * p),
    batchSize: shown,
    epochs: 100,
  })
  const known = run.epochs.map(({ step, metrics, validation }) => [step, metrics.accuracy ?? NaN, validation.accuracy ?? NaN] as const)
  const curves = ['shown', 'others'].map((name, k) => ({ name, points: known.map((row) => [row[0], row[k + 1] as number] as const) }))
  const title = `a + b mod ${String(p)}: ${String(shown)} sums shown of ${String(p * p)}`
  await ctx.plot.lines('grokking', { title, x: 'step', y: 'share known', curves })
  const learnt = known.find(([, mine]) => mine > 0.99) ?? known.at(-1)
  ctx.note(
    `all sums shown are known after ${String(learnt?.[0])} steps, when ${((learnt?.[2] ?? NaN) * 100).toFixed(1)} % of the others are`,
  )
  return (known.at(-1)?.[2] ?? NaN) - (learnt?.[2] ?? NaN)
}

export const system: System = {
  id: 'S08',
  title: 'Double descent and grokking',
  metric: 'share_of_unseen_sums_known_long_after_the_seen_ones',
  target: '>= 0.8',
  page: 'The first plot is the error on 1,000 digits of least squares on random features, over their number, for 300 examples of which a fifth have a wrong label. With few features it is too simple, with 300 it has just enough to go through all examples and does so wildly; with thousands it goes through all of them, too, and calmly, since among all solutions it takes the one of least norm. In the second a network is shown 60 % of all sums modulo 31. It soon knows these by heart, and of the others nothing; much later, as weight decay makes its weights small, it finds the rule.',
  run: async (ctx) => {
    const ratio = await descent(ctx)
    const gained = await grok(ctx)
    // Without a peak that stands out there is nothing to judge.
    return ratio >= 1.5 ? gained : NaN
  },
}
