/** Elementwise ops: one scalar op at every index. Operands have one shape: the front end broadcasts. */
import { DTypeError } from '../../error.js'
import { deviceBytes, type DType } from '../dtype.js'
import type { PointOp } from '../graph.js'
import { meaning } from '../kernel/meaning.js'
import type { ScalarOp } from '../kernel/kernel.js'
import { sameShape } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkSameDType, checkTakes, operands, shapeError, type Takes } from './check.js'
import type { Host, OpDef } from './op.js'

/** What a scalar op takes, what it gives, and roughly how many multiplications it costs. */
interface Row {
  readonly takes: Takes
  readonly gives: 'same' | 'bool'
  readonly arity: 1 | 2 | 3
  readonly cost: number
}

const row = (arity: 1 | 2, takes: Takes, cost: number, gives: 'same' | 'bool' = 'same'): Row => ({ arity, takes, cost, gives })
const [unary, binary] = [row(1, 'float', 8), row(2, 'numeric', 1)]
const compare = row(2, 'any', 1, 'bool')
const order = row(2, 'numeric', 1, 'bool')
const cheap = row(1, 'float', 1)

/** The signature of every elementwise op. */
export const signatures: { readonly [K in PointOp]: Row } = {
  add: binary,
  sub: binary,
  mul: binary,
  div: row(2, 'numeric', 3),
  rem: row(2, 'numeric', 4),
  min: binary,
  max: binary,
  pow: row(2, 'numeric', 16),
  neg: row(1, 'numeric', 1),
  abs: row(1, 'numeric', 1),
  sign: row(1, 'numeric', 1),
  exp: unary,
  expm1: unary,
  log: unary,
  log1p: unary,
  sqrt: row(1, 'float', 3),
  sin: unary,
  cos: unary,
  tan: unary,
  asin: unary,
  acos: unary,
  atan: unary,
  sinh: unary,
  cosh: unary,
  tanh: unary,
  sigmoid: unary,
  erf: unary,
  floor: cheap,
  ceil: cheap,
  round: cheap,
  atan2: row(2, 'float', 16),
  eq: compare,
  ne: compare,
  lt: order,
  le: order,
  gt: order,
  ge: order,
  isNan: row(1, 'float', 1, 'bool'),
  isFinite: row(1, 'float', 1, 'bool'),
  and: row(2, 'bits', 1),
  or: row(2, 'bits', 1),
  xor: row(2, 'bits', 1),
  not: row(1, 'bits', 1),
  shl: row(2, 'integer', 1),
  shr: row(2, 'integer', 1),
  select: { arity: 3, takes: 'any', gives: 'same', cost: 1 },
}

const checkSameShape = (op: string, args: readonly TensorType[]): void => {
  if (args.every((arg) => sameShape(arg.shape, args[0]?.shape ?? []))) return
  throw shapeError(op, 'the operands differ in shape', args, 'elementwise nodes do not broadcast; insert a broadcast node')
}

const inferPoint =
  (op: PointOp) =>
  (args: readonly TensorType[]): TensorType => {
    const { takes, gives } = signatures[op]
    const data = op === 'select' ? args.slice(1) : args
    const [first] = data as [TensorType]
    if (op === 'select') checkTakes('where', 'bool', args.slice(0, 1))
    checkTakes(op, takes, data)
    checkSameDType(op, data)
    checkSameShape(op, args)
    return { shape: first.shape, dtype: gives === 'bool' ? 'bool' : first.dtype }
  }

const mapHosts = (op: ScalarOp, args: readonly Host[], to: DType): Float64Array => {
  const from = args[0]?.type.dtype ?? to
  const f = meaning[op]
  return Float64Array.from(args[0]?.data ?? [], (_, i) =>
    f(
      args.map((arg) => arg.data[i] as number),
      from,
      to,
    ),
  )
}

type NoAttrs = Readonly<Record<never, never>>

const pointDef = (op: PointOp): OpDef<NoAttrs> => ({
  arity: signatures[op].arity,
  infer: inferPoint(op),
  evaluate: (args, { type }) => mapHosts(op, args, type.dtype),
  lower: { kind: 'point', cost: signatures[op].cost, emit: (b, args, { type }) => b.op(op, args, type.dtype) },
})

export const pointNames = Object.keys(signatures) as PointOp[]

export const pointOps = Object.fromEntries(pointNames.map((op) => [op, pointDef(op)])) as { readonly [K in PointOp]: OpDef<NoAttrs> }

/** A change of dtype by value: to floats the nearest, half to even; from floats to integers saturating and NaN to 0, between integers by their bits, to bool whether it is not 0. */
export const cast: OpDef<{ readonly dtype: DType }> = {
  arity: 1,
  infer: ([x], { dtype }) => ({ shape: (x as TensorType).shape, dtype }),
  evaluate: (args, { type }) => mapHosts('cast', args, type.dtype),
  lower: { kind: 'point', cost: 1, emit: (b, args, { type }) => b.op('cast', args, type.dtype) },
}

/** The same bits as another dtype of as many: 32, or the 16 of f16. */
export const bitcast: OpDef<{ readonly dtype: DType }> = {
  arity: 1,
  infer: ([x], { dtype }) => {
    checkTakes('bitcast', 'numeric', [x as TensorType, { shape: [], dtype }])
    const from = (x as TensorType).dtype
    if (deviceBytes(from) !== deviceBytes(dtype))
      throw new DTypeError({
        op: 'bitcast',
        problem: `${from} and ${dtype} differ in size`,
        facts: operands([x as TensorType]),
        help: 'an f16 has 16 bits, and there is no other dtype of 16: cast it to f32 first, by value',
      })
    return { shape: (x as TensorType).shape, dtype }
  },
  evaluate: (args, { type }) => mapHosts('bitcast', args, type.dtype),
  lower: { kind: 'point', cost: 1, emit: (b, args, { type }) => b.op('bitcast', args, type.dtype) },
}

/** Its argument. `stopGradient` differentiates to nothing; `alias` marks a fresh variable for `grad` and is gone once traced. */
export const identity: OpDef<NoAttrs> = {
  arity: 1,
  infer: ([x]) => x as TensorType,
  evaluate: ([x]) => (x as Host).data,
  lower: { kind: 'view', cost: 0, repeats: [], emit: (_, read, at) => read(0, at) },
}
