/** Digits as pictures for people: dark on white. */
import { pixels, side, type Digits } from './mnist.js'

export interface Picture {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export const inkOf = ({ images }: Digits, i: number): Picture => ({
  shape: [side, side],
  data: Float32Array.from(images.subarray(i * pixels, (i + 1) * pixels), (v) => 1 - v / 255),
})

/** The first `most` digits that were not told right. */
export const mistakesOf = (digits: Digits, answers: readonly number[], most: number): readonly Picture[] =>
  [...answers.keys()]
    .filter((i) => answers[i] !== digits.labels[i])
    .slice(0, most)
    .map((i) => inkOf(digits, i))

/** Values from `low`, white, to `high`, black. Default: from the least to the largest. */
export const shadesOf = (
  data: ArrayLike<number>,
  shape: readonly number[],
  [low, high]: readonly [number, number] = [Math.min(...Array.from(data)), Math.max(...Array.from(data))],
): Picture => ({ shape, data: Float32Array.from(data, (v) => 1 - Math.min(1, Math.max(0, (v - low) / (high - low || 1)))) })
