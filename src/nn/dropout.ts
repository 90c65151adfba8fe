/** Dropout (Srivastava et al. 2014). */
import { UnsupportedError } from '../error.js'
import { full } from '../ops/creation.js'
import { axesOf } from '../ops/operand.js'
import { mul, where } from '../ops/point.js'
import { bernoulli } from '../ops/random.js'
import { keyOf, none, statelessLayer, type F32, type Layer, type None } from './module.js'

export interface DropoutOptions {
  /** Axes along which all elements go together: `[2, 3]` drops whole channels of images. Default none. */
  readonly shared?: readonly number[]
}

/**
 * In training each element is 0 with probability `rate`, and else divided by 1 - rate, so that its mean stays; elsewhere the
 * identity. Needs a key in training. @throws UnsupportedError for a rate outside of [0, 1) @throws TraceError without a key
 */
export const dropout = (rate: number, { shared = [] }: DropoutOptions = {}): Layer<None> => {
  if (!(rate >= 0 && rate < 1))
    throw new UnsupportedError({ op: 'dropout', problem: `a rate of ${String(rate)}`, help: 'give a rate from 0 to below 1' })
  return statelessLayer(
    'dropout',
    () => none,
    (_, x: F32, ctx) => {
      if (ctx.training !== true || rate === 0) return x
      const together = shared.length === 0 ? [] : axesOf('dropout', shared, x)
      const shape = x.shape.map((n, d) => (together.includes(d) ? 1 : n))
      const kept = bernoulli(keyOf('dropout', ctx), 1 - rate, shape)
      return where(kept, mul(x, 1 / (1 - rate)), full([], 0, x.dtype))
    },
  )
}
