/** Convolutions and their transposes of images [n, c, *space]. */
import { naming } from '../error.js'
import { sizeOf } from '../ir/shape.js'
import { conv, type ConvOptions, type Padding } from '../ops/linear.js'
import { convTranspose, type ConvTransposeOptions } from '../ops/convTranspose.js'
import { add } from '../ops/point.js'
import { reshape } from '../ops/shape.js'
import { affine, checkSizes, type Affine, type AffineOptions } from './dense.js'
import { heNormal, zeros } from './initializers.js'
import { statelessLayer, type F32, type Layer } from './module.js'

/** Padding of the ops, or one number for both ends of every axis. */
export type AnyPadding = Padding | number

export interface ConvLayerOptions extends AffineOptions, Omit<ConvOptions, 'padding'> {
  /** Default 'valid'. */
  readonly padding?: AnyPadding
}

export interface ConvTransposeLayerOptions extends ConvLayerOptions {
  /** More elements at the end of each spatial axis, which strides leave open. Default 0. */
  readonly outputPadding?: number | readonly number[]
}

type Window = number | readonly number[]

const windowOf = (op: string, window: Window, rank: number): readonly number[] => {
  const list = typeof window === 'number' ? Array.from({ length: rank }, () => window) : window
  checkSizes(op, Object.fromEntries(list.map((n, d) => [`window[${String(d)}]`, n])))
  checkSizes(op, { [`the number of lengths of a window of rank ${String(rank)}`]: list.length === rank ? rank : NaN })
  return list
}

export const paddingOf = (padding: AnyPadding | undefined, rank: number): Padding =>
  typeof padding === 'number' ? Array.from({ length: rank }, () => [padding, padding] as const) : (padding ?? 'valid')

/** A bias for each channel. */
export const biased = (y: F32, b: F32 | undefined): F32 =>
  b === undefined ? y : add(y, reshape(b, [b.size, ...y.shape.slice(2).map(() => 1)]))

const split = (o: ConvTransposeLayerOptions) => {
  const { bias = true, init = heNormal, biasInit = zeros, padding, ...rest } = o
  return { weights: { bias, init, biasInit }, padding, rest }
}

type Make<O> = (inputs: number, outputs: number, window: Window, options?: O) => Layer<Affine>

/** What a convolution and its transpose differ in: the two first axes of the weights, and the op. */
interface Kind {
  readonly name: string
  readonly channels: (inputs: number, outputs: number, groups: number) => readonly [number, number]
  readonly run: (x: F32, w: F32, options: ConvTransposeOptions) => F32
}

const layerOf =
  <O extends ConvTransposeLayerOptions>({ name, channels, run }: Kind, rank: number): Make<O> =>
  (inputs, outputs, window, options) => {
    const op = `${name}${String(rank)}d`
    const { weights, padding, rest } = split(options ?? {})
    const groups = rest.groups ?? 1
    const size = windowOf(op, window, rank)
    checkSizes(op, { inputs, outputs, groups, 'inputs / groups': inputs / groups, 'outputs / groups': outputs / groups })
    const fan = { in: (inputs / groups) * sizeOf(size), out: (outputs / groups) * sizeOf(size) }
    const shape = [...channels(inputs, outputs, groups), ...size]
    return statelessLayer(
      op,
      (key) => affine(key, shape, outputs, weights, fan),
      ({ w, b }: Affine, x: F32) => naming(op, () => biased(run(x, w, { ...rest, padding: paddingOf(padding, rank) }), b)),
    )
  }

const forward: Kind = { name: 'conv', channels: (inputs, outputs, groups) => [outputs, inputs / groups], run: conv }
const transposed: Kind = {
  name: 'convTranspose',
  channels: (inputs, outputs, groups) => [outputs / groups, inputs],
  run: convTranspose,
}

/**
 * Cross-correlation: [n, inputs, length] to [n, outputs, positions]. Parameters: w [outputs, inputs / groups, *window], b [outputs].
 * Weights begin as `heNormal`. @throws ShapeError where channels, groups or ranks do not fit
 */
export const conv1d: Make<ConvLayerOptions> = layerOf(forward, 1)
/** `conv1d` of images [n, inputs, height, width]. */
export const conv2d: Make<ConvLayerOptions> = layerOf(forward, 2)
/** `conv1d` of volumes [n, inputs, depth, height, width]. */
export const conv3d: Make<ConvLayerOptions> = layerOf(forward, 3)

/**
 * The adjoint of `conv1d`, which upsamples: an axis of length m becomes (m - 1) · stride + (window - 1) · dilation + 1 - padding +
 * outputPadding. Parameters: w [outputs / groups, inputs, *window] (PyTorch's with its first two axes swapped), b [outputs].
 * @throws ShapeError where channels, groups or ranks do not fit
 */
export const convTranspose1d: Make<ConvTransposeLayerOptions> = layerOf(transposed, 1)
/** `convTranspose1d` of images. */
export const convTranspose2d: Make<ConvTransposeLayerOptions> = layerOf(transposed, 2)
/** `convTranspose1d` of volumes. */
export const convTranspose3d: Make<ConvTransposeLayerOptions> = layerOf(transposed, 3)
