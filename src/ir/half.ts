/** IEEE 754 binary16, which JavaScript has no type for: rounding to it, and its bits. */

const double = new Float64Array(1)
const doubleWords = new Uint32Array(double.buffer)
const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** From here on numbers round to infinity: half way between the largest f16, 65504, and 2¹⁶. */
const overflow = 65520

/**
 * By exponent from -14, what pushes all bits below an f16's last place out of an f64 when it is added: 1.5 · 2⁵² units of
 * that place. The addition rounds to nearest, half to even. Subnormals share the first.
 */
const pushes = Float64Array.from({ length: 30 }, (_, i) => 1.5 * 2 ** (i - 14 + 42))

/** The nearest f16, half to even: from 65520 infinity, below 2⁻¹⁴ a multiple of 2⁻²⁴. One rounding, of any number. */
export const roundHalf = (x: number): number => {
  const size = Math.abs(x)
  if (!(size < overflow)) return x !== x ? NaN : x > 0 ? Infinity : -Infinity
  double[0] = size
  const push = pushes[Math.max(0, ((doubleWords[1] as number) >>> 20) - 1009)] as number
  const rounded = size + push - push
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

/** The bits of a number that is an f16. Every NaN is the quiet one, 0x7e00. */
export const halfBits = (x: number): number => {
  single[0] = x
  const bits = singleBits[0] as number
  const [sign, size] = [(bits >>> 16) & 0x8000, bits & 0x7fffffff]
  if (size >= 0x7f800000) return size > 0x7f800000 ? 0x7e00 : sign | 0x7c00
  return sign | (size < 0x38800000 ? Math.abs(single[0]) * 2 ** 24 : (size - 0x38000000) >>> 13)
}

const decode = (bits: number): number => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >>> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/** The value of every pattern of bits: made when the first is asked for. */
let values: Float32Array | undefined

/** The number that 16 bits stand for. */
export const fromHalfBits = (bits: number): number => (values ??= Float32Array.from({ length: 65536 }, (_, i) => decode(i)))[bits] as number
