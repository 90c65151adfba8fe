import { beforeAll, describe, expect, test } from 'vitest'
import type { Device, DeviceArray } from '../../../src/backends/backend.js'
import { ndarray } from '../../../src/ir/ndarray.js'
import { countedDevice, lit, load, loadSketch, op, output, param, pointKernel, type Sketch } from './programs.js'

const size = 4
const twice = pointKernel('twice', size, ['f32'], 'f32', op('mul', [load(0), lit(2)]))
const sum = pointKernel('sum', size, ['f32', 'f32'], 'f32', op('add', [load(0), load(1)]))

/** (2a + b, 2a) with 2a in the arena. */
const chain: Sketch = {
  buffers: [param(0, size), param(1, size), { role: { kind: 'temp' }, size, place: { kind: 'arena', offset: 256 } }, output(size)],
  launches: [
    { kernel: twice, bind: [0, 2] },
    { kernel: sum, bind: [2, 1, 3] },
  ],
  outputs: [3, 2],
  arenaBytes: 512,
}

const values = async (array: DeviceArray | undefined): Promise<number[]> => [...((await array?.toNDArray())?.data ?? [])]

describe('a loaded program', () => {
  let made: Awaited<ReturnType<typeof countedDevice>>
  let device: Device
  beforeAll(async () => {
    made = await countedDevice()
    device = made.device
  })

  test('runs its launches in order, over arena and own memory', async () => {
    const { run } = await loadSketch(device, chain)
    const [x, y] = await run([ndarray([1, 2, 3, 4]), ndarray([10, 20, 30, 40])])
    expect(await values(x)).toEqual([12, 24, 36, 48])
    expect(await values(y)).toEqual([2, 4, 6, 8])
  })

  test('submits once for each call', async () => {
    const { run } = await loadSketch(device, chain)
    await run([ndarray([1, 2, 3, 4]), ndarray([0, 0, 0, 0])])
    const before = made.count.submits
    await run([ndarray([5, 6, 7, 8]), ndarray([0, 0, 0, 0])])
    expect(made.count.submits).toBe(before + 1)
  })

  test('keeps earlier results when it runs again', async () => {
    const { run } = await loadSketch(device, chain)
    const zero = ndarray([0, 0, 0, 0])
    const results = await Promise.all([1, 2, 3].map((k) => run([ndarray([k, k, k, k]), zero])))
    expect(await Promise.all(results.map(([x]) => values(x)))).toEqual([
      [2, 2, 2, 2],
      [4, 4, 4, 4],
      [6, 6, 6, 6],
    ])
  })

  test('reads arrays of its own device where they are', async () => {
    const { run } = await loadSketch(device, chain)
    const [x] = await run([ndarray([1, 2, 3, 4]), ndarray([0, 0, 0, 0])])
    const [y] = await run([x as DeviceArray, ndarray([1, 1, 1, 1])])
    const [z] = await run([ndarray([1, 1, 1, 1]), y as DeviceArray])
    expect(await values(y)).toEqual([5, 9, 13, 17])
    expect(await values(z)).toEqual([7, 11, 15, 19])
    expect(await values(x)).toEqual([2, 4, 6, 8])
  })

  test('takes one array for two parameters of one kernel', async () => {
    const { run } = await loadSketch(device, {
      buffers: [param(0, size), param(1, size), output(size)],
      launches: [{ kernel: sum, bind: [0, 1, 2] }],
      outputs: [2],
    })
    const [x] = await run([ndarray([1, 2, 3, 4]), ndarray([0, 0, 0, 0])])
    const [y] = await run([x as DeviceArray, x as DeviceArray])
    expect(await values(y)).toEqual([2, 4, 6, 8])
  })

  test('takes arrays of other devices through the host', async () => {
    const other = await countedDevice()
    const theirs = await loadSketch(other.device, chain)
    const ours = await loadSketch(device, chain)
    const zero = ndarray([0, 0, 0, 0])
    const [x] = await theirs.run([ndarray([1, 2, 3, 4]), zero])
    const [y] = await ours.run([x as DeviceArray, zero])
    expect(await values(y)).toEqual([4, 8, 12, 16])
  })

  test('copies results that are parameters or constants, and one buffer for two results', async () => {
    const constant = { role: { kind: 'constant', data: Float32Array.of(7, 8) }, size: 2 } as const
    const { run } = await loadSketch(device, { buffers: [param(0, 2), constant], outputs: [0, 1, 0, 1] })
    const [a, b, c, d] = await run([ndarray([1, 2])])
    a?.dispose()
    b?.dispose()
    await run([ndarray([3, 4])])
    expect(await values(c)).toEqual([1, 2])
    expect(await values(d)).toEqual([7, 8])
  })

  test('passes bool arrays as bytes', async () => {
    const not = pointKernel('not', 3, ['bool'], 'bool', op('not', [load(0, 'bool')], 'bool'))
    const { run } = await loadSketch(device, {
      buffers: [param(0, 3, 'bool'), output(3, 'bool')],
      launches: [{ kernel: not, bind: [0, 1] }],
      outputs: [1],
    })
    const [x] = await run([ndarray([true, false, true])])
    expect(await x?.toNDArray()).toEqual({ shape: [3], dtype: 'bool', data: Uint8Array.of(0, 1, 0) })
  })

  test('computes nothing over no elements', async () => {
    const empty = pointKernel('empty', 0, ['f32'], 'f32', load(0))
    const { run } = await loadSketch(device, {
      buffers: [param(0, 0), output(0)],
      launches: [{ kernel: empty, bind: [0, 1] }],
      outputs: [1],
    })
    const [x] = await run([ndarray([])])
    expect(await x?.toNDArray()).toEqual({ shape: [0], dtype: 'f32', data: new Float32Array(0) })
  })

  test('gives large results new memory at every run', async () => {
    const n = 300_000
    const next = pointKernel('next', n, ['f32'], 'f32', op('add', [load(0), lit(1)]))
    const { run } = await loadSketch(device, {
      buffers: [param(0, n), output(n)],
      launches: [{ kernel: next, bind: [0, 1] }],
      outputs: [1],
    })
    const [a] = await run([ndarray(new Float32Array(n))])
    const [b] = await run([a as DeviceArray])
    const [c] = await run([b as DeviceArray])
    a?.dispose()
    const [d] = await run([c as DeviceArray])
    expect((await values(b))[n - 1]).toBe(2)
    expect((await values(c))[0]).toBe(3)
    expect((await values(d))[n - 1]).toBe(4)
  })

  test('reaches every point of a grid of more than 65,535 workgroups', async () => {
    const n = 65_535 * 64 + 100
    const ids = pointKernel('ids', n, [], 'i32', countdown(n))
    const { run } = await loadSketch(device, { buffers: [output(n, 'i32')], launches: [{ kernel: ids, bind: [0] }], outputs: [0] })
    const [x] = await run([])
    const data = (await x?.toNDArray())?.data ?? new Int32Array(0)
    expect(data.length).toBe(n)
    expect(data.findIndex((v, i) => v !== n - i)).toBe(-1)
  })

  test('times every launch without touching its arguments', async () => {
    const loaded = await loadSketch(device, { ...chain, donated: [0] })
    const [x] = await loaded.run([ndarray([1, 2, 3, 4]), ndarray([0, 0, 0, 0])])
    const times = await loaded.profile([x as DeviceArray, ndarray([0, 0, 0, 0])])
    expect(times.map(({ name }) => name)).toEqual(['twice', 'sum'])
    expect(times.every(({ milliseconds }) => milliseconds >= 0)).toBe(true)
    expect(await values(x)).toEqual([2, 4, 6, 8])
  })
})

/** n - i, so that an element that was never written shows. */
const countdown = (n: number) => op('sub', [lit(n, 'i32'), { k: 'axis', axis: 0, dtype: 'i32' }], 'i32')
