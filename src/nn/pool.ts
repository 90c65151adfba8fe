/** Pooling of images [n, c, *space], and its inverses: unpooling with remembered positions, bed of nails, nearest, bilinear. */
import { naming, ShapeError, UnsupportedError } from '../error.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { shapeError } from '../ir/ops/check.js'
import { repeat } from '../ops/arrange.js'
import { constant, iota, zeros } from '../ops/creation.js'
import { avgPool as averages, matmul, maxPool as maxima, paddingOf, perAxis, pooled, type PoolOptions } from '../ops/linear.js'
import { windowCount } from '../ir/ops/window.js'
import { add, cast, div, eq, mod, mul, where } from '../ops/point.js'
import { argmax, max, mean } from '../ops/reduce.js'
import { scatterAdd } from '../ops/scatter.js'
import { expandDims, moveAxis, pad, reshape } from '../ops/shape.js'
import { paddingOf as explicit, type AnyPadding } from './conv.js'
import { lambda, type F32, type I32, type Layer, type None } from './module.js'

export interface PoolLayerOptions extends Omit<PoolOptions, 'padding'> {
  /** Default 'valid'. */
  readonly padding?: AnyPadding
}

const forOp = <O extends PoolLayerOptions>(o: O, x: F32): PoolOptions & O => ({ ...o, padding: explicit(o.padding, x.ndim - 2) })

/** The largest element of every window; see the op `maxPool`. */
export const maxPool = (o: PoolLayerOptions): Layer<None> => lambda((x: F32): F32 => maxima(x, forOp(o, x)), 'maxPool')

/** The mean of every window; see the op `avgPool`. */
export const avgPool = (o: PoolLayerOptions & { readonly countIncludePad?: boolean }): Layer<None> =>
  lambda((x: F32): F32 => averages(x, forOp(o, x)), 'avgPool')

const spaceOf = (op: string, x: F32): readonly number[] => {
  if (x.ndim > 2) return range(x.ndim).slice(2)
  throw shapeError(op, 'there are no spatial axes', [x], 'images are [n, c, *space]')
}

/** The mean over space: [n, c, *space] to [n, c]. */
export const globalAvgPool = (): Layer<None> => lambda((x: F32): F32 => mean(x, { axis: spaceOf('globalAvgPool', x) }), 'globalAvgPool')

/** The largest over space: [n, c, *space] to [n, c]. */
export const globalMaxPool = (): Layer<None> => lambda((x: F32): F32 => max(x, { axis: spaceOf('globalMaxPool', x) }), 'globalMaxPool')

/** The offsets of a window's elements in the plane, and of the windows: what positions are sums of. */
const positionsOf = (x: F32, o: PoolOptions, inWindow: I32): I32 => {
  const space = x.shape.slice(2)
  const window = perAxis('maxPool', 'window', o.window, space.length)
  const strides = perAxis('maxPool', 'strides', o.strides ?? window, space.length)
  const low = paddingOf(
    'maxPool',
    o.padding ?? 'valid',
    space,
    window,
    strides,
    space.map(() => 1),
  ).map(([before]) => before)
  return space.reduce<I32>(
    (total, length, d) => {
      const own = mod<I32, number>(div(inWindow, sizeOf(window.slice(d + 1))), window[d] as number)
      const place = iota(inWindow.shape, { axis: d + 2 })
      const at: I32 = add(add(mul(place, strides[d] as number), own), -(low[d] as number))
      return add(mul(total, length), at)
    },
    zeros([], 'i32'),
  )
}

/** `maxPool` with, for each window, the place of its largest element in the plane, row by row: i32, as PyTorch's `return_indices`. */
export const maxPoolWithPositions = (x: F32, options: PoolLayerOptions): readonly [values: F32, positions: I32] => {
  const o = forOp(options, x)
  return [maxima(x, o), positionsOf(x, o, argmax(pooled('maxPoolWithPositions', x, o, -Infinity), { axis: -1 }))]
}

/** Lengths of windows that lie side by side, one after another from the beginning; undefined where windows are given otherwise. */
const tilesOf = (o: PoolLayerOptions, counts: Shape, space: Shape): readonly number[] | undefined => {
  const window = perAxis('maxUnpool', 'window', o.window, space.length)
  const strides = perAxis('maxUnpool', 'strides', o.strides ?? window, space.length)
  const ones = space.map(() => 1)
  const padding = paddingOf('maxUnpool', explicit(o.padding, space.length), space, window, strides, ones)
  const expected = space.map((n, d) => windowCount(n + (padding[d] as readonly number[]).reduce((a, b) => a + b), window[d] as number, strides[d] as number, 1)) // prettier-ignore
  if (expected.join() !== counts.join())
    throw new ShapeError({
      op: 'maxUnpool',
      problem: `there are [${counts.join(', ')}] positions, and [${expected.join(', ')}] windows in [${space.join(', ')}]`,
      help: 'give the options that maxPoolWithPositions was given, and the space that it was given maps of',
    })
  return window.join() === strides.join() && padding.flat().every((n) => n === 0) ? window : undefined
}

/** [n, c, *positions] to [n, c, *space] where each position is in its own window: every place asks one. */
const fromTiles = (values: F32, positions: I32, space: Shape, tiles: readonly number[]): F32 => {
  const lead = values.shape.slice(0, 2)
  const counts = values.shape.slice(2)
  const apart = <X extends F32 | I32>(x: X): X => reshape(x as F32, [...lead, ...counts.flatMap((n) => [n, 1])]) as X
  const inTiles = counts.flatMap((n, d) => [n, tiles[d] as number])
  const place = space.reduce<I32>(
    (total, length, d) => {
      const at: I32 = add(mul(iota(inTiles, { axis: 2 * d }), tiles[d] as number), iota(inTiles, { axis: 2 * d + 1 }))
      return add(mul(total, length), at)
    },
    zeros([], 'i32'),
  )
  const covered = counts.map((n, d) => n * (tiles[d] as number))
  const found: F32 = where(eq<Tensor, Tensor>(apart(positions), place), apart(values), 0)
  const rest = space.map((n, d) => [0, n - (covered[d] as number)] as const)
  return pad(reshape(found, [...lead, ...covered]), [[0, 0], [0, 0], ...rest])
}

/**
 * Puts each value back where `maxPoolWithPositions` found it, in a plane of zeros: [n, c, *positions] to [n, c, *space]. Where windows
 * overlap and share their largest element, the values are added. `options`: the windows, as `maxPoolWithPositions` had them. Where these lie
 * side by side, a position counts in its own window alone, which takes far less time.
 * @throws ShapeError where values and positions differ in shape, or are not as many as there are windows
 */
export const maxUnpool = (values: F32, positions: I32, space: Shape, options?: PoolLayerOptions): F32 => {
  if (values.ndim < 3 || values.shape.join() !== positions.shape.join())
    throw shapeError('maxUnpool', 'values and positions do not fit', [values, positions], 'give what maxPoolWithPositions gave')
  const tiles = options === undefined ? undefined : tilesOf(options, values.shape.slice(2), space)
  if (tiles !== undefined) return naming('maxUnpool', () => fromTiles(values, positions, space, tiles))
  const [n, c] = values.shape as readonly [number, number, ...number[]]
  const plane: F32 = zeros([n * c, sizeOf(space)], values.dtype)
  const rows = (x: F32 | I32): never => reshape<Shape, 'f32', Shape>(x as F32, [n * c, -1]) as never
  return naming('maxUnpool', () => reshape(scatterAdd(plane, rows(positions), rows(values), { axis: 1 }), [n, c, ...space]))
}

/** One whole number from 1 for each spatial axis. */
const factorsOf = (op: string, x: F32, factor: number | readonly number[]): readonly number[] =>
  perAxis(op, 'factor', factor, spaceOf(op, x).length)

/** Each value at the top left of a block of zeros: every axis becomes `factor` times as long. */
export const bedOfNails = (x: F32, factor: number | readonly number[]): F32 =>
  factorsOf('bedOfNails', x, factor).reduce<F32>((y, k, d) => {
    const axis = d + 2
    const apart: F32 = expandDims(y, axis + 1)
    const widths = apart.shape.map((_, a) => [0, a === axis + 1 ? k - 1 : 0] as const)
    return reshape(
      pad(apart, widths),
      y.shape.map((n, a) => (a === axis ? n * k : n)),
    )
  }, x)

/** Each value repeated: every axis becomes `factor` times as long. */
export const upsampleNearest = (x: F32, factor: number | readonly number[]): F32 =>
  factorsOf('upsampleNearest', x, factor).reduce<F32>((y, k, d) => (k === 1 ? y : repeat(y, k, { axis: d + 2 })), x)

/** The weights [from, to] of linear interpolation of `from` samples at `to` places. */
const interpolation = (from: number, to: number, alignCorners: boolean): F32 => {
  const weights = new Float32Array(from * to)
  for (let j = 0; j < to; j++) {
    const at = alignCorners ? (to === 1 ? 0 : (j * (from - 1)) / (to - 1)) : Math.max(0, ((j + 0.5) * from) / to - 0.5)
    const low = Math.min(Math.floor(at), from - 1)
    const high = Math.min(low + 1, from - 1)
    weights[low * to + j] = (weights[low * to + j] as number) + 1 - (at - low)
    weights[high * to + j] = (weights[high * to + j] as number) + (at - low)
  }
  return constant(weights, { shape: [from, to] })
}

export interface ResizeOptions {
  /** Corners stay corners; else pixels are areas, as in image editors. Default false. */
  readonly alignCorners?: boolean
}

/**
 * Linear interpolation along every spatial axis (bilinear in a plane) to the lengths given: [n, c, *space] to [n, c, *to]. PyTorch's
 * `interpolate`; making smaller does not average. @throws ShapeError
 */
export const resizeLinear = (x: F32, to: readonly number[], { alignCorners = false }: ResizeOptions = {}): F32 => {
  const axes = spaceOf('resizeLinear', x)
  if (to.length !== axes.length || to.some((n) => !Number.isInteger(n) || n < 1))
    throw new ShapeError({
      op: 'resizeLinear',
      problem: `the lengths are [${to.join(', ')}]`,
      help: `give ${String(axes.length)} whole numbers, 1 or more`,
    })
  return to.reduce<F32>((y, n, d) => {
    const from = y.shape[d + 2] as number
    if (n === from) return y
    const weights: F32 = cast(interpolation(from, n, alignCorners), y.dtype)
    const last: F32 = moveAxis(y, d + 2, -1)
    const resized: F32 = matmul(last, weights)
    return moveAxis(resized, -1, d + 2)
  }, x)
}

export type Upsampling = 'nearest' | 'bilinear' | 'bedOfNails'

/** Every spatial axis `factor` times as long. @throws UnsupportedError for an unknown method */
export const upsample = (
  factor: number | readonly number[],
  { method = 'nearest' }: { readonly method?: Upsampling } = {},
): Layer<None> => {
  const methods: Readonly<Record<Upsampling, (x: F32) => F32>> = {
    nearest: (x) => upsampleNearest(x, factor),
    bedOfNails: (x) => bedOfNails(x, factor),
    bilinear: (x) => {
      const factors = factorsOf('upsample', x, factor)
      return resizeLinear(
        x,
        x.shape.slice(2).map((n, d) => n * (factors[d] as number)),
      )
    },
  }
  if (Object.hasOwn(methods, method)) return lambda(methods[method], 'upsample')
  throw new UnsupportedError({
    op: 'upsample',
    problem: `there is no method ${method as string}`,
    help: `use ${Object.keys(methods).join(', ')}`,
  })
}

/** All axes but the first as one: [n, ...] to [n, features]. */
export const flatten = (): Layer<None> => lambda((x: F32): F32 => reshape(x, [x.shape[0] ?? 1, -1]), 'flatten')
