import * as fx from '../../src/index.js'

/** Numbers in [-1, 1] without a pattern. */
export const noise = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233)),
    { shape, dtype: 'f32' },
  )
