import { describe, expect, it } from 'vitest'
import { batchSize } from '../../examples/demo/model.js'
import { train, type Step } from '../../examples/demo/train.js'
import { batches } from '../../examples/lib/batches.js'
import { pixels, type Digits } from '../../examples/lib/mnist.js'
import type { Status } from '../../examples/lib/progress.js'
import { ndarray, type DeviceArray } from '../../src/index.js'

const count = 5 * batchSize + 64
const digits: Digits = { count, images: new Uint8Array(count * pixels), labels: new Uint8Array(count) }

/** An array that only counts how often it is read. */
const device = (value: number, onRead: () => void): DeviceArray<'f32'> => ({
  shape: [],
  dtype: 'f32',
  device: 'fake',
  toNDArray: async () => ndarray(value, { dtype: 'f32' }),
  item: async () => {
    onRead()
    return value
  },
  dispose: () => undefined,
})

const setup = (epochs: number, stopAt = Infinity) => {
  const controller = new AbortController()
  const log: string[] = []
  const statuses: Status[] = []
  let steps = 0
  const step: Step = async (state) => {
    steps++
    const own = steps
    if (own === stopAt) controller.abort()
    const t = device(own, () => undefined)
    return [
      { ...state, params: {}, m: {}, v: {}, t },
      { loss: device(own, () => log.push(`read ${String(own)}`)), accuracy: device(own / 100, () => undefined) },
    ]
  }
  const run = () =>
    train({
      step,
      digits,
      batches: batches(count, batchSize, epochs, 1),
      signal: controller.signal,
      state: { params: {}, m: {}, v: {}, t: ndarray(0, { dtype: 'f32' }) },
      onStatus: (status) => statuses.push(status),
      onEpoch: async (_, done) => void log.push(`epoch at ${String(done)}`),
    })
  return { run, log, statuses }
}

describe('train', () => {
  it('does every step once and reports every loss in order', async () => {
    const { run, log, statuses } = setup(4)
    const { curve, step } = await run()
    expect(step).toBe(22)
    expect(curve.map((p) => p.loss)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1))
    expect(curve.map((p) => p.step)).toEqual(curve.map((p) => p.loss))
    expect(log.filter((line) => line.startsWith('epoch'))).toEqual(['epoch at 6', 'epoch at 11', 'epoch at 17', 'epoch at 22'])
    expect(statuses[statuses.length - 1]).toMatchObject({ step: 22, epoch: 4, secondsLeft: 0 })
  })

  it('stops after the step in which it is interrupted and keeps what it measured', async () => {
    const { run, log } = setup(4, 8)
    const { curve, step } = await run()
    expect(step).toBe(8)
    expect(curve.map((p) => p.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(log.filter((line) => line.startsWith('epoch'))).toEqual(['epoch at 6'])
  })
})
