/** What sampling a normal needs beyond the public ops. */
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { abs, add, bitcast, cast, eq, gt, log1p, lt, mul, neg, sqrt, sub, where } from '../point.js'

type F32 = Tensor<Shape, 'f32'>

/** The square root of 2, as f32. */
export const sqrt2 = Math.fround(Math.SQRT2)

/** Coefficients for w < 5 and beyond, the highest power first. */
const near = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3, 0.246640727, 1.50140941,
]
const far = [
  -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3, 9.43887047e-3, 1.00167406, 2.83297682,
]

/**
 * The inverse of erf on f32, ±∞ at ±1: M. Giles, "Approximating the erfinv function" (GPU Computing Gems 2, 2011), in the order of
 * operations of XLA's ErfInv32, so that normals are `jax.random`'s.
 */
export const erfInv = (x: F32): F32 => {
  const w = neg(log1p(neg(mul(x, x))))
  const isNear = lt(w, 5)
  const t = where(isNear, sub(w, 2.5), sub(sqrt(where(isNear, 5, w)), 3))
  const coefficient = (i: number): F32 => where(isNear, near[i] as number, far[i] as number)
  let p = coefficient(0)
  for (let i = 1; i < near.length; i++) p = add(coefficient(i), mul(p, t))
  return mul(where(eq(abs(x), 1), Infinity, p), x)
}

/** The next f32 above x; NaN and ∞ stay. A zero's is the smallest subnormal, which a GPU may take for 0. */
export const nextUp = (x: F32): F32 => {
  const bits = bitcast(x, 'i32')
  const step = sub(mul(cast(gt(x, 0), 'i32'), 2), 1)
  const next = bitcast(where(eq(x, 0), 1, add(bits, step)), 'f32')
  return where(lt(x, Infinity), next, x)
}
