/** Training as most examples do it: an objective, an optimiser, and a key that every step splits. */
import * as fx from '../../src/index.js'
import { batches, type BatchSource, type Dataset } from '../../src/data.js'
import type { Optimizer } from '../../src/optim.js'
import type { Callback, Figures, Fitted, StepMetrics } from '../../src/train.js'
import type { Context } from '../runner/system.js'
import { improve, type Improving } from './improve.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

export interface Learning<P> extends Improving<P> {
  readonly key: fx.Key
}

export interface LearnerOptions<P, B> {
  /** Parameters before the first step. */
  readonly init: (key: fx.Key) => P
  readonly optimizer: Optimizer
  /** What is measured of a batch, the loss among it; with a key for what is random in it. */
  readonly objective: (params: P, batch: B, key: fx.Key) => StepMetrics
}

/** The first state and the step as pure functions. */
export const learner = <P, B>({ init, optimizer, objective }: LearnerOptions<P, B>) => ({
  begin: (seed: fx.Key): Learning<P> => {
    const [own, key] = fx.random.split(seed)
    const params = init(own)
    return { params, optimizer: optimizer.init(params), key }
  },
  step: (before: Learning<P>, batch: B): readonly [Learning<P>, StepMetrics] => {
    const [key, own] = fx.random.split(before.key)
    const [after, metrics] = improve(optimizer, before, (params: P): readonly [F32, StepMetrics] => {
      const measured = objective(params, batch, own)
      return [measured.loss, measured]
    })
    return [{ ...after, key }, metrics]
  },
})

/** Parameters on a device. */
export type Arrays<P> = fx.ResultsOf<P>

export interface TrainOptions<P, B> extends LearnerOptions<P, B> {
  readonly data: BatchSource<fx.ArgumentsOf<B>>
  readonly epochs: number
  readonly evaluate?: (params: Arrays<P>) => Promise<Figures>
  readonly callbacks?: readonly Callback[]
  /** Seconds of the budget to be left for what comes after. */
  readonly reserve?: number
  /** Goes on from these parameters instead of `init`'s. */
  readonly from?: Arrays<P>
}

export interface Trained<P> extends Omit<Fitted<Learning<P>>, 'state'> {
  readonly params: Arrays<P>
}

/** Trains from `ctx.seed` within the budget. */
export const train = async <P, B>(ctx: Context, options: TrainOptions<P, B>): Promise<Trained<P>> => {
  const { begin, step } = learner(options)
  const { evaluate, from, data, epochs, callbacks = [], reserve } = options
  const key = fx.random.keyData(ctx.seed)
  const fresh = await run<Learning<P>>(ctx, begin, key)
  const fitted = await ctx.fit<Learning<P>, B>({
    step,
    state: (from === undefined ? fresh : { ...fresh, params: from }) as never,
    data,
    epochs,
    callbacks,
    ...(reserve === undefined ? {} : { reserve }),
    ...(evaluate === undefined ? {} : { evaluate: ({ params }) => evaluate(params) }),
  })
  return { ...fitted, params: fitted.state.params }
}

/** A function of tensors compiled for the shapes of some arrays. */
export const compiled = async <R>(ctx: Context, f: (...xs: never[]) => R, args: readonly unknown[]) => {
  const program = await fx.compile(f as never, args.map((arg) => fx.specOf(arg as never)) as never, { device: ctx.device })
  return program as unknown as (...xs: readonly unknown[]) => Promise<fx.ResultsOf<R>>
}

/** What a function of tensors makes of arrays, compiled for this once. */
export const run = async <R>(ctx: Context, f: (...xs: never[]) => R, ...args: readonly unknown[]): Promise<fx.ResultsOf<R>> =>
  (await compiled(ctx, f, args))(...args)

type Measured = Readonly<Record<string, F32>>

/**
 * The means over a data set of what is measured of its batches, compiled once, for any parameters. Examples that fill no batch are left
 * out. The key is another one for each batch, and the same whenever the set is measured.
 */
export const meter = <P, B>(
  ctx: Context,
  measure: (params: P, batch: B, key: fx.Key) => Measured,
  data: Dataset<fx.ArgumentsOf<B>>,
  batchSize: number,
): ((params: Arrays<P>) => Promise<Figures>) => {
  const source = batches(data, { batchSize, dropLast: true })
  let program: ((...xs: readonly unknown[]) => Promise<fx.ResultsOf<Measured>>) | undefined
  return async (params) => {
    const results: fx.ResultsOf<Measured>[] = []
    for (let i = 0; i < source.stepsPerEpoch; i++) {
      const args = [params, await source.at(i), fx.random.keyData(i)] as const
      program ??= await compiled(ctx, measure, args)
      results.push(await program(...args))
    }
    const means = Object.keys(results[0] ?? {}).map(async (name) => {
      const values = await Promise.all(results.map(async (figures) => Number(await figures[name]?.item())))
      return [name, values.reduce((a, b) => a + b, 0) / values.length] as const
    })
    return Object.fromEntries(await Promise.all(means))
  }
}

/**
 * How often to go through the data: as said in the three minutes that are usual, and as often as fits into a budget of more than ten. Up
 * to there, more time is for slower machines.
 */
export const passes = (ctx: Context, usual: number): number =>
  ctx.budget.seconds <= 600 ? usual : Math.floor((usual * ctx.budget.seconds) / 240)
