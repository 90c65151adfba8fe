/** Scalars as WGSL: literals that keep every bit, and one rule per scalar op. */
import type { ScalarOp, ScalarType } from '../../ir/kernel/kernel.js'

/** The dtypes that are computed in. An f16 outside of a buffer is an f32 whose value is an f16. */
export type Wide = Exclude<ScalarType, 'f16'>

/** A printed argument. `value` is there for literals. */
export interface Printed {
  readonly text: string
  readonly dtype: Wide
  readonly value: number | undefined
}

const view = new DataView(new ArrayBuffer(4))

/** The bits of an f32 as a WGSL u32 literal. */
const bitsOf = (value: number): string => {
  view.setFloat32(0, value)
  return `0x${view.getUint32(0).toString(16).padStart(8, '0')}u`
}

const largestFloat = 3.4028234663852886e38

/** The shortest decimal that rounds to the same f32. One above the largest f32 will not do: WGSL refuses it instead of rounding. */
const shortest = (value: number): string => {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value && Math.abs(short) <= largestFloat) return String(short)
  }
  return String(value)
}

const signed = (text: string): string => (text.startsWith('-') ? `(${text})` : text)

const float = (x: number): string => {
  const value = Math.fround(x)
  if (Number.isNaN(value)) return 'fx_nan()'
  if (!Number.isFinite(value)) return value > 0 ? 'fx_inf()' : '(-fx_inf())'
  // compilers lose the sign of a constant zero
  return Object.is(value, -0) ? runtimeLiteral.f32(value) : signed(`${shortest(value)}f`)
}

/** A literal. An i32 has no suffix: indices read better without. */
export const literal: { readonly [D in Wide]: (value: number) => string } = {
  f32: float,
  i32: (value) => (value === -2147483648 ? 'i32(-2147483648)' : signed(String(value))),
  u32: (value) => `${String(value)}u`,
  bool: (value) => (value === 0 ? 'false' : 'true'),
}

/** A literal that WGSL does not take for a constant expression, whose overflow would be refused when compiled. */
export const runtimeLiteral: { readonly [D in Wide]: (value: number) => string } = {
  f32: (value) => `bitcast<f32>(${bitsOf(value)} ^ fx_zero)`,
  i32: (value) => `bitcast<i32>(${String(value >>> 0)}u ^ fx_zero)`,
  u32: (value) => `(${String(value)}u ^ fx_zero)`,
  bool: (value) => (value === 0 ? '(fx_zero != 0u)' : '(fx_zero == 0u)'),
}

type Emit = (args: readonly Printed[], dtype: Wide) => string

const texts = (args: readonly Printed[]): readonly string[] => args.map((arg) => arg.text)

const call =
  (name: string): Emit =>
  (args) =>
    `${name}(${texts(args).join(', ')})`

const infix =
  (symbol: string): Emit =>
  (args) =>
    `(${texts(args).join(` ${symbol} `)})`

const prefix =
  (symbol: string): Emit =>
  ([x]) =>
    `(${symbol}${x?.text ?? ''})`

/** A rule for each dtype of the operands. */
const byType =
  (rules: Readonly<Partial<Record<Wide, Emit>>> & { readonly other: Emit }): Emit =>
  (args, dtype) =>
    (rules[args[0]?.dtype ?? dtype] ?? rules.other)(args, dtype)

const typed = (name: string): Emit => byType({ u32: call(`${name}_u32`), f32: call(`${name}_f32`), other: call(`${name}_i32`) })

/** Integer division needs its guards only where the divisor is not a literal other than 0 and -1. */
const divide =
  (symbol: string, guarded: Emit): Emit =>
  (args, dtype) => {
    const divisor = args[1]?.value
    return (divisor === undefined || divisor === 0 || divisor === -1 ? guarded : infix(symbol))(args, dtype)
  }

const word = (x: string): string => `select(0u, 1u, ${x})`

/** An order of truth values goes by their words. */
const order = (symbol: string): Emit =>
  byType({
    bool: (args) => `(${texts(args).map(word).join(` ${symbol} `)})`,
    other: infix(symbol),
  })

/** Conversions by value, from and to. */
const casts: { readonly [From in Wide]: { readonly [To in Wide]: (x: string) => string } } = {
  f32: { f32: (x) => x, i32: (x) => `fx_f32_to_i32(${x})`, u32: (x) => `fx_f32_to_u32(${x})`, bool: (x) => `!(${x} == 0f)` },
  i32: { f32: (x) => `f32(${x})`, i32: (x) => x, u32: (x) => `u32(${x})`, bool: (x) => `(${x} != 0)` },
  u32: { f32: (x) => `f32(${x})`, i32: (x) => `i32(${x})`, u32: (x) => x, bool: (x) => `(${x} != 0u)` },
  bool: { f32: (x) => `select(0f, 1f, ${x})`, i32: (x) => `select(0, 1, ${x})`, u32: word, bool: (x) => x },
}

const cast: Emit = ([x], dtype) => (x === undefined ? '' : casts[x.dtype][dtype](x.text))

const bitcast: Emit = (args, dtype) => {
  const [x] = args
  return x?.dtype === 'bool' || dtype === 'bool' ? cast(args, dtype) : `bitcast<${dtype}>(${x?.text ?? ''})`
}

const minMax = (name: 'min' | 'max', ofBool: string): Emit => byType({ f32: call(`fx_${name}`), bool: infix(ofBool), other: call(name) })

/** A zero that compilers cannot see: they take `0 * x` and `0 / x` for 0, which they are not when x is infinite or NaN, and `0 + x` for x, which may be -0. */
export const unfoldable = (x: Printed): Printed => (x.value === 0 && x.dtype === 'f32' ? { ...x, text: runtimeLiteral.f32(x.value) } : x)

/** How each scalar op is written. Builtins where WGSL defines them well enough, helpers of our own elsewhere. */
export const emitters: Readonly<Record<ScalarOp, Emit>> = {
  add: infix('+'),
  sub: infix('-'),
  mul: byType({ f32: (args, dtype) => infix('*')(args.map(unfoldable), dtype), other: infix('*') }),
  div: byType({
    f32: ([x, ...rest], dtype) => infix('/')([...(x === undefined ? [] : [unfoldable(x)]), ...rest], dtype),
    other: divide('/', typed('fx_div')),
  }),
  rem: byType({ f32: call('fx_rem_f32'), other: divide('%', typed('fx_rem')) }),
  min: minMax('min', '&'),
  max: minMax('max', '|'),
  neg: byType({ u32: ([x]) => `(0u - ${x?.text ?? ''})`, other: prefix('-') }),
  abs: call('abs'),
  sign: byType({ f32: call('fx_sign'), u32: ([x]) => `min(${x?.text ?? ''}, 1u)`, other: call('sign') }),
  pow: typed('fx_pow'),
  exp: call('fx_exp'),
  expm1: call('fx_expm1'),
  log: call('fx_log'),
  log1p: call('fx_log1p'),
  sqrt: call('sqrt'),
  sin: call('fx_sin'),
  cos: call('fx_cos'),
  tan: call('fx_tan'),
  asin: call('fx_asin'),
  acos: call('fx_acos'),
  atan: call('fx_atan'),
  sinh: call('fx_sinh'),
  cosh: call('fx_cosh'),
  tanh: call('fx_tanh'),
  sigmoid: call('fx_sigmoid'),
  erf: call('fx_erf'),
  floor: call('floor'),
  ceil: call('ceil'),
  round: call('round'),
  atan2: call('fx_atan2'),
  eq: infix('=='),
  // not (a != b): compilers may take that to be false of NaN
  ne: byType({ f32: (args) => `!(${texts(args).join(' == ')})`, other: infix('!=') }),
  lt: order('<'),
  le: order('<='),
  gt: order('>'),
  ge: order('>='),
  isNan: call('fx_is_nan'),
  isFinite: call('fx_is_finite'),
  and: infix('&'),
  or: infix('|'),
  xor: byType({ bool: infix('!='), other: infix('^') }),
  not: byType({ bool: prefix('!'), other: prefix('~') }),
  shl: typed('fx_shl'),
  shr: typed('fx_shr'),
  select: (args) => {
    const [cond, then, otherwise] = args.map(unfoldable)
    return `select(${otherwise?.text ?? ''}, ${then?.text ?? ''}, ${cond?.text ?? ''})`
  },
  cast,
  bitcast,
}
