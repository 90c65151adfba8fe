/** What the browser test of threads runs in the page: a product by one thread and by two. */

import * as fx from 'fluxion'

const n = 256

const values = (seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: n * n }, (_, i) => Math.sin(i * seed)),
    { shape: [n, n], dtype: 'f32' },
  )

/** A page has no moment between them but those that calls give it. */
const runs = 300

const product = async (threads: number): Promise<{ readonly device: string; readonly data: Float32Array }> => {
  const device = await fx.wasm({ threads })
  const a = fx.spec([n, n])
  const f = await fx.compile((x, y) => fx.matmul(x, y), [a, a], { device })
  let data = new Float32Array()
  for (let i = 0; i < runs; i++) {
    const z = await f(values(0.7), values(0.3))
    data = (await z.toNDArray()).data
    z.dispose()
  }
  return { device: device.description, data }
}

/** Whether both give the same bits, and how often threads were called. */
export const compare = async () => {
  const { notify } = Atomics
  let calls = 0
  const counted = (array: Int32Array, index: number, count?: number): number => {
    calls++
    return notify(array, index, count)
  }
  Atomics.notify = counted as typeof notify
  const one = await product(1)
  const before = calls
  const two = await product(2)
  return { devices: [one.device, two.device], before, calls, isSame: one.data.every((x, i) => x === two.data[i]), crossOriginIsolated }
}
