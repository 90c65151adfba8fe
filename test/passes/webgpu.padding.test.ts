/** Convolutions whose filters are infinite where they stand on padding: what is outside of the input is left out, not multiplied. */
import { expect, test } from 'vitest'
import { plan } from '../../src/compile.js'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const device = await fx.webgpu()
const [filters, side] = [9, 11]

const ones = (shape: fx.Shape): fx.NDArray<'f32'> =>
  fx.ndarray(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), { shape, dtype: 'f32' })

test('a tap that is infinite counts where it is inside alone: elsewhere the sum is the number of the others', async () => {
  const taps = Float32Array.from({ length: filters * 9 }, (_, i) => (i % 9 === 0 ? Infinity : 1))
  const conv = await fx.compile(
    (x: F32, w: F32) => fx.conv(x, w, { padding: 'same' }),
    [fx.spec([1, 1, side, side]), fx.spec([filters, 1, 3, 3])],
    {
      device,
    },
  )
  const result = await (await conv(ones([1, 1, side, side]), fx.ndarray(taps, { shape: [filters, 1, 3, 3] }))).toNDArray()
  const reach = (i: number): number => (i === 0 || i === side - 1 ? 2 : 3)
  const expected = Array.from({ length: filters * side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side) % side, at % side]
    return row > 0 && column > 0 ? Infinity : reach(row) * reach(column)
  })
  expect([...result.data]).toEqual(expected)
})

test('the filters of a small window are a tile: each value of the gradient that is loaded meets all taps', () => {
  const gradient = fx.grad((w: F32, x: F32) => fx.sum(fx.conv(x, w, { padding: 'same' })))
  const graph = fx.trace((w: F32, x: F32) => [gradient(w, x)], fx.spec([16, 4, 3, 3]), fx.spec([2, 4, 8, 8]))
  const [rows, columns] = device.tile
  const [taps] = plan(graph, { ...device, tile: [rows, 8], fewestProducts: 0 }).program.launches.flatMap(({ kernel }) =>
    kernel.name.startsWith('conv') ? [kernel] : [],
  )
  expect(taps?.grid.map(({ extent }) => extent).slice(-2)).toEqual([1, 1])
  expect(columns).toBeGreaterThan(1)
})
