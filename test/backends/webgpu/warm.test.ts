/** A warm call makes nothing on the GPU, and is one submit; reading a result is another. */
import { describe, expect, test } from 'vitest'
import { adamInit, adamUpdate, type AdamState, type F32, type Named } from '../../../examples/lib/adam.js'
import * as fx from '../../../src/index.js'
import { wave } from '../../harness/recurrent.js'
import { countedDevice } from './programs.js'

type Named32 = Named<F32>

const net = (p: Named32, x: F32): F32 => fx.matmul(fx.tanh(fx.add(fx.matmul(x, p.w1 as F32), p.b1 as F32)), p.w2 as F32)

const update = (state: AdamState<F32>, x: F32, y: F32): readonly [AdamState<F32>, F32] => {
  const loss = (p: Named32): F32 => fx.mean(fx.square(fx.sub(net(p, x), y)))
  const [value, grads] = fx.valueAndGrad(loss)(state.params)
  return [adamUpdate(grads, state, 1e-3), value]
}

/** A device that counts, and a training step on it that keeps its state. */
const training = async () => {
  const { device, count } = await countedDevice()
  const state0 = adamInit({ w1: wave([6, 16], 1), b1: wave([16], 2), w2: wave([16, 3], 3) })
  const [x, y] = [wave([8, 6], 4), wave([8, 3], 5)]
  const step = (await fx.compile(update as never, [fx.specOf(state0), fx.specOf(x), fx.specOf(y)], {
    device,
    donate: [0],
  })) as unknown as (...args: readonly unknown[]) => Promise<readonly [unknown, fx.DeviceArray<'f32'>]>
  let state: unknown = state0
  const next = async (): Promise<fx.DeviceArray<'f32'>> => {
    const [after, loss] = await step(state, x, y)
    state = after
    return loss
  }
  return { next, count }
}

describe('a warm training step', () => {
  test('makes nothing, though its losses are kept, and submits once more for each read', async () => {
    const { next, count } = await training()
    const kept = [await next(), await next(), await next()]
    await kept[2]?.item()
    Object.assign(count, { made: 0, submits: 0 })
    const losses: number[] = []
    for (let i = 0; i < 20; i++) {
      const loss = await next()
      kept.push(loss)
      losses.push(await loss.item())
    }
    expect(count.made).toBe(0)
    expect(count.submits).toBe(40)
    // Results are not written over by later steps, and differ.
    expect(await Promise.all(kept.slice(3).map((loss) => loss.item()))).toEqual(losses)
    expect(new Set(losses).size).toBe(20)
  })

  test('makes nothing over arguments and results that are arrays of the device', async () => {
    const { device, count } = await countedDevice()
    const program = await fx.compile((x) => [fx.mul(x, 2), fx.sum(x), x], [fx.spec([700, 700])], { device })
    const place = await fx.compile((x) => fx.add(x, 1), [fx.spec([700, 700])], { device })
    const x = await place(wave([700, 700], 1))
    const call = async (): Promise<void> => {
      for (const result of await program(x)) result.dispose()
    }
    await call()
    await call()
    Object.assign(count, { made: 0, submits: 0 })
    for (let i = 0; i < 5; i++) await call()
    expect(count).toMatchObject({ made: 0, submits: 5 })
  })

  test('copies small results that are small arguments, from one shared buffer to another', async () => {
    const { device } = await countedDevice()
    const program = await fx.compile((x, y) => [x, fx.add(x, y), y] as const, [fx.spec([]), fx.spec([3])], { device })
    const [a, b, c] = await program(fx.ndarray(1), fx.ndarray([1, 2, 3]))
    const [d, e, f] = await program(a, b)
    const [g, h] = await program(d, f)
    a.dispose()
    b.dispose()
    const results = await Promise.all([c, d, e, f, g, h].map(async (array) => [...(await array.toNDArray()).data]))
    expect(results).toEqual([[1, 2, 3], [1], [3, 4, 5], [2, 3, 4], [1], [3, 4, 5]])
  })
})
