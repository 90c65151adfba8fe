import * as fx from '../../src/index.js'

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

export interface AdamOptions {
  readonly b1?: number
  readonly b2?: number
  readonly eps?: number
}

const mapNamed = <A, B>(record: Named<A>, f: (value: A, name: string) => B): Named<B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]))

/** The state before the first step. */
export const adamInit = (params: Named<fx.NDArray<'f32'>>): AdamState<fx.NDArray<'f32'>> => {
  const zeros = () => mapNamed(params, ({ shape, data }) => fx.ndarray(new Float32Array(data.length), { shape, dtype: 'f32' }))
  return { params, m: zeros(), v: zeros(), t: fx.ndarray(0, { dtype: 'f32' }) }
}

/** 1 - b^t by expm1: near t = 0 the power is close to 1 and the difference would lose its digits. */
const biasCorrection = (b: number, t: F32): F32 => fx.neg(fx.expm1(fx.mul(t, Math.log(b))))

/** One step of Adam (Kingma and Ba, 2014) as a pure function. `rate` gives the learning rate of a step, from 1. */
export const adamUpdate = (
  grads: Named<F32>,
  state: AdamState<F32>,
  rate: (t: F32) => F32,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8 }: AdamOptions = {},
): AdamState<F32> => {
  const t = fx.add(state.t, 1)
  const m = mapNamed(grads, (g, name) => fx.add(fx.mul(state.m[name] as F32, b1), fx.mul(g, 1 - b1)))
  const v = mapNamed(grads, (g, name) => fx.add(fx.mul(state.v[name] as F32, b2), fx.mul(fx.square(g), 1 - b2)))
  const scale = fx.div(rate(t), biasCorrection(b1, t))
  const correction = biasCorrection(b2, t)
  const params = mapNamed(state.params, (p, name) => {
    const deviation = fx.add(fx.sqrt(fx.div(v[name] as F32, correction)), eps)
    return fx.sub(p, fx.div(fx.mul(scale, m[name] as F32), deviation))
  })
  return { params, m, v, t }
}

/** A learning rate that rises over `warmup` steps to `peak`, then falls along a cosine to 0 at step `steps`. */
export const cosineRate =
  (peak: number, warmup: number, steps: number) =>
  (t: F32): F32 => {
    const rise = fx.minimum(fx.mul(t, 1 / warmup), 1)
    const fall = fx.mul(fx.add(fx.cos(fx.mul(t, Math.PI / (steps + 1))), 1), peak / 2)
    return fx.mul(rise, fall)
  }
