/** ONNX's contractions, windows, normalizations and losses. */
import * as fx from '../../src/index.js'
import { list, number, operand, place, text, type Call, type F32, type I32, type Run } from './call.js'

const { add, div, mul, sub, sqrt } = fx
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** [before, after] for every spatial axis of a window over an image; with `ceil_mode`, enough for a last window that is not whole. */
const paddingOf = (call: Call, space: fx.Shape, window: fx.Shape, strides: readonly number[], dilation: readonly number[]) => {
  const auto = text(call, 'auto_pad', 'NOTSET')
  const pads = list(call, 'pads') ?? window.flatMap(() => [0, 0])
  const isCeil = number(call, 'ceil_mode', 0) === 1
  return space.map((n, d): readonly [number, number] => {
    const [stride, reach] = [strides[d]!, (window[d]! - 1) * dilation[d]! + 1]
    if (auto === 'SAME_LOWER') {
      const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + reach - n)
      return [Math.ceil(total / 2), Math.floor(total / 2)]
    }
    const [lo, hi] = [pads[d]!, pads[d + space.length]!]
    const open = (n + lo + hi - reach) % stride
    return [lo, isCeil && open > 0 ? hi + stride - open : hi]
  })
}

const windowOf = (call: Call, space: fx.Shape, window: fx.Shape) => {
  const strides = list(call, 'strides') ?? space.map(() => 1)
  const dilation = list(call, 'dilations') ?? space.map(() => 1)
  const isSame = text(call, 'auto_pad', '') === 'SAME_UPPER'
  return { strides, dilation, padding: isSame ? ('same' as const) : paddingOf(call, space, window, strides, dilation) }
}

const biased = (x: F32, bias: F32 | undefined): F32 =>
  bias === undefined ? x : add(x, fx.reshape(bias, [bias.size, ...x.shape.slice(2).map(() => 1)]))

const conv: Run = (call) => {
  const [x, w] = [operand(call), operand(call, 1)]
  const options = { ...windowOf(call, x.shape.slice(2), w.shape.slice(2)), groups: number(call, 'group', 1) }
  return biased(fx.conv(x, w, options), call.xs[2])
}

/** ONNX's kernels are [c, o / groups, ...], the first two axes of ours the other way round. */
const convTranspose: Run = (call) => {
  const [x, w] = [operand(call), operand(call, 1)]
  const [space, window] = [x.shape.slice(2), w.shape.slice(2)]
  const strides = list(call, 'strides') ?? space.map(() => 1)
  const dilation = list(call, 'dilations') ?? space.map(() => 1)
  const extra = list(call, 'output_padding') ?? space.map(() => 0)
  const full = space.map((n, d) => (n - 1) * strides[d]! + (window[d]! - 1) * dilation[d]! + 1 + extra[d]!)
  const crops = cropsOf(call, full, space, strides)
  const padding = crops.map(([lo, hi]) => [Math.max(0, lo), Math.max(0, hi)] as const)
  const outputPadding = extra.map((n, d) => n + Math.max(0, -crops[d]![0] - crops[d]![1]))
  return biased(
    fx.convTranspose(x, fx.swapAxes(w, 0, 1), { strides, dilation, padding, outputPadding, groups: number(call, 'group', 1) }),
    call.xs[2],
  )
}

/** What is cut off both ends, so that the result has the length asked for, if one is. */
const cropsOf = (call: Call, full: fx.Shape, space: fx.Shape, strides: readonly number[]) => {
  const auto = text(call, 'auto_pad', 'NOTSET')
  const pads = list(call, 'pads') ?? full.flatMap(() => [0, 0])
  const wanted = list(call, 'output_shape') ?? (auto.startsWith('SAME') ? space.map((n, d) => n * strides[d]!) : undefined)
  return full.map((n, d): readonly [number, number] => {
    if (wanted === undefined) return [pads[d]!, pads[d + full.length]!]
    const total = n - wanted[d]!
    if (total < 0) return [0, total]
    return auto === 'SAME_UPPER' ? [Math.floor(total / 2), Math.ceil(total / 2)] : [Math.ceil(total / 2), Math.floor(total / 2)]
  })
}

const pool =
  (f: (x: F32, o: fx.PoolOptions & { readonly countIncludePad: boolean }) => F32): Run =>
  (call) => {
    const x = operand(call)
    const window = list(call, 'kernel_shape')!
    const { strides, padding } = windowOf(call, x.shape.slice(2), window)
    const countIncludePad = number(call, 'count_include_pad', 0) === 1
    return fx.cast(f(fx.cast(x, 'f32'), { window, strides, padding, countIncludePad }), x.dtype)
  }

const globally =
  (f: (x: F32, o: fx.ReduceOptions) => F32): Run =>
  (call) =>
    f(operand(call), { axis: range(2, operand(call).ndim), keepDims: true })

/** Sums over neighbouring channels (Krizhevsky et al. 2012): means of a window along the only spatial axis. */
const localResponse: Run = (call) => {
  const x = operand(call)
  const [n, c, ...space] = x.shape as readonly [number, number, ...number[]]
  const size = number(call, 'size', 1)
  const lines = fx.reshape(fx.moveAxis(fx.square(x), 1, -1), [1, -1, c])
  const padding = [[Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]] as const
  const means = fx.avgPool(lines, { window: size, strides: 1, padding, countIncludePad: true })
  const local = fx.moveAxis(fx.reshape(means, [n, ...space, c]), -1, 1)
  return div(x, fx.pow(add(mul(local, number(call, 'alpha', 1e-4)), number(call, 'bias', 1)), number(call, 'beta', 0.75)))
}

const perChannel = (x: F32, like: F32): F32 =>
  fx.reshape(
    x,
    like.shape.map((n, d) => (d === 1 ? n : 1)),
  )

const scaled = (x: F32, call: Call, scale: F32, shift: F32, mean: F32, variance: F32): F32 =>
  add(mul(div(sub(x, mean), sqrt(add(variance, number(call, 'epsilon', 1e-5)))), scale), shift)

/** Outside of training: with a mean and a variance that are given. */
const batchNorm: Run = (call) => {
  const x = operand(call)
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((i) => perChannel(operand(call, i), x)) as [F32, F32, F32, F32]
  return scaled(x, call, scale, shift, mean, variance)
}

const instanceNorm: Run = (call) => {
  const x = operand(call)
  const options = { axis: range(2, x.ndim), keepDims: true }
  const [scale, shift] = [1, 2].map((i) => perChannel(operand(call, i), x)) as [F32, F32]
  return scaled(x, call, scale, shift, fx.mean(x, options), fx.variance(x, options))
}

const layerNorm: Run = (call) => {
  const x = operand(call)
  const options = { axis: range(place(number(call, 'axis', -1), x.ndim), x.ndim), keepDims: true }
  const [mean, variance] = [fx.mean(x, options), fx.variance(x, options)]
  const y = scaled(x, call, operand(call, 1), call.xs[2] ?? fx.zeros([]), mean, variance)
  return [y, mean, fx.rsqrt(add(variance, number(call, 'epsilon', 1e-5)))].slice(0, call.results)
}

const meanVarianceNorm: Run = (call) => {
  const x = operand(call)
  const options = { axis: list(call, 'axes') ?? [0, 2, 3], keepDims: true }
  return div(sub(x, fx.mean(x, options)), add(fx.std(x, options), 1e-9))
}

const gemm: Run = (call) => {
  const turned = (i: number, name: string): F32 => (number(call, name, 0) === 1 ? fx.transpose(operand(call, i)) : operand(call, i))
  const scaledProduct = mul(fx.matmul(turned(0, 'transA'), turned(1, 'transB')), number(call, 'alpha', 1))
  return call.xs[2] === undefined ? scaledProduct : add(scaledProduct, mul(call.xs[2], number(call, 'beta', 1)))
}

/** Bytes less their zero points: one for a, one for b, or one for each column of b. */
const matmulInteger: Run = (call) => {
  const centred = (i: number): I32 => {
    const [x, zero] = [operand(call, i), call.xs[i + 2]]
    return zero === undefined ? fx.cast(x, 'i32') : sub(fx.cast(x, 'i32'), fx.cast(zero, 'i32'))
  }
  return fx.matmul(centred(0), centred(1))
}

/** Log-probabilities [n, c, ...] at classes [n, ...], weighted, summed up as said; classes to ignore count nothing. */
const losses = (call: Call, scores: F32, classes: I32, weights: F32 | undefined): F32 => {
  const ignored = call.attributes.ignore_index as number | undefined
  const counts = ignored === undefined ? fx.full(classes.shape, true, 'bool') : fx.ne(classes, ignored)
  const safe = fx.where(counts, classes, 0)
  const weight = fx.where(counts, weights === undefined ? fx.ones(classes.shape) : fx.take(weights, safe, { axis: 0 }), 0)
  const picked = fx.squeeze(fx.takeAlongAxis(scores, fx.expandDims(safe, 1), { axis: 1 }), 1)
  const each = mul(fx.neg(picked), weight)
  const reduction = text(call, 'reduction', 'mean')
  if (reduction === 'none') return each
  return reduction === 'sum' ? fx.sum(each) : div(fx.sum(each), fx.sum(weight))
}

const crossEntropy: Run = (call) => {
  const scores = fx.logSoftmax(operand(call), { axis: 1 })
  return [losses(call, scores, fx.cast(operand(call, 1), 'i32'), call.xs[2]), scores].slice(0, call.results)
}

/** 1 at the first of the largest elements along an axis. */
const hardmax: Run = (call) => {
  const x = operand(call)
  const axis = number(call, 'axis', -1)
  return fx.moveAxis(fx.oneHot(fx.argmax(x, { axis }), x.shape.at(axis)!), -1, axis)
}

export const nnOps: Readonly<Record<string, Run>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool((x, o) => fx.maxPool(x, o)),
  AveragePool: pool((x, o) => fx.avgPool(x, o)),
  GlobalMaxPool: globally((x, o) => fx.max(x, o)),
  GlobalAveragePool: globally((x, o) => fx.mean(x, o)),
  LRN: localResponse,
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  MeanVarianceNormalization: meanVarianceNorm,
  MatMul: (call) => fx.matmul(operand(call), operand(call, 1)),
  MatMulInteger: matmulInteger,
  Gemm: gemm,
  Einsum: (call) => fx.einsum(text(call, 'equation', ''), ...(call.xs as readonly F32[])),
  Det: (call) => fx.linalg.det(operand(call)),
  Softmax: (call) => fx.softmax(operand(call), { axis: number(call, 'axis', -1) }),
  LogSoftmax: (call) => fx.logSoftmax(operand(call), { axis: number(call, 'axis', -1) }),
  Hardmax: hardmax,
  NegativeLogLikelihoodLoss: (call) => losses(call, operand(call), fx.cast(operand(call, 1), 'i32'), call.xs[2]),
  SoftmaxCrossEntropyLoss: crossEntropy,
}
