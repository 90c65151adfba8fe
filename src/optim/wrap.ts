/** Optimisers made of optimisers: for some of the parameters, for several gradients at a time, for scaled losses; and averages. */
import type { Tensor } from '../ir/tensor.js'
import { unflatten } from '../ir/tree.js'
import { full, zeros } from '../ops/creation.js'
import { alikeLeaves, mapTrees, tensorLeaves } from '../ops/leaves.js'
import { add, cast, div, eq, isFinite, logicalAnd, maximum, minimum, mul, where } from '../ops/point.js'
import { all } from '../ops/reduce.js'
import { checkDecay, checkOption, type F32, type Optimizer, type OptimizerState } from './optimizer.js'
import { firstStep, isMasked, nextStep, zerosLike, type Mask } from './rules.js'

type Named = Readonly<Record<string, OptimizerState>>
type Bool = Tensor<readonly number[], 'bool'>

/** One of two trees of one structure, by a bool scalar. */
const choose = <T>(op: string, condition: Bool, yes: T, no: T): T =>
  mapTrees<T>(op, { yes, no }, ([a, b]) => where(condition, a as Tensor, b as Tensor))

/** `inner` for the chosen leaves, whose state it keeps alone; `other` makes the updates of the rest. */
const partly = (
  op: string,
  inner: Optimizer,
  chosen: (path: string, param: Tensor) => boolean,
  other: (grad: Tensor) => Tensor,
): Optimizer => ({
  init: (params) => {
    const { leaves, paths } = tensorLeaves(op, 'params', params)
    return inner.init(leaves.filter((leaf, i) => chosen(paths[i] as string, leaf)))
  },
  update: <P>(grads: P, state: OptimizerState, params: P) => {
    const { flat, rows } = alikeLeaves(op, { params, grads })
    const [values, slopes] = rows as readonly [readonly Tensor[], readonly Tensor[]]
    const is = values.map((leaf, i) => chosen(flat.paths[i] as string, leaf))
    const ours = (xs: readonly Tensor[]): readonly Tensor[] => xs.filter((_, i) => is[i])
    const [updates, next] = inner.update(ours(slopes), state, ours(values))
    const queue = [...updates]
    const merged = slopes.map((g, i) => (is[i] === true ? (queue.shift() as Tensor) : other(g)))
    return [unflatten(flat.tree, merged) as P, next]
  },
})

/** `inner` for the parameters that `mask` chooses; the other gradients are passed on as they are. */
export const masked = (inner: Optimizer, mask: Mask): Optimizer =>
  partly(
    'masked',
    inner,
    (path, p) => isMasked(mask, path, p),
    (g) => g,
  )

/** `inner` for all parameters but those that `mask` chooses: they stay as they are, and have no state. */
export const freeze = (inner: Optimizer, mask: Mask): Optimizer =>
  partly(
    'freeze',
    inner,
    (path, p) => !isMasked(mask, path, p),
    (g) => mul(g, 0),
  )

/** `inner` on the mean of every k gradients, at the k-th; updates are zeros and its state stays as it is in between. */
export const accumulate = (inner: Optimizer, k: number): Optimizer => {
  checkOption('accumulate', 'k', k, Number.isInteger(k) && k > 0, 'give a whole number of steps, 1 or more')
  return {
    init: (params) => ({ count: firstStep(), total: zerosLike('accumulate', params), inner: inner.init(params) }),
    update: <P>(grads: P, state: OptimizerState, params: P) => {
      const before = state as Named
      const { count } = nextStep(before.count)
      const last = eq(count, k)
      const total = mapTrees<P>('accumulate', { grads, total: before.total }, ([g, t]) => add(t as F32, div(g as F32, k)))
      const [updates, next] = inner.update(total, before.inner as OptimizerState, params)
      const nothing = zerosLike('accumulate', updates) as P
      return [
        choose('accumulate', last, updates, nothing),
        {
          count: where(last, 0, count),
          total: choose('accumulate', last, nothing, total) as OptimizerState,
          inner: choose('accumulate', last, next, before.inner as OptimizerState),
        },
      ]
    },
  }
}

export interface LossScaleOptions {
  /** The first scale. Default 2¹⁵. */
  readonly initial?: number
  /** After how many finite steps the scale grows. Default 2000. */
  readonly interval?: number
  /** By what it grows and shrinks. Default 2. */
  readonly factor?: number
}

/** An optimiser for gradients of a scaled loss. */
export interface LossScaled extends Optimizer {
  /** The loss, in f32, times the scale: what to differentiate. */
  readonly scaleLoss: (loss: Tensor, state: OptimizerState) => F32
  /** The scale, f32[]. */
  readonly lossScale: (state: OptimizerState) => F32
}

/** Below 1 there is nothing to gain; 2²⁴ is far beyond what f16 has. */
const scales = [1, 2 ** 24] as const

const nextScale = (scale: F32, good: Tensor, finite: Bool, { interval = 2000, factor = 2 }: LossScaleOptions): Named => {
  const { count } = nextStep(good)
  const grows = logicalAnd(finite, eq(count, interval))
  const changed = where(finite, where(grows, mul(scale, factor), scale), div(scale, factor))
  return { scale: maximum(minimum(changed, scales[1]), scales[0]), good: where(finite, where(grows, 0, count), 0) }
}

/**
 * Mixed precision (Micikevicius et al. 2017): `inner` on gradients of a loss that was scaled, so that small f16 cotangents are not
 * zero. Where a gradient is not finite, the step is skipped (updates are zeros, the state of `inner` stays) and the scale is halved;
 * after `interval` steps that were, it is doubled. PyTorch's `GradScaler`, but for its bounds: the scale stays from 1 to 2²⁴.
 */
export const lossScaled = (inner: Optimizer, options: LossScaleOptions = {}): LossScaled => {
  const { initial = 2 ** 15, interval = 2000, factor = 2 } = options
  checkOption('lossScaled', 'initial', initial, initial >= scales[0] && initial <= scales[1], 'give a scale from 1 to 2²⁴')
  checkOption('lossScaled', 'interval', interval, Number.isInteger(interval) && interval > 0, 'give a whole number of steps, 1 or more')
  checkOption('lossScaled', 'factor', factor, factor > 1, 'give a factor above 1')
  const lossScale = (state: OptimizerState): F32 => (state as Named).scale as F32
  return {
    lossScale,
    scaleLoss: (loss, state) => {
      const exact: F32 = cast(loss, 'f32')
      return mul(exact, lossScale(state))
    },
    init: (params) => ({ scale: full([], initial), good: zeros([], 'i32'), inner: inner.init(params) }),
    update: <P>(grads: P, state: OptimizerState, params: P) => {
      const before = state as Named
      const scale = lossScale(state)
      const leaves = tensorLeaves('lossScaled', 'grads', grads).leaves.map((g): Bool => all(isFinite(g)))
      const finite = leaves.reduce<Bool>((both, leaf) => logicalAnd(both, leaf), full([], true))
      const raw = mapTrees<P>('lossScaled', { grads, params }, ([g, p]) => cast(div(cast(g as Tensor, 'f32'), scale), (p as Tensor).dtype))
      const [updates, next] = inner.update(raw, before.inner as OptimizerState, params)
      return [
        choose('lossScaled', finite, updates, zerosLike('lossScaled', params) as P),
        {
          ...nextScale(scale, before.good as Tensor, finite, options),
          inner: choose('lossScaled', finite, next, before.inner as OptimizerState),
        },
      ]
    },
  }
}

export interface Ema {
  /** The average before the first step: the parameters themselves. */
  readonly init: <P>(params: P) => P
  /** The average after a step that gave these parameters. @throws TraceError where structures differ */
  readonly update: <P>(average: P, params: P) => P
}

/** An exponential moving average of parameters: a ← d a + (1 - d) p. */
export const ema = (decay: number): Ema => {
  checkDecay('ema', 'decay', decay)
  return {
    init: (params) => params,
    update: <P>(average: P, params: P) =>
      mapTrees<P>('ema', { average, params }, ([a, p]) => add(mul(a as F32, decay), mul(p as F32, 1 - decay))),
  }
}
