/** fluxion/nn: layers, losses and initialisers as pure functions on trees of parameters. */
export {
  inside,
  lambda,
  layer,
  type AnyModule,
  type Context,
  type InputOf,
  type Layer,
  type Module,
  type None,
  type Observation,
  type OutputOf,
  type ParamsOf,
  type StateOf,
} from './nn/module.js'
export { map, named, parallel, residual, sequential, type ParamsOfAll, type StatesOfAll } from './nn/combine.js'
export { fanOf, type Fan, type Initializer } from './nn/initializers.js'
export * as initializers from './nn/initializers.js'
export { dense, embedding, type Affine, type AffineOptions, type Table } from './nn/dense.js'
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type AnyPadding,
  type ConvLayerOptions,
  type ConvTransposeLayerOptions,
} from './nn/conv.js'
export {
  avgPool,
  bedOfNails,
  flatten,
  globalAvgPool,
  globalMaxPool,
  maxPool,
  maxPoolWithPositions,
  maxUnpool,
  resizeLinear,
  upsample,
  upsampleNearest,
  type PoolLayerOptions,
  type ResizeOptions,
  type Upsampling,
} from './nn/pool.js'
export { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm, type Norm, type NormOptions, type Running } from './nn/norm.js'
export { localResponseNorm, type LocalResponseOptions } from './nn/localResponse.js'
export { dropout, type DropoutOptions } from './nn/dropout.js'
export {
  bidirectional,
  gruCell,
  leakyCell,
  lstmCell,
  recurrentLayer,
  rnnCell,
  stackedLayer,
  unroll,
  type BidirectionalParams,
  type Cell,
  type CellOptions,
  type GruParams,
  type LstmCarry,
  type LstmOptions,
  type LstmParams,
  type RecurrentOptions,
  type RnnOptions,
  type RnnParams,
  type UnrollOptions,
} from './nn/recurrent.js'
export {
  learnedPositions,
  multiHeadAttention,
  sinusoidalPositions,
  sinusoidalTable,
  type AttentionInputs,
  type AttentionParams,
  type MultiHeadOptions,
} from './nn/attention.js'
export {
  decoderBlock,
  encoderBlock,
  type BlockOptions,
  type DecoderInputs,
  type DecoderParams,
  type EncoderParams,
  type FeedForwardParams,
} from './nn/transformer.js'
export {
  bceWithLogits,
  contrastive,
  crossEntropy,
  entropy,
  focal,
  gaussianNll,
  huber,
  infoNce,
  klDivergence,
  l1Penalty,
  l2Penalty,
  mae,
  mse,
  nll,
  triplet,
  type CrossEntropyOptions,
  type FocalOptions,
  type LossOptions,
} from './nn/losses.js'
export { countParams, freeze, half, maskOf, paths, select, type Selector } from './nn/params.js'
export { summary, type Summary, type SummaryRow } from './nn/summary.js'
