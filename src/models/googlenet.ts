/** GoogLeNet (Szegedy et al.: Going Deeper with Convolutions, 2014). */
import { map, parallel, sequential } from '../nn/combine.js'
import { conv2d } from '../nn/conv.js'
import { dense } from '../nn/dense.js'
import { dropout } from '../nn/dropout.js'
import { heNormal } from '../nn/initializers.js'
import { localResponseNorm } from '../nn/localResponse.js'
import { inside, none, statelessLayer, type AnyModule, type F32, type Layer, type None } from '../nn/module.js'
import { avgPool, flatten, globalAvgPool, maxPool } from '../nn/pool.js'
import { relu } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { concat } from '../ops/shape.js'
import { outputLength } from './filtering.js'

/** Maps of an Inception module: 1 × 1; reduced for and of 3 × 3; reduced for and of 5 × 5; after pooling. */
export interface InceptionMaps {
  readonly one: number
  readonly three: readonly [reduced: number, maps: number]
  readonly five: readonly [reduced: number, maps: number]
  readonly pool: number
}

const unit = (inputs: number, outputs: number, window: number, strides = 1) =>
  sequential(conv2d(inputs, outputs, window, { strides, padding: (window - 1) / 2 }), relu)

const pooling = { window: 3, strides: 2, padding: 1 } as const

const mapsOf = ({ one, three, five, pool }: InceptionMaps): number => one + three[1] + five[1] + pool

/** Four branches of one input, side by side: convolutions of 1 × 1, 3 × 3 and 5 × 5, the larger ones of maps reduced by 1 × 1, and pooling. */
export const inception = (inputs: number, { one, three, five, pool }: InceptionMaps) =>
  map(
    parallel(
      unit(inputs, one, 1),
      sequential(unit(inputs, three[0], 1), unit(three[0], three[1], 3)),
      sequential(unit(inputs, five[0], 1), unit(five[0], five[1], 5)),
      sequential(maxPool({ window: 3, strides: 1, padding: 1 }), unit(inputs, pool, 1)),
    ),
    (branches): F32 => concat(branches, { axis: 1 }),
  )

/** Table 1 of the paper: 3a, 3b; 4a … 4e; 5a, 5b. */
const table = [
  [[64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64]], // prettier-ignore
  [[192, 96, 208, 16, 48, 64], [160, 112, 224, 24, 64, 64], [128, 128, 256, 24, 64, 64], [112, 144, 288, 32, 64, 64], [256, 160, 320, 32, 128, 128]], // prettier-ignore
  [[256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128]], // prettier-ignore
] as const

export interface GoogLeNetConfig {
  /** Default 1000. */
  readonly classes?: number
  /** Channels of the images. Default 3. */
  readonly channels?: number
  /** Sides of the images. Default 224. */
  readonly size?: number
  /** Divides all maps, for small networks. Default 1. */
  readonly divisor?: number
  /** 'imagenet', the default: reduces the image by 8 before the first Inception module. 'small': one convolution of 3 × 3, and pooled. */
  readonly stem?: 'imagenet' | 'small'
  /** Units of the auxiliary heads' hidden layers. Default 1024. */
  readonly units?: number
  /** Before the last layer. Default 0.4; 0.7 in the auxiliary heads. */
  readonly dropoutRate?: number
}

/** Logits [n, classes] each. */
export interface GoogLeNetOutputs {
  readonly logits: F32
  /** Of the heads after 4a and 4d. Programs that do not use them do not compute them. */
  readonly auxiliary: readonly [F32, F32]
}

/** The auxiliary heads: means of 5 × 5 with stride 3 (of all where there are fewer), 1 × 1 to 128 maps, and two dense layers. */
const auxiliaryHead = (inputs: number, side: number, maps: number, units: number, classes: number) => {
  const window = Math.min(5, side)
  const length = outputLength(side, { kernel: window, stride: 3 })
  return sequential(
    avgPool({ window, strides: 3 }),
    unit(inputs, maps, 1),
    flatten(),
    dense(maps * length * length, units, { init: heNormal }),
    relu,
    dropout(0.7),
    dense(units, classes),
  )
}

const names = ['stem', 'to4a', 'head1', 'to4d', 'head2', 'rest', 'head'] as const
type Part = (typeof names)[number]

/** Parameters by part of the network; `head1` and `head2` are the auxiliary ones. */
export type GoogLeNetParams = Readonly<Record<Part, unknown>>

const halved = (length: number, times: number): number => (times === 0 ? length : halved(Math.ceil(length / 2), times - 1))

const imagenetStem = (channels: number, a: number, b: number) =>
  sequential(unit(channels, a, 7, 2), maxPool(pooling), localResponseNorm(), unit(a, a, 1), unit(a, b, 3), localResponseNorm(), maxPool(pooling)) // prettier-ignore

const partsOf = ({
  classes = 1000,
  channels = 3,
  size = 224,
  divisor = 1,
  stem = 'imagenet',
  units = 1024,
  dropoutRate = 0.4,
}: GoogLeNetConfig) => {
  const scaled = (n: number): number => Math.max(1, Math.round(n / divisor))
  const stage = (row: readonly (readonly number[])[]): readonly InceptionMaps[] =>
    row.map((maps) => {
      const [one, r3, three, r5, five, pool] = maps.map(scaled) as [number, number, number, number, number, number]
      return { one, three: [r3, three], five: [r5, five], pool }
    })
  const [third, fourth, fifth] = [stage(table[0]), stage(table[1]), stage(table[2])]
  const [a, b] = [scaled(64), scaled(192)]
  const small = stem === 'small'
  const side = halved(size, small ? 2 : 4)
  const chain = (inputs: number, list: readonly InceptionMaps[]): readonly AnyModule[] =>
    list.map((maps, i) => inception(i === 0 ? inputs : mapsOf(list[i - 1] as InceptionMaps), maps))
  const at = (list: readonly InceptionMaps[], i: number): number => mapsOf(list.at(i) as InceptionMaps)
  const auxiliary = (inputs: number) => auxiliaryHead(inputs, side, scaled(128), units, classes)
  return {
    stem: small ? sequential(unit(channels, b, 3), maxPool(pooling)) : imagenetStem(channels, a, b),
    to4a: sequential(...chain(b, third), maxPool(pooling), ...chain(at(third, -1), fourth.slice(0, 1))),
    head1: auxiliary(at(fourth, 0)),
    to4d: sequential(...chain(at(fourth, 0), fourth.slice(1, 4))),
    head2: auxiliary(at(fourth, 3)),
    rest: sequential(...chain(at(fourth, 3), fourth.slice(4)), maxPool(pooling), ...chain(at(fourth, -1), fifth)),
    head: sequential(globalAvgPool(), dropout(dropoutRate), dense(at(fifth, -1), classes)),
  } as unknown as Readonly<Record<Part, Layer>>
}

/**
 * Images [n, channels, size, size] to logits, and those of two auxiliary heads, whose losses the paper adds with weight 0.3 in training:
 * 6,998,552 parameters (the paper's table, which is rounded, adds up to 6.8 million) and 6,379,728 in the auxiliary heads.
 */
export const googlenet = (config: GoogLeNetConfig = {}): Layer<GoogLeNetParams, None, F32, GoogLeNetOutputs> => {
  const parts = partsOf(config)
  return statelessLayer(
    'googlenet',
    (key: Key) => {
      const keys = split(key, names.length)
      return Object.fromEntries(names.map((name, i) => [name, parts[name].init(keys[i] as Key)])) as GoogLeNetParams
    },
    (params, x: F32, ctx) => {
      const run = (name: Part, input: F32): F32 => parts[name].apply(params[name], input, inside(ctx, name, names.indexOf(name), none))
      const fourA = run('to4a', run('stem', x))
      const fourD = run('to4d', fourA)
      return { logits: run('head', run('rest', fourD)), auxiliary: [run('head1', fourA), run('head2', fourD)] }
    },
  )
}
