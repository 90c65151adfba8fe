/** A GPT writes: with keys and values cached, and for comparison with everything computed again. */
import * as fx from '../../../src/index.js'
import type { Tokenizer } from '../../../src/data.js'
import { gpt, type Gpt, type GptParams, type KvCache } from '../../../src/models.js'
import { compiled, run, type Arrays } from '../../lib/learner.js'
import { smooth } from '../../lib/plot.js'
import type { Context, Curve } from '../../runner/system.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>
type Params = Arrays<GptParams>

interface Writing {
  readonly cache: KvCache
  /** i32[1] */
  readonly token: I32
  readonly position: I32
  readonly key: fx.Key
}

/** One token more, drawn from scores that are sharpened a little. */
const writer =
  (model: Gpt) =>
  ({ cache, token, position, key }: Writing, params: GptParams): Writing => {
    const [logits, after] = model.decode(params, cache, token, position)
    const [next, own] = fx.random.split(key)
    return { cache: after, token: fx.random.categorical(own, fx.div(logits, 0.7)), position: fx.add(position, 1), key: next }
  }

/** Milliseconds of a token where everything before it is computed again. */
const withoutCache = async (ctx: Context, { config }: Gpt, params: Params, tokens: readonly number[]): Promise<Curve> => {
  const points: [number, number][] = []
  for (const context of [125, 250, 500, 1000]) {
    const whole = gpt({ ...config, context })
    // Which tokens they are does not matter here, and there are fewer where the time was up.
    const read = fx.ndarray(
      Int32Array.from({ length: context }, (_, i) => tokens[i % tokens.length] as number),
      { shape: [1, context] },
    )
    const next = (p: GptParams, x: I32) => fx.argmax(whole.apply(p, x), { axis: -1 })
    const program = await compiled(ctx, next, [params, read])
    await (await program(params, read)).toNDArray()
    const began = performance.now()
    await (await program(params, read)).toNDArray()
    points.push([context, performance.now() - began])
  }
  return { name: 'all computed again', points }
}

/** Writes a thousand tokens, each by one call whose cache is donated, and plots what each took. */
export const decode = async (ctx: Context, model: Gpt, tokenizer: Tokenizer, params: Params): Promise<void> => {
  const prompt = Array.from(tokenizer.encode('\nFellow-citizens of the Senate and House of Representatives:').data)
  const start = (key: fx.Key): Writing => ({
    cache: model.cache(1, 1024),
    token: fx.full([1], 0, 'i32'),
    position: fx.full([], 0, 'i32'),
    key,
  })
  let state = await run(ctx, start, fx.random.keyData(ctx.seed))
  const program = await fx.compile(writer(model), [fx.specOf(state), fx.specOf(params)] as const, { device: ctx.device, donate: [0] })
  const [tokens, times] = [[...prompt], [] as number[]]
  for (let i = 0; i < 1000 && !ctx.signal.aborted && ctx.budget.left() > 5; i++) {
    const given = prompt[i] === undefined ? state : { ...state, token: fx.ndarray(Int32Array.of(prompt[i] ?? 0)) }
    const began = performance.now()
    state = await program(given, params)
    const [token = 0] = (await state.token.toNDArray()).data
    times.push(performance.now() - began)
    if (i + 1 >= prompt.length) tokens.push(token)
  }
  const text = tokenizer.decode(tokens).trim()
  ctx.note(text.slice(0, 700))
  await ctx.store.write('sample.txt', new TextEncoder().encode(`${text}\n`))
  const smoothed = smooth(times, 0.98).map((ms, i) => [i + 1, ms] as const)
  await ctx.plot.lines('decoding', {
    title: 'Milliseconds per token',
    x: 'tokens before it',
    y: 'ms',
    logY: true,
    curves: [{ name: 'keys and values cached', points: smoothed.slice(20) }, await withoutCache(ctx, model, params, tokens)],
  })
}
