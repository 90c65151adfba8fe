/** Derivatives of elementwise ops. At ties and kinks they follow JAX. */
import type { PointOp } from '../../ir/graph.js'
import { apply } from '../../ir/tensor.js'
import { noAttrs } from '../../ir/builder.js'
import { add, cos, cosh, div, eq, exp, gt, log, mul, neg, pow, round, sign, sin, sinh, sqrt, square, sub, where } from '../../ops/point.js'
import { none, type Float, type Vjp, type VjpTable } from './rule.js'

/** The rule of a function of one variable, given its derivative at x, where it is y. */
const unary =
  (slope: (x: Float, y: Float) => Float): Vjp =>
  (g, y, [x]) => [mul(g, slope(x as Float, y))]

const binary =
  (f: (g: Float, x: Float, y: Float, z: Float) => readonly [Float, Float]): Vjp =>
  (g, z, [x, y]) =>
    f(g, x as Float, y as Float, z)

/** The share of a cotangent that goes to x in max(x, y): all, half at a tie, or none. */
const share = (g: Float, x: Float, y: Float): Float => where(gt(x, y), g, where(eq(x, y), mul(g, 0.5), 0))

const oneLessSquare = (x: Float): Float => sub(1, square(x))

export const pointRules: VjpTable<PointOp> = {
  add: binary((g) => [g, g]),
  sub: binary((g) => [g, neg(g)]),
  mul: binary((g, x, y) => [mul(g, y), mul(g, x)]),
  div: binary((g, x, y) => [div(g, y), neg(mul(g, div(div(x, y), y)))]),
  rem: binary((g, x, y, z) => [g, neg(mul(g, round(div(sub(x, z), y))))]),
  max: binary((g, x, y) => [share(g, x, y), share(g, y, x)]),
  min: binary((g, x, y) => [share(g, y, x), share(g, x, y)]),
  pow: binary((g, x, y, z) => {
    const flat = eq(y, 0)
    const inX = mul(y, pow(x, where(flat, 1, sub(y, 1))))
    return [mul(g, where(flat, 0, inX)), mul(g, mul(log(where(eq(x, 0), 1, x)), z))]
  }),
  neg: (g) => [neg(g)],
  abs: unary((x) => sign(x)),
  sign: none,
  exp: unary((_, y) => y),
  expm1: unary((_, y) => add(y, 1)),
  log: (g, _, [x]) => [div(g, x as Float)],
  log1p: (g, _, [x]) => [div(g, add(x as Float, 1))],
  sqrt: (g, y) => [div(mul(g, 0.5), y)],
  sin: unary((x) => cos(x)),
  cos: unary((x) => neg(sin(x))),
  tan: unary((_, y) => add(1, square(y))),
  asin: (g, _, [x]) => [div(g, sqrt(oneLessSquare(x as Float)))],
  acos: (g, _, [x]) => [neg(div(g, sqrt(oneLessSquare(x as Float))))],
  atan: (g, _, [x]) => [div(g, add(1, square(x as Float)))],
  sinh: unary((x) => cosh(x)),
  cosh: unary((x) => sinh(x)),
  tanh: unary((_, y) => oneLessSquare(y)),
  sigmoid: unary((_, y) => mul(y, sub(1, y))),
  erf: unary((x) => mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  floor: none,
  ceil: none,
  round: none,
  atan2: binary((g, y, x) => {
    const length = add(square(x), square(y))
    return [div(mul(g, x), length), neg(div(mul(g, y), length))]
  }),
  eq: none,
  ne: none,
  lt: none,
  le: none,
  gt: none,
  ge: none,
  isNan: none,
  isFinite: none,
  and: none,
  or: none,
  xor: none,
  not: none,
  shl: none,
  shr: none,
  select: (g, _, [condition]) => {
    const zero = apply('fill', [], { value: 0, shape: g.shape, dtype: g.dtype })
    const chosen = (x: Float, y: Float): Float => apply('select', [condition as Float, x, y], noAttrs) as Float
    return [undefined, chosen(g, zero as Float), chosen(zero as Float, g)]
  },
}
