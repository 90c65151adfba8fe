/** A small GPT on the State of the Union: its own byte pairs, pretraining, decoding with a cache, and fine-tuning to tell eras apart. */
import { bpeTokenizer, trainBpe } from '../../src/data.js'
import { gpt } from '../../src/models.js'
import { read } from '../lib/reading.js'
import { speeches } from '../lib/speeches.js'
import type { System } from '../runner/system.js'
import { decode } from './S38/decode.js'
import { fineTune } from './S38/fineTune.js'

const [vocabulary, time] = [2048, 64] as const

const model = gpt({ vocabulary, context: time, layers: 2, heads: 4, features: 128 })

export const system: System = {
  id: 'S38',
  title: 'GPT',
  metric: 'bits_per_character',
  target: '<= 2.2',
  page: 'A transformer of two layers predicts the next of 2,048 byte pairs, which are learnt from the State of the Union addresses of 1790 to 2021, as is everything else; every tenth address is held out. The first plot is what it needs for a character of those. Then it writes a thousand tokens (`sample.txt`): with the keys and values of earlier ones kept in a donated cache a token takes the same time wherever it is, where computing all again takes longer and longer. In the last plot it learns from 1,280 pieces of 64 tokens to say in which of four eras they were spoken: from nothing, from what is pretrained, and from that with L₁ kept up. The mean of all tokens’ features is read. In the run that was measured pretraining ended 2 to 3 points ahead (57 and 58 % by 55 %), each L₂ with the better of two rates, chosen by these same pieces; of 512 pieces the standard error is 2 points, so this shows no sure gain. At one rate of 1e-3 for both, beginning with nothing was ahead (55 by 52 %).',
  run: async (ctx) => {
    const texts = await speeches(ctx)
    const tokenizer = bpeTokenizer(trainBpe(texts.train.join('\n'), vocabulary))
    const reserve = 0.4 * ctx.budget.seconds
    const { params, bits } = await read(ctx, model, tokenizer, texts, { time, batchSize: 8, steps: 640, rate: 3e-3, reserve })
    await decode(ctx, model, tokenizer, params)
    await fineTune(ctx, model, tokenizer, texts, params)
    return bits
  },
}
