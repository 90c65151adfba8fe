/** LeNet-5 (LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998). */
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { map, named, parallel, sequential } from '../nn/combine.js'
import { conv2d } from '../nn/conv.js'
import { dense, type Affine } from '../nn/dense.js'
import { lecunNormal } from '../nn/initializers.js'
import { lambda, statelessLayer, type Layer, type None } from '../nn/module.js'
import { avgPool, flatten } from '../nn/pool.js'
import { constant, full } from '../ops/creation.js'
import { add, mul, tanh } from '../ops/point.js'
import { concat, reshape, take } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export interface LeNetConfig {
  /**
   * 'modern', the default: every map of C3 sees every map of S2, subsampling is the mean, and units are tanh: 61,706 parameters.
   * '1998': C3 is connected by Table I, subsampling has a coefficient and a bias for each map, and units are 1.7159 tanh(2x/3): the
   * 60,000 parameters of the paper, and 850 of a dense output where the paper has Euclidean distances to fixed codes.
   */
  readonly variant?: 'modern' | '1998'
  /** Channels of the images. Default 1. */
  readonly channels?: number
  /** Default 10. */
  readonly classes?: number
  /** Around the image: 2, the default, takes images of 28 × 28 and 0 those of 32 × 32, as in the paper. */
  readonly padding?: number
}

/** A(a) = 1.7159 tanh(⅔ a): f(1) = 1 and f(-1) = -1. */
export const scaledTanh = (x: F32): F32 => mul(tanh(mul(x, 2 / 3)), 1.7159)

/** Which maps of S2 each map of C3 sees: Table I of the paper. */
export const lenetConnections: readonly (readonly number[])[] = [
  ...[0, 1, 2, 3, 4, 5].map((i) => [0, 1, 2].map((k) => (i + k) % 6)),
  ...[0, 1, 2, 3, 4, 5].map((i) => [0, 1, 2, 3].map((k) => (i + k) % 6)),
  ...[0, 1, 2].map((i) => [0, 1, 3, 4].map((k) => (i + k) % 6)),
  [0, 1, 2, 3, 4, 5],
]

/** Convolutions of the maps named, one for each list of as many. */
const ofMaps = (lists: readonly (readonly number[])[]): Layer<Affine> => {
  const maps = Int32Array.from(lists.flat())
  const conv = conv2d(maps.length, lists.length, 5, { groups: lists.length, init: lecunNormal })
  const chosen = (x: F32): F32 => take(x, constant(maps, { dtype: 'i32' }), { axis: 1 })
  return statelessLayer('ofMaps', conv.init, (p: Affine, x: F32) => conv.apply(p, chosen(x)))
}

/** C3 connected by Table I: [n, 6, h, w] to [n, 16, h - 4, w - 4]. */
export const tableC3 = () => {
  const bySize = [3, 4, 6].map((n) => ofMaps(lenetConnections.filter(({ length }) => length === n)))
  return map(parallel(...bySize), (maps): F32 => concat(maps, { axis: 1 }))
}

/** w · mean of each 2 × 2 block + b, with a w and a b for each map. */
const subsampling = (maps: number): Layer<Affine> => {
  const pool = avgPool({ window: 2 })
  const each = (v: F32): F32 => reshape(v, [maps, 1, 1])
  return statelessLayer(
    'subsampling',
    () => ({ w: full([maps], 1), b: full([maps], 0) }),
    ({ w, b }: Required<Affine>, x: F32): F32 => add(mul(pool.apply([], x), each(w)), each(b)),
  ) as Layer<Affine>
}

const activated = (f: (x: F32) => F32): Layer<None> => lambda(f, 'activation')

/**
 * Images [n, channels, 28, 28] to logits [n, classes]: C1 (6 maps of 5 × 5), S2, C3 (16), S4, C5 (120), F6 (84), output. Parameters are
 * named so. @throws ShapeError for images of another size
 */
export const lenet5 = ({ variant = 'modern', channels = 1, classes = 10, padding = 2 }: LeNetConfig = {}) => {
  const original = variant === '1998'
  const act = activated(original ? scaledTanh : tanh)
  const init = lecunNormal
  const pooled = (maps: number) => (original ? sequential(subsampling(maps), act) : sequential(avgPool({ window: 2 })))
  const wide = original ? tableC3() : conv2d(6, 16, 5, { init })
  return named({
    c1: sequential(conv2d(channels, 6, 5, { padding, init }), act),
    s2: pooled(6),
    c3: sequential(wide, act),
    s4: pooled(16),
    c5: sequential(conv2d(16, 120, 5, { init }), act, flatten()),
    f6: sequential(dense(120, 84, { init }), act),
    output: dense(84, classes, { init }),
  })
}
