/** The ops that PyTorch was asked (make.py), under the same names and options, by fluxion. */
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

/** Options as they stand in the data; each op knows its own. */
export type Options = Readonly<Record<string, unknown>>

type Run = (xs: readonly fx.Tensor[], o: Options) => fx.Tensor

type Of<T> = (xs: readonly F32[], o: T) => fx.Tensor

/** An op on floats with its options' type. */
const op = <T = Options>(f: Of<T>): Run => f as unknown as Run

const unary = (f: (x: F32) => fx.Tensor): Run => op(([x]) => f(x!))
const binary = (f: (x: F32, y: F32) => fx.Tensor): Run => op(([x, y]) => f(x!, y!))

const unaryOps = {
  neg: fx.neg,
  abs: fx.abs,
  sign: fx.sign,
  exp: fx.exp,
  expm1: fx.expm1,
  log: fx.log,
  log1p: fx.log1p,
  sqrt: fx.sqrt,
  rsqrt: fx.rsqrt,
  square: fx.square,
  reciprocal: fx.reciprocal,
  sin: fx.sin,
  cos: fx.cos,
  tan: fx.tan,
  asin: fx.asin,
  acos: fx.acos,
  atan: fx.atan,
  sinh: fx.sinh,
  cosh: fx.cosh,
  tanh: fx.tanh,
  sigmoid: fx.sigmoid,
  relu: fx.relu,
  silu: fx.silu,
  softplus: fx.softplus,
  erf: fx.erf,
  floor: fx.floor,
  ceil: fx.ceil,
  round: fx.round,
  squeeze: fx.squeeze,
  logicalNot: fx.logicalNot,
  isNan: fx.isNan,
  isFinite: fx.isFinite,
} as unknown as Readonly<Record<string, (x: F32) => fx.Tensor>>

const binaryOps = {
  add: fx.add,
  sub: fx.sub,
  mul: fx.mul,
  div: fx.div,
  pow: fx.pow,
  maximum: fx.maximum,
  minimum: fx.minimum,
  atan2: fx.atan2,
  mod: fx.mod,
  eq: fx.eq,
  ne: fx.ne,
  lt: fx.lt,
  le: fx.le,
  gt: fx.gt,
  ge: fx.ge,
  logicalAnd: fx.logicalAnd,
  logicalOr: fx.logicalOr,
  logicalXor: fx.logicalXor,
  bitAnd: fx.bitAnd,
  bitOr: fx.bitOr,
  bitXor: fx.bitXor,
  shiftLeft: fx.shiftLeft,
  shiftRight: fx.shiftRight,
  matmul: fx.matmul,
  dot: fx.dot,
} as unknown as Readonly<Record<string, (x: F32, y: F32) => fx.Tensor>>

/** Ops of one tensor whose options are an object in fluxion, too. */
const withOptions = {
  sum: fx.sum,
  mean: fx.mean,
  max: fx.max,
  min: fx.min,
  variance: fx.variance,
  std: fx.std,
  norm: fx.norm,
  logsumexp: fx.logsumexp,
  prod: fx.prod,
  argmax: fx.argmax,
  argmin: fx.argmin,
  softmax: fx.softmax,
  logSoftmax: fx.logSoftmax,
  cumsum: fx.cumsum,
  cumprod: fx.cumprod,
  cummax: fx.cummax,
  sort: fx.sort,
  argsort: fx.argsort,
  gelu: fx.gelu,
  any: fx.any,
  all: fx.all,
  flip: fx.flip,
  maxPool: fx.maxPool,
  avgPool: fx.avgPool,
} as unknown as Readonly<Record<string, (x: F32, o: Options) => fx.Tensor>>

interface Axis {
  readonly axis: number
}
interface Shaped {
  readonly shape: fx.Shape
}
interface Box {
  readonly starts: readonly number[]
  readonly limits: readonly number[]
  readonly strides: readonly number[]
}
type Widths = readonly (readonly [number, number])[]

/** What an op of no arguments is made by. */
const created = <T>(f: (o: T) => fx.Tensor): Run => op<T>((_, o) => f(o))

interface Typed {
  readonly dtype: fx.DType
}
interface Span {
  readonly start: number
  readonly stop: number
}

const creation: Readonly<Record<string, Run>> = {
  zeros: created<Shaped & Typed>((o) => fx.zeros(o.shape, o.dtype)),
  ones: created<Shaped & Typed>((o) => fx.ones(o.shape, o.dtype)),
  full: created<Shaped & Typed & { readonly value: number }>((o) => fx.full(o.shape, o.value, o.dtype)),
  constant: created<Typed & { readonly value: fx.Nested }>((o) => fx.constant(o.value, o)),
  arange: created<Span & { readonly step: number }>((o) => fx.arange(o.start, o.stop, o.step)),
  linspace: created<Span & { readonly num: number }>((o) => fx.linspace(o.start, o.stop, o.num)),
  eye: created<{ readonly n: number; readonly m: number; readonly k: number }>((o) => fx.eye(o.n, o.m, o)),
  iota: created<Shaped & Axis>((o) => fx.iota(o.shape, o)),
}

const others: Readonly<Record<string, Run>> = {
  bitcast: op<Typed>(([x], o) => fx.bitcast(x!, o.dtype)),
  stopGradient: op(([x]) => mul(fx.stopGradient(x!), x!)),
  topKIndices: op<{ readonly k: number }>(([x], o) => fx.topK(x!, o.k)[1]),
  leakyRelu: op<{ readonly slope: number }>(([x], o) => fx.leakyRelu(x!, o.slope)),
  elu: op<{ readonly alpha: number }>(([x], o) => fx.elu(x!, o.alpha)),
  clamp: op<{ readonly lo: number; readonly hi: number }>(([x], o) => fx.clamp(x!, o.lo, o.hi)),
  where: ([c, x, y]) => fx.where(c as fx.Tensor<fx.Shape, 'bool'>, x as F32, y as F32),
  oneHot: ([i], o) => fx.oneHot(i as I32, o.depth as number),
  cast: ([x], o) => fx.cast(x!, o.dtype as fx.DType),
  topK: op<{ readonly k: number }>(([x], o) => fx.topK(x!, o.k)[0]),
  reshape: op<Shaped>(([x], o) => fx.reshape(x!, o.shape)),
  transpose: op<{ readonly perm: readonly number[] }>(([x], o) => fx.transpose(x!, o.perm)),
  swapAxes: op<{ readonly a: number; readonly b: number }>(([x], o) => fx.swapAxes(x!, o.a, o.b)),
  moveAxis: op<{ readonly from: number; readonly to: number }>(([x], o) => fx.moveAxis(x!, o.from, o.to)),
  expandDims: op<Axis>(([x], o) => fx.expandDims(x!, o.axis)),
  broadcastTo: op<Shaped>(([x], o) => fx.broadcastTo(x!, o.shape)),
  concat: op<Axis>((xs, o) => fx.concat(xs, o)),
  stack: op<Axis>((xs, o) => fx.stack(xs, o)),
  split: op<Axis & { readonly sizes: readonly number[]; readonly piece: number }>(([x], o) => fx.split(x!, o.sizes, o)[o.piece]!),
  slice: op<Box>(([x], o) => fx.slice(x!, o.starts, o.limits, o.strides)),
  pad: op<{ readonly widths: Widths; readonly value: number }>(([x], o) => fx.pad(x!, o.widths, o.value)),
  tile: op<{ readonly reps: readonly number[] }>(([x], o) => fx.tile(x!, o.reps)),
  repeat: op<Axis & { readonly n: number }>(([x], o) => fx.repeat(x!, o.n, o)),
  roll: op<Axis & { readonly shift: number }>(([x], o) => fx.roll(x!, o.shift, o)),
  tril: op<{ readonly k: number }>(([x], o) => fx.tril(x!, o.k)),
  triu: op<{ readonly k: number }>(([x], o) => fx.triu(x!, o.k)),
  diag: op<{ readonly k: number }>(([x], o) => fx.diag(x!, o.k)),
  take: ([x, i], o) => fx.take(x as F32, i as I32, o),
  takeAlongAxis: ([x, i], o) => fx.takeAlongAxis(x as F32, i as I32, o),
  gather: ([x, i], o) => fx.gather(x as F32, i as I32, o),
  scatterAdd: ([x, i, u], o) => fx.scatterAdd(x as F32, i as I32, u as F32, o),
  scatterSet: ([x, i, u], o) => fx.scatterSet(x as F32, i as I32, u as F32, o),
  dynamicSlice: ([x, at], o) => fx.dynamicSlice(x as F32, at as I32, o.sizes as readonly number[]),
  dynamicUpdateSlice: ([x, u, at]) => fx.dynamicUpdateSlice(x as F32, u as F32, at as I32),
  einsum: op<{ readonly eq: string }>((xs, o) => fx.einsum(o.eq, ...xs)),
  conv: op<fx.ConvOptions>(([x, w], o) => fx.conv(x!, w!, o)),
  convTranspose: op<fx.ConvTransposeOptions>(([x, w], o) => fx.convTranspose(x!, w!, o)),
  attention: op<fx.AttentionOptions>(([q, k, v], o) => fx.attention(q!, k!, v!, o)),
}

/** Of vectors whose signs are free: what does not depend on them, with a weight for each pair. */
const weightedProjections = (u: fx.Tensor, vt: fx.Tensor): fx.Tensor => {
  const k = u.shape.at(-1)!
  return fx.matmul<fx.Shape, fx.Shape, 'f32'>(fx.mul(u as F32, fx.div(fx.add(fx.iota(k, { dtype: 'f32' }), 1), k)), vt as F32)
}

const { linalg } = fx

export const decompositions: Readonly<Record<string, Run>> = {
  inv: op(([a]) => linalg.inv(a!)),
  det: op(([a]) => linalg.det(a!)),
  slogdet: op(([a]) => linalg.slogdet(a!)[1]),
  slogdetSign: op(([a]) => linalg.slogdet(a!)[0]),
  solve: op(([a, b]) => linalg.solve(a!, b!)),
  triangularSolve: op<fx.TriangularSolveOptions>(([a, b], o) => linalg.triangularSolve(a!, b!, o)),
  cholesky: op(([a]) => linalg.cholesky(a!)),
  qrQ: op(([a]) => linalg.qr(a!)[0]),
  qrR: op(([a]) => linalg.qr(a!)[1]),
  eighValues: op(([a]) => linalg.eigh(a!)[0]),
  eighVectors: op(([a]) => {
    const [, v] = linalg.eigh(a!)
    return weightedProjections(v, fx.swapAxes(v, -1, -2))
  }),
  svdValues: op(([a]) => linalg.svd(a!)[1]),
  svdVectors: op(([a]) => {
    const [u, , vt] = linalg.svd(a!)
    return weightedProjections(u, vt)
  }),
}

const { add, sub, mul, div, mean, sum, square, sqrt } = fx

/** Zero mean and unit variance along axes. */
const normalized = (x: F32, axis: number | readonly number[]): F32 => {
  const options = { axis, keepDims: true }
  return div(sub(x, mean(x, options)), sqrt(add(fx.variance(x, options), 1e-5)))
}

const entropyOf = (logits: F32, labels: I32, by: number): F32 => {
  const classes = logits.shape.at(-1)!
  const target = add(mul(fx.oneHot(labels, classes), 1 - by), by / classes)
  return fx.neg(mean(sum(mul(target, fx.logSoftmax(logits)), { axis: -1 })))
}

const huber = (x: F32, y: F32, delta: number): F32 => {
  const error = fx.abs(sub(x, y))
  return mean(fx.where(fx.lt(error, delta), mul(square(error), 0.5), mul(sub(error, delta / 2), delta)))
}

const gru = (x: F32, h: F32, wx: F32, wh: F32, b: F32): F32 => {
  const [gates, more] = [fx.split(add(fx.matmul(x, wx), b), 3, { axis: 1 }), fx.split(fx.matmul(h, wh), 3, { axis: 1 })]
  const [r, z] = [0, 1].map((i) => fx.sigmoid(add(gates[i]!, more[i]!))) as [F32, F32]
  const c = fx.tanh(add(gates[2], mul(r, more[2])))
  return add(mul(sub(1, z), c), mul(z, h))
}

/** What people make of the ops. */
const models: Readonly<Record<string, Run>> = {
  layerNorm: op(([x, g, b]) => add(mul(normalized(x!, -1), g!), b!)),
  rmsNorm: op(([x, g]) => mul(div(x!, sqrt(add(mean(square(x!), { axis: -1, keepDims: true }), 1e-5))), g!)),
  groupNorm: op<{ readonly groups: number }>(([x], { groups }) =>
    fx.reshape(normalized(fx.reshape(x!, [x!.shape[0]!, groups, -1]), 2), x!.shape),
  ),
  mse: binary((x, y) => mean(square(sub(x, y)))),
  huber: op<{ readonly delta: number }>(([x, y], o) => huber(x!, y!, o.delta)),
  crossEntropy: ([logits, labels]) => {
    const chosen = fx.takeAlongAxis(fx.logSoftmax(logits as F32), fx.expandDims(labels as I32, 1), { axis: 1 })
    return fx.neg(mean(chosen))
  },
  smoothedCrossEntropy: ([logits, labels], o) => entropyOf(logits as F32, labels as I32, o.by as number),
  binaryCrossEntropy: binary((x, y) => mean(sub(fx.softplus(x), mul(x, y)))),
  klDivergence: binary((x, y) => {
    const [p, q] = [fx.logSoftmax(x), fx.logSoftmax(y)]
    return div(sum(mul(fx.exp(q), sub(q, p))), x.shape[0]!)
  }),
  cosineSimilarity: binary((x, y) => div(sum(mul(x, y), { axis: 1 }), mul(fx.norm(x, { axis: 1 }), fx.norm(y, { axis: 1 })))),
  mlp: op(([x, w1, b1, w2, b2]) => add(fx.matmul(fx.tanh(add(fx.matmul(x!, w1!), b1!)), w2!), b2!)),
  gru: op(([x, h, wx, wh, b]) => gru(x!, h!, wx!, wh!, b!)),
}

const mapped = <F>(table: Readonly<Record<string, F>>, f: (g: F) => Run): Readonly<Record<string, Run>> =>
  Object.fromEntries(Object.entries(table).map(([name, g]) => [name, f(g)]))

export const ops: Readonly<Record<string, Run>> = {
  ...mapped(unaryOps, unary),
  ...mapped(binaryOps, binary),
  ...mapped(withOptions, (f) => op(([x], o) => f(x!, o))),
  ...creation,
  ...others,
  ...decompositions,
  ...models,
}
