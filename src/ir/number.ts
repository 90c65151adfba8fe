/** Numbers as JSON and as text, exactly. */
import { isFloat, roundTo, type DType, type FloatType } from './dtype.js'

/** JSON has no notation for these. */
const specials: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/** A number as JSON: itself, or the name of a special one. */
export type NumberJSON = number | string

export const encodeNumber = (x: number): NumberJSON => (Object.is(x, -0) ? '-0' : Number.isFinite(x) ? x : String(x))

/** The number, or undefined for what is none. */
export const decodeNumber = (u: unknown): number | undefined =>
  typeof u === 'number' ? u : typeof u === 'string' && Object.hasOwn(specials, u) ? specials[u] : undefined

/** The shortest decimal that rounds to a given float, as a number. */
const shortFloat = (dtype: FloatType, x: number): number => {
  const round = roundTo[dtype]
  if (round(x) !== x || Number.isInteger(x)) return x
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits))
    if (round(short) === x) return short
  }
  return Number(x.toPrecision(9))
}

/** A value of a dtype that prints short: `0.1`, not `0.10000000149011612`. `fromShort` undoes it. */
export const toShort = (dtype: DType, x: number): number => (isFloat(dtype) ? shortFloat(dtype, x) : x)

/** The value of a dtype that a decimal stands for, or undefined where it is too large or no whole number. */
export const fromShort = (dtype: DType, x: number): number | undefined => {
  const rounded = roundTo[dtype](x)
  if (isFloat(dtype)) return Number.isFinite(x) && !Number.isFinite(rounded) ? undefined : rounded
  return rounded === x ? x : undefined
}

/** A number as text: `0.1`, `nan`, `-inf`, `-0`. */
export const showNumber = (dtype: DType, x: number): string =>
  Number.isNaN(x) ? 'nan' : Object.is(x, -0) ? '-0' : Number.isFinite(x) ? String(toShort(dtype, x)) : x > 0 ? 'inf' : '-inf'
