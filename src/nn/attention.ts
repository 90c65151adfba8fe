/** Attention with several heads, positions, and the blocks of transformers (Vaswani et al. 2017). */
import { naming, ShapeError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import { attention } from '../ops/attention.js'
import { constant } from '../ops/creation.js'
import { add, cast } from '../ops/point.js'
import { split } from '../ops/random.js'
import { reshape, slice, transpose } from '../ops/shape.js'
import { shapeError } from '../ir/ops/check.js'
import { affine, affinely, checkSizes, type Affine } from './dense.js'
import { glorotUniform, normal, zeros, type Initializer } from './initializers.js'
import { statelessLayer, type Bool, type F32, type Layer, type None } from './module.js'

export interface AttentionParams {
  readonly query: Affine
  readonly key: Affine
  readonly value: Affine
  readonly out: Affine
}

/** What attends, and what is attended to: [..., t, features] and [..., s, memory features]. */
export interface AttentionInputs {
  readonly query: F32
  /** Default: `query`. */
  readonly memory?: F32
  /** True where a query may see a memory: broadcasts to [..., heads, t, s]. Or f32, added to the scores. */
  readonly mask?: Bool | F32
}

export interface MultiHeadOptions {
  /** Position i sees positions 0 … i alone. Default false. */
  readonly causal?: boolean
  /** Biases of all four products. Default true. */
  readonly bias?: boolean
  /** Features of the memory. Default those of the query. */
  readonly memoryFeatures?: number
  /** How weights begin. Default `glorotUniform`. */
  readonly init?: Initializer
}

/** [..., t, heads · d] to [..., heads, t, d]. */
const toHeads = (x: F32, heads: number): F32 => {
  const [t, d] = x.shape.slice(-2) as [number, number]
  return swapLast(reshape(x, [...x.shape.slice(0, -2), t, heads, d / heads]))
}

/** Swaps the second and third axes from the end. */
const swapLast = (x: F32): F32 => {
  const n = x.ndim
  return transpose(
    x,
    [...x.shape.keys()].map((d) => (d === n - 3 ? n - 2 : d === n - 2 ? n - 3 : d)),
  )
}

const fromHeads = (x: F32): F32 => {
  const merged = swapLast(x)
  const [h, d] = merged.shape.slice(-2) as [number, number]
  return reshape(merged, [...merged.shape.slice(0, -2), h * d])
}

const attend = (p: AttentionParams, x: F32 | AttentionInputs, heads: number, causal: boolean): F32 => {
  const { query, memory, mask }: AttentionInputs = 'query' in x ? x : { query: x }
  const seen = memory ?? query
  const [q, k, v] = [affinely(p.query, query), affinely(p.key, seen), affinely(p.value, seen)]
  const options = { causal, ...(mask === undefined ? {} : { mask }) }
  return affinely(p.out, fromHeads(attention(toHeads(q, heads), toHeads(k, heads), toHeads(v, heads), options)))
}

/**
 * softmax(Q Kᵀ / √d) V in `heads` heads of d = features / heads, then a product: [..., t, features] to the same, attending to itself or
 * to a memory. Parameters: query, key, value and out, each `{ w, b }`.
 * @throws ShapeError where features do not divide into heads, or axes do not fit
 */
export const multiHeadAttention = (
  features: number,
  heads: number,
  { causal = false, bias = true, memoryFeatures = features, init = glorotUniform }: MultiHeadOptions = {},
): Layer<AttentionParams, None, F32 | AttentionInputs> => {
  checkSizes('multiHeadAttention', { features, heads, memoryFeatures, 'features / heads': features / heads })
  const options = { bias, init, biasInit: zeros }
  return statelessLayer(
    'multiHeadAttention',
    (key): AttentionParams => {
      const [q, k, v, o] = split(key, 4)
      const from = (k_: typeof q, inputs: number): Affine => affine(k_, [inputs, features], features, options)
      return { query: from(q, features), key: from(k, memoryFeatures), value: from(v, memoryFeatures), out: from(o, features) }
    },
    (p: AttentionParams, x: F32 | AttentionInputs) => naming('multiHeadAttention', () => attend(p, x, heads, causal)),
  )
}

/**
 * Sinusoidal positions f32 [length, features]: at t, sin(ω_k t) in feature 2k and cos(ω_k t) in 2k + 1, ω_k = base^(-2k / features).
 * @throws ShapeError for an odd number of features
 */
export const sinusoidalTable = (length: number, features: number, base = 10_000): F32 => {
  checkSizes('sinusoidalTable', { length, features, 'features / 2': features / 2 })
  const at = (i: number): number => {
    const [t, j] = [Math.floor(i / features), i % features]
    const angle = t * base ** (-(j - (j % 2)) / features)
    return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  }
  return constant(
    Float32Array.from({ length: length * features }, (_, i) => at(i)),
    { shape: [length, features] },
  )
}

const lengthsOf = (op: string, x: F32, most: number): readonly [number, number] => {
  const [t = 0, d = 0] = x.shape.slice(-2)
  if (x.ndim >= 2 && t <= most) return [t, d]
  throw shapeError(op, `a sequence of more than ${String(most)}, or none`, [x], 'give [..., time, features]')
}

/** x + the sinusoidal positions: [..., time, features]. */
export const sinusoidalPositions = (base = 10_000): Layer<None> =>
  statelessLayer(
    'sinusoidalPositions',
    () => [] as const,
    (_, x: F32) => {
      const table = sinusoidalTable(...lengthsOf('sinusoidalPositions', x, Infinity), base)
      return add<Shape, Shape, 'f32'>(x, cast(table, x.dtype))
    },
  )

/** x + a learned row for each position: [..., time, features], time up to `length`. Parameters: table [length, features]. */
export const learnedPositions = (
  length: number,
  features: number,
  { init = normal(0.02) }: { readonly init?: Initializer } = {},
): Layer<{ readonly table: F32 }> => {
  checkSizes('learnedPositions', { length, features })
  return statelessLayer(
    'learnedPositions',
    (key) => ({ table: init(key, [length, features]) }),
    ({ table }: { readonly table: F32 }, x: F32) => {
      const [t, d] = lengthsOf('learnedPositions', x, length)
      if (d !== features)
        throw new ShapeError({ op: 'learnedPositions', problem: `x has ${String(d)} features`, help: `give ${String(features)}` })
      return add<Shape, Shape, 'f32'>(x, slice(table, [0, 0], [t, features]))
    },
  )
}
