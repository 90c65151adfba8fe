/** The blocks of a transformer's encoder and decoder, with the norm before or after (Vaswani et al. 2017; Xiong et al. 2020). */
import { add, gelu } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { multiHeadAttention, type AttentionInputs, type AttentionParams, type MultiHeadOptions } from './attention.js'
import { dense, type Affine } from './dense.js'
import { dropout } from './dropout.js'
import { inside, statelessLayer, type Bool, type Context, type F32, type Layer, type None } from './module.js'
import { layerNorm, type Norm } from './norm.js'

export interface BlockOptions extends Pick<MultiHeadOptions, 'causal' | 'bias' | 'init'> {
  /** Units between the two products. Default 4 · features. */
  readonly hidden?: number
  /** Default `gelu`. */
  readonly activation?: (x: F32) => F32
  /** 'pre': x + f(norm(x)); 'post': norm(x + f(x)). Default 'pre'. */
  readonly norm?: 'pre' | 'post'
  /** The rate of dropout of what each part adds. Default 0. */
  readonly dropout?: number
}

export interface FeedForwardParams {
  readonly up: Affine
  readonly down: Affine
}

export interface EncoderParams {
  readonly attention: AttentionParams
  readonly norm1: Norm
  readonly feedForward: FeedForwardParams
  readonly norm2: Norm
}

export interface DecoderParams extends EncoderParams {
  readonly cross: AttentionParams
  readonly norm3: Norm
}

/** What decodes, and the encoder's output that it sees. */
export interface DecoderInputs {
  readonly x: F32
  readonly memory: F32
  /** True where x may see the memory: broadcasts to [batch, heads, t, s]. */
  readonly mask?: Bool
}

const feedForward = (
  features: number,
  hidden: number,
  activation: (x: F32) => F32,
  init: BlockOptions['init'],
): Layer<FeedForwardParams> => {
  const options = init === undefined ? {} : { init }
  const [up, down] = [dense(features, hidden, options), dense(hidden, features, options)]
  return statelessLayer(
    'feedForward',
    (key) => {
      const [first, second] = split(key)
      return { up: up.init(first), down: down.init(second) }
    },
    (p: FeedForwardParams, x: F32) => down.apply(p.down, activation(up.apply(p.up, x))),
  )
}

type Part = (x: F32, ctx: Context<None>) => F32

/** Adds what parts make, each with its norm before or after, and dropout. */
const adder =
  (features: number, o: BlockOptions) =>
  (ctx: Context<None>) =>
  (x: F32, index: number, name: string, norm: Norm, part: Part): F32 => {
    const norms = layerNorm(features)
    const [own, drop] = [inside<None>(ctx, name, 2 * index, undefined), inside<None>(ctx, `drop ${name}`, 2 * index + 1, undefined)]
    const dropped = (y: F32): F32 => ((o.dropout ?? 0) === 0 ? y : dropout(o.dropout ?? 0).apply([], y, drop))
    const at = (y: F32): F32 => norms.apply(norm, y, inside<None>(ctx, `norm of ${name}`, 0, undefined))
    return o.norm === 'post' ? at(add(x, dropped(part(x, own)))) : add(x, dropped(part(at(x), own)))
  }

const partsOf = (
  features: number,
  heads: number,
  { hidden = 4 * features, activation = gelu, init, bias = true, causal }: BlockOptions,
) => {
  const common = { bias, ...(init === undefined ? {} : { init }) }
  const attention = multiHeadAttention(features, heads, { ...common, causal: causal ?? false })
  return {
    attention,
    cross: multiHeadAttention(features, heads, common),
    feedForward: feedForward(features, hidden, activation, init),
    norm: layerNorm(features),
  }
}

const initEncoder = ({ attention, feedForward: ff, norm }: ReturnType<typeof partsOf>, key: Key): EncoderParams => {
  const [a, f, n] = split(key, 3)
  return { attention: attention.init(a), norm1: norm.init(n), feedForward: ff.init(f), norm2: norm.init(n) }
}

/**
 * Self-attention, then two products with an activation between, each added to its input: [..., t, features] to the same. With
 * `causal` it is the block of GPT. A mask is given as `{ query, mask }`. @throws ShapeError where features do not divide into heads
 */
export const encoderBlock = (
  features: number,
  heads: number,
  options: BlockOptions = {},
): Layer<EncoderParams, None, F32 | Pick<AttentionInputs, 'query' | 'mask'>> => {
  const parts = partsOf(features, heads, options)
  const adding = adder(features, options)
  return statelessLayer(
    'encoderBlock',
    (key) => initEncoder(parts, key),
    (p: EncoderParams, given: F32 | Pick<AttentionInputs, 'query' | 'mask'>, ctx) => {
      const { query: x, ...mask } = 'query' in given ? given : { query: given }
      const to = adding(ctx)
      const seen = to(x, 0, 'attention', p.norm1, (y, c) => parts.attention.apply(p.attention, { query: y, ...mask }, c))
      return to(seen, 1, 'feedForward', p.norm2, (y, c) => parts.feedForward.apply(p.feedForward, y, c))
    },
  )
}

/**
 * Self-attention (causal unless said), attention to a memory, then two products: `{ x: [..., t, features], memory: [..., s, features] }` to
 * [..., t, features]. @throws ShapeError where features do not divide into heads
 */
export const decoderBlock = (features: number, heads: number, options: BlockOptions = {}): Layer<DecoderParams, None, DecoderInputs> => {
  const parts = partsOf(features, heads, { causal: true, ...options })
  const adding = adder(features, options)
  return statelessLayer(
    'decoderBlock',
    (key): DecoderParams => {
      const [first, second] = split(key)
      return { ...initEncoder(parts, first), cross: parts.cross.init(second), norm3: parts.norm.init(second) }
    },
    (p: DecoderParams, { x, memory, ...mask }: DecoderInputs, ctx) => {
      const to = adding(ctx)
      const own = to(x, 0, 'attention', p.norm1, (y, c) => parts.attention.apply(p.attention, y, c))
      const seen = to(own, 1, 'cross', p.norm2, (y, c) => parts.cross.apply(p.cross, { query: y, memory, ...mask }, c))
      return to(seen, 2, 'feedForward', p.norm3, (y, c) => parts.feedForward.apply(p.feedForward, y, c))
    },
  )
}
