/**
 * Learning rates as functions of the step, counted from 0: an f32 scalar to an f32 scalar, so that a schedule is part of the program
 * and one program serves every step.
 */
import { UnsupportedError } from '../error.js'
import { full } from '../ops/creation.js'
import { add, cos, div, exp, floor, ge, mul, minimum, maximum, sub, where } from '../ops/point.js'
import { checkOption, type F32 } from './optimizer.js'

export type Schedule = (step: F32) => F32

/** A learning rate: a number, or a schedule. */
export type Rate = number | Schedule

const checkSteps = (op: string, name: string, steps: number): void => {
  checkOption(op, name, steps, Number.isInteger(steps) && steps > 0, 'give a whole number of steps, 1 or more')
}

/** The same at every step. */
export const constantSchedule =
  (value: number): Schedule =>
  () =>
    full([], value)

export const scheduleOf = (rate: Rate): Schedule => (typeof rate === 'number' ? constantSchedule(rate) : rate)

/** step / steps, no more than 1 and no less than 0. */
const progress = (step: F32, steps: number): F32 => minimum(maximum(div(step, steps), 0), 1)

/** From `init` to `end` in equal steps, then `end`. */
export const linearSchedule = (init: number, end: number, steps: number): Schedule => {
  checkSteps('linearSchedule', 'steps', steps)
  return (step) => add(mul(progress(step, steps), end - init), init)
}

/** end + (init - end) (1 + cos(π p)) / 2 at the fraction p of the way. */
const cosineAt = (p: F32, init: number, end: number): F32 => add(mul(add(cos(mul(p, Math.PI)), 1), (init - end) / 2), end)

/** From `init` along half a cosine to `end` (0) after `steps`, then `end` (Loshchilov & Hutter 2016, without restarts). */
export const cosineSchedule = (init: number, steps: number, end = 0): Schedule => {
  checkSteps('cosineSchedule', 'steps', steps)
  return (step) => cosineAt(progress(step, steps), init, end)
}

/** init · factor^⌊step / every⌋. */
export const stepSchedule = (init: number, { every, factor = 0.1 }: { readonly every: number; readonly factor?: number }): Schedule => {
  checkSteps('stepSchedule', 'every', every)
  checkOption('stepSchedule', 'factor', factor, factor > 0, 'give a factor above 0')
  // Half a step more: a quotient that rounds down would come a step late.
  return (step) => mul(exp(mul(floor(div(add(step, 0.5), every)), Math.log(factor))), init)
}

/** init · factorᵏ after k of the boundaries are reached. */
export const piecewiseSchedule = (init: number, boundaries: readonly number[], factor = 0.1): Schedule => {
  checkBoundaries('piecewiseSchedule', boundaries)
  return (step) => boundaries.reduce<F32>((rate, at) => mul(rate, where(ge(step, at), factor, 1)), full([], init))
}

/** init · decay^(step / steps), continuously. */
export const exponentialSchedule = (init: number, decay: number, steps = 1): Schedule => {
  checkSteps('exponentialSchedule', 'steps', steps)
  checkOption('exponentialSchedule', 'decay', decay, decay > 0, 'give a decay above 0')
  return (step) => mul(exp(mul(step, Math.log(decay) / steps)), init)
}

const checkBoundaries = (op: string, boundaries: readonly number[]): void => {
  if (boundaries.every((at, i) => Number.isInteger(at) && at > (boundaries[i - 1] ?? 0))) return
  throw new UnsupportedError({ op, problem: `the boundaries are [${boundaries.join(', ')}]`, help: 'give whole numbers that rise, from 1' })
}

/** Schedules one after another: the next begins, from its own step 0, at each boundary. @throws UnsupportedError unless there is one boundary less */
export const joinSchedules = (schedules: readonly Schedule[], boundaries: readonly number[]): Schedule => {
  checkBoundaries('joinSchedules', boundaries)
  const [first, ...rest] = schedules
  if (first === undefined || rest.length !== boundaries.length)
    throw new UnsupportedError({
      op: 'joinSchedules',
      problem: `${String(schedules.length)} schedules and ${String(boundaries.length)} boundaries`,
      help: 'give one boundary between each two schedules',
    })
  return (step) =>
    rest.reduce((before, schedule, i) => {
      const at = boundaries[i] as number
      return where(ge(step, at), schedule(sub(step, at)), before)
    }, first(step))
}

/** Linear from `start` (0) to `peak` over `warmup` steps, then a cosine to `end` (0) at step `steps`. */
export const warmupCosineSchedule = (
  peak: number,
  {
    warmup,
    steps,
    start = 0,
    end = 0,
  }: { readonly warmup: number; readonly steps: number; readonly start?: number; readonly end?: number },
): Schedule => {
  checkSteps('warmupCosineSchedule', 'warmup', warmup)
  checkOption(
    'warmupCosineSchedule',
    'steps',
    steps,
    Number.isInteger(steps) && steps > warmup,
    'give more steps than those of the warm-up',
  )
  return joinSchedules([linearSchedule(start, peak, warmup), cosineSchedule(peak, steps - warmup, end)], [warmup])
}

export interface OneCycleOptions {
  /** Steps of the whole cycle. */
  readonly steps: number
  /** The fraction of them that rises. Default 0.3. */
  readonly rise?: number
  /** The first rate is the peak divided by this. Default 25. */
  readonly divide?: number
  /** The last rate is the first divided by this. Default 10⁴. */
  readonly divideEnd?: number
}

/** Up and down along cosines, once (Smith & Topin 2017; the formula is that of PyTorch's `OneCycleLR`). */
export const oneCycleSchedule = (peak: number, { steps, rise = 0.3, divide = 25, divideEnd = 1e4 }: OneCycleOptions): Schedule => {
  checkSteps('oneCycleSchedule', 'steps', steps)
  const top = rise * steps - 1
  checkOption('oneCycleSchedule', 'rise', rise, rise < 1 && top > 0, 'give a fraction below 1 that has more than one step')
  const [first, last] = [peak / divide, peak / divide / divideEnd]
  const length = steps - 1 - top
  return (step) =>
    where(ge(step, top), cosineAt(minimum(div(sub(step, top), length), 1), peak, last), cosineAt(minimum(div(step, top), 1), first, peak))
}
