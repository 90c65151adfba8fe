/** What the browser test runs in the page: ten steps of a small classifier, through the built package. */

import * as fx from 'fluxion'

const [batch, features, hidden, classes] = [32, 8, 16, 3]

/** Repeatable values in (-1, 1), without structure. */
const values = (size: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })

const matrix = (rows: number, columns: number, seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(values(rows * columns, seed), { shape: [rows, columns], dtype: 'f32' })

type F32 = fx.Tensor<fx.Shape, 'f32'>

type I32 = fx.Tensor<fx.Shape, 'i32'>

interface Params<T> {
  readonly w1: T
  readonly b1: T
  readonly w2: T
  readonly b2: T
}

const initial: Params<fx.NDArray<'f32'>> = {
  w1: matrix(features, hidden, 1),
  b1: fx.ndarray(new Float32Array(hidden), { dtype: 'f32' }),
  w2: matrix(hidden, classes, 2),
  b2: fx.ndarray(new Float32Array(classes), { dtype: 'f32' }),
}

const x = matrix(batch, features, 3)
const y = fx.ndarray(
  Int32Array.from({ length: batch }, (_, i) => i % classes),
  { dtype: 'i32' },
)

const loss = (p: Params<F32>, images: F32, labels: I32): F32 => {
  const h = fx.relu(fx.add(fx.matmul(images, p.w1), p.b1))
  const logProbs = fx.logSoftmax(fx.add(fx.matmul(h, p.w2), p.b2), { axis: -1 })
  return fx.neg(fx.mean(fx.sum(fx.mul(logProbs, fx.oneHot(labels, classes)), { axis: -1 })))
}

const descend = (p: F32, g: F32): F32 => fx.sub(p, fx.mul(g, 0.5))

const update = (p: Params<F32>, images: F32, labels: I32): readonly [Params<F32>, F32] => {
  const [value, g] = fx.valueAndGrad(loss)(p, images, labels)
  return [{ w1: descend(p.w1, g.w1), b1: descend(p.b1, g.b1), w2: descend(p.w2, g.w2), b2: descend(p.b2, g.b2) }, value]
}

/** The losses of ten steps, and the device that computed them. */
export const train = async (device: 'webgpu' | 'wasm' | 'js'): Promise<{ readonly losses: readonly number[]; readonly device: string }> => {
  const step = await fx.compile(update, [fx.specOf(initial), fx.specOf(x), fx.specOf(y)], { device, donate: [0] })
  let [state, value] = await step(initial, x, y)
  const losses = [await value.item()]
  while (losses.length < 10) {
    ;[state, value] = await step(state, x, y)
    losses.push(await value.item())
  }
  return { losses, device: value.device }
}
