/** The dtypes that scalar ops take and give. */
import type { Scalar, ScalarOp, ScalarType } from './kernel.js'

type Kind = 'numeric' | 'float' | 'integer' | 'bits' | 'any'

interface Signature {
  readonly arity: 1 | 2
  readonly takes: Kind
  readonly gives: 'same' | 'bool'
}

const accepts: { readonly [K in Kind]: readonly ScalarType[] } = {
  numeric: ['f32', 'f16', 'i32', 'u32'],
  float: ['f32', 'f16'],
  integer: ['i32', 'u32'],
  bits: ['i32', 'u32', 'bool'],
  any: ['f32', 'f16', 'i32', 'u32', 'bool'],
}

const row = (arity: 1 | 2, takes: Kind, gives: 'same' | 'bool' = 'same'): Signature => ({ arity, takes, gives })

const [arithmetic, sign, float, equal, order, bits, shift] = [
  row(2, 'numeric'),
  row(1, 'numeric'),
  row(1, 'float'),
  row(2, 'any', 'bool'),
  row(2, 'numeric', 'bool'),
  row(2, 'bits'),
  row(2, 'integer'),
]

const signatures: { readonly [K in Exclude<ScalarOp, 'select' | 'cast' | 'bitcast'>]: Signature } = {
  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  div: arithmetic,
  rem: arithmetic,
  min: arithmetic,
  max: arithmetic,
  pow: arithmetic,
  neg: sign,
  abs: sign,
  sign,
  exp: float,
  expm1: float,
  log: float,
  log1p: float,
  sqrt: float,
  sin: float,
  cos: float,
  tan: float,
  asin: float,
  acos: float,
  atan: float,
  sinh: float,
  cosh: float,
  tanh: float,
  sigmoid: float,
  erf: float,
  floor: float,
  ceil: float,
  round: float,
  atan2: row(2, 'float'),
  eq: equal,
  ne: equal,
  lt: order,
  le: order,
  gt: order,
  ge: order,
  isNan: row(1, 'float', 'bool'),
  isFinite: row(1, 'float', 'bool'),
  and: bits,
  or: bits,
  xor: bits,
  not: row(1, 'bits'),
  shl: shift,
  shr: shift,
}

/** What is wrong with the dtypes of an operator applied, or undefined. */
export const signatureFault = (op: ScalarOp, args: readonly Scalar[], dtype: ScalarType): string | undefined => {
  const types = args.map((arg) => arg.dtype)
  const shown = `${op}(${types.join(', ')}) : ${dtype}`
  return isWellTyped(op, types, dtype) ? undefined : `${shown} does not fit the signature of ${op}`
}

const isWellTyped = (op: ScalarOp, types: readonly ScalarType[], dtype: ScalarType): boolean => {
  const [first, second, third] = types
  if (first === undefined) return false
  if (op === 'select') return types.length === 3 && first === 'bool' && second === dtype && third === dtype
  if (op === 'cast') return types.length === 1
  if (op === 'bitcast') return types.length === 1 && first !== 'bool' && dtype !== 'bool' && (first === 'f16') === (dtype === 'f16')
  const { arity, takes, gives } = signatures[op]
  return (
    types.length === arity &&
    accepts[takes].includes(first) &&
    types.every((type) => type === first) &&
    dtype === (gives === 'bool' ? 'bool' : first)
  )
}
