/** An LSTM reads the State of the Union, predicts the next byte pair, writes, and shows its cell. */
import * as fx from '../../src/index.js'
import { bpeTokenizer, trainBpe, type Tokenizer } from '../../src/data.js'
import { languageModel, lstm, lstmTrace, type LanguageModelParams, type LstmWeights } from '../../src/models.js'
import type { LstmCarry } from '../../src/nn.js'
import { run, type Arrays } from '../lib/learner.js'
import { read } from '../lib/reading.js'
import { speeches } from '../lib/speeches.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>
type Params = LanguageModelParams<LstmWeights>

const [vocabulary, features, hidden] = [1024, 64, 192] as const

const cell = lstm(features, hidden)
const model = languageModel(cell, vocabulary)

/** Tokens in one compiled loop, each drawn from what was predicted after the one before. */
const write =
  (count: number) =>
  (params: Params, first: I32, key: fx.Key): I32 => {
    const step = ([carry, token]: readonly [LstmCarry, I32], i: I32): readonly [readonly [LstmCarry, I32], I32] => {
      const [logits, next] = model.step(params, token, carry)
      const drawn = fx.random.categorical(fx.random.foldIn(key, i), fx.div(logits, 0.7))
      return [[next, drawn], drawn]
    }
    const start: readonly [LstmCarry, I32] = [cell.initCarry(1), first]
    const places: I32 = fx.iota(count)
    const [, tokens] = fx.scan(step, start, places)
    return fx.reshape(tokens, [count])
  }

/** Cells, and how open their forget gates are, over a piece of held-out text. */
const look = async (ctx: Context, tokenizer: Tokenizer, params: Arrays<Params>, text: string): Promise<void> => {
  const tokens = tokenizer.encode(text).data.slice(0, 40)
  const trace = (p: Params, x: I32): readonly F32[] => {
    const { c, f } = lstmTrace(cell, p.cell, fx.take(p.embedding.table, x, { axis: 0 }))
    return [fx.tanh(c), f]
  }
  const seen = fx.ndarray(tokens, { shape: [1, tokens.length] })
  const [cells, forget] = (await Promise.all((await run(ctx, trace, params, seen)).map((x) => x.toNDArray()))).map(({ data }) => data)
  const names = Array.from(tokens, (token, t) => `${String(t).padStart(2, '0')} ${tokenizer.decode([token]).replace(' ', '·')}`)
  const values = names.flatMap((word, t) =>
    Array.from({ length: 32 }, (_, unit) => ({ word, unit, c: cells?.[t * hidden + unit], f: forget?.[t * hidden + unit] })),
  )
  const heat = (field: string, title: string, scheme: string, domain: readonly number[]) => ({
    title: { text: title, anchor: 'start' as const },
    width: 560,
    height: 320,
    mark: 'rect' as const,
    encoding: {
      x: { field: 'word', type: 'ordinal' as const, title: null, axis: { labelAngle: -90 } },
      y: { field: 'unit', type: 'ordinal' as const, title: 'unit', axis: { labels: false, ticks: false } },
      color: { field, type: 'quantitative' as const, title: null, scale: { scheme, domain: [...domain] } },
    },
  })
  const vconcat = [heat('c', 'tanh(c): what 32 units hold', 'redblue', [-1, 1]), heat('f', 'f: how much of it they keep', 'greys', [0, 1])]
  await ctx.plot.chart('cells', {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    padding: 20,
    background: 'white',
    data: { values },
    vconcat,
    resolve: { scale: { color: 'independent' } },
  })
}

export const system: System = {
  id: 'S23',
  title: 'LSTM',
  metric: 'bits_per_character',
  target: '<= 2.3',
  page: 'An LSTM with 192 cells, W ∈ ℝ^(4n × (d + n)), reads pieces of the State of the Union addresses and predicts the next of 1,024 byte pairs. The first plot is what it needs for a character of addresses it never saw. The second is inside: 32 of its cells over a piece of one of them, and their forget gates. Most gates stay near 1, so that cells keep what they hold for long: this is the highway on which errors travel back. What it writes is in `sample.txt`.',
  run: async (ctx) => {
    const texts = await speeches(ctx)
    const tokenizer = bpeTokenizer(trainBpe(texts.train.join('\n'), vocabulary))
    const { params, bits } = await read(ctx, model, tokenizer, texts, { time: 48, batchSize: 16, steps: 720, rate: 4e-3, reserve: 20 })
    const first = fx.ndarray(tokenizer.encode('\n').data.slice(0, 1))
    const text = tokenizer.decode((await (await run(ctx, write(300), params, first, fx.random.keyData(ctx.seed))).toNDArray()).data)
    ctx.note(text.slice(0, 600))
    await ctx.store.write('sample.txt', new TextEncoder().encode(`${text.trim()}\n`))
    await look(ctx, tokenizer, params, (texts.held[12] ?? '').slice(2000))
    return bits
  },
}
