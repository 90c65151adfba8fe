/** ResNet (He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015). */
import { UnsupportedError } from '../error.js'
import { named, residual, sequential } from '../nn/combine.js'
import { conv2d } from '../nn/conv.js'
import { dense } from '../nn/dense.js'
import { batchNorm } from '../nn/norm.js'
import { globalAvgPool, maxPool } from '../nn/pool.js'
import { relu } from '../ops/point.js'
import type { LayerSize } from './filtering.js'

/** Table 1 of the paper: blocks of each stage, and whether a block is a bottleneck. */
const published = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
  101: { blocks: [3, 4, 23, 3], bottleneck: true },
  152: { blocks: [3, 8, 36, 3], bottleneck: true },
} as const

export interface ResNetConfig {
  /** Layers with weights. Default 50: 25,557,032 parameters. */
  readonly depth?: keyof typeof published
  /** Blocks of each stage, for networks that are not in the paper's Table 1. */
  readonly blocks?: readonly number[]
  /** Whether a block is 1 × 1, 3 × 3, 1 × 1 with four times the maps, instead of two of 3 × 3. */
  readonly bottleneck?: boolean
  /** Maps of the first stage, doubled by every other. Default 64. */
  readonly width?: number
  /** 'imagenet', the default: 7 × 7 with stride 2, and pooled. 'cifar': 3 × 3, as the paper has it for small images. Or any convolution. */
  readonly stem?: 'imagenet' | 'cifar' | Pick<LayerSize, 'kernel' | 'stride'>
  /** Default 1000. */
  readonly classes?: number
  /** Channels of the images. Default 3. */
  readonly channels?: number
}

const convNorm = (inputs: number, outputs: number, window: number, strides = 1) =>
  sequential(conv2d(inputs, outputs, window, { strides, padding: (window - 1) / 2, bias: false }), batchNorm(outputs))

/** Two convolutions of 3 × 3 from `inputs` to `width` maps. */
const basic = (inputs: number, width: number, stride: number) =>
  sequential(convNorm(inputs, width, 3, stride), relu, convNorm(width, width, 3))

/** To fewer maps, 3 × 3 among those, and back to four times as many. The stride is that of the 3 × 3, as most have it since. */
const bottlenecked = (inputs: number, width: number, stride: number) =>
  sequential(convNorm(inputs, width, 1), relu, convNorm(width, width, 3, stride), relu, convNorm(width, 4 * width, 1))

/** relu(f(h) + h), or relu(f(h) + P h) with a projection P where the shape changes (option B of the paper). */
export const residualBlock = (
  inputs: number,
  width: number,
  { stride = 1, bottleneck = false }: { readonly stride?: number; readonly bottleneck?: boolean } = {},
) => {
  const body = (bottleneck ? bottlenecked : basic)(inputs, width, stride)
  const outputs = bottleneck ? 4 * width : width
  const same = stride === 1 && inputs === outputs
  return sequential(same ? residual(body) : residual(body, convNorm(inputs, outputs, 1, stride)), relu)
}

const stemOf = (channels: number, width: number, stem: NonNullable<ResNetConfig['stem']>) => {
  const { kernel, stride = 1 } = stem === 'imagenet' ? { kernel: 7, stride: 2 } : stem === 'cifar' ? { kernel: 3 } : stem
  const pool = stem === 'imagenet' ? [maxPool({ window: 3, strides: 2, padding: 1 })] : []
  return sequential(convNorm(channels, width, kernel, stride), relu, ...pool)
}

/**
 * Images [n, channels, height, width] to logits [n, classes]: a stem, stages of residual blocks, of which each but the first begins
 * with stride 2, the mean over space, and a dense layer. Batch norm makes it stateful: `stateful` in training, `initState` before it.
 * @throws UnsupportedError for stages without blocks
 */
export const resnet = (config: ResNetConfig = {}) => {
  const { width = 64, stem = 'imagenet', classes = 1000, channels = 3 } = config
  const table = published[config.depth ?? 50]
  const blocks: readonly number[] = config.blocks ?? table.blocks
  const bottleneck = config.bottleneck ?? (config.blocks === undefined && table.bottleneck)
  if (blocks.length === 0 || blocks.some((n) => !Number.isInteger(n) || n < 1))
    throw new UnsupportedError({
      op: 'resnet',
      problem: `blocks are [${blocks.join(', ')}]`,
      help: 'give a whole number from 1 for each stage',
    })
  const grown = bottleneck ? 4 : 1
  const stage = (count: number, i: number) => {
    const own = width * 2 ** i
    const before = i === 0 ? width : grown * (own / 2)
    return sequential(
      ...Array.from({ length: count }, (_, k) =>
        residualBlock(k === 0 ? before : grown * own, own, { stride: i > 0 && k === 0 ? 2 : 1, bottleneck }),
      ),
    )
  }
  return named({
    stem: stemOf(channels, width, stem),
    stages: sequential(...blocks.map(stage)),
    head: sequential(globalAvgPool(), dense(grown * width * 2 ** (blocks.length - 1), classes)),
  })
}
