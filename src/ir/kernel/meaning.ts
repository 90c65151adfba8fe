/** What every scalar op means, in f64, with the result rounded to its dtype: the definition that backends are held to. */
import { roundTo, wideOf, type DType } from '../dtype.js'
import type { ScalarOp } from './kernel.js'

/** Arguments, the dtype of the first argument (of the operands, for comparisons), and the dtype of the result. */
type Meaning<D extends DType = DType> = (args: readonly number[], from: D, to: D) => number

/** The dtypes that are computed in. */
type Wide = Exclude<DType, 'f16'>

type Arith = { readonly [D in 'f32' | 'i32' | 'u32']: (x: number, y: number) => number }

const wrap = { f32: Math.fround, i32: (x: number) => x | 0, u32: (x: number) => x >>> 0, bool: roundTo.bool } as const

const arithmetic =
  (f: Arith): Meaning<Wide> =>
  ([x = 0, y = 0], from) =>
    from === 'bool' ? 0 : wrap[from](f[from](x, y))

const same = (f: (x: number, y: number) => number): Arith => ({ f32: f, i32: f, u32: f })

const float =
  (f: (x: number) => number): Meaning<Wide> =>
  ([x = 0]) =>
    Math.fround(f(x))

const test =
  (f: (x: number, y: number) => boolean): Meaning =>
  ([x = 0, y = 0]) =>
    f(x, y) ? 1 : 0

const bits =
  (f: (x: number, y: number) => number): Meaning<Wide> =>
  ([x = 0, y = 0], from) =>
    from === 'bool' ? f(x, y) & 1 : wrap[from](f(x, y))

/** Half to even, as IEEE 754's default and NumPy's `round`. */
export const roundHalfEven = (x: number): number => {
  const down = Math.floor(x)
  const rest = x - down
  if (!Number.isFinite(x) || rest === 0) return x
  const out = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1
  return out === 0 && x < 0 ? -0 : out
}

/** C's pow, where JavaScript's differs: 1 to any power, and any base to the power 0, is 1; (-1)^±∞ is 1. */
export const powFloat = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y)

/** Wrapping integer power by squaring; a negative exponent gives 0 except for the bases 1 and -1. */
export const powInt = (x: number, y: number): number => {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0
  let [out, base] = [1, x]
  for (let n = y; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) out = Math.imul(out, base)
    base = Math.imul(base, base)
  }
  return out
}

/** The error function: its Taylor series near 0, the continued fraction of erfc beyond (Abramowitz & Stegun 7.1.5, 7.1.14). */
export const erf = (x: number): number => {
  const a = Math.abs(x)
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x)
  if (a < 2.5) {
    let [term, sum] = [x, x]
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  let tail = 0
  for (let k = 60; k >= 1; k--) tail = k / 2 / (a + tail)
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + tail)))
}

const truncDiv = (x: number, y: number): number => (y === 0 ? -1 : Math.trunc(x / y))
const intRem = (x: number, y: number): number => (y === 0 ? x : x % y)
const shift = (x: number, y: number, from: Wide, f: (x: number, y: number) => number): number =>
  y >= 0 && y < 32 ? f(x, y) : from === 'i32' && x < 0 ? -1 : 0

const scratch = new DataView(new ArrayBuffer(4))
const put = { f32: 'setFloat32', i32: 'setInt32', u32: 'setUint32', bool: 'setUint32' } as const
const get = { f32: 'getFloat32', i32: 'getInt32', u32: 'getUint32', bool: 'getUint32' } as const

const wideMeaning: { readonly [K in ScalarOp]: Meaning<Wide> } = {
  add: arithmetic(same((x, y) => x + y)),
  sub: arithmetic(same((x, y) => x - y)),
  mul: arithmetic({ f32: (x, y) => x * y, i32: Math.imul, u32: Math.imul }),
  div: arithmetic({ f32: (x, y) => x / y, i32: truncDiv, u32: truncDiv }),
  rem: arithmetic({ f32: (x, y) => x % y, i32: intRem, u32: intRem }),
  min: arithmetic(same(Math.min)),
  max: arithmetic(same(Math.max)),
  pow: arithmetic({ f32: powFloat, i32: powInt, u32: powInt }),
  neg: arithmetic(same((x) => -x)),
  abs: arithmetic(same(Math.abs)),
  sign: arithmetic(same(Math.sign)),
  exp: float(Math.exp),
  expm1: float(Math.expm1),
  log: float(Math.log),
  log1p: float(Math.log1p),
  sqrt: float(Math.sqrt),
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  asin: float(Math.asin),
  acos: float(Math.acos),
  atan: float(Math.atan),
  sinh: float(Math.sinh),
  cosh: float(Math.cosh),
  tanh: float(Math.tanh),
  sigmoid: float((x) => 1 / (1 + Math.exp(-x))),
  erf: float(erf),
  floor: float(Math.floor),
  ceil: float(Math.ceil),
  round: float(roundHalfEven),
  atan2: arithmetic(same(Math.atan2)),
  eq: test((x, y) => x === y),
  ne: test((x, y) => x !== y),
  lt: test((x, y) => x < y),
  le: test((x, y) => x <= y),
  gt: test((x, y) => x > y),
  ge: test((x, y) => x >= y),
  isNan: test((x) => Number.isNaN(x)),
  isFinite: test((x) => Number.isFinite(x)),
  and: bits((x, y) => x & y),
  or: bits((x, y) => x | y),
  xor: bits((x, y) => x ^ y),
  not: bits((x) => ~x),
  shl: ([x = 0, y = 0], from) => wrap[from](shift(x, y, 'u32', (a, b) => a << b)),
  shr: ([x = 0, y = 0], from) => wrap[from](shift(x, y, from, (a, b) => (from === 'u32' ? a >>> b : a >> b))),
  select: ([c, x = 0, y = 0]) => (c === 0 ? y : x),
  // From f32, integers saturate; between integers, the bits stay, as in XLA.
  cast: ([x = 0], from, to) => (from === 'f32' || to === 'bool' ? roundTo[to](x) : wrap[to](x)),
  // Engines give NaNs of different bits: all count as one.
  bitcast: ([x = 0], from, to) => {
    scratch[put[from]](0, x)
    if (x !== x) scratch.setUint32(0, 0x7fc00000)
    return scratch[get[to]](0)
  },
}

/** An op on f16 is the op on f32, rounded once more: to the nearest f16 of the exact result for + - * / and sqrt (Figueroa 1995). */
const orHalf =
  (f: Meaning<Wide>): Meaning =>
  (args, from, to) => {
    const result = f(args, wideOf(from), wideOf(to))
    return to === 'f16' ? roundTo.f16(result) : result
  }

export const meaning = Object.fromEntries(Object.entries(wideMeaning).map(([op, f]) => [op, orHalf(f)])) as {
  readonly [K in ScalarOp]: Meaning
}
