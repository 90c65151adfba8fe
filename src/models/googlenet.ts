/** GoogLeNet (Szegedy et al.: Going Deeper with Convolutions, 2014). */
import { UnsupportedError } from '../error.js'
import { map, parallel, sequential } from '../nn/combine.js'
import { dense } from '../nn/dense.js'
import { dropout } from '../nn/dropout.js'
import { heNormal } from '../nn/initializers.js'
import { localResponseNorm } from '../nn/localResponse.js'
import { inside, statefulLayer, type AnyModule, type F32, type Layer } from '../nn/module.js'
import { avgPool, flatten, globalAvgPool, maxPool } from '../nn/pool.js'
import { relu } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { concat } from '../ops/shape.js'
import { convolutionUnit } from './convolution.js'
import { outputLength } from './filtering.js'

/** Maps of an Inception module: 1 × 1; reduced for and of 3 × 3; reduced for and of 5 × 5; after pooling. */
export interface InceptionMaps {
  readonly one: number
  readonly three: readonly [reduced: number, maps: number]
  readonly five: readonly [reduced: number, maps: number]
  readonly pool: number
}

export interface InceptionOptions {
  /** 'batch': batch norm after every convolution, which has no bias then (Ioffe & Szegedy 2015). Default 'none', as published. */
  readonly normalize?: 'none' | 'batch'
}

/** A convolution that keeps the sides but for its stride, its norm if it has one, and ReLU. */
type Unit = (inputs: number, outputs: number, window: number, strides?: number) => Layer<readonly unknown[], readonly unknown[]>

const unitOf =
  (batch: boolean): Unit =>
  (inputs, outputs, window, strides = 1) => {
    const options = { strides, padding: (window - 1) / 2 }
    return sequential(
      ...convolutionUnit(inputs, outputs, window, options, batch ? { eps: 1e-3 } : undefined),
    ) as unknown as ReturnType<Unit>
  }

const pooling = { window: 3, strides: 2, padding: 1 } as const

const mapsOf = ({ one, three, five, pool }: InceptionMaps): number => one + three[1] + five[1] + pool

/** Four branches of one input, side by side: convolutions of 1 × 1, 3 × 3 and 5 × 5, the larger ones of maps reduced by 1 × 1, and pooling. */
export const inception = (inputs: number, { one, three, five, pool }: InceptionMaps, { normalize = 'none' }: InceptionOptions = {}) => {
  const unit = unitOf(normalize === 'batch')
  return map(
    parallel(
      unit(inputs, one, 1),
      sequential(unit(inputs, three[0], 1), unit(three[0], three[1], 3)),
      sequential(unit(inputs, five[0], 1), unit(five[0], five[1], 5)),
      sequential(maxPool({ window: 3, strides: 1, padding: 1 }), unit(inputs, pool, 1)),
    ),
    (branches): F32 => concat(branches, { axis: 1 }),
  )
}

/** Table 1 of the paper: 1 × 1; reduced, 3 × 3; reduced, 5 × 5; after pooling. */
const table = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const

/** As the paper names the modules. */
export type InceptionName = keyof typeof table

const inOrder = Object.keys(table) as readonly InceptionName[]

export interface GoogLeNetConfig extends InceptionOptions {
  /** Default 1000. */
  readonly classes?: number
  /** Channels of the images. Default 3. */
  readonly channels?: number
  /** Sides of the images. Default 224. */
  readonly size?: number
  /** Which of the paper's nine modules there are, for small networks; 4a and 4d, which auxiliary heads follow, among them. Default all. */
  readonly modules?: readonly InceptionName[]
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
const auxiliaryHead = (unit: Unit, inputs: number, side: number, maps: number, units: number, classes: number) => {
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
/** What the norms keep, by part of the network. */
export type GoogLeNetState = Readonly<Record<Part, unknown>>

const halved = (length: number, times: number): number => (times === 0 ? length : halved(Math.ceil(length / 2), times - 1))

/** Response normalisation is left out where there is batch norm. */
const imagenetStem = (unit: Unit, response: readonly AnyModule[], channels: number, a: number, b: number) =>
  sequential(unit(channels, a, 7, 2), maxPool(pooling), ...response, unit(a, a, 1), unit(a, b, 3), ...response, maxPool(pooling))

type Chain = readonly [modules: readonly AnyModule[], maps: number]

/** What there is of the modules from one to another, and the maps after them. */
const chainOf =
  (has: (name: InceptionName) => boolean, scaled: (n: number) => number, options: InceptionOptions) =>
  (inputs: number, from: InceptionName, to: InceptionName): Chain =>
    inOrder
      .filter((name) => from <= name && name <= to && has(name))
      .reduce<Chain>(
        ([before, width], name) => {
          const [one, r3, three, r5, five, pool] = table[name].map(scaled) as [number, number, number, number, number, number]
          const maps = { one, three: [r3, three], five: [r5, five], pool } as const
          return [[...before, inception(width, maps, options)], mapsOf(maps)]
        },
        [[], inputs],
      )

/** @throws UnsupportedError where there is no module that an auxiliary head follows, or one that the paper does not have */
const checkModules = (modules: readonly InceptionName[]): void => {
  if (modules.includes('4a') && modules.includes('4d') && modules.every((name) => inOrder.includes(name))) return
  throw new UnsupportedError({
    op: 'googlenet',
    problem: `its modules are [${modules.join(', ')}]`,
    help: `give some of ${inOrder.join(', ')}; 4a and 4d, which auxiliary heads follow, among them`,
  })
}

const partsOf = ({
  classes = 1000,
  channels = 3,
  size = 224,
  modules = inOrder,
  divisor = 1,
  stem = 'imagenet',
  units = 1024,
  dropoutRate = 0.4,
  normalize = 'none',
}: GoogLeNetConfig) => {
  checkModules(modules)
  const unit = unitOf(normalize === 'batch')
  const scaled = (n: number): number => Math.max(1, Math.round(n / divisor))
  const [a, b] = [scaled(64), scaled(192)]
  const chain = chainOf((name) => modules.includes(name), scaled, { normalize })
  const [third, after3] = chain(b, '3a', '3b')
  const [fourA, after4a] = chain(after3, '4a', '4a')
  const [toFourD, after4d] = chain(after4a, '4b', '4d')
  const [fourE, after4] = chain(after4d, '4e', '4e')
  const [fifth, after5] = chain(after4, '5a', '5b')
  const small = stem === 'small'
  const side = halved(size, small ? 2 : 4)
  const auxiliary = (inputs: number) => auxiliaryHead(unit, inputs, side, scaled(128), units, classes)
  return {
    stem: small
      ? sequential(unit(channels, b, 3), maxPool(pooling))
      : imagenetStem(unit, normalize === 'batch' ? [] : [localResponseNorm()], channels, a, b),
    to4a: sequential(...third, maxPool(pooling), ...fourA),
    head1: auxiliary(after4a),
    to4d: sequential(...toFourD),
    head2: auxiliary(after4d),
    rest: sequential(...fourE, maxPool(pooling), ...fifth),
    head: sequential(globalAvgPool(), dropout(dropoutRate), dense(after5, classes)),
  } as unknown as Readonly<Record<Part, Layer<unknown, unknown>>>
}

const byPart = <T>(of: (name: Part, i: number) => T): Readonly<Record<Part, T>> =>
  Object.fromEntries(names.map((name, i) => [name, of(name, i)])) as Readonly<Record<Part, T>>

/**
 * Images [n, channels, size, size] to logits, and those of two auxiliary heads, whose losses the paper adds with weight 0.3 in training:
 * 6,998,552 parameters (the paper's table, which is rounded, adds up to 6.8 million) and 6,379,728 in the auxiliary heads. With batch
 * norm it is stateful: `stateful` in training, `initState` before it. @throws UnsupportedError for modules without 4a or 4d
 */
export const googlenet = (config: GoogLeNetConfig = {}): Layer<GoogLeNetParams, GoogLeNetState, F32, GoogLeNetOutputs> => {
  const parts = partsOf(config)
  return statefulLayer('googlenet', {
    init: (key: Key): GoogLeNetParams => {
      const keys = split(key, names.length)
      return byPart((name, i) => parts[name].init(keys[i] as Key))
    },
    initState: (): GoogLeNetState => byPart((name) => parts[name].initState()),
    run: (params, x: F32, ctx) => {
      const after: Partial<Record<Part, unknown>> = {}
      const run = (name: Part, input: F32): F32 => {
        const [y, state] = parts[name].stateful(params[name], input, inside(ctx, name, names.indexOf(name), ctx.state?.[name]))
        after[name] = state
        return y
      }
      const fourA = run('to4a', run('stem', x))
      const fourD = run('to4d', fourA)
      const outputs: GoogLeNetOutputs = { logits: run('head', run('rest', fourD)), auxiliary: [run('head1', fourA), run('head2', fourD)] }
      return [outputs, byPart((name) => after[name])]
    },
  })
}
