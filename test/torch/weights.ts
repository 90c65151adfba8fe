import * as fx from '../../src/index.js'

/** The i-th weight of a sum: signs and sizes mixed, exact in f32, never 0. */
const weightAt = (_: unknown, i: number): number => (((7 * i + 3) % 11) - 5) / 4 || 1 / 8

/** What a tensor is made a scalar by before it is differentiated. */
export const weighted = (x: fx.Tensor): fx.Tensor<fx.Shape, 'f32'> => {
  const weights = fx.constant(Float32Array.from({ length: x.size }, weightAt), { shape: x.shape, dtype: 'f32' })
  return fx.sum(fx.mul(x as fx.Tensor<fx.Shape, 'f32'>, weights))
}

export const weightedTotal = (xs: readonly fx.Tensor[]): fx.Tensor<fx.Shape, 'f32'> => xs.map(weighted).reduce((a, b) => fx.add(a, b))
