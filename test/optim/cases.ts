/** What PyTorch and the papers' equations give (optimizers.json, by make.py), and the same optimisers here. */
import { readFileSync } from 'node:fs'
import * as fx from '../../src/index.js'
import * as optim from '../../src/optim.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>

export interface Params<T = F32> {
  readonly w: T
  readonly b: T
}

interface Written {
  readonly name: string
  readonly loss: number
  /** After every tenth step: w, then b, flat. */
  readonly params: readonly (readonly number[])[]
}

const data = JSON.parse(readFileSync(new URL('optimizers.json', import.meta.url), 'utf8')) as {
  readonly every: number
  readonly x: number[][]
  readonly y: number[][]
  readonly w: number[][]
  readonly b: number[]
  readonly cases: readonly Written[]
  readonly schedules: Readonly<Record<string, readonly number[]>>
}

export const { cases, schedules, every } = data

const chain = (...parts: readonly optim.Optimizer[]): optim.Optimizer => optim.chain(...parts)

export const optimizers: Readonly<Record<string, optim.Optimizer>> = {
  sgd: optim.sgd(0.5),
  momentum: optim.sgd(0.1, { momentum: 0.9 }),
  nesterov: optim.sgd(0.1, { momentum: 0.9, nesterov: true }),
  'momentum, L2': chain(optim.addDecayedWeights(0.05), optim.sgd(0.1, { momentum: 0.8 })),
  adam: optim.adam(0.01),
  'adam, options': optim.adam(0.02, { b1: 0.8, b2: 0.95, eps: 1e-3 }),
  'adam, L2': chain(optim.addDecayedWeights(0.05), optim.adam(0.01)),
  adamw: optim.adamw(0.01),
  'adamw, some': optim.adamw(0.01, { weightDecay: 0.3, mask: (_, p) => p.ndim > 1 }),
  adagrad: optim.adagrad(0.05),
  'adagrad, initial': optim.adagrad(0.05, { initial: 0.1 }),
  rmsprop: optim.rmsprop(0.003),
  'rmsprop, momentum': optim.rmsprop(0.001, { decay: 0.9, momentum: 0.8 }),
  'rmsprop, centred': optim.rmsprop(0.003, { eps: 1e-2, momentum: 0.5, centered: true }),
  'clip by norm': chain(optim.clipByGlobalNorm(0.05), optim.sgd(0.5, { momentum: 0.5 })),
  'clip by value': chain(optim.clip(0.02), optim.sgd(0.5)),
  'adamw, one cycle': optim.adamw(optim.oneCycleSchedule(0.05, { steps: 101 })),
  'momentum, steps': optim.sgd(optim.stepSchedule(0.3, { every: 20, factor: 0.5 }), { momentum: 0.7 }),
  ema: optim.sgd(0.5),
  lion: optim.lion(0.003, { b1: 0.9, b2: 0.95, weightDecay: 0.1 }),
  lamb: optim.lamb(0.02, { weightDecay: 0.1 }),
  accumulate: optim.accumulate(optim.sgd(0.1, { momentum: 0.9 }), 4),
}

export const scheduled: Readonly<Record<string, optim.Schedule>> = {
  constant: optim.constantSchedule(0.3),
  linear: optim.linearSchedule(0.03, 0.3, 40),
  cosine: optim.cosineSchedule(0.3, 120, 0.01),
  step: optim.stepSchedule(0.3, { every: 7, factor: 0.5 }),
  piecewise: optim.piecewiseSchedule(0.3, [10, 35, 36], 0.3),
  exponential: optim.exponentialSchedule(0.3, 0.97),
  oneCycle: optim.oneCycleSchedule(0.3, { steps: 103 }),
  warmupCosine: optim.warmupCosineSchedule(0.3, { warmup: 20, steps: 90 }),
}

export const start = (): Params => ({ w: fx.constant(data.w), b: fx.constant(data.b) })

export const lossOf = ({ w, b }: Params): F32 =>
  fx.mean(fx.square(fx.sub(fx.tanh(fx.add(fx.matmul(fx.constant(data.x), w), b)), fx.constant(data.y))))

/** Parameters after each of `steps` steps of a rule, as one program: [steps, …]. */
export const trajectory =
  (optimizer: optim.Optimizer, steps = 100, loss: (p: Params) => F32 = lossOf) =>
  (params: Params): Params => {
    const step = ([p, state]: readonly [Params, optim.OptimizerState]) => {
      const [updates, next] = optimizer.update(fx.grad(loss)(p), state, p)
      const after = optim.applyUpdates(p, updates)
      return [[after, next] as const, after] as const
    }
    const [, all] = fx.scan(step, [params, optimizer.init(params)] as const, [] as never, { length: steps })
    return all
  }

/** The average of parameters over a trajectory. */
export const averaged = (decay: number, params: Params, all: Params): Params => {
  const { init, update } = optim.ema(decay)
  const [, means] = fx.scan(
    (mean: Params, p: Params) => {
      const next = update(mean, p)
      return [next, next] as const
    },
    init(params),
    all,
  )
  return means
}

export const startArrays = (): Params<fx.NDArray<'f32'>> => ({ w: fx.ndarray(data.w), b: fx.ndarray(data.b) })

export const specs = [{ w: fx.spec([4, 3]), b: fx.spec([3]) }] as const

/** The largest distance of a trajectory from what was written. */
export const distance = ({ params }: Written, w: fx.NDArray, b: fx.NDArray): number => {
  const row = (i: number): number[] => [...w.data.slice(12 * i, 12 * i + 12), ...b.data.slice(3 * i, 3 * i + 3)]
  const off = params.flatMap((want, k) => row(every * (k + 1) - 1).map((x, j) => Math.abs(x - (want[j] ?? NaN))))
  return Math.max(...off.map((d) => (Number.isNaN(d) ? Infinity : d)))
}
