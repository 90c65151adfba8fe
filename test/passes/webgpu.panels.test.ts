/** Kernels whose points have arrays of their own, in WGSL: no device there asks for panels, but the Kernel IR has them. */
import { expect, test } from 'vitest'
import { plan } from '../../src/compile.js'
import * as fx from '../../src/index.js'
import { webgpuModel } from '../../src/verify/model.js'
import { rngOf } from '../arbitraries/value.js'
import { compare } from '../harness/compare.js'
import { runOn } from '../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const device: fx.Device = { ...(await fx.webgpu()), tile: [4, 1], panel: 8 }

const random = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  return fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng() * 4 - 2),
    { shape, dtype: 'f32' },
  )
}

test.each<readonly [string, (x: F32, y: F32) => F32, fx.Shape, fx.Shape]>([
  ['a product', (x, y) => fx.matmul(x, y), [10, 12], [12, 40]],
  ['a convolution', (x, y) => fx.conv(x, y, { padding: 'same' }), [2, 3, 5, 9], [9, 3, 3, 3]],
])('%s', async (_, f, x, y) => {
  const graph = fx.trace((a: F32, b: F32) => [f(a, b)], fx.spec(x), fx.spec(y))
  expect(plan(graph, device).program.launches.map(({ kernel }) => kernel.arrays?.length)).toEqual([1])
  const { determined } = compare(await runOn(device, { graph, args: [random(x, 1), random(y, 2)] }), webgpuModel)
  expect(determined).toBeGreaterThan(0)
})
