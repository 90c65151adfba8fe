import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import type { Generator } from '../../src/data.js'
import { ndarray, type NDArray } from '../../src/index.js'

/**
 * He's initialiser: uniform with variance 2 / fanIn, which keeps the scale of activations through ReLU layers.
 * Uniform rather than normal: it needs no transcendental function, so every engine draws the same bits.
 */
export const heUniform = (rng: Generator, fanIn: number, fanOut: number): NDArray<'f32'> => {
  const limit = Math.sqrt(6 / fanIn)
  const data = Float32Array.from({ length: fanIn * fanOut }, () => (2 * uniformFloat32(rng) - 1) * limit)
  return ndarray(data, { shape: [fanIn, fanOut], dtype: 'f32' })
}
