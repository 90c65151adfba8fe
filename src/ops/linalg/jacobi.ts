/**
 * Jacobi's rotations in a parallel order: n / 2 disjoint pairs at once, n - 1 rounds to a sweep, in which every pair meets
 * once (a round-robin tournament; Brent & Luk 1985). A pair is (i, i + n / 2), and rows and columns move between rounds.
 */
import { range } from '../../ir/shape.js'
import { foriLoop } from '../control.js'
import { constant } from '../creation.js'
import { roll } from '../arrange.js'
import { abs, add, div, ge, mul, neg, rsqrt, square, sqrt, sub, where } from '../point.js'
import { concat, expandDims, take } from '../shape.js'
import type { F32, I32 } from './matrix.js'

/**
 * How many sweeps. Convergence is quadratic once the pairs that are far apart have met, which takes about log n sweeps; f32 has
 * what it can hold after three more. The rest is margin. One rotation is all that n = 2 needs.
 */
export const sweepsFor = (n: number): number => (n <= 2 ? 1 : 5 + Math.ceil(Math.log2(n)))

/** The smallest even number of columns. */
export const evenOf = (n: number): number => n + (n % 2)

/** After n - 1 moves all are back where they were. */
const tournament = (n: number): I32 => {
  const half = n / 2
  const at = range(n).map((place) =>
    place === 0 || n === 2 ? place : place === 1 ? half : place < half ? place - 1 : place < n - 1 ? place + 1 : half - 1,
  )
  return constant(Int32Array.from(at), { dtype: 'i32' })
}

export const moved = (x: F32, axis: number): F32 => take(x, tournament(x.shape.at(axis) as number), { axis: x.ndim + axis })

/** Each pair's rotation by its angle's sine, and by the tangent of half the angle: [..., n], with the signs for both of a pair. */
export interface Rotation {
  readonly sine: F32
  readonly half: F32
}

/**
 * The smaller angle that makes a symmetric 2 × 2 matrix diagonal (Golub & Van Loan, section 8.5.2), from its diagonal and the
 * element off it, [..., n / 2]; none where that is negligible.
 */
export const rotationOf = (first: F32, second: F32, off: F32, isNegligible: (off: F32) => ReturnType<typeof ge>): Rotation => {
  const skip = isNegligible(off)
  const tau = div(sub(second, first), mul(where(skip, 1, off), 2))
  const tangent = where(skip, 0, div(where(ge(tau, 0), 1, -1), add(abs(tau), sqrt(add(square(tau), 1)))))
  const cosine = rsqrt(add(square(tangent), 1))
  const sine = mul(cosine, tangent)
  const half = div(sine, add(cosine, 1))
  return { sine: concat([neg(sine), sine], { axis: -1 }), half: concat([neg(half), half], { axis: -1 }) }
}

/** Rows or columns rotated in pairs, as a small change of each (Rutishauser 1966): what rounding does to a cosine would add up. */
export const rotated = (x: F32, { sine, half }: Rotation, axis: -1 | -2): F32 => {
  const [s, t] = [expandDims(sine, -3 - axis), expandDims(half, -3 - axis)]
  return add(x, mul(s, sub(roll(x, (x.shape.at(axis) as number) / 2, { axis }), mul(t, x))))
}

/** Runs a round of pairs among n columns as often as all sweeps need. */
export const sweep = <C>(n: number, step: (carry: C) => C, init: C): C => {
  const rounds = sweepsFor(n) * (n - 1)
  return rounds === 1 ? step(init) : foriLoop(0, rounds, (_, carry: C) => step(carry), init)
}
