/** Scalar ops on one point. What is missing here is computed as a vector of which one lane counts. */
import type { ScalarOp, ScalarType } from '../../ir/kernel/kernel.js'
import { i32, isConst, op, when, type Code } from './code.js'
import { helperIndex } from './helpers.js'
import { keep, scalarType, type State } from './state.js'

type Emit = (s: State, args: readonly Code[], from: ScalarType, to: ScalarType) => Code

const two = (args: readonly Code[]): readonly [Code, Code] => args as readonly [Code, Code]

const both =
  (float: string, int: string): Emit =>
  (_, args, from) =>
    op(from === 'f32' ? `f32.${float}` : `i32.${int}`, args)
const float =
  (name: string): Emit =>
  (_, args) =>
    op(`f32.${name}`, args)
const int =
  (name: string): Emit =>
  (_, args) =>
    op(`i32.${name}`, args)

const order =
  (name: string): Emit =>
  (_, args, from) =>
    op(from === 'f32' ? `f32.${name}` : `i32.${name}_${from === 'u32' ? 'u' : 's'}`, args)

const extreme =
  (name: 'min' | 'max'): Emit =>
  (s, args, from) => {
    if (from === 'f32') return op(`f32.${name}`, args)
    const [x, y] = args.map((arg) => keep(s, arg, 'i32')) as [Code, Code]
    return op('select', [x, y, op(`i32.${name === 'min' ? 'lt' : 'gt'}_${from === 'u32' ? 'u' : 's'}`, [x, y])])
  }

/** A function of the host: whatever is rare enough to be called once for each lane. */
const host =
  (name: string): Emit =>
  (s, args) => {
    s.helpers.add(name)
    return op('call', args, [helperIndex(name)])
  }

const isSafeDivisor = (y: Code): boolean => isConst(y) && y.imm[0] !== 0 && y.imm[0] !== -1

/** Division by 0 gives -1, and the smallest integer by -1 wraps: WebAssembly would trap. */
const divide: Emit = (s, args, from) => {
  if (from === 'f32') return op('f32.div', args)
  const [, divisor] = two(args)
  const name = from === 'u32' ? 'i32.div_u' : 'i32.div_s'
  if (isSafeDivisor(divisor)) return op(name, args)
  const [x, y] = args.map((arg) => keep(s, arg, 'i32')) as [Code, Code]
  const guarded =
    from === 'u32' ? op(name, [x, y]) : when(op('i32.eq', [y, i32(-1)]), [op('i32.sub', [i32(0), x])], [op(name, [x, y])], 'i32')
  return when(op('i32.eqz', [y]), [i32(-1)], [guarded], 'i32')
}

const remainder: Emit = (s, args, from, to) => {
  if (from === 'f32') return host('rem')(s, args, from, to)
  const [, divisor] = two(args)
  const name = from === 'u32' ? 'i32.rem_u' : 'i32.rem_s'
  if (isSafeDivisor(divisor)) return op(name, args)
  const [x, y] = args.map((arg) => keep(s, arg, 'i32')) as [Code, Code]
  return when(op('i32.eqz', [y]), [x], [op(name, [x, y])], 'i32')
}

const isSmallShift = (y: Code): boolean => isConst(y) && (y.imm[0] as number) >= 0 && (y.imm[0] as number) < 32

/** Shifts by 32 or more give 0, or the sign. */
const shift =
  (right: boolean): Emit =>
  (s, args, from) => {
    const name = right ? (from === 'i32' ? 'i32.shr_s' : 'i32.shr_u') : 'i32.shl'
    const [x, amount] = two(args)
    if (isSmallShift(amount)) return op(name, args)
    const y = keep(s, amount, 'i32')
    const isSmall = op('i32.lt_u', [y, i32(32)])
    if (name === 'i32.shr_s') return op(name, [x, op('select', [y, i32(31), isSmall])])
    return op('select', [op(name, [x, y]), i32(0), isSmall])
  }

const cast: Emit = (_, args, from, to) => {
  const [x] = args as readonly [Code]
  if (from === to) return x
  if (to === 'bool') return from === 'f32' ? op('f32.ne', [x, op('f32.const', [], [0])]) : op('i32.ne', [x, i32(0)])
  if (from === 'f32') return op(to === 'u32' ? 'i32.trunc_sat_f32_u' : 'i32.trunc_sat_f32_s', [x])
  return to === 'f32' ? op(from === 'u32' ? 'f32.convert_i32_u' : 'f32.convert_i32_s', [x]) : x
}

const bitcast: Emit = (s, args, from, to) => {
  const [x] = args as readonly [Code]
  if (scalarType(from) === scalarType(to)) return x
  if (to === 'f32') return op('f32.reinterpret_i32', [x])
  // All NaNs have one pattern of bits.
  const kept = keep(s, x, 'f32')
  return op('select', [op('i32.reinterpret_f32', [kept]), i32(0x7fc00000), op('f32.eq', [kept, kept])])
}

export const scalarOps: { readonly [K in ScalarOp]?: Emit } = {
  add: both('add', 'add'),
  sub: both('sub', 'sub'),
  mul: both('mul', 'mul'),
  div: divide,
  rem: remainder,
  min: extreme('min'),
  max: extreme('max'),
  neg: (_, args, from) => (from === 'f32' ? op('f32.neg', args) : op('i32.sub', [i32(0), ...args])),
  pow: (s, args, from, to) => host(from === 'f32' ? 'pow' : from === 'i32' ? 'powInt' : 'powWord')(s, args, from, to),
  sqrt: float('sqrt'),
  floor: float('floor'),
  ceil: float('ceil'),
  round: float('nearest'),
  tan: host('tan'),
  asin: host('asin'),
  acos: host('acos'),
  atan: host('atan'),
  sinh: host('sinh'),
  cosh: host('cosh'),
  atan2: host('atan2'),
  eq: both('eq', 'eq'),
  ne: both('ne', 'ne'),
  lt: order('lt'),
  le: order('le'),
  gt: order('gt'),
  ge: order('ge'),
  and: int('and'),
  or: int('or'),
  xor: int('xor'),
  not: (_, [x], from) => (from === 'bool' ? op('i32.eqz', [x as Code]) : op('i32.xor', [x as Code, i32(-1)])),
  shl: shift(false),
  shr: shift(true),
  select: (_, [cond, x, y]) => op('select', [x as Code, y as Code, cond as Code]),
  cast,
  bitcast,
}
