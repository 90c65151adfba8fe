/** What convolutional networks are made of. */
import { conv2d, type ConvLayerOptions } from '../nn/conv.js'
import type { AnyModule } from '../nn/module.js'
import { batchNorm, type NormOptions } from '../nn/norm.js'
import { relu } from '../ops/point.js'

/** A convolution and ReLU; with a `norm`, batch norm between them, and no bias (Ioffe & Szegedy 2015). */
export const convolutionUnit = (
  inputs: number,
  outputs: number,
  window: number | readonly number[],
  options: ConvLayerOptions,
  norm: NormOptions | undefined,
): readonly AnyModule[] => [
  conv2d(inputs, outputs, window, { bias: norm === undefined, ...options }),
  ...(norm === undefined ? [] : [batchNorm(outputs, norm)]),
  relu,
]
