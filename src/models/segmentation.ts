/**
 * Networks that say what each pixel is: convolutions and pooling down, and upsampling back to the size of the image.
 *
 * - `fcn`: everything goes through the smallest maps (Long, Shelhamer, Darrell: Fully Convolutional Networks for Semantic Segmentation, 2014;
 *   with remembered positions, Badrinarayanan et al.: SegNet, 2015).
 * - `unet`: besides, each size of maps on the way down is given to the same size on the way up (Ronneberger et al. 2015): skip connections
 *   bring fine detail, what comes from below brings context.
 */
import { UnsupportedError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { named, sequential } from '../nn/combine.js'
import { conv2d, convTranspose2d } from '../nn/conv.js'
import type { Affine } from '../nn/dense.js'
import { inside, none, statelessLayer, type I32, type Layer } from '../nn/module.js'
import { groupNorm } from '../nn/norm.js'
import { bedOfNails, maxPoolWithPositions, maxUnpool, upsampleNearest } from '../nn/pool.js'
import { add, div, gt, maximum, mul, relu, sub, where } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { sum } from '../ops/reduce.js'
import { concat } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export type Unpooling = 'nearest' | 'bedOfNails' | 'maxUnpool' | 'transposed'

export interface SegmentationConfig {
  /** Channels of the images. Default 3. */
  readonly channels?: number
  /** Logits of each pixel. Default 1: whether it is foreground. */
  readonly classes?: number
  /** Of each size, the image's first; each but the last is halved by pooling. Default 16, 32, 64. */
  readonly maps?: readonly number[]
  /** Of maps, for group norm after every convolution, which has no bias then: it learns sooner. Default none, as in the papers. */
  readonly groups?: number
}

export interface FcnConfig extends SegmentationConfig {
  /**
   * How maps become twice as large: each value repeated; put into a plane of zeros at the top left of its block, or where the maximum that
   * was pooled had been; or a transposed convolution, which learns it. Default 'transposed'.
   */
  readonly upsampling?: Unpooling
}

const unit = (inputs: number, outputs: number, groups: number | undefined): Layer => {
  const norm = groups === undefined ? [] : [groupNorm(groups, outputs)]
  return sequential(conv2d(inputs, outputs, 3, { padding: 1, bias: groups === undefined }), ...norm, relu) as unknown as Layer
}

interface Pooled {
  readonly positions: I32
  readonly space: Shape
}

/** A layer that is told what was pooled. */
interface Up {
  readonly init: (key: Key) => unknown
  readonly apply: (params: unknown, x: F32, pooled: Pooled) => F32
}

const halving = { window: 2 } as const

const methods: Readonly<Record<Exclude<Unpooling, 'transposed'>, (x: F32, pooled: Pooled) => F32>> = {
  nearest: (x) => upsampleNearest(x, 2),
  bedOfNails: (x) => bedOfNails(x, 2),
  maxUnpool: (x, { positions, space }) => maxUnpool(x, positions, space, halving),
}

interface Kind {
  readonly upsampling: Unpooling
  readonly skips: boolean
  readonly groups: number | undefined
}

/** From `inputs` maps to `outputs` of twice the size. */
const upFrom = (inputs: number, outputs: number, { upsampling, groups }: Kind): Up => {
  if (upsampling !== 'transposed') {
    const { init, apply } = unit(inputs, outputs, groups)
    return { init, apply: (p, x, pooled) => methods[upsampling](apply(p, x), pooled) }
  }
  const { init, apply } = convTranspose2d(inputs, outputs, 2, { strides: 2 })
  return { init, apply: (p, x) => relu(apply(p as Affine, x)) }
}

interface LevelParams {
  readonly down: unknown
  readonly below: unknown
  readonly up: unknown
  readonly join: unknown
}

/** Maps of one size to maps of the same size: on the way down, through all that is smaller, and on the way up. */
const level = (sizes: readonly number[], kind: Kind): Layer => {
  const [inputs, own, smaller] = sizes as readonly [number, number, number | undefined]
  const { skips, groups } = kind
  const down = unit(inputs, own, groups)
  if (smaller === undefined) return down
  const below = level(sizes.slice(1), kind)
  const up = upFrom(smaller, own, kind)
  const join = unit(skips ? 2 * own : own, own, groups)
  return statelessLayer<LevelParams, F32, F32>(
    'level',
    (key) => {
      const keys = split(key, 4)
      return { down: down.init(keys[0]), below: below.init(keys[1]), up: up.init(keys[2]), join: join.init(keys[3]) }
    },
    (p, x, ctx) => {
      const run = (name: 'down' | 'below' | 'join', layer: Layer, i: number, maps: F32): F32 =>
        layer.apply(p[name], maps, inside(ctx, name, i, none))
      const maps = run('down', down, 0, x)
      const [pooled, positions] = maxPoolWithPositions(maps, halving)
      const above = up.apply(p.up, run('below', below, 1, pooled), { positions, space: maps.shape.slice(2) })
      return run('join', join, 3, skips ? concat([maps, above], { axis: 1 }) : above)
    },
  ) as Layer
}

/** @throws UnsupportedError for fewer than two sizes, or an upsampling that there is not */
const checkConfig = (op: string, maps: readonly number[], upsampling: string): void => {
  if (maps.length < 2) throw new UnsupportedError({ op, problem: `maps of ${String(maps.length)} sizes`, help: 'give two sizes or more' })
  if (upsampling === 'transposed' || Object.hasOwn(methods, upsampling)) return
  throw new UnsupportedError({
    op,
    problem: `there is no upsampling '${upsampling}'`,
    help: `use transposed, ${Object.keys(methods).join(', ')}`,
  })
}

/** @throws UnsupportedError where an image cannot be halved as often as it is to be */
const checkImage = (op: string, { shape }: F32, halvings: number): void => {
  const step = 2 ** halvings
  if (shape.length === 4 && shape.slice(2).every((n) => n % step === 0)) return
  throw new UnsupportedError({
    op,
    problem: `images ${showShape(shape)} cannot be halved ${String(halvings)} times`,
    help: `give [n, channels, height, width] with sides that ${String(step)} divides`,
  })
}

export interface SegmentationParams {
  /** Nested: each size has those below it within. */
  readonly body: unknown
  readonly head: Affine
}

const downAndUp = (op: string, skips: boolean, config: FcnConfig): Layer<SegmentationParams> => {
  const { channels = 3, classes = 1, maps = [16, 32, 64], upsampling = 'transposed', groups } = config
  checkConfig(op, maps, upsampling)
  const model = named({ body: level([channels, ...maps], { upsampling, skips, groups }), head: conv2d(maps[0] as number, classes, 1) })
  return statelessLayer<SegmentationParams, F32, F32>(op, model.init, (params, x, ctx) => {
    checkImage(op, x, maps.length - 1)
    return model.apply(params, x, ctx as never)
  })
}

/** Images [n, channels, height, width] to logits [n, classes, height, width], by way of the smallest maps alone. @throws UnsupportedError */
export const fcn = (config: FcnConfig = {}): Layer<SegmentationParams> => downAndUp('fcn', false, config)

/** `fcn` with skip connections and transposed convolutions. @throws UnsupportedError */
export const unet = (config: SegmentationConfig = {}): Layer<SegmentationParams> => downAndUp('unet', true, config)

/**
 * |A ∩ B| / |A ∪ B| of each of two batches of masks [n, ...] of 0 and 1: [n]. Where both are empty it is 1.
 * @throws ShapeError where their shapes differ
 */
export const intersectionOverUnion = (a: F32, b: F32): F32 => {
  const rest = a.shape.slice(1).map((_, d) => d + 1)
  const both: F32 = sum(mul(a, b), { axis: rest })
  const either: F32 = sub(add(sum(a, { axis: rest }), sum(b, { axis: rest })), both)
  return where(gt(either, 0), div(both, maximum(either, 1)), 1)
}
