/** fluxion/optim: optimisers as pure functions on trees. */
export { applyUpdates, chain, type Optimizer, type OptimizerState } from './optim/optimizer.js'
export {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  joinSchedules,
  linearSchedule,
  oneCycleSchedule,
  piecewiseSchedule,
  stepSchedule,
  warmupCosineSchedule,
  type OneCycleOptions,
  type Rate,
  type Schedule,
} from './optim/schedules.js'
export {
  addDecayedWeights,
  momentum,
  scale,
  scaleByAdagrad,
  scaleByAdam,
  scaleByLearningRate,
  scaleByLion,
  scaleByRms,
  scaleByTrustRatio,
  type AdamOptions,
  type Mask,
  type MaskTree,
  type RmsOptions,
} from './optim/rules.js'
export { adagrad, adam, adamw, lamb, lion, rmsprop, sgd, type DecayOptions, type SgdOptions } from './optim/optimizers.js'
export { clip, clipByGlobalNorm, globalNorm } from './optim/clip.js'
export { accumulate, ema, freeze, lossScaled, masked, type Ema, type LossScaled, type LossScaleOptions } from './optim/wrap.js'
