/** Local response normalisation (Krizhevsky, Sutskever, Hinton 2012). */
import { shapeError } from '../ir/ops/check.js'
import { avgPool } from '../ops/linear.js'
import { add, div, mul, pow, sqrt, square } from '../ops/point.js'
import { reshape } from '../ops/shape.js'
import { checkSizes } from './dense.js'
import { lambda, type F32, type Layer, type None } from './module.js'

export interface LocalResponseOptions {
  /** n, the channels that are added up. Default 5. */
  readonly size?: number
  /** k. Default 2. */
  readonly k?: number
  /** α. Default 10⁻⁴. Not divided by n, as it is in PyTorch. */
  readonly alpha?: number
  /** β. Default 0.75. */
  readonly beta?: number
}

/** Three quarters, which the papers have, are two roots: quicker, and closer, than a logarithm and an exponential. */
const power = (x: F32, beta: number): F32 => {
  if (beta !== 0.75) return pow(x, beta)
  const root: F32 = sqrt(x)
  return mul(root, sqrt(root))
}

/**
 * bᵢ = aᵢ / (k + α Σⱼ aⱼ²)^β, the sum over the channels from i - ⌊n / 2⌋ to i + ⌊(n - 1) / 2⌋ that there are: [n, c, *space] to the
 * same. @throws ShapeError for what has no channels
 */
export const localResponseNorm = ({ size = 5, k = 2, alpha = 1e-4, beta = 0.75 }: LocalResponseOptions = {}): Layer<None> => {
  checkSizes('localResponseNorm', { size })
  const before = Math.floor(size / 2)
  return lambda((x: F32): F32 => {
    if (x.ndim < 3) throw shapeError('localResponseNorm', 'there are no spatial axes', [x], 'images are [n, c, *space]')
    const [n, c] = x.shape as readonly [number, number, ...number[]]
    // Channels become rows of one plane, so that neighbours are a pool's window.
    const plane: F32 = reshape(square(x), [n, 1, c, -1] as const)
    const means: F32 = avgPool(plane, { window: [size, 1], strides: 1, padding: [[before, size - 1 - before], [0, 0]], countIncludePad: true }) // prettier-ignore
    const sums: F32 = reshape(mul(means, size), x.shape)
    return div(x, power(add(mul(sums, alpha), k), beta))
  }, 'localResponseNorm')
}
