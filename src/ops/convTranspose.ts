/** The transpose of a convolution: what upsamples. */
import { ShapeError } from '../error.js'
import type { FloatType } from '../ir/dtype.js'
import { checkSameDType, checkTakes, shapeError } from '../ir/ops/check.js'
import { range, type Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { perAxis, type ConvOptions, type Padding } from './linear.js'
import { flip, reshape, swapAxes } from './shape.js'
import type { ChannelsBack, ConvTransposed } from './types/window.js'

export interface ConvTransposeOptions extends ConvOptions {
  /** More elements at the end of each spatial axis, which `strides` leaves open. Default 0. */
  readonly outputPadding?: number | readonly number[]
}

/** The kernel as the core op takes it, [groups, o / groups, c / groups, *window], from either form. */
const groupedKernel = (w: Tensor, c: number, groups: number): Tensor => {
  const [first, second, ...window] = w.shape as readonly [number, number, ...number[]]
  if (second === c) return swapAxes(reshape(w, [first, groups, c / groups, ...window]), 0, 1)
  return reshape(w, [groups, first / groups, second, ...window])
}

const checkKernel = (x: Tensor, w: Tensor, groups: number): void => {
  if (x.ndim < 3 || w.ndim !== x.ndim)
    throw shapeError('convTranspose', 'the ranks do not fit', [x, w], 'images are [n, c, *space], kernels [o / groups, c, *window]')
  const [c, o, given] = [x.shape[1] as number, w.shape[0] as number, w.shape[1] as number]
  if (!Number.isInteger(groups) || groups < 1 || c % groups !== 0)
    throw shapeError(
      'convTranspose',
      `channels do not divide into ${String(groups)} groups`,
      [x, w],
      'the channels (axis 1 of images) must be a multiple of groups',
    )
  if (given !== c && (given * groups !== c || o % groups !== 0))
    throw shapeError(
      'convTranspose',
      `images have ${String(c)} channels, kernels take ${String(given)}`,
      [x, w],
      'kernels are [o / groups, c, *window], or [o, c / groups, *window]',
    )
}

const extrasOf = (value: number | readonly number[], n: number): readonly number[] => {
  const list = typeof value === 'number' ? range(n).map(() => value) : value
  if (list.length === n && list.every((v) => Number.isInteger(v) && v >= 0)) return list
  throw new ShapeError({
    op: 'convTranspose',
    problem: `outputPadding is [${list.join(', ')}]`,
    help: `give one whole number from 0, or one for each of the ${String(n)} spatial axes`,
  })
}

/** What is cut off [before, after] the full result on every axis; 'same' makes the result stride times as long as x. */
const cropsOf = (padding: Padding, reach: readonly number[], strides: readonly number[]): readonly (readonly [number, number])[] => {
  if (padding === 'valid') return reach.map(() => [0, 0])
  if (padding === 'same')
    return reach.map((n, d) => {
      const total = n - (strides[d] as number)
      const low = Math.max(0, Math.floor(total / 2))
      return [low, total - low]
    })
  if (typeof padding === 'object' && padding.length === reach.length && padding.flat().every((v) => Number.isInteger(v) && v >= 0))
    return padding
  throw new ShapeError({
    op: 'convTranspose',
    problem: `padding is ${JSON.stringify(padding)}`,
    help: `use 'same', 'valid', or [before, after] for each of the ${String(reach.length)} spatial axes`,
  })
}

/**
 * The adjoint of `conv` with respect to its input, for the kernel with its first two axes swapped: images [n, c, *space] and
 * kernels [o / groups, c, *window] (or [o, c / groups, *window]) to [n, o, *positions]. It is PyTorch's
 * `conv_transpose(x, w.transpose(0, 1))`. An axis of length m becomes (m - 1) · stride + (window - 1) · dilation + 1 - padding +
 * outputPadding: `padding` crops; 'same' gives m · stride. @throws ShapeError where ranks, channels or groups do not fit
 */
export const convTranspose = <
  D extends FloatType,
  X extends Shape,
  W extends Shape,
  const O extends ConvTransposeOptions = Readonly<Record<never, never>>,
>(
  x: Tensor<X, D>,
  w: Tensor<W, NoInfer<D>> & ChannelsBack<X, W, O>,
  given?: O,
): Tensor<ConvTransposed<X, W, O>, D> => {
  const options: ConvTransposeOptions = given ?? {}
  const [input, kernel]: readonly [Tensor, Tensor] = [x, w]
  checkTakes('convTranspose', 'float', [input, kernel])
  checkSameDType('convTranspose', [input, kernel])
  const groups = options.groups ?? 1
  checkKernel(input, kernel, groups)
  const [n = 0, c = 0, ...space] = input.shape
  const strides = perAxis('convTranspose', 'strides', options.strides ?? 1, space.length)
  const dilation = perAxis('convTranspose', 'dilation', options.dilation ?? 1, space.length)
  const extra = extrasOf(options.outputPadding ?? 0, space.length)
  const reach = kernel.shape.slice(2).map((k, d) => (k - 1) * (dilation[d] as number) + 1)
  const crops = cropsOf(options.padding ?? 'valid', reach, strides)
  const flipped = flip(groupedKernel(kernel, c, groups), { axis: space.map((_, d) => d + 3) })
  const grouped = apply('conv', [reshape(input, [n, groups, c / groups, ...space]), flipped], {
    strides: space.map(() => 1),
    dilation,
    low: reach.map((k, d) => k - 1 - (crops[d]?.[0] as number)),
    high: reach.map((k, d) => k - 1 - (crops[d]?.[1] as number) + (extra[d] as number)),
    inputDilation: strides,
  })
  return typed(reshape(grouped, [n, (grouped.shape[2] as number) * groups, ...grouped.shape.slice(3)]))
}
