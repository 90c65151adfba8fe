/** Reductions over the same rows, and the work around them, are one kernel on devices that like that, and compute the same. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import type { Kernel } from '../../src/ir/kernel/kernel.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { allStatements, distinct, rootsOf } from '../../src/ir/kernel/walk.js'
import { updatesInPlace } from '../../src/passes/kernel/inPlace.js'
import { wave } from '../harness/recurrent.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const limits = { maxBuffers: 8, tile: [4, 4], rows: true } as const

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const launchesOf = (graph: fx.Graph, device: Parameters<typeof plan>[1] = limits) =>
  plan(graph, device, [], { debug: true }).program.launches

const layerNorm = (x: F32, g: F32, b: F32): F32 => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  const scale = fx.rsqrt(fx.add(fx.mean(fx.square(centred), { axis: -1, keepDims: true }), 1e-5))
  return fx.add(fx.mul(fx.mul(centred, scale), g), b)
}

const lossOf =
  (f: (x: F32) => F32) =>
  (x: F32, y: F32): F32 =>
    fx.sum(fx.mul(f(x), y))

const one: readonly (readonly [string, fx.Graph])[] = [
  ['softmax', fx.trace((x) => fx.softmax(x), s(130, 12))],
  ['logSoftmax', fx.trace((x) => fx.logSoftmax(x), s(130, 7))],
  ['softmax over two axes', fx.trace((x) => fx.softmax(x, { axis: [1, 2] }), s(130, 3, 6))],
  ['softmax of f16', fx.trace((x) => fx.softmax(x), fx.spec<fx.Shape, 'f16'>([130, 8], 'f16'))],
  ['logsumexp', fx.trace((x) => fx.logsumexp(x, { axis: -1 }), s(5, 26, 9))],
  ['layer norm', fx.trace(layerNorm, s(130, 16), s(16), s(16))],
  [
    'layer norm of a batch of sequences, and its means',
    fx.trace((x, g, b) => [layerNorm(x, g, b), fx.mean(x, { axis: -1 })], s(13, 10, 6), s(6), s(6)),
  ],
  ['cross-entropy of each row', fx.trace((x, y) => fx.neg(fx.sum(fx.mul(fx.logSoftmax(x), y), { axis: -1 })), s(130, 10), s(130, 10))],
  [
    'softmax, and the place of the largest',
    fx.trace((x) => [fx.softmax(x), fx.argmax(x, { axis: -1 }), fx.argmin(x, { axis: -1 })], s(130, 9)),
  ],
  ['the gradient of softmax', fx.trace(fx.grad(lossOf((x) => fx.softmax(x))), s(130, 9), s(130, 9))],
  ['the gradient of layer norm', fx.trace(fx.grad(lossOf((x) => layerNorm(x, fx.ones([6]), fx.zeros([6])))), s(130, 6), s(130, 6))],
  ['few rows, where there is little to do', fx.trace((x) => fx.softmax(x), s(3, 5))],
]

describe('one kernel computes', () => {
  test.each(one)('%s', async (_, graph) => {
    const launches = launchesOf(graph)
    expect(launches).toHaveLength(1)
    launches.forEach(({ kernel }) => verifyKernel(kernel))
    const args = graph.nodes.slice(0, graph.params).map(({ type }, i) => {
      const { data } = wave(type.shape, i)
      return fx.ndarray(data, { shape: type.shape, dtype: type.dtype })
    })
    const want = fx.evaluate(graph, args)
    const gpu = { ...(await fx.webgpu()), rows: true }
    const isHalf = graph.nodes.some(({ type }) => type.dtype === 'f16')
    const rows = { ...fx.js(), rows: true }
    for (const device of [rows, { ...rows, keepsInResults: true }, ...(isHalf ? [] : [gpu])]) {
      const program = (await fx.compile(graph, { device })) as unknown as (...given: readonly fx.NDArray[]) => Promise<unknown>
      expect((program as unknown as fx.Executable).kernels).toHaveLength(1)
      const results = [await program(...args)].flat() as fx.DeviceArray[]
      for (const [i, result] of results.entries()) {
        const [got, expected] = [fx.toNested(await result.toNDArray()), fx.toNested(want[i] as fx.NDArray)].map(
          (x) => [x].flat(4) as number[],
        )
        expected?.forEach((x, j) => expect(got?.[j]).toBeCloseTo(x, isHalf ? 2 : 4))
      }
    }
  })
})

/** The exponentials that a kernel computes, written out. */
const exponentials = (kernel: Kernel): number =>
  distinct(allStatements(kernel.body).flatMap(rootsOf)).filter((x) => x.k === 'op' && x.op === 'exp').length

describe('what is dear and needed again is kept in a result until that is stored', () => {
  const device = { ...limits, keepsInResults: true }
  const kernelOf = (f: (x: F32) => fx.Tree<fx.Tensor>, more: Partial<typeof device> & { readonly keeps?: number } = {}): Kernel => {
    const launches = launchesOf(fx.trace(f, s(130, 12)), { ...device, ...more })
    launches.forEach(({ kernel }) => verifyKernel(kernel))
    return (launches[0] as (typeof launches)[number]).kernel
  }

  test.each<readonly [string, (x: F32) => fx.Tree<fx.Tensor>]>([
    ['softmax', (x) => fx.softmax(x)],
    ['softmax, and its squares', (x) => [fx.softmax(x), fx.square(fx.softmax(x))]],
    ['softmax, and the sums that it is of', (x) => [fx.softmax(x), fx.logsumexp(x, { axis: -1 })]],
  ])('%s: one exponential for each column of a round', (_, f) => {
    const [kept, again] = [kernelOf(f), kernelOf(f, { keepsInResults: false })]
    expect(exponentials(kept) * 2).toBe(exponentials(again))
    expect(kept.buffers.filter(({ reread }) => reread)).toHaveLength(1)
    expect(again.buffers.some(({ reread }) => reread)).toBe(false)
  })

  test('not where no result is stored after the last loop that needs it', () => {
    const kernel = kernelOf((x) => fx.sum(fx.square(fx.softmax(x)), { axis: -1 }))
    expect(kernel.buffers.some(({ reread }) => reread)).toBe(false)
  })

  test('not in a result of another dtype', () => {
    const kernel = kernelOf((x) => fx.gt(fx.softmax(x), 0.1))
    expect(kernel.buffers.some(({ reread }) => reread)).toBe(false)
  })

  test("a point's own array comes first", () => {
    const kernel = kernelOf((x) => fx.softmax(x), { keeps: 12 })
    expect([kernel.arrays?.length, kernel.buffers.some(({ reread }) => reread)]).toEqual([1, false])
  })
})

describe('rows stay in kernels of their own', () => {
  test.each<readonly [string, number, fx.Graph]>([
    ['where there are few, and much to do', 4, fx.trace((x) => fx.softmax(x), s(16, 4096))],
    ['where the first axis is reduced', 4, fx.trace((x) => fx.softmax(x, { axis: 0 }), s(130, 130))],
    [
      'where the sum goes over something else',
      2,
      fx.trace((x) => fx.sum(fx.exp(fx.sub(x, fx.max(x, { axis: 1, keepDims: true }))), { axis: 0 }), s(130, 130)),
    ],
    ['where a column of another row is read', 2, fx.trace((x) => fx.add(x, fx.flip(fx.expandDims(fx.sum(x, { axis: 1 }), 1))), s(130, 8))],
  ])('%s', (_, count, graph) => {
    expect(launchesOf(graph)).toHaveLength(count)
  })

  test('where their kernel would bind more buffers than the device does', () => {
    const graph = fx.trace((x, g, b) => layerNorm(x, g, b), s(130, 16), s(16), s(16))
    for (const maxBuffers of [3, 4, 5]) {
      const launches = launchesOf(graph, { ...limits, maxBuffers: Math.max(4, maxBuffers) })
      launches.forEach(({ kernel }) => expect(kernel.buffers.length).toBeLessThanOrEqual(Math.max(4, maxBuffers)))
    }
    const wide = fx.trace(
      (x, ...others) => others.reduce((sum, y) => fx.add(sum, y), fx.softmax(x)),
      s(130, 8),
      s(8),
      s(130, 8),
      s(130, 8),
      s(130, 8),
    )
    expect(launchesOf(wide, { ...limits, maxBuffers: 6 })).toHaveLength(1)
    const least = launchesOf(wide, { ...limits, maxBuffers: 5 })
    expect(least.length).toBeGreaterThan(1)
    least.forEach(({ kernel }) => expect(kernel.buffers.length).toBeLessThanOrEqual(5))
  })

  test('and are not written over what they still read', () => {
    const [launch] = launchesOf(fx.trace((x) => fx.softmax(x), s(130, 12)))
    const { kernel } = launch as NonNullable<typeof launch>
    const to = kernel.buffers.findIndex(({ access }) => access === 'write')
    expect(updatesInPlace(kernel, 1 - to, to)).toBe(false)
  })
})
