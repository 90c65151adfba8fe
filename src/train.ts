/** fluxion/train: a loop around a pure step, what watches it, and where it keeps what it has. */
export { fit, type FitOptions, type StepMetrics } from './train/fit.js'
export type { CheckpointOptions, Fitted } from './train/options.js'
export {
  figureOf,
  isBetter,
  type Callback,
  type EpochRecord,
  type Figures,
  type Pace,
  type Run,
  type StepRecord,
} from './train/callback.js'
export { earlyStopping, onEpoch, timeBudget, type EarlyStoppingOptions } from './train/callbacks.js'
export { csvLog, tensorboardLog, type TensorboardOptions } from './train/logs.js'
export { curvesSvg, plotLog } from './train/plot.js'
export { memoryStore, type Store } from './train/store.js'
export { describeProgress, showTime } from './train/text.js'
