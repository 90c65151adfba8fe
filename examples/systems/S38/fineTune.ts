/** A GPT learns to tell when a text was spoken, from few labelled pieces. */
import * as fx from '../../../src/index.js'
import { batches, type Tokenizer } from '../../../src/data.js'
import { fineTuned, type FineTunedParams, type Gpt, type GptParams } from '../../../src/models.js'
import { adamw, chain, clipByGlobalNorm, cosineSchedule } from '../../../src/optim.js'
import { meter, run, train, type Arrays } from '../../lib/learner.js'
import { byEra, type Speeches } from '../../lib/speeches.js'
import type { Context, Curve } from '../../runner/system.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

interface Labelled {
  readonly tokens: I32
  readonly era: I32
}

const [eras, batchSize, epochs] = [4, 16, 4] as const

/** Accuracy on held-out pieces after each quarter of the examples, of three beginnings: nothing, what is pretrained, and that with L₁ kept up. */
export const fineTune = async (
  ctx: Context,
  model: Gpt,
  tokenizer: Tokenizer,
  { train: texts, held }: Speeches,
  pretrained: Arrays<GptParams>,
) => {
  const time = model.config.context
  const classifier = fineTuned(model, eras, { readout: 'mean' })
  const text = (tokens: I32): I32 => fx.slice(tokens, [0, 0], [batchSize, time])
  const data = batches(byEra(tokenizer, texts, time, eras, 320), { batchSize, shuffle: ctx.seed, epochs: Infinity })
  const stepsPerEpoch = data.stepsPerEpoch / epochs
  const judge = meter<FineTunedParams, Labelled>(
    ctx,
    (p, { tokens, era }) => ({
      accuracy: fx.mean(fx.cast(fx.eq(fx.argmax(classifier.scores(p, text(tokens)), { axis: -1 }), era), 'f32')),
    }),
    byEra(tokenizer, held, time, eras, 128),
    batchSize,
  )
  const init = (key: fx.Key, trained?: GptParams): FineTunedParams => {
    const [own, other] = fx.random.split(key)
    return classifier.init(own, trained ?? model.init(other))
  }
  /** Anew for each: training takes over the memory of what it begins with. */
  const around = () => run(ctx, init, fx.random.keyData(ctx.seed), pretrained)
  const curves: Curve[] = []
  // Of 1e-3 and 3e-3 each L₂ has the rate that is better for it here.
  for (const [name, lambda, rate, from] of [
    ['L₂, not pretrained', 0, 1e-3, undefined],
    ['L₂, pretrained', 0, 3e-3, around],
    ['L₂ + ½ L₁, pretrained', 0.5, 3e-3, around],
  ] as const) {
    ctx.note(`${String(eras)} eras by ${String(data.stepsPerEpoch * batchSize)} examples, each once: ${name}`)
    const trained = await train<FineTunedParams, Labelled>(ctx, {
      init,
      optimizer: chain(clipByGlobalNorm(1), adamw(cosineSchedule(rate, epochs * stepsPerEpoch))),
      objective: (p, { tokens, era }) => ({ loss: classifier.loss(p, text(tokens), era, lambda) }),
      data: { at: data.at, stepsPerEpoch },
      epochs,
      evaluate: judge,
      ...(from === undefined ? {} : { from: await from() }),
    })
    curves.push({ name, points: trained.epochs.map(({ epoch, validation }) => [epoch, validation.accuracy ?? NaN] as const) })
  }
  await ctx.plot.lines('eras', {
    title: 'Held-out pieces placed in the right one of four eras',
    x: 'quarter of 1,280 labelled pieces',
    y: 'accuracy',
    curves,
  })
}
