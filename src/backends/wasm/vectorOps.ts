/** Scalar ops on four lanes at once. What is missing here is computed lane by lane. */
import type { ScalarOp, ScalarType } from '../../ir/kernel/kernel.js'
import { i32, op, type Code } from './code.js'
import { helperIndex } from './helpers.js'
import { inlineRecipe } from './recipe.js'
import { keep, splatConst, type State } from './state.js'

type Emit = (s: State, args: readonly Code[], from: ScalarType, to: ScalarType) => Code | undefined

const zero = op('v128.const', [], [0, 0, 0, 0])
const ones = splatConst(1, 'bool')
const word = splatConst(1, 'u32')

/** Whether all lanes are a known word. */
const isLanes = (x: Code | undefined, word: number): boolean => x?.k === 'op' && x.op === 'v128.const' && x.imm.every((w) => w === word)

const arithmetic =
  (name: string): Emit =>
  (_, args, from) =>
    op(`${from === 'f32' ? 'f32x4' : 'i32x4'}.${name}`, args)
const float =
  (name: string): Emit =>
  (_, args) =>
    op(`f32x4.${name}`, args)
const extreme =
  (name: string): Emit =>
  (_, args, from) =>
    op(from === 'f32' ? `f32x4.${name}` : `i32x4.${name}_${from === 'u32' ? 'u' : 's'}`, args)
const order = extreme
const bits =
  (name: string): Emit =>
  (_, args) =>
    op(`v128.${name}`, args)

const equal =
  (name: 'eq' | 'ne'): Emit =>
  (_, args, from) =>
    op(`${from === 'f32' ? 'f32x4' : 'i32x4'}.${name}`, args)

/** A short recipe, in place. */
const inline =
  (name: 'exp' | 'tanh' | 'sigmoid'): Emit =>
  (s, [x]) =>
    inlineRecipe(s, name, [x as Code])[0]

/** A recipe, as a function of the module. */
const helper =
  (name: ScalarOp): Emit =>
  (s, args) => {
    s.helpers.add(name)
    return op('call', args, [helperIndex(name)])
  }

const sign: Emit = (s, [arg], from) => {
  const x = keep(s, arg as Code, 'v128')
  if (from === 'u32') return op('i32x4.min_u', [x, word])
  if (from === 'i32') return op('i32x4.max_s', [op('i32x4.min_s', [x, word]), ones])
  const one = op('v128.or', [splatConst(1, 'f32'), op('v128.and', [x, splatConst(-0, 'f32')])])
  const isOdd = op('v128.or', [op('f32x4.eq', [x, zero]), op('f32x4.ne', [x, x])])
  return op('v128.bitselect', [x, one, isOdd])
}

const isNan: Emit = (s, [arg]) => {
  const x = keep(s, arg as Code, 'v128')
  return op('f32x4.ne', [x, x])
}

/** Only by amounts that all lanes share and that are less than 32. */
const shift =
  (right: boolean): Emit =>
  (_, [x, amount], from) => {
    const count = amount?.k === 'op' && amount.op === 'v128.const' ? (amount.imm[0] as number) : -1
    if (count < 0 || count > 31) return undefined
    return op(right ? (from === 'i32' ? 'i32x4.shr_s' : 'i32x4.shr_u') : 'i32x4.shl', [x as Code, i32(count)])
  }

/** Quotients and remainders of i32 by a power of two, towards zero: below it, one less than the power is added before bits are dropped. */
const byPower =
  (isQuotient: boolean): Emit =>
  (s, [arg, by], from) => {
    const n = by?.k === 'op' && by.op === 'v128.const' ? (by.imm[0] as number) : 0
    const bitsOff = 31 - Math.clz32(n)
    if (from !== 'i32' || n < 2 || n !== 2 ** bitsOff || !isLanes(by, n)) return undefined
    const x = keep(s, arg as Code, 'v128')
    const added = op('i32x4.shr_u', [op('i32x4.shr_s', [x, i32(31)]), i32(32 - bitsOff)])
    const raised = op('i32x4.add', [x, added])
    if (isQuotient) return op('i32x4.shr_s', [raised, i32(bitsOff)])
    return op('i32x4.sub', [x, op('v128.and', [raised, splatConst(-n, 'i32')])])
  }

const cast: Emit = (_, args, from, to) => {
  const [x] = args as readonly [Code]
  if (from === to) return x
  if (from === 'bool') return op('v128.and', [x, splatConst(1, to)])
  if (to === 'bool') return op(from === 'f32' ? 'f32x4.ne' : 'i32x4.ne', [x, zero])
  if (from === 'f32') return op(to === 'u32' ? 'i32x4.trunc_sat_f32x4_u' : 'i32x4.trunc_sat_f32x4_s', [x])
  return to === 'f32' ? op(from === 'u32' ? 'f32x4.convert_i32x4_u' : 'f32x4.convert_i32x4_s', [x]) : x
}

const bitcast: Emit = (s, [arg], from, to) => {
  if (from !== 'f32' || to === 'f32' || s.rawBits) return arg
  const x = keep(s, arg as Code, 'v128')
  return op('v128.bitselect', [x, splatConst(0x7fc00000, 'i32'), op('f32x4.eq', [x, x])])
}

export const vectorOps: { readonly [K in ScalarOp]?: Emit } = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: (s, args, from, to) => (from === 'f32' ? op('f32x4.div', args) : byPower(true)(s, args, from, to)),
  rem: (s, args, from, to) => (from === 'f32' ? undefined : byPower(false)(s, args, from, to)),
  min: extreme('min'),
  max: extreme('max'),
  neg: arithmetic('neg'),
  abs: (_, args, from) => (from === 'u32' ? args[0] : op(from === 'f32' ? 'f32x4.abs' : 'i32x4.abs', args)),
  sign,
  exp: inline('exp'),
  expm1: helper('expm1'),
  log: helper('log'),
  log1p: helper('log1p'),
  sqrt: float('sqrt'),
  sin: helper('sin'),
  cos: helper('cos'),
  tanh: inline('tanh'),
  sigmoid: inline('sigmoid'),
  erf: helper('erf'),
  floor: float('floor'),
  ceil: float('ceil'),
  round: float('nearest'),
  eq: (_, args, from) => (from === 'bool' ? op('v128.not', [op('v128.xor', args)]) : equal('eq')(_, args, from, from)),
  ne: (_, args, from) => (from === 'bool' ? op('v128.xor', args) : equal('ne')(_, args, from, from)),
  lt: order('lt'),
  le: order('le'),
  gt: order('gt'),
  ge: order('ge'),
  isNan,
  isFinite: (_, args) => op('f32x4.lt', [op('f32x4.abs', args), splatConst(Infinity, 'f32')]),
  and: (_, [x, y]) => (isLanes(x, -1) ? y : isLanes(y, -1) ? x : op('v128.and', [x as Code, y as Code])),
  or: bits('or'),
  xor: bits('xor'),
  not: bits('not'),
  shl: shift(false),
  shr: shift(true),
  select: (_, [cond, x, y]) => {
    if (isLanes(cond, -1) || isLanes(cond, 0)) return isLanes(cond, 0) ? y : x
    return isLanes(y, 0) ? op('v128.and', [x as Code, cond as Code]) : op('v128.bitselect', [x as Code, y as Code, cond as Code])
  },
  cast,
  bitcast,
}
