/**
 * Transcendental functions in terms of simpler scalar ops, without branches: what a backend with vectors computes in
 * all lanes at once. The same bounds hold as for the WGSL helpers, whose formulas they are, but for that of `exp`.
 *
 * Sources: reductions by Cody and Waite in two or four pieces; the polynomials are minimax fits; `log` is fdlibm's series.
 */
import type { Scalar, ScalarOp, ScalarType } from './kernel.js'

type Recipe = (x: Scalar) => Scalar

const f = (value: number): Scalar => ({ k: 'lit', dtype: 'f32', value: Math.fround(value) })
const int = (value: number): Scalar => ({ k: 'lit', dtype: 'i32', value })

const op = (name: ScalarOp, args: readonly Scalar[], dtype: ScalarType = 'f32'): Scalar => ({ k: 'op', op: name, args, dtype })

const add = (x: Scalar, y: Scalar): Scalar => op('add', [x, y], x.dtype)
const sub = (x: Scalar, y: Scalar): Scalar => op('sub', [x, y], x.dtype)
const mul = (x: Scalar, y: Scalar): Scalar => op('mul', [x, y], x.dtype)
const div = (x: Scalar, y: Scalar): Scalar => op('div', [x, y])
const neg = (x: Scalar): Scalar => op('neg', [x])
const abs = (x: Scalar): Scalar => op('abs', [x])
const select = (cond: Scalar, x: Scalar, y: Scalar): Scalar => op('select', [cond, x, y], x.dtype)
const less = (x: Scalar, y: Scalar): Scalar => op('lt', [x, y], 'bool')
const bits = (x: Scalar): Scalar => op('bitcast', [x], 'i32')
const float = (x: Scalar): Scalar => op('bitcast', [x], 'f32')
/** The smaller and the larger of x and a number; NaN stays NaN. */
const atMost = (x: Scalar, most: number): Scalar => {
  const limit = f(most)
  return select(less(limit, x), limit, x)
}
const atLeast = (x: Scalar, least: number): Scalar => {
  const limit = f(least)
  return select(less(x, limit), limit, x)
}
const and = (x: Scalar, y: Scalar): Scalar => op('and', [x, y], x.dtype)
const or = (x: Scalar, y: Scalar): Scalar => op('or', [x, y], x.dtype)

/** The magnitude of m ≥ 0 with the sign of x. */
const copySign = (m: Scalar, x: Scalar): Scalar => float(or(bits(m), and(bits(x), int(-2147483648))))

/** A polynomial, highest power first. */
const poly = (x: Scalar, [first = 0, ...rest]: readonly number[]): Scalar =>
  rest.reduce<Scalar>((sum, c) => add(mul(sum, x), f(c)), f(first))

/** 2^n for a whole n in [-126, 127], from its bits. */
const exp2i = (n: Scalar): Scalar => float(op('shl', [add(n, int(127)), int(23)], 'i32'))

/** 1.5 · 2²³: what is added to it is rounded to a whole number, which then stands in the last bits. */
const roundingBias = 12582912

/** The nearest whole number to x, below 2²² either way, as f32 and as i32. */
const nearest = (x: Scalar): { readonly whole: Scalar; readonly n: Scalar } => {
  const biased = add(x, f(roundingBias))
  return { whole: sub(biased, f(roundingBias)), n: sub(bits(biased), int(0x4b400000)) }
}

/** n and r of x = n ln 2 + r, and e^r - 1. */
const reduceExp = (x: Scalar): { readonly n: Scalar; readonly tail: Scalar } => {
  const { whole, n } = nearest(mul(x, f(1.442695)))
  const r = sub(sub(x, mul(whole, f(0.69314575))), mul(whole, f(1.4286068e-6)))
  const p = poly(r, [1.98756915e-4, 1.39819995e-3, 8.33345191e-3, 4.16657959e-2, 1.66666655e-1, 5.00000012e-1])
  return { n, tail: add(mul(p, mul(r, r)), r) }
}

/**
 * e^x = 2^n e^r of x = n ln 2 + r, 0 ≤ r < ln 2, without a branch: 2^n is of the bits n + 127, which are those of zero and of infinity at the
 * ends of n, where arguments are kept; so what is below the normal range is zero. e^r by a minimax fit of (e^r - 1 - r) / r² (error
 * 2^-28): its powers side by side, since a machine waits for one step after another rather than for all of them.
 */
const exp: Recipe = (x) => {
  const near = atMost(atLeast(x, -88.02), 88.8)
  const whole = op('floor', [mul(near, f(1.442695))])
  const r = sub(sub(near, mul(whole, f(0.69314575))), mul(whole, f(1.4286068e-6)))
  const square = mul(r, r)
  const high = add(poly(r, [7.868427e-3, 4.1854996e-2]), mul(square, f(1.9124878e-3)))
  const tail = mul(square, add(poly(r, [1.6663192e-1, 5.0000226e-1]), mul(square, high)))
  const scale = float(op('shl', [bits(add(whole, f(roundingBias + 127))), int(23)], 'i32'))
  return add(scale, mul(add(r, tail), scale))
}

/** e^x - 1 for x in [-18, 18]. */
const expm1Near: Recipe = (x) => {
  const { n, tail } = reduceExp(x)
  const scale = exp2i(n)
  return add(mul(scale, tail), sub(scale, f(1)))
}

const expm1: Recipe = (x) => {
  const near = expm1Near(atMost(atLeast(x, -18), 18))
  return select(less(abs(x), f(5.9e-8)), x, select(less(f(18), x), exp(x), near))
}

const tanh: Recipe = (x) => {
  const e = expm1Near(mul(f(-2), atMost(abs(x), 10)))
  return copySign(abs(div(e, add(e, f(2)))), x)
}

const sigmoid: Recipe = (x) => {
  const e = exp(neg(abs(x)))
  return div(select(op('ge', [x, f(0)], 'bool'), f(1), e), add(f(1), e))
}

const erf: Recipe = (x) => {
  const t = atMost(abs(x), 4)
  const s = mul(t, t)
  const u = add(mul(f(-3.88396438e-3), t), f(2.42546219e-2))
  const v = sub(mul(add(mul(add(mul(f(-1.7285347e-5), t), f(3.83197126e-4)), s), u), t), f(1.06777877e-1))
  const w = sub(mul(sub(mul(v, t), f(6.34846687e-1)), t), f(1.28717512e-1))
  const far = copySign(sub(f(1), exp(sub(mul(w, t), t))), x)
  const near = add(mul(poly(s, [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]), x), x)
  return select(op('ne', [x, x], 'bool'), x, select(less(f(0.92773438), t), far, near))
}

/** log(1 + g) + k ln 2 + c for 1 + g in [√½, √2], by the series of atanh(g / (2 + g)). */
const logParts = (g: Scalar, k: Scalar, c: Scalar): Scalar => {
  const s = div(g, add(f(2), g))
  const z = mul(s, s)
  const w = mul(z, z)
  const r = add(mul(z, add(f(0.6666666), mul(w, f(0.28498787)))), mul(w, add(f(0.40000972), mul(w, f(0.24279079)))))
  const h = mul(mul(f(0.5), g), g)
  return add(add(sub(add(mul(s, add(h, r)), add(mul(k, f(9.0580006e-6)), c)), h), g), mul(k, f(0.69313812)))
}

/** m - 1 and k of a positive finite x = m 2^k. */
const splitLog = (x: Scalar): { readonly g: Scalar; readonly k: Scalar } => {
  const tiny = less(x, f(1.1754944e-38))
  // 2^23 times as much, exactly.
  const u = add(bits(select(tiny, mul(x, f(8388608)), x)), int(0x004afb0d))
  const m = float(add(and(u, int(0x007fffff)), int(0x3f3504f3)))
  const exponent = sub(op('shr', [u, int(23)], 'i32'), select(tiny, int(127 + 23), int(127)))
  return { g: sub(m, f(1)), k: op('cast', [exponent], 'f32') }
}

/** Infinity, and what is no positive number, put right. */
const logEdges = (x: Scalar, y: Scalar, zero: number): Scalar =>
  select(
    op('gt', [x, f(zero)], 'bool'),
    select(op('eq', [x, f(Infinity)], 'bool'), x, y),
    select(op('eq', [x, f(zero)], 'bool'), f(-Infinity), f(NaN)),
  )

const log: Recipe = (x) => {
  const { g, k } = splitLog(x)
  return logEdges(x, logParts(g, k, f(0)), 0)
}

const log1p: Recipe = (x) => {
  const u = add(f(1), x)
  const isNear = and(less(f(-0.29289), x), less(x, f(0.41421)))
  const c = div(select(op('ge', [x, f(1)], 'bool'), sub(f(1), sub(u, x)), sub(x, sub(u, f(1)))), u)
  const { g, k } = splitLog(u)
  const y = logParts(select(isNear, x, g), select(isNear, f(0), k), select(isNear, f(0), c))
  return logEdges(x, select(less(abs(x), f(5.9e-8)), x, y), -1)
}

/** q and r of x = q π/2 + r, for |x| ≤ 10⁴. */
const reduceTrig = (x: Scalar): { readonly q: Scalar; readonly r: Scalar } => {
  const { whole, n } = nearest(mul(x, f(0.63661975)))
  const pieces = [1.5703125, 0.000483751297, 7.54953362e-8, 2.56334407e-12]
  return { q: n, r: pieces.reduce((rest, piece) => sub(rest, mul(whole, f(piece))), x) }
}

const sinPoly: Recipe = (x) => {
  const z = mul(x, x)
  return add(mul(poly(z, [-1.9515296e-4, 8.3321609e-3, -1.6666655e-1]), mul(z, x)), x)
}

const cosPoly: Recipe = (x) => {
  const z = mul(x, x)
  return sub(f(1), sub(mul(f(0.5), z), mul(poly(z, [2.4433157e-5, -1.3887316e-3, 4.1666646e-2]), mul(z, z))))
}

const isOdd = (q: Scalar): Scalar => op('ne', [and(q, int(1)), int(0)], 'bool')
const flipIf = (cond: Scalar, x: Scalar): Scalar => select(cond, neg(x), x)

/** For |x| ≤ 10⁴. */
const sin: Recipe = (x) => {
  const { q, r } = reduceTrig(x)
  const y = select(isOdd(q), cosPoly(r), sinPoly(r))
  return select(less(abs(x), f(2e-4)), x, flipIf(op('ne', [and(q, int(2)), int(0)], 'bool'), y))
}

/** For |x| ≤ 10⁴. */
const cos: Recipe = (x) => {
  const { q, r } = reduceTrig(x)
  const y = select(isOdd(q), sinPoly(r), cosPoly(r))
  return flipIf(op('ne', [and(add(q, int(1)), int(2)), int(0)], 'bool'), y)
}

/** Arguments beyond this need a better reduction than `sin` and `cos` have here. */
export const largestAngle = 10000

/** The recipes there are. `sin` and `cos` hold up to `largestAngle`. */
export const recipes = { exp, expm1, log, log1p, sin, cos, tanh, sigmoid, erf } as const satisfies { readonly [K in ScalarOp]?: Recipe }
