/** Random order on the host: the same on every machine. */
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A source of pseudo-random numbers on the host. It advances as it is drawn from. */
export type Generator = ReturnType<typeof xoroshiro128plus>

/** A generator for each (seed, stream): so that one use does not depend on how many numbers another drew. */
export const generator = (seed: number, stream: number): Generator => xoroshiro128plus((seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0)

/** 0 … n - 1 in random order (Fisher–Yates). */
export const permutation = (rng: Generator, n: number): Uint32Array<ArrayBuffer> => {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = uniformInt(rng, 0, i)
    const x = order[i] as number
    order[i] = order[j] as number
    order[j] = x
  }
  return order
}
