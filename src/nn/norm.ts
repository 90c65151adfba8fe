/** Normalisations: to mean 0 and variance 1 over some axes, then a scale and a shift for each feature. */
import { naming, TraceError } from '../error.js'
import { shapeError } from '../ir/ops/check.js'
import { sameShape } from '../ir/shape.js'
import { full } from '../ops/creation.js'
import { add, cast, mul, rsqrt, square, sub, stopGradient } from '../ops/point.js'
import { mean, variance } from '../ops/reduce.js'
import { reshape } from '../ops/shape.js'
import { checkSizes } from './dense.js'
import { statefulLayer, statelessLayer, type F32, type Layer } from './module.js'

export interface Norm {
  readonly scale: F32
  readonly shift: F32
}

export interface NormOptions {
  /** Added to the variance. Default 10⁻⁵. */
  readonly eps?: number
}

const ones = (shape: readonly number[]): F32 => full(shape, 1)
const zeros = (shape: readonly number[]): F32 => full(shape, 0)

const initNorm = (shape: readonly number[]) => (): Norm => ({ scale: ones(shape), shift: zeros(shape) })

/** (x - μ) / √(v + ε) · scale + shift, f16 by way of f32. */
const normalise = (x: F32, mu: F32, v: F32, { scale, shift }: Norm, eps: number): F32 => {
  const exact: F32 = cast(x, 'f32')
  const normal = mul(sub(exact, mu), rsqrt(add(v, eps)))
  return cast(add(mul(normal, cast(scale, 'f32')), cast(shift, 'f32')), x.dtype)
}

const moments = (x: F32, axis: readonly number[]): readonly [F32, F32] => {
  const exact: F32 = cast(x, 'f32')
  return [mean(exact, { axis, keepDims: true }), variance(exact, { axis, keepDims: true })]
}

/** Statistics of batches so far: f32 [features] each. */
export interface Running {
  readonly mean: F32
  readonly variance: F32
}

/** A value for each channel of x [n, c, *space]. */
const perChannel = (v: F32, x: F32): F32 => reshape(v, [v.size, ...x.shape.slice(2).map(() => 1)])

const channels = ({ scale, shift }: Norm, x: F32): Norm => ({ scale: perChannel(scale, x), shift: perChannel(shift, x) })

/** @throws ShapeError unless x is [n, features, *space] */
const checkChannels = (op: string, x: F32, features: number): void => {
  if (x.ndim >= 2 && x.shape[1] === features) return
  throw shapeError(op, `axis 1 does not have ${String(features)} features`, [x], 'give [n, features, *space]')
}

const checkRunning = (state: Running | undefined): Running => {
  if (state !== undefined) return state
  throw new TraceError({
    op: 'batchNorm',
    problem: 'outside of training it needs the statistics of training, and was given no state',
    help: 'pass them: apply(params, x, { state }), with the state that stateful(params, x, { training: true, state }) gave',
  })
}

/**
 * Batch norm of [n, features, *space] (Ioffe & Szegedy 2015), with PyTorch's conventions. In training by the mean and variance of the
 * batch; `stateful` gives running ones, r ← (1 - momentum) r + momentum · s, of the variance that divides by n - 1. Outside of
 * training by the running ones. Parameters: scale and shift [features]; state: mean and variance [features].
 * @throws ShapeError, or TraceError outside of training without a state
 */
export const batchNorm = (
  features: number,
  { eps = 1e-5, momentum = 0.1 }: NormOptions & { readonly momentum?: number } = {},
): Layer<Norm, Running> => {
  checkSizes('batchNorm', { features })
  const initState = (): Running => ({ mean: zeros([features]), variance: ones([features]) })
  return statefulLayer<Norm, Running, F32, F32>('batchNorm', {
    init: initNorm([features]),
    initState,
    run: (p, x, { training = false, state }) => {
      checkChannels('batchNorm', x, features)
      if (!training) {
        const fixed = checkRunning(state)
        return [normalise(x, perChannel(fixed.mean, x), perChannel(fixed.variance, x), channels(p, x), eps), fixed]
      }
      const [mu, v] = moments(x, [0, ...x.shape.slice(2).map((_, d) => d + 2)])
      return [normalise(x, mu, v, channels(p, x), eps), nextRunning(state ?? initState(), mu, v, x.size / features, momentum)]
    },
  })
}

const nextRunning = (before: Running, mu: F32, v: F32, n: number, momentum: number): Running => {
  const mix = (old: F32, now: F32): F32 => add(mul(old, 1 - momentum), mul(stopGradient(reshape(now, old.shape)), momentum))
  return { mean: mix(before.mean, mu), variance: mix(before.variance, mul(v, n / Math.max(1, n - 1))) }
}

/**
 * Layer norm over the last axes, whose lengths are `shape` (one number for the last alone) (Ba et al. 2016). Parameters: scale and
 * shift of that shape. @throws ShapeError where x does not end with it
 */
export const layerNorm = (shape: number | readonly number[], { eps = 1e-5 }: NormOptions = {}): Layer<Norm> => {
  const last = typeof shape === 'number' ? [shape] : shape
  checkSizes('layerNorm', Object.fromEntries(last.map((n, d) => [`axis ${String(d)}`, n])))
  return statelessLayer('layerNorm', initNorm(last), (p: Norm, x: F32) => {
    if (x.ndim < last.length || !sameShape(x.shape.slice(-last.length), last))
      throw shapeError('layerNorm', `the operand does not end with [${last.join(', ')}]`, [x], 'give the lengths of its last axes')
    const [mu, v] = moments(
      x,
      last.map((_, d) => d - last.length),
    )
    return normalise(x, mu, v, p, eps)
  })
}

/**
 * Group norm of [n, features, *space]: over the space and the channels of each of `groups` groups (Wu & He 2018). Parameters: scale and
 * shift [features]. @throws ShapeError
 */
export const groupNorm = (groups: number, features: number, { eps = 1e-5 }: NormOptions = {}, label = 'groupNorm'): Layer<Norm> => {
  checkSizes(label, { groups, features, 'features / groups': features / groups })
  return statelessLayer(label, initNorm([features]), (p: Norm, x: F32) => {
    checkChannels(label, x, features)
    const grouped: F32 = reshape(x, [x.shape[0] as number, groups, -1])
    const normal = normalise(grouped, ...moments(grouped, [2]), { scale: ones([]), shift: zeros([]) }, eps)
    const { scale, shift } = channels(p, x)
    return naming(label, () => add(mul(reshape(normal, x.shape), scale), shift))
  })
}

/** Instance norm of [n, features, *space]: over the space of each channel (Ulyanov et al. 2016). Parameters as of `groupNorm`. */
export const instanceNorm = (features: number, options: NormOptions = {}): Layer<Norm> =>
  groupNorm(features, features, options, 'instanceNorm')

/** x / √(mean(x²) + ε) · scale over the last axis (Zhang & Sennrich 2019). Parameters: scale [features]. */
export const rmsNorm = (features: number, { eps = 1e-5 }: NormOptions = {}): Layer<Pick<Norm, 'scale'>> => {
  checkSizes('rmsNorm', { features })
  return statelessLayer(
    'rmsNorm',
    () => ({ scale: ones([features]) }),
    ({ scale }: Pick<Norm, 'scale'>, x: F32) => {
      if (x.shape.at(-1) !== features) throw shapeError('rmsNorm', `the last axis is not ${String(features)}`, [x], 'give [..., features]')
      const exact: F32 = cast(x, 'f32')
      const power: F32 = mean(square(exact), { axis: -1, keepDims: true })
      return cast(mul(mul(exact, rsqrt(add(power, eps))), cast(scale, 'f32')), x.dtype)
    },
  )
}
