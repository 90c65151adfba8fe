/** Contractions by stages, whose workgroups have arrays in common: on WebGPU, and on JS, where each point fills them by itself. */
import { describe, expect, test } from 'vitest'
import { plan } from '../../src/compile.js'
import * as fx from '../../src/index.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { webgpuModel } from '../../src/verify/model.js'
import { rngOf } from '../arbitraries/value.js'
import { compare } from '../harness/compare.js'
import { resultsOf, runOn } from '../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const gpu = await fx.webgpu()
/** Blocks of 8 × 16 results, eight terms at a time. */
const small = { tile: [2, 2], fewestProducts: 0, stage: 8, workgroup: 32 } as const

const random = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  return fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng() * 4 - 2),
    { shape, dtype: 'f32' },
  )
}

const same = (x: F32, w: F32): F32 => fx.conv(x, w, { padding: 'same' })

const cases: readonly (readonly [string, (x: F32, y: F32) => F32, fx.Shape, fx.Shape])[] = [
  ['a product of whole blocks', (x, y) => fx.matmul(x, y), [32, 24], [24, 48]],
  ['a product that fills no block', (x, y) => fx.matmul(x, y), [19, 21], [21, 37]],
  ['products side by side', (x, y) => fx.matmul(x, y), [3, 9, 17], [3, 17, 18]],
  ['a transposed left side', (x, y) => fx.matmul(fx.transpose(x), y), [40, 16], [40, 20]],
  ['a transposed right side', (x, y) => fx.matmul(x, fx.transpose(y)), [10, 40], [33, 40]],
  ['work before and after', (x, y) => fx.relu(fx.add(fx.matmul(fx.tanh(x), fx.mul(y, 2)), 1)), [16, 30], [30, 17]],
  ['a convolution', same, [2, 3, 5, 9], [9, 3, 3, 3]],
  ['strides and dilation', (x, w) => fx.conv(x, w, { strides: [2, 1], dilation: [1, 2], padding: 'valid' }), [2, 4, 11, 12], [8, 4, 3, 3]],
  ['groups', (x, w) => fx.conv(x, w, { groups: 2, padding: 'same' }), [1, 6, 6, 6], [18, 3, 3, 3]],
]

describe.each(cases)('%s', (_, f, x, y) => {
  const graph = fx.trace((a: F32, b: F32) => [f(a, b)], fx.spec(x), fx.spec(y))
  const args = [random(x, 1), random(y, 2)]

  test('is as the reference has it', async () => {
    for (const on of [gpu, fx.js()]) {
      const device = { ...on, ...small }
      const kernels = plan(graph, device).program.launches.map(({ kernel }) => kernel)
      const staged = kernels.filter(({ arrays }) => arrays !== undefined)
      expect(staged.map(({ arrays, workgroup }) => [arrays?.map(({ shared }) => shared), workgroup])).toEqual([[[true, true], 32]])
      kernels.forEach(verifyKernel)
      expect(compare(await runOn(device, { graph, args }), webgpuModel).determined).toBeGreaterThan(0)
    }
  })

  test('is to the bit as without stages', async () => {
    const run = async (device: fx.Device) => resultsOf(await fx.compile(graph, { device }), args)
    expect(await run({ ...gpu, ...small })).toEqual(await run({ ...gpu, tile: [1, 1], terms: 1 }))
  })
})

test('infinite weights beside padding do not spoil what they are not multiplied with', async () => {
  const graph = fx.trace((x: F32, w: F32) => [same(x, w)], fx.spec([1, 2, 4, 8]), fx.spec([8, 2, 3, 3]))
  const w = random([8, 2, 3, 3], 4)
  w.data[0] = Infinity
  w.data[40] = -Infinity
  const { determined } = compare(await runOn({ ...gpu, ...small }, { graph, args: [random([1, 2, 4, 8], 3), w] }), webgpuModel)
  expect(determined).toBeGreaterThan(200)
})

test('integers are summed by stages, too', async () => {
  const graph = fx.trace((x, y) => [fx.matmul(x, y)], fx.spec([16, 16], 'i32'), fx.spec([16, 16], 'i32'))
  const ints = (seed: number) =>
    fx.ndarray(
      Int32Array.from({ length: 256 }, (_, i) => ((i * seed) % 2001) - 1000),
      { shape: [16, 16] },
    )
  compare(await runOn({ ...gpu, ...small }, { graph, args: [ints(7919), ints(104729)] }), webgpuModel)
})

describe('what does not fill a block', () => {
  const staged = (x: fx.Shape, y: fx.Shape, how: object = small): boolean => {
    const graph = fx.trace((a: F32, b: F32) => [fx.matmul(a, b)], fx.spec(x), fx.spec(y))
    return plan(graph, { ...gpu, ...how }).program.launches.some(({ kernel }) => kernel.arrays !== undefined)
  }

  test('is computed as ever', () => {
    expect(staged([8, 16], [16, 16])).toBe(true)
    expect(staged([7, 16], [16, 16])).toBe(false)
    expect(staged([8, 16], [16, 15])).toBe(false)
    expect(staged([8, 15], [15, 16])).toBe(false)
    expect(staged([8, 16], [16, 16], { ...small, stage: 0 })).toBe(false)
  })

  test('nor what does not fit into the memory of a workgroup', () => {
    const [x, y] = [
      [512, 512],
      [512, 512],
    ]
    expect(staged(x, y, { tile: [8, 8], workgroup: 256, stage: 8 })).toBe(true)
    expect(staged(x, y, { tile: [8, 8], workgroup: 256, stage: 32 })).toBe(false)
  })
})
