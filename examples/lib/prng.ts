import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { ndarray, type NDArray } from '../../src/index.js'

/** A source of pseudo-random numbers on the host. It advances as it is drawn from. */
export type Generator = ReturnType<typeof xoroshiro128plus>

/** A generator for each (seed, stream): so shuffles do not depend on how many numbers the initialiser drew. */
export const generator = (seed: number, stream: number): Generator => xoroshiro128plus((seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0)

/** 0 … n - 1 in random order (Fisher–Yates). */
export const permutation = (rng: Generator, n: number): Uint32Array => {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = uniformInt(rng, 0, i)
    const x = order[i] as number
    order[i] = order[j] as number
    order[j] = x
  }
  return order
}

/**
 * He's initialiser: uniform with variance 2 / fanIn, which keeps the scale of activations through ReLU layers.
 * Uniform rather than normal: it needs no transcendental function, so every engine draws the same bits.
 */
export const heUniform = (rng: Generator, fanIn: number, fanOut: number): NDArray<'f32'> => {
  const limit = Math.sqrt(6 / fanIn)
  const data = Float32Array.from({ length: fanIn * fanOut }, () => (2 * uniformFloat32(rng) - 1) * limit)
  return ndarray(data, { shape: [fanIn, fanOut], dtype: 'f32' })
}
