/** Adam of `fluxion/optim` over named values, with a state that is one type through and through, and easy to store. */
import * as fx from '../../src/index.js'
import { applyUpdates, scaleByAdam, scaleByLearningRate, type Rate } from '../../src/optim.js'

/** A tensor of floats, of any shape. */
export type F32 = fx.Tensor<readonly number[], 'f32'>

/** Named values: parameters, gradients or moments. */
export interface Named<T> {
  readonly [name: string]: T
}

/** What a step of training threads through: parameters, both moments, and the number of steps done. */
export interface AdamState<T> {
  readonly params: Named<T>
  readonly m: Named<T>
  readonly v: Named<T>
  readonly t: T
}

/** The state before the first step. */
export const adamInit = (params: Named<fx.NDArray<'f32'>>): AdamState<fx.NDArray<'f32'>> => {
  const zeros = () =>
    Object.fromEntries(
      Object.entries(params).map(([name, { shape, data }]) => [name, fx.ndarray(new Float32Array(data.length), { shape, dtype: 'f32' })]),
    )
  return { params, m: zeros(), v: zeros(), t: fx.ndarray(0, { dtype: 'f32' }) }
}

/** One step of Adam as a pure function. */
export const adamUpdate = (grads: Named<F32>, { params, m, v, t }: AdamState<F32>, rate: Rate): AdamState<F32> => {
  const count = fx.cast(t, 'i32')
  const [direction, next] = scaleByAdam().update(grads, { count, m, v }, params)
  const [updates] = scaleByLearningRate(rate).update(direction, count, params)
  const moments = next as unknown as Pick<AdamState<F32>, 'm' | 'v'>
  return { params: applyUpdates(params, updates), m: moments.m, v: moments.v, t: fx.add(t, 1) }
}
