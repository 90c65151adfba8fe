/** One run of `fit`: what it holds between steps, and its parts. */
import type { BatchSource } from '../data/batches.js'
import type { Device } from '../backends/backend.js'
import { UnsupportedError } from '../error.js'
import type { NDArray } from '../ir/ndarray.js'
import { figureOf, isBetter, type Callback, type EpochRecord, type Figures, type Pace, type Run, type StepRecord } from './callback.js'
import { decodeCheckpoint, encodeCheckpoint, type Progress } from './checkpoint.js'
import { numericError } from './diagnose.js'
import type { CheckpointOptions, Fitted } from './options.js'
import { arraysOf, examplesIn, onHost, readMetrics, stepPrograms, withLeaves, type Any, type Metrics } from './program.js'
import { stopwatch, turn } from './clock.js'

/** The options of `fit`, whose types end here. */
export interface RunOptions {
  readonly step: (...args: never[]) => unknown
  readonly state: unknown
  readonly data: BatchSource<unknown>
  readonly epochs: number
  readonly evaluate?: (state: never) => Promise<Figures>
  readonly callbacks?: readonly Callback[]
  readonly checkpoint?: CheckpointOptions
  readonly device?: Parameters<typeof stepPrograms>[2]
  readonly signal?: AbortSignal
  readonly readEvery?: number
  readonly diagnose?: boolean
}

export interface OpenRun {
  readonly train: () => Promise<void>
  readonly close: () => Promise<void>
  readonly result: () => Fitted<unknown>
}

const checkOptions = ({ epochs, readEvery = 16, callbacks = [], checkpoint }: RunOptions): void => {
  const refuse = (problem: string, help: string): never => {
    throw new UnsupportedError({ op: 'fit', problem, help })
  }
  if (!Number.isInteger(epochs) || epochs < 0)
    refuse(`epochs is ${String(epochs)}`, 'give a whole number; a callback may end the run before')
  if (!Number.isInteger(readEvery) || readEvery < 1) refuse(`readEvery is ${String(readEvery)}`, 'give a whole number of at least 1')
  const every = checkpoint?.every
  if (every !== undefined && !(Number.isInteger(every) && every > 0))
    refuse(`checkpoint.every is ${String(every)}`, 'give a whole number of at least 1')
  const names = callbacks.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) refuse(`two callbacks are called ${twice}`, 'give each a name of its own: their memories are kept by it')
}

const fileName = (checkpoint: CheckpointOptions, suffix = ''): string => `${checkpoint.name ?? 'checkpoint'}${suffix}.safetensors`

interface Begun {
  readonly state: Any
  readonly leaves: readonly NDArray[]
  readonly progress: Progress
}

/** The state and place to begin from: the checkpoint's, if there is one. */
const begin = async ({ state, data, callbacks = [], checkpoint }: RunOptions): Promise<Begun> => {
  const { leaves, paths } = arraysOf(state, 'the state')
  const memories = Object.fromEntries(callbacks.map(({ name, init }) => [name, init]))
  const fresh: Progress = { step: 0, stepsPerEpoch: data.stepsPerEpoch, sums: {}, summed: 0, best: null, callbacks: memories }
  const bytes = checkpoint === undefined || checkpoint.resume === false ? undefined : await checkpoint.store.read(fileName(checkpoint))
  if (bytes === undefined) return { state, leaves: await onHost(state), progress: fresh }
  const { arrays, progress } = decodeCheckpoint(bytes, { paths, types: leaves }, data.stepsPerEpoch)
  return { state: withLeaves(state, arrays), leaves: arrays, progress: { ...progress, callbacks: { ...memories, ...progress.callbacks } } }
}

/** Sums that go on from those of the same epoch. */
const addUp = (progress: Progress, records: readonly StepRecord[]): Progress => {
  const sums = { ...progress.sums }
  for (const { metrics } of records) for (const [name, x] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + x
  return { ...progress, sums, summed: progress.summed + records.length, step: records.at(-1)?.step ?? progress.step }
}

/** Hands something to each callback in turn and keeps what they then remember. */
const tell = async (
  callbacks: readonly Callback[],
  progress: Progress,
  what: (callback: Callback, memory: unknown) => unknown,
): Promise<Progress> => {
  const memories: Record<string, unknown> = { ...progress.callbacks }
  for (const callback of callbacks) memories[callback.name] = await what(callback, memories[callback.name])
  return { ...progress, callbacks: memories }
}

interface Block {
  readonly metrics: readonly Metrics[]
  readonly examples: number
}

/** What a run holds. It changes between steps, and only here. */
interface Held {
  state: Any
  progress: Progress
  /** The last state known to be good, for `diagnose` and for checkpoints. */
  good: { readonly leaves: readonly NDArray[]; readonly step: number }
  /** Steps submitted; those of `progress` have been read, too. */
  done: number
  stopped: string | undefined
  examples: number
  written: number | undefined
}

/** Opens a run: reads the checkpoint, compiles the step for the first batch, tells the callbacks. */
export const openRun = async (options: RunOptions): Promise<OpenRun> => {
  checkOptions(options)
  const { data, epochs, callbacks = [], device = 'auto', signal } = options
  const begun = await begin(options)
  const steps = epochs * data.stepsPerEpoch
  const programOf = stepPrograms(options.step, begun.state, device)
  const batchOf = async (step: number): Promise<Any> => data.at(step)
  const first = begun.progress.step
  const { device: chosen } = await programOf(await batchOf(Math.min(first, Math.max(0, steps - 1))))
  const about: Run = { steps, epochs, stepsPerEpoch: data.stepsPerEpoch, resumedAt: first, device: chosen }
  const held: Held = {
    state: begun.state,
    progress: await tell(callbacks, begun.progress, (callback, memory) =>
      callback.onStart === undefined ? memory : callback.onStart(memory, about),
    ),
    good: { leaves: begun.leaves, step: first },
    done: first,
    stopped: undefined,
    examples: 0,
    written: undefined,
  }
  const parts = {
    options,
    held,
    steps,
    programOf,
    batchOf,
    clock: stopwatch(),
    history: [] as StepRecord[],
    epochRecords: [] as EpochRecord[],
  }
  return {
    train: () => trainAll(parts, signal),
    close: async () => {
      for (const callback of callbacks) await callback.onEnd?.(held.progress.callbacks[callback.name])
    },
    result: () => resultOf(parts, chosen),
  }
}

interface Parts {
  readonly options: RunOptions
  readonly held: Held
  readonly steps: number
  readonly programOf: ReturnType<typeof stepPrograms>
  readonly batchOf: (step: number) => Promise<Any>
  readonly clock: ReturnType<typeof stopwatch>
  readonly history: StepRecord[]
  readonly epochRecords: EpochRecord[]
}

const resultOf = ({ held, history, epochRecords, clock }: Parts, device: Device): Fitted<unknown> => ({
  state: held.state as Fitted<unknown>['state'],
  step: held.done,
  history,
  epochs: epochRecords,
  stopped: held.stopped,
  seconds: clock.seconds(),
  device,
})

/** Some steps in a row, nothing read back. The next batch is gathered while the device works. */
const runBlock = async ({ held, programOf, batchOf }: Parts, to: number, signal: AbortSignal | undefined): Promise<Block> => {
  const metrics: Metrics[] = []
  let examples = 0
  let next = batchOf(held.done)
  while (held.done < to && signal?.aborted !== true) {
    const batch = await next
    const program = await programOf(batch)
    const running = program(held.state, batch)
    if (held.done + 1 < to) {
      next = batchOf(held.done + 1)
      next.catch(() => undefined) // it is told where the batch is awaited
    }
    const [state, measured] = await running
    held.state = state
    held.done++
    metrics.push(measured)
    examples += examplesIn(batch)
    await turn()
  }
  return { metrics, examples }
}

/** Where the loop must have read everything: an epoch's end, or a checkpoint's step. */
const nextHalt = ({ options: { data, checkpoint }, steps }: Parts, done: number): number => {
  const after = (every: number): number => (Math.floor(done / every) + 1) * every
  return Math.min(steps, after(data.stepsPerEpoch), checkpoint?.every === undefined ? Infinity : after(checkpoint.every))
}

const trainAll = async (parts: Parts, signal: AbortSignal | undefined): Promise<void> => {
  const { held, steps, options } = parts
  let reading: Promise<readonly StepRecord[]> = Promise.resolve([])
  while (held.done < steps && held.stopped === undefined && signal?.aborted !== true) {
    const from = held.done
    const halt = nextHalt(parts, from)
    const block = await runBlock(parts, Math.min(halt, from + (options.readEvery ?? 16)), signal)
    // The block before is read only now, while the device works on this one: it never idles for a read.
    await collect(parts, await reading)
    held.examples += block.examples
    reading = readBlock(parts, from, block)
    reading.catch(() => undefined) // it is told where the records are awaited
    if (held.done < halt) continue
    await collect(parts, await reading)
    reading = Promise.resolve([])
    await parts.clock.pause(() => atHalt(parts))
  }
  await collect(parts, await reading)
  if (signal?.aborted === true) held.stopped ??= 'it was aborted'
  await parts.clock.pause(() => save(parts))
}

const readBlock = async ({ options: { data } }: Parts, from: number, { metrics }: Block): Promise<readonly StepRecord[]> =>
  (await readMetrics(metrics)).map((figures, i) => ({ step: from + i + 1, epoch: (from + i + 1) / data.stepsPerEpoch, metrics: figures }))

/** Takes in records: checks them, hands them on, asks whether to stop. */
const collect = async (parts: Parts, records: readonly StepRecord[]): Promise<void> => {
  if (records.length === 0) return
  const { held, options, history } = parts
  const bad = records.find(({ metrics }) => !Number.isFinite(metrics.loss))
  if (bad !== undefined) throw await failure(parts, bad, `the loss is ${String(bad.metrics.loss)}`)
  history.push(...records)
  const pace = paceOf(parts, records)
  held.progress = await tell(options.callbacks ?? [], addUp(held.progress, records), (callback, memory) =>
    callback.onSteps === undefined ? memory : callback.onSteps(memory, records, pace),
  )
  askToStop(parts)
}

const paceOf = ({ held, clock, steps, history }: Parts, records: readonly StepRecord[]): Pace => {
  const seconds = clock.seconds()
  const left = steps - (records.at(-1) as StepRecord).step
  return { examplesPerSecond: held.examples / seconds, secondsLeft: (seconds / history.length) * left }
}

const askToStop = ({ held, options }: Parts): void => {
  for (const callback of options.callbacks ?? []) held.stopped ??= callback.stop?.(held.progress.callbacks[callback.name])
}

const failure = (parts: Parts, bad: StepRecord, problem: string): Promise<Error> => {
  const { held, options, programOf, batchOf } = parts
  const { leaves, step } = held.good
  const rebuild = (arrays: readonly NDArray[]): Any => withLeaves(options.state, arrays)
  const replay = options.diagnose === false ? undefined : { from: leaves, step, rebuild, programOf, batchOf }
  const kept =
    held.written === undefined ? 'no checkpoint was written by this run' : `the checkpoint of step ${String(held.written)} is kept`
  return numericError(problem, bad, replay, kept)
}

/** All steps so far have been read: ends an epoch, writes a checkpoint. */
const atHalt = async (parts: Parts): Promise<void> => {
  const { held, options, epochRecords } = parts
  if (held.done % options.data.stepsPerEpoch === 0) {
    const record = await epochRecord(parts)
    epochRecords.push(record)
    const progress = { ...held.progress, sums: {}, summed: 0 }
    held.progress = await tell(options.callbacks ?? [], progress, (callback, memory) =>
      callback.onEpoch === undefined ? memory : callback.onEpoch(memory, record),
    )
    askToStop(parts)
    await saveBest(parts, record)
  }
  await save(parts)
}

const epochRecord = async ({ held, options }: Parts): Promise<EpochRecord> => {
  const { sums, summed, step } = held.progress
  const metrics = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / summed]))
  const validation = (await options.evaluate?.(held.state as never)) ?? {}
  return { epoch: step / options.data.stepsPerEpoch, step, metrics, validation }
}

const encoded = ({ held, options }: Parts): Uint8Array =>
  encodeCheckpoint({ paths: arraysOf(options.state, 'the state').paths, arrays: held.good.leaves }, held.progress)

const hasNan = ({ dtype, data }: NDArray): boolean => dtype === 'f32' && data.some(Number.isNaN)

/**
 * Copies the state to the host, once for each step at which it is asked for. A state in which a NaN arose is not good, even where
 * the loss before it was finite: it is not kept.
 */
const keepGood = async (parts: Parts): Promise<void> => {
  const { held, history } = parts
  if (held.good.step === held.done) return
  const leaves = await onHost(held.state)
  const last = history.at(-1)
  if (last !== undefined && leaves.some((leaf, i) => hasNan(leaf) && !hasNan(held.good.leaves[i] as NDArray)))
    throw await failure(parts, last, 'the state is NaN')
  held.good = { leaves, step: held.done }
}

const save = async (parts: Parts): Promise<void> => {
  const { held, options } = parts
  if (options.checkpoint === undefined && options.diagnose === false) return
  await keepGood(parts)
  if (options.checkpoint === undefined || held.written === held.done) return
  await options.checkpoint.store.write(fileName(options.checkpoint), encoded(parts))
  held.written = held.done
}

const saveBest = async (parts: Parts, record: EpochRecord): Promise<void> => {
  const { held, options } = parts
  const best = options.checkpoint?.best
  if (options.checkpoint === undefined || best === undefined) return
  const figure = figureOf(record, best.metric)
  if (figure === undefined)
    throw new UnsupportedError({
      op: 'fit',
      problem: `there is no figure '${best.metric}'`,
      help: 'name one that the step or `evaluate` gives',
    })
  if (!isBetter(figure, held.progress.best, best.mode ?? 'min')) return
  held.progress = { ...held.progress, best: figure }
  await keepGood(parts)
  await options.checkpoint.store.write(fileName(options.checkpoint, '.best'), encoded(parts))
}
