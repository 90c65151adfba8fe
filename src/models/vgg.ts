/** VGG (Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014). */
import { UnsupportedError } from '../error.js'
import { named, sequential } from '../nn/combine.js'
import { dense } from '../nn/dense.js'
import { dropout } from '../nn/dropout.js'
import { heNormal } from '../nn/initializers.js'
import type { AnyModule } from '../nn/module.js'
import { flatten, maxPool } from '../nn/pool.js'
import { relu } from '../ops/point.js'
import { convolutionUnit } from './convolution.js'

/** Table 1 of the paper, columns A, B, D and E: how many convolutions of 3 × 3 there are before each pooling. */
const published = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] } as const

export interface VggConfig {
  /** Layers with weights. Default 16: 138,357,544 parameters. */
  readonly depth?: keyof typeof published
  /** Convolutions of each stage, for networks that are not in the paper. */
  readonly stages?: readonly number[]
  /** Maps of each stage. Default 64, 128, 256, 512, 512. */
  readonly maps?: readonly number[]
  /** Of the two hidden dense layers. Default 4096. */
  readonly units?: number
  /** Default 1000. */
  readonly classes?: number
  /** Channels of the images. Default 3. */
  readonly channels?: number
  /** Sides of the images. Default 224. */
  readonly size?: number
  /** Batch norm after every convolution, which has no bias then. Default false, as in the paper, which was before it. */
  readonly norm?: boolean
  /** Default 0.5. */
  readonly dropoutRate?: number
}

/**
 * Images [n, channels, size, size] to logits [n, classes]: stages of convolutions of 3 × 3, each halved by pooling, and three dense layers.
 * Parameters are `features`, a list of stages, and `fc1` … `fc3`. @throws UnsupportedError where stages and maps do not fit, or images are smaller than 2^stages
 */
export const vgg = (config: VggConfig = {}) => {
  const {
    classes = 1000,
    channels = 3,
    size = 224,
    units = 4096,
    norm = false,
    dropoutRate = 0.5,
    maps = [64, 128, 256, 512, 512],
  } = config
  const stages: readonly number[] = config.stages ?? published[config.depth ?? 16]
  const side = stages.reduce((length) => Math.floor(length / 2), size)
  if (stages.length !== maps.length || stages.length === 0 || side < 1)
    throw new UnsupportedError({
      op: 'vgg',
      problem: `${String(stages.length)} stages, ${String(maps.length)} numbers of maps and images of ${String(size)} do not fit`,
      help: 'give as many maps as stages, and images of 2^stages pixels or more',
    })
  const convolution = (inputs: number, outputs: number): readonly AnyModule[] =>
    convolutionUnit(inputs, outputs, 3, { padding: 1 }, norm ? {} : undefined)
  const stage = (count: number, i: number) => {
    const [before, own] = [maps[i - 1] ?? channels, maps[i] as number]
    const layers = Array.from({ length: count }, (_, k) => convolution(k === 0 ? before : own, own)).flat()
    return sequential(...layers, maxPool({ window: 2 }))
  }
  const hidden = (inputs: number) => sequential(dense(inputs, units, { init: heNormal }), relu, dropout(dropoutRate))
  return named({
    features: sequential(...stages.map(stage), flatten()),
    fc1: hidden((maps.at(-1) as number) * side * side),
    fc2: hidden(units),
    fc3: dense(units, classes),
  })
}
