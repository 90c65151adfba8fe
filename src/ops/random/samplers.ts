/** The samplers of `random`, for either way of counting. Formulas, their order and defaults are `jax.random`'s. */
import { DTypeError, ShapeError } from '../../error.js'
import { checkShape } from '../../ir/ops/check.js'
import { broadcastShapes, range, sameShape, showShape, sizeOf, withoutAxes, type Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { showType } from '../../ir/type.js'
import type { DType } from '../../ir/dtype.js'
import { full, iota } from '../creation.js'
import { asTensor, axisOf, type Operand } from '../operand.js'
import { add, bitcast, bitOr, clamp, div, erf, log, lt, maximum, mul, neg, shiftRight, stopGradient, sub } from '../point.js'
import { argmax } from '../reduce.js'
import { reshape, slice, take } from '../shape.js'
import type { Copies } from '../types/view.js'
import { erfInv, nextUp, sqrt2 } from './erfInv.js'
import { shuffle, type Source } from './shuffle.js'
import { wordsOf, type Counting, type Word, type Words } from './threefry.js'

type F32 = Tensor<Shape, 'f32'>

/** A key: u32[2]. */
export type Key = Tensor<Shape, 'u32'>

/**
 * Keys u32[n, 2], to map or scan over, and the list of them: `const [a, b] = split(key)`, `keys[0]`, `keys.map(draw)`. Where their
 * number is literal, the list is a tuple.
 */
export type Keys<N extends number = number> = Tensor<readonly [N, 2], 'u32'> & Copies<Key, N>

/** A tensor of keys that has what a list of its rows has, too. */
const listed = (keys: Tensor): Keys => {
  const rows = range(keys.shape[0] as number).map((i) => reshape(slice(keys, [i, 0], [i + 1, 2]), [2]))
  const ofList = (name: string | symbol): unknown => {
    const value: unknown = Reflect.get(rows, name)
    return typeof value === 'function' ? (value as (...args: readonly unknown[]) => unknown).bind(rows) : value
  }
  return new Proxy(keys, {
    get: (tensor, name) => (name in tensor ? (Reflect.get(tensor, name) as unknown) : ofList(name)),
  }) as unknown as Keys
}

export interface UniformOptions {
  /** Included. Default 0. */
  readonly minval?: Operand<'f32'>
  /** Excluded, up to rounding. Default 1. */
  readonly maxval?: Operand<'f32'>
}

export interface Samplers {
  /** n new keys, u32[n, 2]. Do not use the old one again. @throws ShapeError where `key` is no u32[2] */
  readonly split: <const N extends number = 2>(key: Key, n?: N) => Keys<N>
  /** 32 random bits per element: u32 of the shape. */
  readonly bits: (key: Key, shape?: Shape) => Tensor<Shape, 'u32'>
  /** Uniform on [minval, maxval), a multiple of 2⁻²³ of the span: f32. */
  readonly uniform: (key: Key, shape?: Shape, options?: UniformOptions) => F32
  /** Normal with mean 0 and variance 1: √2 · erf⁻¹ of a uniform on (-1, 1). */
  readonly normal: (key: Key, shape?: Shape) => F32
  /** Normal, given that it is between lo and hi: differentiable in both. The shape defaults to their broadcast. */
  readonly truncatedNormal: (key: Key, lo: Operand<'f32'>, hi: Operand<'f32'>, shape?: Shape) => F32
  /** True with probability p (½). The shape defaults to p's. */
  readonly bernoulli: (key: Key, p?: Operand<'f32'>, shape?: Shape) => Tensor<Shape, 'bool'>
  /** The standard Gumbel distribution: -log(-log(uniform)). */
  readonly gumbel: (key: Key, shape?: Shape) => F32
  /**
   * Indices along `axis` (-1), with probabilities softmax(logits): i32. `shape` defaults to that of the logits without the axis,
   * and may have more axes in front.
   */
  readonly categorical: (key: Key, logits: F32, options?: { readonly axis?: number; readonly shape?: Shape }) => Tensor<Shape, 'i32'>
  /**
   * 0 … n - 1 in random order (i32), or x with its slices along `axis` (0) in random order; with `independent`, every line along
   * the axis in an order of its own.
   */
  readonly permutation: {
    (key: Key, n: number): Tensor<Shape, 'i32'>
    <D extends DType>(key: Key, x: Tensor<Shape, D>, options?: { readonly axis?: number; readonly independent?: boolean }): Tensor<Shape, D>
  }
}

/** The two words of a key. @throws DTypeError, ShapeError */
export const openKey = (op: string, key: Key): Words => {
  const facts = [`key: ${showType(key)}`]
  const help = 'make keys with random.key(seed), random.split or random.foldIn'
  if ((key.dtype as DType) !== 'u32') throw new DTypeError({ op, problem: `a key is u32[2], not ${key.dtype}`, facts, help })
  if (!sameShape(key.shape, [2])) throw new ShapeError({ op, problem: 'a key is u32[2]', facts, help: `${help}; vmap takes many` })
  return wordsOf(key)
}

/** @throws ShapeError unless parameters broadcast to a shape without widening it */
const checkFits = (op: string, shape: Shape, ...parameters: readonly Tensor[]): void => {
  const wide = parameters.find((x) => !sameShape(broadcastShapes(x.shape, shape) ?? [-1], shape))
  if (wide === undefined) return
  throw new ShapeError({
    op,
    problem: `a parameter does not broadcast to ${showShape(shape)}`,
    facts: [`parameter: ${showType(wide)}`],
    help: 'give a shape that the parameters broadcast to, or leave it out',
  })
}

/** Samples are f32, as are their parameters. @throws DTypeError */
const checkF32 = (op: string, x: Tensor): void => {
  if (x.dtype === 'f32') return
  throw new DTypeError({
    op,
    problem: `takes f32, not ${x.dtype}`,
    facts: [`parameter: ${showType(x)}`],
    help: "convert with cast(x, 'f32')",
  })
}

const float = (op: string, x: Operand<'f32'>): F32 => {
  const tensor = asTensor(op, x)
  checkF32(op, tensor)
  return tensor as F32
}

const one = 0x3f800000

/** [0, 1) from 32 bits: the upper 23 as the mantissa of a number in [1, 2), less 1. */
const unit = (bits: Word): F32 => sub(bitcast(bitOr(shiftRight(bits, 9), one), 'f32'), 1)

/** `unit` scaled to [minval, maxval), and never below minval by rounding. */
const scaled = (op: string, u: F32, { minval = 0, maxval = 1 }: UniformOptions): F32 => {
  if (minval === 0 && maxval === 1) return u
  const [lo, hi] = [float(op, minval), float(op, maxval)]
  checkFits(op, u.shape, lo, hi)
  return maximum(lo, add(mul(u, sub(hi, lo)), lo))
}

const tiny = 2 ** -126
/** The f32 after -1, so that erf⁻¹ is finite. */
const afterMinus1 = -1 + 2 ** -24

/** The shape of two operands together. */
const shapeOf = (x: F32, y: F32): Shape => add(x, y).shape

type Draw = (op: string, key: Key, shape: Shape) => Word

const bitsBy =
  (counting: Counting): Draw =>
  (op, key, shape) => {
    const words = openKey(op, key)
    checkShape(op, shape)
    const n = sizeOf(shape)
    return n === 0 ? full(shape, 0, 'u32') : reshape(counting.bits(words, n), shape)
  }

const continuous = (draw: Draw): Pick<Samplers, 'uniform' | 'normal' | 'truncatedNormal' | 'gumbel'> => {
  const uniform = (op: string, key: Key, shape: Shape, options: UniformOptions): F32 => scaled(op, unit(draw(op, key, shape)), options)
  return {
    uniform: (key, shape = [], options = {}) => uniform('random.uniform', key, shape, options),
    normal: (key, shape = []) => mul(erfInv(uniform('random.normal', key, shape, { minval: afterMinus1, maxval: 1 })), sqrt2),
    truncatedNormal: (key, lower, upper, shape) => {
      const op = 'random.truncatedNormal'
      const [lo, hi] = [float(op, lower), float(op, upper)]
      const [minval, maxval] = [erf(div(lo, sqrt2)), erf(div(hi, sqrt2))]
      const x = mul(erfInv(uniform(op, key, shape ?? shapeOf(lo, hi), { minval, maxval })), sqrt2)
      return clamp(x, nextUp(stopGradient(lo)), neg(nextUp(neg(stopGradient(hi)))))
    },
    gumbel: (key, shape = []) => neg(log(neg(log(uniform('random.gumbel', key, shape, { minval: tiny }))))),
  }
}

const discrete = (draw: Draw, gumbel: Samplers['gumbel']): Pick<Samplers, 'bits' | 'bernoulli' | 'categorical'> => ({
  bits: (key, shape = []) => draw('random.bits', key, shape),
  bernoulli: (key, p = 0.5, shape) => {
    const op = 'random.bernoulli'
    const chance = float(op, p)
    const size = shape ?? chance.shape
    checkFits(op, size, chance)
    return lt(unit(draw(op, key, size)), chance)
  },
  categorical: (key, logits, { axis = -1, shape } = {}) => {
    const op = 'random.categorical'
    const scores = float(op, logits)
    const at = axisOf(op, axis, scores)
    const batch = withoutAxes(scores.shape, [at])
    const size = shape ?? batch
    const front = size.length - batch.length
    const noise = [...size.slice(0, front + at), scores.shape[at] as number, ...size.slice(front + at)]
    checkFits(op, front < 0 ? [] : noise, scores)
    return argmax(add(gumbel(key, noise), scores), { axis: front + at })
  },
})

const permutation = (source: Source): Samplers['permutation'] =>
  ((key: Key, x: Tensor | number, { axis = 0, independent = false }: { readonly axis?: number; readonly independent?: boolean } = {}) => {
    const op = 'random.permutation'
    if (typeof x === 'number') {
      checkShape(op, [x])
      return shuffle(key, iota(x), 0, source)
    }
    const at = axisOf(op, axis, x)
    if (independent) return shuffle(key, x, at, source)
    return take(x, shuffle(key, iota(x.shape[at] as number), 0, source) as Tensor<Shape, 'i32'>, { axis: at })
  }) as Samplers['permutation']

/** All samplers over one way of counting. */
export const samplers = (counting: Counting): Samplers => {
  const draw = bitsBy(counting)
  const split: Samplers['split'] = <N extends number>(key: Key, n = 2) => {
    const words = openKey('random.split', key)
    checkShape('random.split', [n])
    return listed(n === 0 ? full([0, 2], 0, 'u32') : counting.split(words, n)) as unknown as Keys<N>
  }
  const smooth = continuous(draw)
  const rest = discrete(draw, smooth.gumbel)
  return { split, ...smooth, ...rest, permutation: permutation({ split, bits: rest.bits }) }
}
