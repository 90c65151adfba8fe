/** A small regression, for tests of the loop: 64 points of a plane, a state of parameters and momentum. */
import { batches, type Batches } from '../../src/data/batches.js'
import { fromArrays } from '../../src/data/dataset.js'
import { generator } from '../../src/data/shuffle.js'
import { ndarray, type NDArray } from '../../src/ir/ndarray.js'
import type { Tensor } from '../../src/ir/tensor.js'
import { add, log, mul, square, sub } from '../../src/ops/point.js'
import { mean } from '../../src/ops/reduce.js'
import { matmul } from '../../src/ops/linear.js'
import { reshape } from '../../src/ops/shape.js'
import { valueAndGrad } from '../../src/transforms/grad.js'

export type F32 = Tensor<readonly number[], 'f32'>

export interface State {
  readonly w: F32
  readonly b: F32
  readonly velocity: { readonly w: F32; readonly b: F32 }
}

export interface Batch {
  readonly x: F32
  readonly y: F32
}

const count = 64

const rng = generator(5, 0)
const noise = (): number => (rng.next() / 2 ** 31) % 1
const xs = Float32Array.from({ length: 2 * count }, noise)

export const points = fromArrays({
  x: ndarray(xs, { shape: [count, 2], dtype: 'f32' }),
  y: ndarray(
    Float32Array.from({ length: count }, (_, i) => 2 * (xs[2 * i] as number) - (xs[2 * i + 1] as number) + 0.5 + 0.1 * noise()),
    { dtype: 'f32' },
  ),
})

export const data = (batchSize = 12): Batches<{ readonly x: NDArray<'f32'>; readonly y: NDArray<'f32'> }> =>
  batches(points, { batchSize, shuffle: 3, epochs: Infinity })

export const initial = {
  w: ndarray([[0], [0]]),
  b: ndarray(0),
  velocity: { w: ndarray([[0], [0]]), b: ndarray(0) },
}

const loss = ({ w, b }: { readonly w: F32; readonly b: F32 }, { x, y }: Batch): F32 =>
  mean(square(sub(add(reshape(matmul(x, w), [x.shape[0] as number]), b), y)))

/** Gradient descent with momentum. */
export const step = ({ w, b, velocity }: State, batch: Batch): readonly [State, { readonly loss: F32; readonly scale: F32 }] => {
  const [value, grads] = valueAndGrad(loss)({ w, b }, batch)
  const v = { w: add(mul(velocity.w, 0.9), grads.w), b: add(mul(velocity.b, 0.9), grads.b) }
  return [
    { w: sub(w, mul(v.w, 0.05)), b: sub(b, mul(v.b, 0.05)), velocity: v },
    { loss: value, scale: mean(square(w)) },
  ]
}

/** The logarithm of a bias that gradient descent pulls below zero. */
export const badStep = (state: State, batch: Batch): readonly [State, { readonly loss: F32 }] => {
  const [next, { loss: value }] = step(state, batch)
  return [{ ...next, b: sub(state.b, 0.25) }, { loss: add(value, mul(log(state.b), 0)) }]
}
