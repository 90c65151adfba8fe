import { setImmediate } from 'node:timers/promises'
import type * as fx from '../../src/index.js'
import { stopwatch } from '../../src/train/clock.js'
import type { AdamState } from '../lib/adam.js'
import type { Batches } from '../lib/batches.js'
import { gather, type Digits } from '../lib/mnist.js'
import type { Status } from '../lib/progress.js'
import { batchSize } from './model.js'

/** Loss and accuracy of one step's batch. `epoch` is how much of the data had been seen, in epochs. */
export interface Point {
  readonly step: number
  readonly epoch: number
  readonly loss: number
  readonly accuracy: number
}

/** The state on its device, or at first on the host. */
export type State = AdamState<fx.NDArray<'f32'>> | AdamState<fx.DeviceArray<'f32'>>

interface Metrics {
  readonly loss: fx.DeviceArray<'f32'>
  readonly accuracy: fx.DeviceArray<'f32'>
}

/** The compiled train step. */
export type Step = (state: State, batch: ReturnType<typeof gather>) => Promise<readonly [AdamState<fx.DeviceArray<'f32'>>, Metrics]>

export interface Training {
  readonly step: Step
  readonly state: State
  readonly digits: Digits
  readonly batches: Batches
  readonly signal: AbortSignal
  readonly onStatus: (status: Status) => void
  /** Called with the state after each whole epoch. The clock stands still meanwhile. */
  readonly onEpoch: (state: State, step: number) => Promise<void>
}

export interface Trained {
  readonly state: State
  /** Steps done: fewer than asked for after an interruption. */
  readonly step: number
  readonly curve: readonly Point[]
  readonly seconds: number
}

/** Steps between two reads of the loss: few, so the device is not waited for; many enough for a live line. */
const readEvery = 16

/** Reads many small results in one turn of the event loop, which is one copy from the device. */
const readPoints = async (first: number, metrics: readonly Metrics[], count: number): Promise<Point[]> => {
  const values = await Promise.all(metrics.map(({ loss, accuracy }) => Promise.all([loss.item(), accuracy.item()])))
  return values.map(([loss, accuracy], i) => ({
    step: first + i,
    epoch: ((first + i) * batchSize) / count,
    loss: loss,
    accuracy: accuracy,
  }))
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

const statusOf = (points: readonly Point[], steps: number, seconds: number): Status => {
  const { step, epoch } = points[points.length - 1] as Point
  return {
    step,
    epoch: 1 + Math.floor((epoch * (step - 1)) / step),
    loss: meanOf(points.map((p) => p.loss)),
    accuracy: meanOf(points.map((p) => p.accuracy)),
    imagesPerSecond: (step * batchSize) / seconds,
    secondsLeft: (seconds / step) * (steps - step),
  }
}

/** The step after which the epoch that `step` is in has been seen whole. */
const endOfEpoch = (step: number, count: number): number => {
  const epoch = Math.floor((step * batchSize) / count) + 1
  return Math.ceil((epoch * count) / batchSize)
}

interface Block {
  readonly state: State
  readonly metrics: readonly Metrics[]
}

/** Some steps in a row, nothing read back. Stops early at an interruption. */
const runBlock = async ({ step, digits, batches, signal }: Training, first: State, from: number, to: number): Promise<Block> => {
  const metrics: Metrics[] = []
  let state = first
  for (let i = from; i < to && !signal.aborted; i++) {
    const [next, measured] = await step(state, gather(digits, batches.at(i)))
    state = next
    metrics.push(measured)
    await setImmediate() // lets signals and the timer of the live line in
  }
  return { state, metrics }
}

/** Trains to the end, or to the first sign of an interruption. */
export const train = async (training: Training): Promise<Trained> => {
  const {
    digits,
    signal,
    onStatus,
    onEpoch,
    batches: { steps },
  } = training
  const clock = stopwatch()
  const interrupted = (): boolean => signal.aborted
  const curve: Point[] = []
  const collect = (points: readonly Point[]): void => {
    if (points.length === 0) return
    curve.push(...points)
    onStatus(statusOf(points, steps, clock.seconds()))
  }
  let state = training.state
  let done = 0
  let reading: Promise<Point[]> = Promise.resolve([])
  while (done < steps && !interrupted()) {
    const epochEnd = Math.min(steps, endOfEpoch(done, digits.count))
    const block = await runBlock(training, state, done, Math.min(epochEnd, done + readEvery))
    // The block before is awaited only now, while the device works on this one: it never idles for a read.
    collect(await reading)
    reading = readPoints(done + 1, block.metrics, digits.count)
    done += block.metrics.length
    state = block.state
    if (done < epochEnd || interrupted()) continue
    collect(await reading)
    reading = Promise.resolve([])
    await clock.pause(() => onEpoch(block.state, done))
  }
  collect(await reading)
  return { state, curve, step: done, seconds: clock.seconds() }
}
