/** First names as rows of letters. */
import { ndarray, type NDArray } from '../../src/index.js'
import type { Context } from '../runner/system.js'

/** a to z, and the one that is before the first and after the last. */
export const letters = 27

/** Letters of the longest name that is used. */
export const longest = 12

/** What stands behind the end of a name. */
export const nothing = -1

/** Names of up to `longest` letters, each with an end before it and ends behind: i32[n, longest + 1]; `.anna.` and then nothing. */
export const namesAsLetters = async ({ data }: Pick<Context, 'data'>): Promise<NDArray<'i32'>> => {
  const names = (await data.names()).filter((name) => name.length < longest)
  const width = longest + 1
  const rows = new Int32Array(names.length * width).fill(nothing)
  names.forEach((name, i) => {
    rows[i * width] = 0
    rows[i * width + name.length + 1] = 0
    for (let k = 0; k < name.length; k++) rows[i * width + k + 1] = name.charCodeAt(k) - 96
  })
  return ndarray(rows, { shape: [names.length, width] })
}
