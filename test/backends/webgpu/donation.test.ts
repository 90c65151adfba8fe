import { beforeAll, describe, expect, test } from 'vitest'
import type { Device, DeviceArray } from '../../../src/backends/backend.js'
import { WebgpuArray } from '../../../src/backends/webgpu/array.js'
import { webgpu } from '../../../src/backends/webgpu/device.js'
import { ndarray } from '../../../src/ir/ndarray.js'
import { countedDevice, inPlaceKernel, lit, load, loadSketch, op, output, param, pointKernel, type Sketch } from './programs.js'

const size = 3
const inPlace = { kind: 'alias', of: 0 } as const

/** state ← state + 1, in the state's memory. */
const count: Sketch = {
  buffers: [param(0, size), output(size, 'f32', inPlace)],
  launches: [{ kernel: inPlaceKernel('next', size, op('add', [load(0), lit(1)])), bind: [1] }],
  outputs: [1],
  donated: [0],
}

/** (state ← state + x, state · x) for a donated state and a plain x. */
const both: Sketch = {
  buffers: [param(0, size), param(1, size), output(size, 'f32', inPlace), output(size)],
  launches: [
    { kernel: pointKernel('product', size, ['f32', 'f32'], 'f32', op('mul', [load(0), load(1)])), bind: [0, 1, 3] },
    { kernel: { ...pointKernel('next', size, ['f32'], 'f32', op('add', [load(1), load(0)])) }, bind: [1, 2] },
  ],
  outputs: [2, 3],
  donated: [0],
}

const values = async (array: DeviceArray | undefined): Promise<number[]> => [...((await array?.toNDArray())?.data ?? [])]

const bufferOf = (array: DeviceArray | undefined): GPUBuffer | undefined =>
  array instanceof WebgpuArray ? array.block('test').buffer : undefined

describe('a donated argument', () => {
  let device: Device
  beforeAll(async () => {
    device = await webgpu()
  })

  test('is updated in place, over and over', async () => {
    const { run } = await loadSketch(device, count)
    let [state] = await run([ndarray([0, 10, 20])])
    const buffer = bufferOf(state)
    for (let i = 0; i < 5; i++) [state] = await run([state as DeviceArray])
    expect(bufferOf(state)).toBe(buffer)
    expect(await values(state)).toEqual([6, 16, 26])
  })

  test('is gone afterwards', async () => {
    const { run } = await loadSketch(device, count)
    const [first] = await run([ndarray([0, 0, 0])])
    await run([first as DeviceArray])
    await expect(first?.toNDArray()).rejects.toMatchObject({
      _tag: 'DeviceError',
      detail: { problem: expect.stringContaining('donated') as string },
    })
    await expect(run([first as DeviceArray])).rejects.toMatchObject({ _tag: 'DeviceError' })
  })

  test('is read as it was before the call when the read came first', async () => {
    const { run } = await loadSketch(device, count)
    const [first] = await run([ndarray([0, 0, 0])])
    const before = values(first)
    const [second] = await run([first as DeviceArray])
    expect(await before).toEqual([1, 1, 1])
    expect(await values(second)).toEqual([2, 2, 2])
  })

  test('never takes memory that a living result owns', async () => {
    const { run } = await loadSketch(device, count)
    const [a] = await run([ndarray([0, 0, 0])])
    const [b] = await run([ndarray([5, 5, 5])])
    const [c] = await run([a as DeviceArray])
    const [d] = await run([ndarray([9, 9, 9])])
    expect(await values(b)).toEqual([6, 6, 6])
    expect(await values(c)).toEqual([2, 2, 2])
    expect(await values(d)).toEqual([10, 10, 10])
  })

  test('may not be passed twice, and then nothing has happened', async () => {
    const { run } = await loadSketch(device, both)
    const [state] = await run([ndarray([1, 2, 3]), ndarray([1, 1, 1])])
    await expect(run([state as DeviceArray, state as DeviceArray])).rejects.toMatchObject({
      _tag: 'DeviceError',
      detail: { facts: [expect.stringContaining('in place') as string] },
    })
    expect(await values(state)).toEqual([2, 3, 4])
  })

  test('moves its memory on when a result is the argument itself', async () => {
    const { run } = await loadSketch(device, { buffers: [param(0, size)], outputs: [0], donated: [0] })
    const [a] = await run([ndarray([1, 2, 3])])
    const buffer = bufferOf(a)
    const [b] = await run([a as DeviceArray])
    expect(bufferOf(b)).toBe(buffer)
    expect(await values(b)).toEqual([1, 2, 3])
  })

  test('stands beside plain arguments and other results', async () => {
    const { run } = await loadSketch(device, both)
    const [state, product] = await run([ndarray([1, 2, 3]), ndarray([4, 5, 6])])
    expect(await values(state)).toEqual([5, 7, 9])
    expect(await values(product)).toEqual([4, 10, 18])
  })

  test('is kept by profile, which works on a copy', async () => {
    const { run, profile } = await loadSketch(device, both)
    const [state] = await run([ndarray([1, 2, 3]), ndarray([1, 1, 1])])
    const times = await profile([state as DeviceArray, ndarray([1, 1, 1])])
    expect(times.map(({ name }) => name)).toEqual(['product', 'next'])
    expect(await values(state)).toEqual([2, 3, 4])
  })

  test('of another device is gone there', async () => {
    const { device: other } = await countedDevice()
    const theirs = await loadSketch(other, count)
    const ours = await loadSketch(device, count)
    const [x] = await theirs.run([ndarray([0, 0, 0])])
    const [y] = await ours.run([x as DeviceArray])
    expect(await values(y)).toEqual([2, 2, 2])
    await expect(x?.toNDArray()).rejects.toMatchObject({ _tag: 'DeviceError' })
  })
})
