import { generator, permutation } from '../../src/data.js'

/** Which examples each step takes. */
export interface Batches {
  readonly steps: number
  /** The examples of a step, from 0. */
  readonly at: (step: number) => Uint32Array
}

/**
 * Shuffles anew each epoch and cuts the whole stream, so a batch may span two epochs and no example is left out of an
 * epoch; only what does not fill the very last batch is. A pure function of its arguments: any step can be asked for.
 */
export const batches = (count: number, size: number, epochs: number, seed: number): Batches => {
  const orders = new Map<number, Uint32Array>()
  const orderOf = (epoch: number): Uint32Array => {
    const known = orders.get(epoch)
    if (known !== undefined) return known
    const order = permutation(generator(seed, epoch + 1), count)
    orders.delete(epoch - 2)
    orders.set(epoch, order)
    return order
  }
  const at = (step: number): Uint32Array =>
    Uint32Array.from({ length: size }, (_, i) => {
      const position = step * size + i
      return orderOf(Math.floor(position / count))[position % count] as number
    })
  return { steps: Math.floor((epochs * count) / size), at }
}
