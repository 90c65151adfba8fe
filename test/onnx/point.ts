/** ONNX's elementwise operators. */
import * as fx from '../../src/index.js'
import { dtypeOf, number, numbers, operand, text, type Bool, type Call, type F32, type I32, type Run } from './call.js'

const { abs, add, div, exp, le, log, lt, maximum, minimum, mul, neg, sign, sub, where } = fx

const unary =
  (f: (x: F32) => fx.Tensor): Run =>
  (call) =>
    f(operand(call))

const binary =
  (f: (x: F32, y: F32) => fx.Tensor): Run =>
  (call) =>
    f(operand(call), operand(call, 1))

const variadic =
  (f: (x: F32, y: F32) => F32): Run =>
  ({ xs }) =>
    (xs as readonly F32[]).reduce(f)

const logic = (f: (x: Bool, y: Bool) => Bool): Run => binary((x, y) => f(x as fx.Tensor as Bool, y as fx.Tensor as Bool))

/** A function of x with attributes and their defaults. */
const withNumbers =
  <K extends string>(defaults: Readonly<Record<K, number>>, f: (x: F32, a: Readonly<Record<K, number>>) => fx.Tensor): Run =>
  (call) => {
    const entries = (Object.keys(defaults) as K[]).map((name) => [name, number(call, name, defaults[name])])
    return f(operand(call), Object.fromEntries(entries) as Readonly<Record<K, number>>)
  }

/** C's fmod keeps the dividend's sign. */
const remainder: Run = (call) => {
  const [x, y] = [operand(call), operand(call, 1)]
  return number(call, 'fmod', 0) === 0 ? fx.mod(x, y) : mul(sign(x), fx.mod(abs(x), abs(y)))
}

/** Integers of ONNX are raised to floats as floats. */
const power = binary((x, y) => {
  const [base, exponent]: readonly fx.DType[] = [x.dtype, y.dtype]
  if (base === exponent) return fx.pow(x, y)
  return fx.cast(fx.pow(fx.cast(x, 'f32'), fx.cast(y, 'f32')), x.dtype)
})

const shift: Run = (call) => {
  const [x, y] = [operand(call), operand(call, 1)] as readonly fx.Tensor[] as readonly [I32, I32]
  return text(call, 'direction', '') === 'LEFT' ? fx.shiftLeft(x, y) : fx.shiftRight(x, y)
}

const clip: Run = (call) => {
  const x = operand(call)
  const [lo, hi] = [1, 2].map((i) => call.xs[i] ?? call.attributes[i === 1 ? 'min' : 'max']) as (F32 | number | undefined)[]
  if (lo !== undefined && hi !== undefined) return fx.clamp(x, lo, hi)
  if (lo !== undefined) return maximum(x, lo as F32)
  return hi === undefined ? x : minimum(x, hi as F32)
}

const isInfinite: Run = (call) => {
  const x = operand(call)
  const infinite = fx.logicalAnd(fx.logicalNot(fx.isFinite(x)), fx.logicalNot(fx.isNan(x)))
  const [below, above] = [number(call, 'detect_negative', 1) === 1, number(call, 'detect_positive', 1) === 1]
  const wanted = fx.logicalOr(fx.logicalAnd(lt(x, 0), below), fx.logicalAnd(fx.gt(x, 0), above))
  return fx.logicalAnd(infinite, wanted)
}

/** Scales and zero points of one axis, to be broadcast with x. */
const alongAxis = (call: Call, i: number): F32 | undefined => {
  const [x, y] = [operand(call), call.xs[i]]
  if (y === undefined || y.ndim === 0) return y
  const axis = (number(call, 'axis', 1) + x.ndim) % x.ndim
  return fx.reshape(
    y,
    x.shape.map((_, d) => (d === axis ? y.size : 1)),
  )
}

/** To eight bits without a sign. */
const quantize: Run = (call) => {
  const [scale, zero] = [alongAxis(call, 1)!, alongAxis(call, 2)!]
  return fx.cast(fx.clamp(add(fx.round(div(operand(call), scale)), fx.cast(zero, 'f32')), 0, 255), 'u32')
}

const dequantize: Run = (call) => {
  const [scale, zero] = [alongAxis(call, 1)!, alongAxis(call, 2)!]
  return mul(sub(fx.cast(operand(call), 'f32'), fx.cast(zero, 'f32')), scale)
}

const step = (x: F32, alpha: number, beta: number): F32 => fx.clamp(add(mul(x, alpha), beta), 0, 1)

export const pointOps: Readonly<Record<string, Run>> = {
  Abs: unary(abs),
  Acos: unary(fx.acos),
  Asin: unary(fx.asin),
  Atan: unary(fx.atan),
  Ceil: unary(fx.ceil),
  Cos: unary(fx.cos),
  Cosh: unary(fx.cosh),
  Erf: unary(fx.erf),
  Exp: unary(exp),
  Floor: unary(fx.floor),
  Identity: unary((x) => x),
  IsInf: isInfinite,
  IsNaN: unary(fx.isNan),
  Log: unary(log),
  Neg: unary(neg),
  Not: unary((x) => fx.logicalNot(x as fx.Tensor as Bool)),
  Reciprocal: unary(fx.reciprocal),
  Relu: unary(fx.relu),
  Round: unary(fx.round),
  Sigmoid: unary(fx.sigmoid),
  Sign: unary(sign),
  Sin: unary(fx.sin),
  Sinh: unary(fx.sinh),
  Softplus: unary(fx.softplus),
  Softsign: unary((x) => div(x, add(1, abs(x)))),
  Sqrt: unary(fx.sqrt),
  Tan: unary(fx.tan),
  Tanh: unary(fx.tanh),
  Celu: withNumbers({ alpha: 1 }, (x, { alpha }) => mul(fx.elu(div(x, alpha)), alpha)),
  Elu: withNumbers({ alpha: 1 }, (x, { alpha }) => fx.elu(x, alpha)),
  HardSigmoid: withNumbers({ alpha: 0.2, beta: 0.5 }, (x, { alpha, beta }) => step(x, alpha, beta)),
  HardSwish: unary((x) => mul(x, step(x, 1 / 6, 0.5))),
  LeakyRelu: withNumbers({ alpha: 0.01 }, (x, { alpha }) => fx.leakyRelu(x, alpha)),
  Selu: withNumbers({ alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 }, (x, { alpha, gamma }) =>
    mul(fx.elu(x, alpha), gamma),
  ),
  Shrink: withNumbers({ bias: 0, lambd: 0.5 }, (x, { bias, lambd }) =>
    where(lt(x, -lambd), add(x, bias), where(fx.gt(x, lambd), sub(x, bias), 0)),
  ),
  ThresholdedRelu: withNumbers({ alpha: 1 }, (x, { alpha }) => where(le(x, alpha), 0, x)),
  PRelu: binary((x, slope) => where(lt(x, 0), mul(x, slope), x)),
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
  Pow: power,
  Mod: remainder,
  BitShift: shift,
  Equal: binary(fx.eq),
  Greater: binary(fx.gt),
  GreaterOrEqual: binary(fx.ge),
  Less: binary(lt),
  LessOrEqual: binary(le),
  And: logic(fx.logicalAnd),
  Or: logic(fx.logicalOr),
  Xor: logic(fx.logicalXor),
  Max: variadic((x, y) => maximum(x, y)),
  Min: variadic((x, y) => minimum(x, y)),
  Sum: variadic((x, y) => add(x, y)),
  Mean: ({ xs }) =>
    div(
      (xs as readonly F32[]).reduce((x, y) => add(x, y)),
      xs.length,
    ),
  Where: (call) => where(operand(call) as fx.Tensor as Bool, operand(call, 1), operand(call, 2)),
  Clip: clip,
  Cast: (call) => fx.cast(operand(call), dtypeOf(number(call, 'to', 1))),
  CastLike: binary((x, like) => fx.cast(x, like.dtype)),
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  /** As it is outside of training: nothing is dropped. */
  Dropout: (call) => [operand(call), fx.full(operand(call).shape, true, 'bool')].slice(0, call.results),
  CumSum: (call) => cumulated(call),
}

const cumulated = (call: Call): F32 => {
  const x = operand(call)
  const axis = numbers(call, 1, 'axis')![0]!
  const turned = number(call, 'reverse', 0) === 1 ? fx.flip(x, { axis }) : x
  const total = fx.cumsum(turned, { axis })
  const sums = number(call, 'exclusive', 0) === 1 ? sub(total, turned) : total
  return number(call, 'reverse', 0) === 1 ? fx.flip(sums, { axis }) : sums
}
