/** Rounding to f16 and its bits, over all of them. */
import { describe, expect, it } from 'vitest'
import { fromNumbers, roundTo, toNumbers } from '../../src/ir/dtype.js'
import { fromHalfBits, halfBits, roundHalf } from '../../src/ir/half.js'
import { fromShort, showNumber, toShort } from '../../src/ir/number.js'

const patterns = Array.from({ length: 65536 }, (_, bits) => bits)
const isNan = (bits: number): boolean => (bits & 0x7fff) > 0x7c00
/** The finite f16s from 0 up, in order: those are the patterns in order. */
const positive = patterns.slice(0, 0x7c00).map(fromHalfBits)

describe('f16', () => {
  it('has the values that IEEE 754 gives its bits', () => {
    const known: readonly (readonly [number, number])[] = [
      ...([
        [0x0000, 0],
        [0x8000, -0],
        [0x0001, 2 ** -24],
        [0x03ff, 1023 * 2 ** -24],
        [0x0400, 2 ** -14],
        [0x3c00, 1],
      ] as const),
      ...([
        [0x3555, 0.333251953125],
        [0xc000, -2],
        [0x7bff, 65504],
        [0x7c00, Infinity],
        [0xfc00, -Infinity],
        [0x7e00, NaN],
      ] as const),
    ]
    for (const [bits, value] of known) {
      expect(fromHalfBits(bits)).toBe(value)
      expect(halfBits(value)).toBe(bits)
    }
    expect(positive.every((x, i) => i === 0 || x > (positive[i - 1] as number))).toBe(true)
  })

  it('keeps every pattern of bits through numbers, but for those of NaN, which are one', () => {
    const wrong = patterns.filter((bits) => halfBits(fromHalfBits(bits)) !== (isNan(bits) ? 0x7e00 : bits))
    expect(wrong).toEqual([])
    expect(patterns.filter((bits) => !Object.is(roundHalf(fromHalfBits(bits)), fromHalfBits(bits)))).toEqual([])
    expect(fromNumbers('f16', toNumbers('f16', Uint16Array.of(0x8000, 0x3c00)))).toEqual(Uint16Array.of(0x8000, 0x3c00))
  })

  it('rounds what is between two neighbours to the nearer, and half way to the even one', () => {
    const next = [...positive.slice(1), 65536]
    const wrong = positive.flatMap((low, bits) => {
      const high = next[bits] as number
      const [middle, end] = [(low + high) / 2, high === 65536 ? Infinity : high]
      const even = bits % 2 === 0 ? low : end
      const cases = [
        [middle, even],
        [middle * (1 + 2 ** -52), end],
        [middle * (1 - 2 ** -53), low],
        [low + (high - low) / 4, low],
        [low + (high - low) * 0.75, end],
      ] as const
      return cases.filter(([x, want]) => !Object.is(roundHalf(x), want) || !Object.is(roundHalf(-x), -want))
    })
    expect(wrong).toEqual([])
  })

  it('overflows to infinity, and has signed zeros', () => {
    expect([65519.99, 65520, 1e300, Infinity, -65520].map(roundHalf)).toEqual([65504, Infinity, Infinity, Infinity, -Infinity])
    expect(roundHalf(-1e-300)).toBe(-0)
    expect(roundHalf(-0)).toBe(-0)
    expect(roundHalf(5e-324)).toBe(0)
    expect(roundHalf(NaN)).toBeNaN()
  })

  it('prints as the shortest decimal that comes back', () => {
    expect(showNumber('f16', roundTo.f16(0.1))).toBe('0.1')
    const wrong = positive.filter((x) => fromShort('f16', toShort('f16', x)) !== x)
    expect(wrong).toEqual([])
    expect(fromShort('f16', 65520)).toBeUndefined()
  })
})
