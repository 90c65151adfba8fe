/** fluxion: pure functions of tensors, compiled to one program. The only barrel. */
export type { DType, TypedArray } from './ir/dtype.js'
export type { Shape } from './ir/shape.js'
export type { Tree, TreeDef } from './ir/tree.js'
export type { TensorType } from './ir/type.js'
export type { Graph, Node } from './ir/graph.js'
export type { ArgumentsOf, Spec, SpecsOf, TensorsOf } from './ir/typing.js'
export type { Device, DeviceArray, KernelTime } from './backends/backend.js'
export type { BufferReport, Executable, KernelReport, MemoryReport, PassRecord } from './executable.js'
export type { Blame, BlamedKernel, BlameKind } from './verify/bisect.js'
export type { ResultElement } from './verify/judge.js'
export type { Reproduction, ResultReport, VerifyReport } from './verify/report.js'
export type { VerifyOptions } from './verify/verify.js'
export type {
  AliveBuffer,
  Checkpointing,
  Explanation,
  KernelExplanation,
  MemoryExplanation,
  Recomputed,
  StoredValue,
  Totals,
} from './explain/explanation.js'
export type { CompileOptions, ResultsOf } from './compile.js'
export type { KernelTiling, Tuning } from './tune/tuning.js'
export type { Operand } from './ops/operand.js'
export type { ConvOptions, Padding, PoolOptions } from './ops/linear.js'
export type { ReduceOptions } from './ops/reduce.js'
export type { Key, Keys, Samplers, UniformOptions } from './ops/random.js'
export type { Indices, Starts } from './ops/index.js'
export type { AttentionOptions } from './ops/attention.js'
export type { TriangularSolveOptions } from './ops/linalg/triangular.js'
export type { ConvTransposeOptions } from './ops/convTranspose.js'
export type { GradOptions, Grads, ValueAndGradOptions } from './transforms/grad.js'
export type { ErrorDetail, ErrorTag, FluxionError } from './error.js'

export {
  DecodeError,
  DeviceError,
  DeviceLostError,
  DTypeError,
  GradientError,
  isFluxionError,
  NumericError,
  OutOfMemoryError,
  ShapeError,
  TraceError,
  UnsupportedError,
  VerifyError,
} from './error.js'

export { ndarray, toNested, type NDArray, type NDArrayOptions, type Nested } from './ir/ndarray.js'
export { isTensor, Tensor } from './ir/tensor.js'
export { spec, specOf, trace } from './ir/trace.js'
export { version } from './version.js'
export { print } from './ir/print.js'
export { parse } from './ir/parse.js'
export { fromJSON, toJSON } from './ir/codec.js'
export { verify as verifyGraph } from './ir/verify.js'

export { compile, compileTE, explain, verify } from './lazy.js'
export { wasm, webgpu } from './backends/choose.js'
export { js } from './backends/js/device.js'
export { evaluate } from './backends/reference/evaluate.js'

export { grad, valueAndGrad } from './transforms/grad.js'
export { vjp } from './transforms/vjp.js'
export { jvp } from './transforms/jvp.js'
export { vmap, type Batched, type VmapOptions } from './transforms/vmap.js'
export { hessian, jacobian, type Jacobian } from './transforms/jacobian.js'
export { customVjp, type Cotangents, type CustomVjpRules } from './ops/customVjp.js'
export { checkpoint } from './transforms/checkpoint.js'
export { checkGrads, type CheckGradsOptions } from './checkGrads.js'
export type { Axes } from './transforms/axes.js'
export { call } from './transforms/call.js'
export { cond, foriLoop, scan, whileLoop, type ScanOptions } from './ops/control.js'

export { arange, constant, eye, full, iota, linspace, oneHot, ones, zeros } from './ops/creation.js'
export {
  abs,
  acos,
  add,
  asin,
  atan,
  atan2,
  bitAnd,
  bitcast,
  bitOr,
  bitXor,
  cast,
  ceil,
  clamp,
  cos,
  cosh,
  div,
  elu,
  eq,
  erf,
  exp,
  expm1,
  floor,
  ge,
  gelu,
  gt,
  isFinite,
  isNan,
  le,
  leakyRelu,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  maximum,
  minimum,
  mod,
  mul,
  ne,
  neg,
  pow,
  reciprocal,
  relu,
  round,
  rsqrt,
  shiftLeft,
  shiftRight,
  sigmoid,
  sign,
  silu,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  stopGradient,
  sub,
  tan,
  tanh,
  where,
} from './ops/point.js'
export { all, any, argmax, argmin, logsumexp, logSoftmax, max, mean, min, norm, softmax, std, sum, variance } from './ops/reduce.js'
export {
  broadcastTo,
  concat,
  expandDims,
  flip,
  moveAxis,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  take,
  transpose,
} from './ops/shape.js'
export { avgPool, conv, dot, matmul, maxPool } from './ops/linear.js'
export { repeat, roll, tile } from './ops/arrange.js'
export { diag, tril, triu } from './ops/matrix.js'
export { prod } from './ops/prod.js'
export { dynamicSlice, dynamicUpdateSlice, gather, takeAlongAxis } from './ops/index.js'
export { scatterAdd, scatterSet } from './ops/scatter.js'
export { argsort, sort, topK } from './ops/sort.js'
export { cummax, cumprod, cumsum } from './ops/cumulative.js'
export { einsum } from './ops/einsum.js'
export { convTranspose } from './ops/convTranspose.js'
export { attention } from './ops/attention.js'
export * as random from './ops/random.js'
export * as linalg from './ops/linalg.js'
