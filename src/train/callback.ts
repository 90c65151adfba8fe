/** What watches a run: values that fold what is measured into a memory of theirs. */

/** Numbers by name, of one step or of an epoch. */
export interface Figures {
  readonly [name: string]: number
}

/** What was measured of one step, counted from 1. */
export interface StepRecord {
  readonly step: number
  /** How much of the data had been seen after it, in epochs. */
  readonly epoch: number
  readonly metrics: Figures
}

/** After an epoch: means of its steps' metrics, and what `evaluate` gave. */
export interface EpochRecord {
  readonly epoch: number
  readonly step: number
  readonly metrics: Figures
  readonly validation: Figures
}

/** A run as it begins. */
export interface Run {
  readonly steps: number
  readonly epochs: number
  readonly stepsPerEpoch: number
  /** Steps done before, by the run that this one continues. */
  readonly resumedAt: number
  readonly device: { readonly kind: string; readonly description: string }
}

/** How fast it goes. The clock stands still while an epoch is evaluated and written. */
export interface Pace {
  readonly examplesPerSecond: number
  readonly secondsLeft: number
}

/**
 * A watcher. Its memory is plain JSON, made anew and never changed, so that it is kept in checkpoints: a run that is resumed goes
 * on as if it had not stopped. Methods are called in the order of the list, one after another.
 */
export interface Callback<M = unknown> {
  /** Under which its memory is kept: another one for each callback of a run. */
  readonly name: string
  readonly init: M
  onStart?(memory: M, run: Run): M | Promise<M>
  /** Some steps at a time, in order: reading each at once would keep the device waiting. */
  onSteps?(memory: M, records: readonly StepRecord[], pace: Pace): M | Promise<M>
  onEpoch?(memory: M, record: EpochRecord): M | Promise<M>
  /** Why the run should end; asked after steps and epochs. */
  stop?(memory: M): string | undefined
  /** However it ended. */
  onEnd?(memory: M): void | Promise<void>
}

/** A figure of an epoch: `validation.name`, else the mean `name` of its steps. */
export const figureOf = ({ metrics, validation }: EpochRecord, name: string): number | undefined =>
  Object.hasOwn(validation, name) ? validation[name] : metrics[name]

/** Whether a figure is better than another by more than `minDelta`. */
export const isBetter = (figure: number, best: number | null, mode: 'min' | 'max', minDelta = 0): boolean =>
  best === null || (mode === 'min' ? figure < best - minDelta : figure > best + minDelta)
