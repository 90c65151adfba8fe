/** Small grids are cut finer on devices that say how many points keep them busy. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { pointsOf, type Kernel } from '../../src/ir/kernel/kernel.js'

const device = { maxBuffers: 8, tile: [8, 8], busy: 8 } as const

const kernelOf = (graph: fx.Graph, of: Parameters<typeof plan>[1] = device): Kernel =>
  (plan(graph, of).program.launches[0] as { readonly kernel: Kernel }).kernel

const product = (rows: number, columns: number): fx.Graph =>
  fx.trace((x, y) => fx.matmul(x, y), fx.spec([rows, 100]), fx.spec([100, columns]))

describe('tiles of a contraction are halved', () => {
  test.each([
    [64, 64, 64],
    [32, 16, 8],
    [16, 16, 16],
    [8, 8, 16],
    [4, 4, 4],
  ])('of %i × %i results to %i points', (rows, columns, points) => expect(pointsOf(kernelOf(product(rows, columns)).grid)).toBe(points))

  test('not where the device does not say what keeps it busy', () => {
    const { busy: _, ...rest } = device
    expect(pointsOf(kernelOf(product(16, 16), rest).grid)).toBe(4)
    expect(kernelOf(product(16, 16), rest).workgroup).toBeUndefined()
  })

  test('not where there are none', () => {
    const graph = fx.trace((x) => fx.sum(x, { axis: 1 }), fx.spec([4, 64]))
    expect(pointsOf(kernelOf(graph).grid)).toBe(4)
  })
})

describe('a point sums up neighbours side by side', () => {
  const sumOf = (axis: number, columns: number): Kernel => kernelOf(fx.trace((x) => fx.sum(x, { axis }), fx.spec([128, 128, columns])))

  test('where they are made from neighbours, and points enough are left', () => {
    expect(pointsOf(sumOf(0, 128).grid)).toBe((128 * 128) / 8)
    expect(pointsOf(sumOf(0, 4).grid)).toBe(512)
  })
  test('not along the axis that is summed over', () => expect(pointsOf(sumOf(2, 128).grid)).toBe(128 * 128))
})

describe('workgroups', () => {
  test.each([
    [512, 32],
    [64, 4],
    [8, 4],
    [1024, undefined],
    [2 ** 15 - 64, undefined],
    [2 ** 15, 256],
  ])('of %i points have %s', (points, size) => {
    const graph = fx.trace((x) => fx.sum(x, { axis: 1 }), fx.spec([points, 64]))
    const { grid, workgroup } = kernelOf(graph)
    expect([pointsOf(grid), workgroup]).toEqual([points, size])
  })

  test('are those that were chosen', () => {
    const graph = fx.trace((x) => fx.sum(x, { axis: 1 }), fx.spec([64, 64]))
    expect(kernelOf(graph, { ...device, workgroup: 32 }).workgroup).toBe(32)
  })
})

test('sums side by side are the sums', async () => {
  const graph = fx.trace((x) => fx.sum(x, { axis: 0 }), fx.spec([20, 64, 128]))
  const x = fx.ndarray(
    Float32Array.from({ length: 20 * 64 * 128 }, (_, i) => (i % 17) - 8),
    { shape: [20, 64, 128] },
  )
  const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device: { ...fx.js(), busy: 8 } })
  expect((await (await program(x)).toNDArray()).data).toEqual((fx.evaluate(graph, [x])[0] as fx.NDArray).data)
})

test('results do not depend on it', async () => {
  const args = [
    fx.ndarray(
      Float32Array.from({ length: 1600 }, (_, i) => Math.sin(i)),
      { shape: [16, 100] },
    ),
    fx.ndarray(
      Float32Array.from({ length: 900 }, (_, i) => Math.cos(i)),
      { shape: [100, 9] },
    ),
  ]
  const graph = product(16, 9)
  const want = fx.evaluate(graph, args)[0] as fx.NDArray
  for (const busy of [1, 8, 1000]) {
    const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device: { ...fx.js(), tile: [8, 8], busy } })
    const got = await (await program(...args)).toNDArray()
    ;[...got.data].forEach((x, i) => expect(x).toBeCloseTo(want.data[i] as number, 4))
  }
})
