import { beforeAll, describe, expect, test } from 'vitest'
import type { DeviceArray } from '../../../src/backends/backend.js'
import { ndarray } from '../../../src/ir/ndarray.js'
import { countedDevice, loadSketch, output, param, pointKernel, load } from './programs.js'

describe('an array on the device', () => {
  let made: Awaited<ReturnType<typeof countedDevice>>
  let arrays: readonly DeviceArray[]
  beforeAll(async () => {
    made = await countedDevice()
    const { run } = await loadSketch(made.device, { buffers: [param(0, 1), param(1, 3, 'i32'), param(2, 1, 'bool')], outputs: [0, 1, 2] })
    arrays = await run([ndarray([1.5]), ndarray([1, -2, 3], { dtype: 'i32' }), ndarray([true])])
  })

  test('is read with others of one turn in one submit', async () => {
    const before = made.count.submits
    const read = await Promise.all(arrays.map((array) => array.toNDArray()))
    expect(made.count.submits).toBe(before + 1)
    expect(read.map(({ data }) => [...data])).toEqual([[1.5], [1, -2, 3], [1]])
  })

  test('gives its only element as a number or a boolean', async () => {
    expect(await arrays[0]?.item()).toBe(1.5)
    expect(await arrays[2]?.item()).toBe(true)
    await expect(arrays[1]?.item()).rejects.toMatchObject({ _tag: 'ShapeError' })
  })

  test('cannot be read once disposed, but a read asked for before is answered', async () => {
    const copy = pointKernel('copy', 2, ['f32'], 'f32', load(0))
    const { run } = await loadSketch(made.device, {
      buffers: [param(0, 2), output(2)],
      launches: [{ kernel: copy, bind: [0, 1] }],
      outputs: [1],
    })
    const [x] = await run([ndarray([1, 2])])
    const pending = x?.toNDArray()
    x?.dispose()
    x?.dispose()
    const [y] = await run([ndarray([3, 4])])
    expect([...((await pending)?.data ?? [])]).toEqual([1, 2])
    expect([...((await y?.toNDArray())?.data ?? [])]).toEqual([3, 4])
    await expect(x?.toNDArray()).rejects.toMatchObject({ _tag: 'DeviceError', detail: { problem: 'this array was disposed' } })
  })

  test('names its device', () => {
    expect(arrays[0]?.device).toMatch(/^webgpu: ./)
  })
})
