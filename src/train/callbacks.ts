import { UnsupportedError } from '../error.js'
import { figureOf, isBetter, type Callback, type EpochRecord } from './callback.js'

export interface EarlyStoppingOptions {
  /** What is watched: of `evaluate`'s figures or of the step's metrics. Default `loss`. */
  readonly metric?: string
  /** How many epochs in a row may bring nothing better. Default 3. */
  readonly patience?: number
  /** By how much a figure must be better to count. Default 0. */
  readonly minDelta?: number
  /** Whether less (default) or more is better. */
  readonly mode?: 'min' | 'max'
}

interface Best {
  readonly best: number | null
  /** Epochs since. */
  readonly waited: number
}

/** Ends a run whose figure has not become better for `patience` epochs. */
export const earlyStopping = ({
  metric = 'loss',
  patience = 3,
  minDelta = 0,
  mode = 'min',
}: EarlyStoppingOptions = {}): Callback<Best> => ({
  name: `earlyStopping(${metric})`,
  init: { best: null, waited: 0 },
  onEpoch: ({ best, waited }, record) => {
    const figure = figureOf(record, metric)
    if (figure === undefined)
      throw new UnsupportedError({
        op: 'earlyStopping',
        problem: `there is no figure '${metric}'`,
        facts: [`there are ${Object.keys({ ...record.metrics, ...record.validation }).join(', ')}`],
        help: 'name one that the step or `evaluate` gives',
      })
    return isBetter(figure, best, mode, minDelta) ? { best: figure, waited: 0 } : { best, waited: waited + 1 }
  },
  stop: ({ best, waited }) => (waited < patience ? undefined : `no better ${metric} than ${String(best)} for ${String(patience)} epochs`),
})

/** Ends a run when `secondsLeft` says that there are none: a budget that is shared with what comes before and after. */
export const timeBudget = (secondsLeft: () => number): Callback<null> => ({
  name: 'timeBudget',
  init: null,
  stop: () => (secondsLeft() > 0 ? undefined : 'the time is up'),
})

/** Calls a function with each epoch's record: for notes, plots and whatever else needs no memory. */
export const onEpoch = (name: string, see: (record: EpochRecord) => void | Promise<void>): Callback<null> => ({
  name,
  init: null,
  onEpoch: async (memory, record) => {
    await see(record)
    return memory
  },
})
