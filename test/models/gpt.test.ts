import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { fineTuned, gpt, type GptConfig, type GptParams } from '../../src/models.js'
import { range } from '../../src/ir/shape.js'
import { countOf } from './nets.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from '../harness/noise.js'
import { gptParams } from './gptPrograms.js'
import type { F32 } from './devices.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

const small: GptConfig = { vocabulary: 7, context: 6, layers: 2, heads: 2, features: 8, hidden: 12 }
const text = [3, 1, 4, 1, 5, 2]
const tokens = (list: readonly number[]): I32 => fx.constant(Int32Array.from(list), { shape: [1, list.length], dtype: 'i32' })
const one = (token: number): I32 => fx.constant(Int32Array.of(token), { dtype: 'i32' })
const rows = (flat: readonly number[], width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width))

describe.each(['learned', 'alibi'] as const)('with positions %s', (positions) => {
  const config: GptConfig = { ...small, positions }
  const model = gpt(config)
  const params = (): GptParams => gptParams(config)

  test('a token changes what comes after it, and nothing before', () => {
    const [these, those] = numbersOf(() => [model.apply(params(), tokens(text)), model.apply(params(), tokens([3, 1, 4, 6, 5, 2]))]) as [number[], number[]] // prettier-ignore
    const [a, b] = [rows(these, 7), rows(those, 7)]
    for (const i of [0, 1, 2]) expect(a[i]).toEqual(b[i])
    for (const i of [3, 4, 5]) expect(apart(a[i]!, b[i]!)).toBeGreaterThan(1e-3)
  })

  test('decoding token by token with a cache gives what all at once give', () => {
    const [whole, stepwise] = numbersOf(() => {
      let cache = model.cache(1)
      const logits = text.map((token, i): F32 => {
        const [scores, next] = model.decode(params(), cache, one(token), fx.full([], i, 'i32'))
        cache = next
        return scores
      })
      return [model.apply(params(), tokens(text)), fx.concat(logits)]
    }) as [number[], number[]]
    expect(apart(whole, stepwise)).toBeLessThan(1e-5)
  })

  test('order matters, also of what came before the last', () => {
    const [these, those] = numbersOf(() => [model.apply(params(), tokens([3, 1, 4])), model.apply(params(), tokens([1, 3, 4]))]) as [number[], number[]] // prettier-ignore
    expect(apart(these.slice(14), those.slice(14))).toBeGreaterThan(1e-4)
  })

  test('a longer text than the context is refused', () => {
    expect(() => numbersOf(() => [model.apply(params(), tokens([0, 1, 2, 3, 4, 5, 6]))])).toThrow(/a context of 6 cannot hold \[1, 7\]/)
  })
})

/** Leaves by name, as lists of rows or of numbers. */
type Numbers = Readonly<Record<string, readonly number[]>>

/** What a GPT of one layer and two heads gives for a text, in plain numbers: blocks with their norms before, scores with ALiBi. */
const byHand = (p: Numbers, { features: d, heads, positions }: GptConfig, ids: readonly number[]): number[] => {
  const times = (x: readonly number[], w: readonly number[]): number[] =>
    range(w.length / x.length).map((j) => x.reduce((sum, v, k) => sum + v * w[(k * w.length) / x.length + j]!, 0))
  const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((v, j) => v + b[j]!)
  const affine = (x: readonly number[], name: string): number[] => plus(times(x, p[`${name}.w`]!), p[`${name}.b`]!)
  const norm = (x: readonly number[], name: string): number[] => {
    const mean = x.reduce((a, b) => a + b) / d
    const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / d + 1e-5)
    return x.map((v, j) => ((v - mean) / deviation) * p[`${name}.scale`]![j]! + p[`${name}.shift`]![j]!)
  }
  const gelu = (v: number): number => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
  const embedded = ids.map((id, i) => {
    const row = p.tokens!.slice(id * d, (id + 1) * d)
    return positions === 'learned' ? plus(row, p.positions!.slice(i * d, (i + 1) * d)) : row
  })
  const [q, k, v] = ['query', 'key', 'value'].map((name) => embedded.map((x) => affine(norm(x, 'norm1'), name))) as [
    number[][],
    number[][],
    number[][],
  ]
  const width = d / heads
  return embedded.flatMap((x, i) => {
    const seen = range(heads).flatMap((h) => {
      const slope = positions === 'learned' ? 0 : 2 ** ((-8 * (h + 1)) / heads)
      const own = (row: readonly number[]): number[] => row.slice(h * width, (h + 1) * width)
      const e = range(i + 1).map((j) => Math.exp(times(own(q[i]!), own(k[j]!))[0]! / Math.sqrt(width) - slope * (i - j)))
      const total = e.reduce((a, b) => a + b)
      return range(width).map((c) => e.reduce((sum, w, j) => sum + (w / total) * own(v[j]!)[c]!, 0))
    })
    const h = plus(x, affine(seen, 'out'))
    const last = norm(plus(h, affine(affine(norm(h, 'norm2'), 'up').map(gelu), 'down')), 'norm')
    return range(p.tokens!.length / d).map((t) => times(last, p.tokens!.slice(t * d, (t + 1) * d))[0]!)
  })
}

test.each(['learned', 'alibi'] as const)('is the formula, number by number: positions %s', (positions) => {
  const config: GptConfig = { ...small, layers: 1, positions }
  const names: string[] = []
  const [logits, ...leaves] = numbersOf(() => {
    const params = gptParams(config)
    const [{ attention, norm1, feedForward, norm2 }] = params.blocks as readonly [GptParams['blocks'][number]]
    const affines = Object.entries({ ...attention, ...feedForward }).flatMap(([name, { w, b }]) => [[`${name}.w`, w], [`${name}.b`, b!]] as const) // prettier-ignore
    const norms = Object.entries({ norm1, norm2, norm: params.norm }).flatMap(([name, { scale, shift }]) => [[`${name}.scale`, scale], [`${name}.shift`, shift]] as const) // prettier-ignore
    const places = positions === 'learned' ? [['positions', params.positions as F32] as const] : []
    const all = [['tokens', params.tokens] as const, ...places, ...affines, ...norms]
    names.push(...all.map(([name]) => name))
    return [gpt(config).apply(params, tokens(text)), ...all.map(([, leaf]) => leaf)]
  }) as [number[], ...number[][]]
  expect(apart(logits, byHand(Object.fromEntries(names.map((name, i) => [name, leaves[i]!])), config, text))).toBeLessThan(1e-4)
})

test('a ring that is full holds the last tokens: one layer decodes as if the text had begun there', () => {
  const config = { ...small, layers: 1 }
  const model = gpt(config)
  const [want, have] = numbersOf(() => {
    let cache = model.cache(1, 4)
    let last: F32 = fx.zeros([1, 7])
    ;[...text, 0, 6, 3].forEach((token, i) => {
      const step = model.decode(gptParams(config), cache, one(token), fx.full([], i, 'i32'))
      last = step[0]
      cache = step[1]
    })
    return [fx.slice(model.apply(gptParams(config), tokens([2, 0, 6, 3])), [0, 3, 0], [1, 4, 7]), last]
  }) as [number[], number[]]
  expect(apart(want, have)).toBeLessThan(1e-5)
})

test('a donated cache is updated in its place: no memory grows from token to token', async () => {
  const config = { ...small, context: 256 }
  const model = gpt(config)
  const cache = model.cache(1)
  const state = fx.ndarray(new Float32Array(256 * 8), { shape: [1, 2, 256, 4] })
  const given = { keys: cache.keys.map(() => state), values: cache.values.map(() => state) }
  const program = await fx.compile(
    (c: typeof cache, token: I32, at: I32) => model.decode(gptParams(config), c, token, at),
    [fx.specOf(given), fx.spec([1], 'i32'), fx.spec([], 'i32')] as const,
    { device: fx.js(), donate: [0] },
  )
  const caches = program.memory.buffers.filter(({ role, name }) => role === 'output' && name !== '0')
  expect(caches.map(({ name, alias }) => [name, alias])).toEqual(caches.map(({ name }) => [name, name.replace('1.', '0.')]))
  expect(caches).toHaveLength(4)
  const { peakBytes } = program.memory
  expect(peakBytes).toBeLessThan(2 * 4 * 256 * 8 * 4)
})

test('knows nothing at first: ln(vocabulary) nats a token', () => {
  const model = gpt({ ...small, vocabulary: 50 })
  const [[nats]] = numbersOf(() => [model.loss(model.init(fx.random.key(1)), tokens(text))]) as [number[]]
  expect(nats).toBeCloseTo(Math.log(50), 1)
})

test('L₁ is the mean of -ln P of each next token', () => {
  const model = gpt(small)
  const [logits, [loss]] = numbersOf(() => [model.apply(gptParams(small), tokens(text)), model.loss(gptParams(small), tokens(text))]) as [number[], number[]] // prettier-ignore
  const want = rows(logits, 7)
    .slice(0, 5)
    .map((row, i) => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[text[i + 1]!]!)
  expect(loss).toBeCloseTo(want.reduce((a, b) => a + b) / 5, 5)
})

test.each([undefined, 'last', 'mean'] as const)('L₃ = L₂ + λ L₁, and L₂ is of the features that are read: readout %s', (readout) => {
  const model = gpt(small)
  const classifier = fineTuned(model, 3, readout === undefined ? {} : { readout })
  const params = () => ({ gpt: gptParams(small), head: { w: fx.constant(noise([8, 3], 5)), b: fx.constant([0.1, 0.2, 0.3]) } })
  const label = (): I32 => one(2)
  const [both, l2, l1, scores, flat] = numbersOf(() => [
    classifier.loss(params(), tokens(text), label(), 0.7),
    classifier.loss(params(), tokens(text), label(), 0),
    model.loss(gptParams(small), tokens(text)),
    classifier.scores(params(), tokens(text)),
    model.features(gptParams(small), tokens(text)),
  ]) as [number[], number[], number[], number[], number[]]
  expect(both[0]).toBeCloseTo(l2[0]! + 0.7 * l1[0]!, 5)
  const w = Array.from(noise([8, 3], 5).data)
  const features = rows(flat, 8)
  const meanOf = (d: number): number => features.reduce((sum, row) => sum + row[d]!, 0) / text.length
  const read = range(8).map((d) => (readout === 'mean' ? meanOf(d) : features.at(-1)![d]!))
  const want = [0, 1, 2].map((c) => read.reduce((sum, v, d) => sum + v * w[d * 3 + c]!, 0.1 * (c + 1)))
  expect(apart(scores, want)).toBeLessThan(1e-5)
  expect(l2[0]).toBeCloseTo(Math.log(want.reduce((sum, v) => sum + Math.exp(v), 0)) - want[2]!, 5)
})

test('the mean over tokens is that of one text, whatever is beside it in a batch, and of one token it is the last', () => {
  const model = gpt(small)
  const pair = (): I32 => fx.constant(Int32Array.from([...text, 0, 6, 3, 3, 6, 0]), { shape: [2, 6], dtype: 'i32' })
  const [alone, beside, mean1, last1, last] = numbersOf(() => {
    const params = { gpt: gptParams(small), head: { w: fx.constant(noise([8, 3], 5)), b: fx.constant([0.1, 0.2, 0.3]) } }
    const by = (readout: 'mean' | 'last', x: I32): F32 => fineTuned(model, 3, { readout }).scores(params, x)
    return [by('mean', tokens(text)), by('mean', pair()), by('mean', tokens([3])), by('last', tokens([3])), by('last', tokens(text))]
  }) as [number[], number[], number[], number[], number[]]
  expect(apart(beside.slice(0, 3), alone)).toBeLessThan(1e-6)
  expect(apart(mean1, last1)).toBeLessThan(1e-6)
  expect(apart(alone, last)).toBeGreaterThan(1e-3)
})

test('has the parameters of GPT-2: 124,439,808 with its vocabulary, context, and sizes', () => {
  const gpt2 = gpt({ vocabulary: 50_257, context: 1024, layers: 12, heads: 12, features: 768, positions: 'learned' })
  expect(countOf({ init: gpt2.init, apply: (_: never, x: never) => x })).toBe(124_439_808)
})

test('gradients are those of differences', () => {
  const config = { ...small, layers: 1, positions: 'learned' } as const
  const loss = (w: F32): F32 => {
    const params = gptParams(config)
    return gpt(config).loss({ ...params, tokens: w }, tokens(text))
  }
  fx.checkGrads(loss, [noise([7, 8], 3)] as never, { order: 1 })
})
