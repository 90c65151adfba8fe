/**
 * GPT: a transformer's decoder alone, which predicts the next token (Radford et al. 2018, 2019).
 *
 *   h⁰ = W_e[x] (+ W_p),  hˡ = block(hˡ⁻¹) with a causal mask,  P(xᵢ | x₁ … xᵢ₋₁) = softmax(norm(h^L) W_eᵀ)
 *   pretraining    L₁(X) = Σᵢ ln P(xᵢ | xᵢ₋₁ … xᵢ₋ₖ)
 *   fine-tuning    L₂(X, Y) = Σ ln P(y | x¹ … x^m), of a linear map of the last token's h^L, or of the mean of all
 *   both           L₃ = L₂ + λ L₁
 *
 * The embedding W_e is that of the output, too. Decoding keeps the keys and values of earlier tokens (`cache`), so that a token costs the
 * same wherever it is.
 */
import { ShapeError } from '../error.js'
import { range, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { affinely, dense, type Affine } from '../nn/dense.js'
import { normal } from '../nn/initializers.js'
import { crossEntropy } from '../nn/losses.js'
import { inside, type Context, type None } from '../nn/module.js'
import { layerNorm, type Norm } from '../nn/norm.js'
import { encoderBlock, type EncoderParams } from '../nn/transformer.js'
import { attention } from '../ops/attention.js'
import { constant, iota, zeros } from '../ops/creation.js'
import { dynamicSlice, dynamicUpdateSlice } from '../ops/index.js'
import { matmul } from '../ops/linear.js'
import { add, cast, gelu, le, mod, mul, neg, sub, where } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { mean } from '../ops/reduce.js'
import { reshape, slice, take, transpose } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>
type I32 = Tensor<Shape, 'i32'>

export interface GptConfig {
  /** Tokens are 0 … vocabulary - 1. */
  readonly vocabulary: number
  /** k: how many tokens are seen at once, the longest sequence. */
  readonly context: number
  readonly layers: number
  readonly heads: number
  /** Divisible by `heads`. */
  readonly features: number
  /** Units between the two products of a block. Default 4 · features. */
  readonly hidden?: number
  /**
   * 'learned': a row W_p for each place up to `context`, as in GPT. 'alibi', the default: no rows, but scores lowered by slope · distance,
   * head h of H having the slope 2^(-8 h / H) (Press et al. 2022); so a token sees as many before it wherever it is.
   */
  readonly positions?: 'learned' | 'alibi'
}

export interface GptParams {
  /** W_e [vocabulary, features] */
  readonly tokens: F32
  /** W_p [context, features], or none. */
  readonly positions: F32 | None
  readonly blocks: readonly EncoderParams[]
  readonly norm: Norm
}

/** Keys and values of the tokens so far: a list of layers, each f32[n, heads, length, features / heads]. */
export interface KvCache {
  readonly keys: readonly F32[]
  readonly values: readonly F32[]
}

export interface Gpt {
  readonly config: GptConfig
  readonly init: (key: Key) => GptParams
  /** Tokens i32[n, t], t ≤ context, to features h^L after the last norm [n, t, features]. @throws ShapeError for more */
  readonly features: (params: GptParams, tokens: I32, ctx?: Context<None>) => F32
  /** Tokens i32[n, t] to logits [n, t, vocabulary]: at i of the token at i + 1. */
  readonly apply: (params: GptParams, tokens: I32, ctx?: Context<None>) => F32
  /** -L₁ of tokens i32[n, t + 1], the mean over tokens in nats: each from those before it. */
  readonly loss: (params: GptParams, tokens: I32) => F32
  /** An empty cache for n sequences. With 'alibi' it is a ring, which holds the last `length` (context) tokens. */
  readonly cache: (n: number, length?: number) => KvCache
  /**
   * One more token of each sequence: tokens i32[n] at `position`, an i32 scalar, all before it being in the cache. Gives logits
   * [n, vocabulary] and the cache with it; donate the cache, and it is updated in place. Positions from `length` on need 'alibi'.
   */
  readonly decode: (params: GptParams, cache: KvCache, tokens: I32, position: I32) => readonly [F32, KvCache]
}

/** 2^(-8 h / H) for h = 1 … H: f32[heads, 1, 1]. */
const slopes = (heads: number): F32 =>
  constant(
    Float32Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads)),
    { shape: [heads, 1, 1] },
  )

/** How far each key is behind each query, i32[t, t]; below 0 it is ahead. */
const distances = (time: number): I32 => sub(iota([time, time], { axis: 0 }), iota([time, time], { axis: 1 }))

const biasOf = (distance: I32, heads: number): F32 => neg(mul(cast(distance, 'f32'), slopes(heads)))

/** x [n, features] in heads [n, heads, 1, features / heads], and back. */
const toHeads = (x: F32, heads: number): F32 => reshape(x, [x.shape[0] as number, heads, 1, (x.shape[1] as number) / heads])
const fromHeads = (x: F32): F32 => reshape(x, [x.shape[0] as number, (x.shape[1] as number) * (x.shape[3] as number)])

/** h^L after the last norm. */
const through = (config: GptConfig, params: GptParams, tokens: I32, ctx: Context<None>): F32 => {
  const { context, heads, features, hidden = 4 * features, positions = 'alibi' } = config
  const [, time = 0] = tokens.shape
  if (tokens.ndim !== 2 || time > context)
    throw new ShapeError({
      op: 'gpt',
      problem: `a context of ${String(context)} cannot hold [${tokens.shape.join(', ')}]`,
      help: 'give tokens i32[n, t] with t no more than the context',
    })
  const block = encoderBlock(features, heads, { hidden, causal: true })
  const embedded: F32 = take(params.tokens, tokens, { axis: 0 })
  const placed: F32 = positions === 'learned' ? add(embedded, slice(params.positions as F32, [0, 0], [time, features])) : embedded
  const mask = positions === 'alibi' ? { mask: biasOf(distances(time), heads) } : {}
  const after = params.blocks.reduce<F32>(
    (h, p, i) => block.apply(p, { query: h, ...mask }, inside<None>(ctx, `block${String(i)}`, i, undefined)),
    placed,
  )
  return layerNorm(features).apply(params.norm, after)
}

/** Where in the cache a position is, and which places of it may be seen, or how much. */
const places = ({ heads, positions = 'alibi' }: GptConfig, position: I32, length: number) => {
  const slot: I32 = mod(position, length)
  const age: I32 = mod(sub(slot, iota(length)), length)
  const full = le<Tensor, Tensor>(age, position)
  return { slot, mask: positions === 'alibi' ? where(full, biasOf(age, heads), -Infinity) : full }
}

/** h^L after the last norm of one more token, and the cache with it. */
const onward = (config: GptConfig, params: GptParams, cache: KvCache, tokens: I32, position: I32): readonly [F32, KvCache] => {
  const { heads, features, positions = 'alibi' } = config
  const norm = layerNorm(features)
  const { slot, mask } = places(config, position, cache.keys[0]?.shape[2] as number)
  const next = { keys: [] as F32[], values: [] as F32[] }
  const embedded: F32 = take(params.tokens, tokens, { axis: 0 })
  const place = (): F32 => dynamicSlice(params.positions as F32, [position, 0], [1, features])
  let h: F32 = positions === 'learned' ? add(embedded, place()) : embedded
  params.blocks.forEach(({ attention: a, norm1, norm2, feedForward }, i) => {
    const x = norm.apply(norm1, h)
    const into = (cached: F32, p: Affine): F32 => dynamicUpdateSlice(cached, toHeads(affinely(p, x), heads), [0, 0, slot, 0])
    const [k, v] = [into(cache.keys[i] as F32, a.key), into(cache.values[i] as F32, a.value)]
    next.keys.push(k)
    next.values.push(v)
    h = add(h, affinely(a.out, fromHeads(attention(toHeads(affinely(a.query, x), heads), k, v, { mask }))))
    h = add(h, affinely(feedForward.down, gelu(affinely(feedForward.up, norm.apply(norm2, h)))))
  })
  return [norm.apply(params.norm, h), next]
}

/** @throws ShapeError where features do not divide into heads */
export const gpt = (config: GptConfig): Gpt => {
  const { vocabulary, context, layers, heads, features, hidden = 4 * features, positions = 'alibi' } = config
  const block = encoderBlock(features, heads, { hidden, causal: true })
  const small = normal(0.02)
  const scores = (params: GptParams, h: F32): F32 => matmul(h, transpose(params.tokens))
  const apply: Gpt['apply'] = (params, tokens, ctx = {}) => scores(params, through(config, params, tokens, ctx))
  return {
    config,
    init: (key) => {
      const [a, b, c] = split(key, 3)
      const keys: readonly Key[] = split(c, layers)
      return {
        tokens: small(a, [vocabulary, features]),
        positions: positions === 'learned' ? small(b, [context, features]) : [],
        blocks: keys.map(block.init),
        norm: layerNorm(features).init(c),
      }
    },
    features: (params, tokens, ctx = {}) => through(config, params, tokens, ctx),
    apply,
    loss: (params, tokens) => {
      const [n, time] = tokens.shape as readonly [number, number]
      return crossEntropy(apply(params, slice(tokens, [0, 0], [n, time - 1])), slice(tokens, [0, 1], [n, time]))
    },
    cache: (n, length = context) => {
      const empty = (): readonly F32[] => range(layers).map(() => zeros([n, heads, length, features / heads]))
      return { keys: empty(), values: empty() }
    },
    decode: (params, cache, tokens, position) => {
      const [h, next] = onward(config, params, cache, tokens, position)
      return [scores(params, h), next]
    },
  }
}

export interface FineTunedParams {
  readonly gpt: GptParams
  /** A class for each sequence: w [features, classes], b [classes]. */
  readonly head: Affine
}

export interface FineTuned {
  /** Around parameters that are trained already. */
  readonly init: (key: Key, trained: GptParams) => FineTunedParams
  /** Sequences i32[n, m] to scores [n, classes] of y: of P(y | x¹ … x^m). */
  readonly scores: (params: FineTunedParams, tokens: I32) => F32
  /** -L₃ = -L₂ - λ L₁ of sequences i32[n, m] and their classes i32[n], means over sequences and tokens in nats. */
  readonly loss: (params: FineTunedParams, tokens: I32, classes: I32, lambda: number) => F32
}

export interface FineTunedOptions {
  /**
   * Which features h^L [n, m, features] the head reads. 'last', the default: the last token's, as in GPT (Radford et al. 2018), which ends
   * each text with a token of its own. 'mean': the mean over all m tokens; there is no mask, so that padding, if any, would count.
   */
  readonly readout?: 'mean' | 'last'
}

/** A GPT that is trained to tell `classes` kinds of text apart, besides predicting it. @throws ShapeError for no class */
export const fineTuned = (model: Gpt, classes: number, { readout = 'last' }: FineTunedOptions = {}): FineTuned => {
  const width = model.config.features
  const head = dense(width, classes)
  /** Features [n, m, width] as those of each sequence [n, width]. */
  const summary = (features: F32): F32 => {
    const [n, m] = features.shape as readonly [number, number, number]
    return readout === 'mean' ? mean(features, { axis: 1 }) : reshape(slice(features, [0, m - 1, 0], [n, m, width]), [n, width])
  }
  const scores: FineTuned['scores'] = (params, tokens) => head.apply(params.head, summary(model.features(params.gpt, tokens)))
  return {
    init: (key, trained) => ({ gpt: trained, head: head.init(key) }),
    scores,
    loss: (params, tokens, y, lambda) => {
      const supervised = crossEntropy(scores(params, tokens), y)
      return lambda === 0 ? supervised : add(supervised, mul(model.loss(params.gpt, tokens), lambda))
    },
  }
}
