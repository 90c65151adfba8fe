/**
 * Threefry-2x32, 20 rounds (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed
 * bijection of two 32-bit words. It is written with u32 ops on tensors alone, so every backend gives the same bits, an element
 * costs no memory traffic, and every transformation applies.
 */
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { full, iota } from '../creation.js'
import { add, bitOr, bitXor, eq, lt, shiftLeft, shiftRight, sub, where } from '../point.js'
import { concat, expandDims, reshape, slice } from '../shape.js'

export type Word = Tensor<Shape, 'u32'>
export type Words = readonly [Word, Word]

/** Skein's constant, which keeps an all-zero key from giving an all-zero schedule. */
const parity = 0x1bd11bda

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

const rotate = (x: Word, by: number): Word => bitOr(shiftLeft(x, by), shiftRight(x, 32 - by))

/** The block function: a key and a counter, two words each, whose shapes broadcast, to two words of random bits. */
export const threefry2x32 = ([k0, k1]: Words, [c0, c1]: Words): Words => {
  const schedule: readonly Word[] = [k0, k1, bitXor(bitXor(k0, k1), parity)]
  let [x, y]: Words = [add(c0, k0), add(c1, k1)]
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2] as (typeof rotations)[0]) {
      x = add(x, y)
      y = bitXor(rotate(y, by), x)
    }
    x = add(x, schedule[(group + 1) % 3] as Word)
    y = add(y, add(schedule[(group + 2) % 3] as Word, group + 1))
  }
  return [x, y]
}

/** The two words of a key u32[2], as scalars. */
export const wordsOf = (key: Word): Words => [reshape(slice(key, [0], [1]), []), reshape(slice(key, [1], [2]), [])]

/** Words [...s], [...s] as pairs [...s, 2]. */
export const pair = (words: Words): Word =>
  concat(
    words.map((w) => expandDims(w, -1)),
    { axis: -1 },
  )

/** How counters are laid out, which is all that JAX's two modes differ in. */
export interface Counting {
  /** u32[n], n ≥ 1. */
  readonly bits: (key: Words, n: number) => Word
  /** u32[n, 2]. */
  readonly split: (key: Words, n: number) => Word
}

const indices = (n: number): Word => iota(n, { dtype: 'u32' })

/** `jax_threefry_partitionable` off: the counters 0 … n - 1, cut into halves that are the words of ⌈n / 2⌉ blocks; a 0 fills up an odd n. */
const bitsByHalves = (key: Words, n: number): Word => {
  const half = Math.ceil(n / 2)
  const i = indices(n)
  const isFirst = lt(i, half)
  const low = where(isFirst, i, sub(i, half))
  const next = add(low, half)
  const high = n % 2 === 0 ? next : where(eq(next, n), 0, next)
  const [x, y] = threefry2x32(key, [low, high])
  return where(isFirst, x, y)
}

export const byHalves: Counting = {
  bits: bitsByHalves,
  split: (key, n) => reshape(bitsByHalves(key, 2 * n), [n, 2]),
}

/** A block per index: its upper word, 0 here, and its lower word. */
const blockAt = (key: Words, n: number): Words => threefry2x32(key, [full([n], 0, 'u32'), indices(n)])

/** `jax_threefry_partitionable` on: every element is a function of its own index, whatever the size. */
export const byIndex: Counting = {
  bits: (key, n) => bitXor(...blockAt(key, n)),
  split: (key, n) => pair(blockAt(key, n)),
}
