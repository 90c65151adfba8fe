/** A language model that learns from the State of the Union, judged by bits per character of addresses that it never saw. */
import type { Key, Shape, Tensor } from '../../src/index.js'
import { batches, type Tokenizer } from '../../src/data.js'
import { adamw, chain, clipByGlobalNorm, warmupCosineSchedule } from '../../src/optim.js'
import { meter, passes, train, type Arrays } from './learner.js'
import { smooth } from './plot.js'
import { bitsPerCharacter, some, tokensOf, windows, type Speeches } from './speeches.js'
import type { Context } from '../runner/system.js'

type I32 = Tensor<Shape, 'i32'>

export interface Reader<P> {
  readonly init: (key: Key) => P
  /** Nats a token of i32[n, time + 1]. */
  readonly loss: (params: P, tokens: I32) => Tensor<Shape, 'f32'>
}

export interface ReadingOptions {
  /** Tokens of a piece. */
  readonly time: number
  readonly batchSize: number
  /** In the usual budget. */
  readonly steps: number
  readonly rate: number
  /** Seconds of the budget to be left. */
  readonly reserve: number
}

export interface Reading<P> {
  readonly params: Arrays<P>
  /** Per character of the held-out addresses: of 512 pieces at equal distances, each read from its beginning. */
  readonly bits: number
}

/** Trains, and plots `bits.png`. */
export const read = async <P>(
  ctx: Context,
  model: Reader<P>,
  tokenizer: Tokenizer,
  { train: texts, held }: Speeches,
  options: ReadingOptions,
): Promise<Reading<P>> => {
  const { time, batchSize, steps, rate, reserve } = options
  const other = tokensOf(tokenizer, held)
  const bits = (nats = NaN): number => bitsPerCharacter(nats, other.length, held.join('\n').length)
  const judge = meter<P, I32>(ctx, (p, x) => ({ nats: model.loss(p, x) }), some(windows(other, time), 512), 16)
  const { at } = batches(windows(tokensOf(tokenizer, texts), time), { batchSize, shuffle: ctx.seed, dropLast: true })
  const [count, epochs] = [passes(ctx, steps), 4] as const
  const trained = await train<P, I32>(ctx, {
    init: model.init,
    optimizer: chain(clipByGlobalNorm(1), adamw(warmupCosineSchedule(rate, { warmup: 40, steps: count, end: rate / 20 }))),
    objective: (p, x) => ({ loss: model.loss(p, x) }),
    data: { at, stepsPerEpoch: Math.ceil(count / epochs) },
    epochs,
    evaluate: async (params) => ({ bits: bits((await judge(params)).nats) }),
    reserve,
  })
  const losses = smooth(
    trained.history.map(({ metrics }) => metrics.loss ?? NaN),
    0.95,
  )
  await ctx.plot.lines('bits', {
    title: 'Bits per character',
    x: 'step',
    y: 'bits',
    curves: [
      { name: 'training, smoothed', points: trained.history.map(({ step }, i) => [step, bits(losses[i])] as const).slice(40) },
      { name: 'held-out addresses', points: trained.epochs.map(({ step, validation }) => [step, validation.bits ?? NaN] as const) },
    ],
  })
  return { params: trained.params, bits: bits((await judge(trained.params)).nats) }
}
