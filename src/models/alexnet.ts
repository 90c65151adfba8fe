/** AlexNet (Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012). */
import { UnsupportedError } from '../error.js'
import { named, sequential } from '../nn/combine.js'
import type { ConvLayerOptions } from '../nn/conv.js'
import { dense } from '../nn/dense.js'
import { dropout } from '../nn/dropout.js'
import { heNormal } from '../nn/initializers.js'
import { localResponseNorm } from '../nn/localResponse.js'
import type { AnyModule } from '../nn/module.js'
import { flatten, maxPool } from '../nn/pool.js'
import { relu } from '../ops/point.js'
import { convolutionUnit } from './convolution.js'
import { outputLength, type LayerSize } from './filtering.js'

export interface AlexNetConfig {
  /**
   * '2012', the default: the paper's. '2014': without response normalisation and groups, and with fewer maps, as Krizhevsky has it in "One
   * weird trick": 61,100,840 parameters.
   */
  readonly variant?: '2012' | '2014'
  /**
   * 'response': response normalisation after conv1 and conv2, the default for '2012'. 'batch': batch norm after every convolution, which
   * has no bias then (Ioffe & Szegedy 2015). 'none': the default for '2014'.
   */
  readonly normalize?: 'none' | 'response' | 'batch'
  /** Into which conv2, conv4 and conv5 are divided. Default 2 for '2012', for the paper's two GPUs: 60,965,224 parameters; 62,378,344 with 1. */
  readonly groups?: number
  /** Default 1000. */
  readonly classes?: number
  /** Channels of the images. Default 3. */
  readonly channels?: number
  /** Sides of the images. Default 227, which the paper's 224 must mean for its first layer to fit. */
  readonly size?: number
  /** Maps of the five convolutions. */
  readonly maps?: readonly [number, number, number, number, number]
  /** Of the two hidden dense layers. Default 4096. */
  readonly units?: number
  /** The first convolution. Default 11 × 11 with stride 4, padded by 0 for '2012' and by 2 for '2014'. */
  readonly stem?: LayerSize
  /** Default 0.5. */
  readonly dropoutRate?: number
}

/** Every second pixel from windows that overlap. */
const pooling = { window: 3, strides: 2 } as const
const pooled = (length: number): number => outputLength(length, { kernel: 3, stride: 2 })

/**
 * Images [n, channels, size, size] to logits [n, classes]: five convolutions, three of them pooled, and three dense layers, with ReLU
 * and dropout. Parameters are named conv1 … conv5, fc6 … fc8. With batch norm it is stateful: `stateful` in training, `initState` before it. @throws UnsupportedError for images too small to be pooled three times
 */
export const alexnet = (config: AlexNetConfig = {}) => {
  const original = config.variant !== '2014'
  const { classes = 1000, channels = 3, size = 227, units = 4096, dropoutRate = 0.5, groups = original ? 2 : 1 } = config
  const maps: NonNullable<AlexNetConfig['maps']> = config.maps ?? (original ? [96, 256, 384, 384, 256] : [64, 192, 384, 256, 256])
  const { kernel, stride = 1, padding = 0, dilation = 1 } = config.stem ?? { kernel: 11, stride: 4, padding: original ? 0 : 2 }
  const [a, b, c, d, e] = maps
  const side = pooled(pooled(pooled(outputLength(size, { kernel, stride, padding, dilation }))))
  if (!(side >= 1))
    throw new UnsupportedError({
      op: 'alexnet',
      problem: `of images of ${String(size)} pixels nothing is left`,
      help: 'give larger images, or a stem with a smaller stride',
    })
  const { normalize = original ? 'response' : 'none' } = config
  const response = normalize === 'response' ? [localResponseNorm()] : []
  const convolution = (inputs: number, outputs: number, window: LayerSize['kernel'], options: ConvLayerOptions): readonly AnyModule[] =>
    convolutionUnit(inputs, outputs, window, options, normalize === 'batch' ? {} : undefined)
  const hidden = (inputs: number) => sequential(dropout(dropoutRate), dense(inputs, units, { init: heNormal }), relu)
  return named({
    conv1: sequential(...convolution(channels, a, kernel, { strides: stride, padding, dilation }), ...response, maxPool(pooling)),
    conv2: sequential(...convolution(a, b, 5, { padding: 2, groups }), ...response, maxPool(pooling)),
    conv3: sequential(...convolution(b, c, 3, { padding: 1 })),
    conv4: sequential(...convolution(c, d, 3, { padding: 1, groups })),
    conv5: sequential(...convolution(d, e, 3, { padding: 1, groups }), maxPool(pooling), flatten()),
    fc6: hidden(e * side * side),
    fc7: hidden(units),
    fc8: dense(units, classes),
  })
}
