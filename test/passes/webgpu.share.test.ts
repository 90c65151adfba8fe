/** Loops that the members of a workgroup share out: on WebGPU, and on JS, where each point goes through them alone. */
import { describe, expect, test } from 'vitest'
import { plan } from '../../src/compile.js'
import * as fx from '../../src/index.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { webgpuModel } from '../../src/verify/model.js'
import { rngOf } from '../arbitraries/value.js'
import { compare } from '../harness/compare.js'
import { runOn } from '../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const gpu = await fx.webgpu()
const how = { tile: [4, 4], elements: 4, terms: 4, rows: true, members: 64 } as const

const random = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  return fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng() * 4 - 2),
    { shape, dtype: 'f32' },
  )
}

const normalised = (x: F32): F32 => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  return fx.mul(centred, fx.rsqrt(fx.add(fx.mean(fx.square(centred), { axis: -1, keepDims: true }), 1e-5)))
}

type Case = readonly [what: string, f: (x: F32) => fx.Tensor, shape: fx.Shape, members: readonly (number | undefined)[]]

const cases: readonly Case[] = [
  ['softmax of rows, whose length is no multiple of the members', (x) => fx.softmax(x), [130, 300], [64]],
  ['cross-entropy and its derivative', fx.grad((x: F32) => fx.sum(fx.logSoftmax(x, { axis: -1 }))), [128, 128], [32]],
  ['layer norm', normalised, [128, 256], [64]],
  ['the sum of all', (x) => fx.sum(x), [9973], [64]],
  ['the largest of columns', (x) => fx.max(x, { axis: 0 }), [70, 9], [32]],
  ['the least of the middle axis', (x) => fx.min(x, { axis: 1 }), [3, 80, 5], [16]],
  ['whether any is', (x) => fx.any(fx.gt(x, 1.99)), [3000], [64]],
  ['integers', (x) => fx.sum(fx.cast(fx.mul(x, 1000), 'i32'), { axis: 1 }), [6, 500], [64]],
  ['few products of long rows', (x) => fx.matmul(x, fx.transpose(x)), [7, 900], [64]],
  ['work after the sum', (x) => fx.tanh(fx.add(fx.sum(x, { axis: 1 }), 1)), [5, 400], [64]],
  ['the place of the largest, which is not only collected', (x) => fx.argmax(x, { axis: 1 }), [5, 400], [undefined]],
  ['rows too short to share', (x) => fx.sum(x, { axis: 1 }), [50, 12], [undefined]],
]

describe.each(cases)('%s', (_, f, shape, members) => {
  const graph = fx.trace((x: F32) => [f(x)], fx.spec(shape))

  test('is as the reference has it', async () => {
    const kernels = plan(graph, { ...gpu, ...how }).program.launches.map(({ kernel }) => kernel)
    expect(kernels.map((kernel) => kernel.members)).toEqual(members)
    kernels.forEach(verifyKernel)
    for (const on of [gpu, fx.js()]) {
      const { determined } = compare(await runOn({ ...on, ...how }, { graph, args: [random(shape, 1)] }), webgpuModel)
      expect(determined).toBeGreaterThan(0)
    }
  })
})

test('infinities and NaN go where they go in the reference', async () => {
  const graph = fx.trace((x: F32) => [fx.sum(x, { axis: 1 }), fx.max(x, { axis: 1 }), fx.softmax(x)], fx.spec([4, 200]))
  const x = random([4, 200], 2)
  x.data.set([Infinity], 3)
  x.data.set([Infinity, -Infinity], 290)
  x.data.set([NaN], 599)
  compare(await runOn({ ...gpu, ...how }, { graph, args: [x] }), webgpuModel)
})

test('kernels within loops keep their points to themselves', () => {
  const graph = fx.trace((x: F32) => fx.foriLoop(0, 5, (_, y: F32) => fx.div(y, fx.sum(y)), x), fx.spec([1000]))
  const { launches } = plan(graph, { ...gpu, ...how }).program
  expect(launches.map(({ kernel }) => kernel.members).every((n) => n === undefined)).toBe(true)
})
