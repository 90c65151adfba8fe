/** Results of functions of arrays as flat numbers, and how far apart they are. */
import * as fx from '../../src/index.js'

/** Each leaf of the result of `f` on arrays, by the reference, in order. */
export const numbersOf = (f: (...xs: never[]) => unknown, ...args: readonly fx.NDArray[]): number[][] => {
  const graph = fx.trace(f, ...(args.map((a) => fx.spec([...a.shape], a.dtype)) as never as []))
  return fx.evaluate(graph, args).map(({ data }) => Array.from(data, Number))
}

/** The largest difference. Infinite where lengths differ or a number is none. */
export const apart = (a: readonly number[], b: readonly number[]): number =>
  a.length !== b.length
    ? Infinity
    : a.reduce((most, x, i) => Math.max(most, Number.isNaN(x - (b[i] as number)) ? Infinity : Math.abs(x - (b[i] as number))), 0)
