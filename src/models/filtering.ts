/**
 * Filtering of images with a kernel, as the formulas say it. With k = ⌊M/2⌋ and everything outside of the image 0,
 *
 * - correlation (template matching): I'(i, j) = Σₘ Σₙ K(m, n) I(i + m, j + n),
 * - convolution: I'(i, j) = Σₘ Σₙ K(-m, -n) I(i + m, j + n),
 *
 * the sums from -k to k. Both are linear and shift-equivariant, and equal iff K(m, n) = K(-m, -n).
 */
import { ShapeError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { conv } from '../ops/linear.js'
import { abs } from '../ops/point.js'
import { flip, reshape, slice } from '../ops/shape.js'
import { grad } from '../transforms/grad.js'

type F32 = Tensor<Shape, 'f32'>

const checked = (op: string, image: F32, kernel: F32): readonly [number, number] => {
  const [m, n] = kernel.shape
  if (image.ndim >= 2 && kernel.ndim === 2 && m !== undefined && n !== undefined && m % 2 === 1 && n % 2 === 1) return [m, n]
  throw new ShapeError({
    op,
    problem: 'it takes images and one kernel that has a middle',
    facts: [`images: ${showShape(image.shape)}`, `kernel: ${showShape(kernel.shape)}`],
    help: 'give images [..., height, width] and a kernel [M, N] of odd sides',
  })
}

/** The correlation of each image [..., H, W] with a kernel [M, N] of odd sides: of the same shape. @throws ShapeError */
export const correlate2d = (image: F32, kernel: F32): F32 => {
  const [m, n] = checked('correlate2d', image, kernel)
  const [height, width] = image.shape.slice(-2) as [number, number]
  const count = image.size / Math.max(1, height * width)
  const filtered: F32 = conv(reshape(image, [count, 1, height, width] as Shape), reshape(kernel, [1, 1, m, n] as Shape), {
    padding: 'same',
  })
  return reshape(filtered, image.shape)
}

/** The convolution of each image [..., H, W] with a kernel [M, N] of odd sides: of the same shape. @throws ShapeError */
export const convolve2d = (image: F32, kernel: F32): F32 => {
  checked('convolve2d', image, kernel)
  return correlate2d(image, flip(kernel, { axis: [0, 1] }))
}

/** A layer of a convolutional network along one axis. Default: stride 1, no padding, dilation 1. */
export interface LayerSize {
  readonly kernel: number
  readonly stride?: number
  /** On both sides. */
  readonly padding?: number
  readonly dilation?: number
}

/** L_out = ⌊(L_in + 2 · padding - dilation · (kernel - 1) - 1) / stride + 1⌋. */
export const outputLength = (length: number, { kernel, stride = 1, padding = 0, dilation = 1 }: LayerSize): number =>
  Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)

/** Parameters of a convolution with a square window: (k² · C_in + 1) · C_out. */
export const convParameters = (kernel: number, channelsIn: number, channelsOut: number): number =>
  (kernel * kernel * channelsIn + 1) * channelsOut

/**
 * How many inputs along an axis one output of the last layer sees: 1 + Σₗ dₗ (kₗ - 1) Πᵢ₌₁ˡ⁻¹ sᵢ
 * (Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019). Pooling counts as a layer.
 */
export const receptiveField = (layers: readonly LayerSize[]): number =>
  layers.reduce(
    ({ field, jump }, { kernel, stride = 1, dilation = 1 }) => ({ field: field + dilation * (kernel - 1) * jump, jump: jump * stride }),
    { field: 1, jump: 1 },
  ).field

/**
 * |∂f(x)[at] / ∂x|, of the shape of x: how much one element of what f gives depends on each of its inputs. Where it is not 0 is the receptive
 * field, of which most networks use the middle (Luo et al.: Understanding the effective receptive field, 2016).
 * @throws ShapeError where there is no such element
 */
export const sensitivity = (f: (x: F32) => F32, x: F32, at: readonly number[]): F32 =>
  abs(grad((input: F32): F32 => reshape(slice(f(input), at, at.map((i) => i + 1)), []))(x)) // prettier-ignore
