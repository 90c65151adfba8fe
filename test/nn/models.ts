/** The layers and losses that PyTorch was asked for (make.py), by name. */
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>
export type I32 = fx.Tensor<fx.Shape, 'i32'>

/** A function of parameters and inputs to values. */
export type Model = (params: never, ...xs: readonly never[]) => readonly fx.Tensor[]

const one = (m: nn.AnyModule): Model => {
  const { apply } = nn.layer(m) as nn.Layer<unknown, unknown, unknown>
  return (p, x) => [apply(p, x)]
}

const loss =
  (f: (...xs: never[]) => fx.Tensor): Model =>
  (_, ...xs) => [f(...(xs as never[]))]

const labelled = (options: nn.CrossEntropyOptions): Model => loss((z: F32, y: I32) => nn.crossEntropy(z, y, options))

const batch =
  (m: nn.Layer<nn.Norm, nn.Running>): Model =>
  (p: nn.Norm, x: F32, mean: F32, variance: F32) => {
    const [y, state] = m.stateful(p, x, { training: true, state: { mean, variance } })
    return [y, state.mean, state.variance]
  }

const evaluated: Model = (p: nn.Norm, x: F32, mean: F32, variance: F32) => [nn.batchNorm(2).apply(p, x, { state: { mean, variance } })]

const remembered = (x: F32): readonly fx.Tensor[] => {
  const [values, positions] = nn.maxPoolWithPositions(x, { window: 2 })
  return [nn.maxUnpool(fx.mul(values, 2), positions, x.shape.slice(2))]
}

const attending =
  (m: ReturnType<typeof nn.multiHeadAttention>, mask?: readonly (readonly boolean[])[]): Model =>
  (p: nn.AttentionParams, query: F32, memory: F32) => [
    m.apply(p, { query, memory, ...(mask === undefined ? {} : { mask: fx.constant(mask as never, { dtype: 'bool' }) }) }),
  ]

const decoding =
  (m: ReturnType<typeof nn.decoderBlock>): Model =>
  (p: nn.DecoderParams, x: F32, memory: F32) => [m.apply(p, { x, memory })]

const exact = (x: F32): F32 => fx.gelu(x, { approximate: false })

const carried: Model = (p: nn.LstmParams, x: F32, h: F32, c: F32) => {
  const [ys, last] = nn.unroll(nn.lstmCell(3, 2), p, x, { h, c })
  return [ys, last.h, last.c]
}

const pooling = { window: 3, strides: 2, padding: 1 } as const

export const models: Readonly<Record<string, Model>> = {
  dense: one(nn.dense(3, 4)),
  'dense of sequences, without bias': one(nn.dense(3, 4, { bias: false })),
  embedding: one(nn.embedding(6, 3)),
  conv1d: one(nn.conv1d(2, 4, 3, { strides: 2, padding: 1 })),
  conv2d: one(nn.conv2d(2, 4, [3, 2], { dilation: [2, 1], padding: 1, groups: 2 })),
  conv3d: one(nn.conv3d(2, 2, 2)),
  convTranspose1d: one(nn.convTranspose1d(2, 3, 3, { strides: 2, padding: 1, outputPadding: 1 })),
  convTranspose2d: one(nn.convTranspose2d(4, 2, 2, { groups: 2, strides: 2, dilation: 2 })),
  convTranspose3d: one(nn.convTranspose3d(2, 1, 2, { strides: 2 })),
  maxPool: one(nn.maxPool(pooling)),
  avgPool: one(nn.avgPool(pooling)),
  globalAvgPool: one(nn.globalAvgPool()),
  globalMaxPool: one(nn.globalMaxPool()),
  maxPoolWithPositions: (_, x) => nn.maxPoolWithPositions(x, { window: [3, 2], strides: 2, padding: [[1, 1], [0, 0]] }), // prettier-ignore
  'maxPoolWithPositions, 3-D': (_, x) => nn.maxPoolWithPositions(x, { window: 2 }),
  maxUnpool: (_, x) => remembered(x),
  upsampleNearest: one(nn.upsample([2, 3])),
  bilinear: one(nn.upsample(2, { method: 'bilinear' })),
  'bilinear, corners': (_, x) => [nn.resizeLinear(x, [7, 5], { alignCorners: true })],
  'bilinear, smaller': (_, x) => [nn.resizeLinear(x, [3, 2])],
  'linear, 1-D': (_, x) => [nn.resizeLinear(x, [9])],
  trilinear: (_, x) => [nn.resizeLinear(x, [3, 4, 4])],
  'batchNorm, training': batch(nn.batchNorm(3)),
  'batchNorm of images, training': batch(nn.batchNorm(2, { momentum: 0.3 })),
  'batchNorm, evaluation': evaluated,
  layerNorm: one(nn.layerNorm(5)),
  'layerNorm of two axes': one(nn.layerNorm([3, 4], { eps: 1e-3 })),
  groupNorm: one(nn.groupNorm(2, 4)),
  instanceNorm: one(nn.instanceNorm(3)),
  rmsNorm: one(nn.rmsNorm(5)),
  multiHeadAttention: one(nn.multiHeadAttention(6, 2)),
  'multiHeadAttention, causal': one(nn.multiHeadAttention(6, 3, { causal: true })),
  'multiHeadAttention, memory': attending(nn.multiHeadAttention(4, 2, { memoryFeatures: 6 })),
  'multiHeadAttention, mask': attending(nn.multiHeadAttention(4, 2), [[true, false, true], [true, true, false]]), // prettier-ignore
  'encoderBlock, post': one(nn.encoderBlock(4, 2, { hidden: 6, norm: 'post', activation: fx.relu })),
  'encoderBlock, pre': one(nn.encoderBlock(4, 2, { hidden: 6, activation: exact })),
  'encoderBlock, causal': one(nn.encoderBlock(4, 2, { hidden: 6, activation: exact, causal: true })),
  'decoderBlock, pre': decoding(nn.decoderBlock(4, 2, { hidden: 6, activation: fx.relu })),
  'decoderBlock, post': decoding(nn.decoderBlock(4, 2, { hidden: 6, activation: fx.relu, norm: 'post' })),
  rnn: one(nn.recurrentLayer(nn.rnnCell(3, 4))),
  'rnn of relu': one(nn.recurrentLayer(nn.rnnCell(3, 4, { activation: fx.relu }))),
  lstm: one(nn.recurrentLayer(nn.lstmCell(3, 4))),
  gru: one(nn.recurrentLayer(nn.gruCell(3, 4))),
  'gru, last': one(nn.recurrentLayer(nn.gruCell(3, 4), { returns: 'last' })),
  'lstm from a carry': carried,
  'bidirectional lstm': one(nn.bidirectional(nn.lstmCell(3, 2), nn.lstmCell(3, 2))),
  'stacked gru': one(nn.stackedLayer([nn.gruCell(3, 2), nn.gruCell(2, 2)])),
  mse: loss((x: F32, y: F32) => nn.mse(x, y)),
  'mse, sum': loss((x: F32, y: F32) => nn.mse(x, y, { reduction: 'sum' })),
  'mse, none': loss((x: F32, y: F32) => nn.mse(x, y, { reduction: 'none' })),
  mae: loss((x: F32, y: F32) => nn.mae(x, y)),
  huber: loss((x: F32, y: F32) => nn.huber(x, y, { delta: 0.4 })),
  crossEntropy: labelled({}),
  'crossEntropy of sequences': labelled({}),
  'crossEntropy of probabilities': labelled({}),
  'crossEntropy, smoothed': labelled({ smoothing: 0.1 }),
  'crossEntropy, ignoring': labelled({ ignore: 3 }),
  nll: loss((z: F32, y: I32) => nn.nll(z, y)),
  bceWithLogits: loss((z: F32, y: F32) => nn.bceWithLogits(z, y)),
  'bceWithLogits, weighted': loss((z: F32, y: F32) => nn.bceWithLogits(z, y, { positiveWeight: 2.5 })),
  klDivergence: loss((a: F32, b: F32) => nn.klDivergence(fx.logSoftmax(a), fx.logSoftmax(b))),
  entropy: loss((z: F32) => nn.entropy(z)),
  gaussianNll: loss((m: F32, v: F32, x: F32) => nn.gaussianNll(m, v, x)),
  focal: loss((z: F32, y: F32) => nn.focal(z, y, { alpha: 0.25 })),
  contrastive: loss((a: F32, b: F32, same: F32) => nn.contrastive(a, b, same, { margin: 1.5 })),
  triplet: loss((a: F32, b: F32, c: F32) => nn.triplet(a, b, c, { margin: 0.7 })),
  infoNce: loss((a: F32, b: F32) => nn.infoNce(a, b, { temperature: 0.5 })),
}
