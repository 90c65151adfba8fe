/** Results of a tile that are finished in rounds of a loop, from an array of their sums. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import type { Kernel, Scalar } from '../../src/ir/kernel/kernel.js'
import { allStatements } from '../../src/ir/kernel/walk.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { printWgsl } from '../../src/backends/wgsl/print.js'

const limits = { maxBuffers: 10, tile: [8, 8], inRounds: true } as const

const kernelsOf = (graph: fx.Graph, inRounds: boolean, donate: readonly number[] = []): readonly Kernel[] => {
  const kernels = plan(graph, { ...limits, inRounds }, donate).program.launches.map(({ kernel }) => kernel)
  kernels.forEach((kernel) => {
    verifyKernel(kernel)
  })
  return kernels
}

const isInRounds = ({ body }: Kernel): boolean => allStatements(body).some((stmt) => stmt.k === 'for' && stmt.apart === true)

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

/** A step of Adam without its corrections, of a weight whose gradient is a product. */
const adam = (x: F32, d: F32, w: F32, m: F32, v: F32): fx.Tree<fx.Tensor> => {
  const g = fx.matmul(fx.transpose(x), d)
  const first = fx.add(fx.mul(m, 0.9), fx.mul(g, 0.1))
  const second = fx.add(fx.mul(v, 0.99), fx.mul(fx.square(g), 0.01))
  return [fx.sub(w, fx.div(first, fx.add(fx.sqrt(second), 1e-3))), first, second]
}

const adamOf = (rows: number, columns: number): fx.Graph =>
  fx.trace(adam, s(5, rows), s(5, columns), s(rows, columns), s(rows, columns), s(rows, columns))

const conv = (x: F32, w: F32): fx.Tree<fx.Tensor> => fx.relu(fx.conv(x, w, { padding: 'same' }))

describe('results of a tile in rounds', () => {
  test.each<readonly [string, fx.Graph, readonly number[]]>([
    ['a product of whole tiles, and what is computed of it in the memory of its arguments', adamOf(16, 24), [2, 3, 4]],
    ['tiles that lengths do not fill', adamOf(13, 19), [2, 3, 4]],
    ['a padded convolution', fx.trace(conv, s(2, 3, 9, 8), s(8, 3, 3, 3)), []],
    ['an argument that is multiplied and added', fx.trace((x: F32, w: F32) => fx.add(fx.matmul(x, w), x), s(16, 16), s(16, 16)), [0]],
    [
      'an argument that is added transposed',
      fx.trace((x: F32, w: F32) => fx.add(fx.matmul(w, w), fx.transpose(x)), s(16, 16), s(16, 16)),
      [0],
    ],
  ])('are those of the graph: %s', async (_, graph, donate) => {
    const args = graph.nodes.slice(0, graph.params).map(({ type }, k) => {
      const size = type.shape.reduce((n, length) => n * length, 1)
      return fx.ndarray(
        Float32Array.from({ length: size }, (__, i) => 0.1 + Math.abs(Math.sin(i * (k + 1)))),
        { shape: type.shape },
      )
    })
    expect(kernelsOf(graph, true, donate).some(isInRounds)).toBe(true)
    const want = fx.evaluate(graph, args)
    const software = { ...(await fx.webgpu()), ...limits }
    for (const device of [{ ...fx.js(), ...limits }, software]) {
      const program = (await fx.compile(graph, { device, donate })) as unknown as (...given: readonly fx.NDArray[]) => Promise<unknown>
      const results = [await program(...args)].flat() as fx.DeviceArray[]
      for (const [i, result] of results.entries()) {
        const got = [fx.toNested(await result.toNDArray())].flat(4) as number[]
        const expected = [fx.toNested(want[i] as fx.NDArray)].flat(4) as number[]
        expect(got).toHaveLength(expected.length)
        expected.forEach((x, j) => expect(got[j]).toBeCloseTo(x, 4))
      }
    }
  })

  test.each<readonly [string, fx.Graph]>([
    ['over tiles that are whole', fx.trace(conv, s(2, 3, 8, 8), s(8, 3, 3, 3))],
    ['over tiles that lengths do not fill', fx.trace(conv, s(1, 2, 5, 9), s(11, 2, 3, 3))],
    [
      'beside its gradient',
      fx.trace(
        fx.grad((w: F32, x: F32) => fx.sum(fx.square(fx.conv(x, w, { padding: 'same' })))),
        s(8, 2, 3, 3),
        s(2, 2, 7, 7),
      ),
    ],
  ])('sums that an infinite weight meets no element of are finite: %s', async (_, graph) => {
    const args = graph.nodes.slice(0, graph.params).map(({ type: { shape } }, k) => {
      const size = shape.reduce((n, length) => n * length, 1)
      const data = Float32Array.from({ length: size }, (__, i) => 0.1 + Math.abs(Math.sin(i * (k + 1))))
      // a corner of one filter, which the padding is under along two edges
      if (shape.at(-1) === 3) data[9] = Infinity
      return fx.ndarray(data, { shape })
    })
    const kernels = kernelsOf(graph, true)
    expect(kernels.some(isInRounds)).toBe(true)
    const want = [fx.evaluate(graph, args)].flat()
    const device = { ...fx.js(), ...limits }
    for (const on of [device, { ...(await fx.webgpu()), ...limits }]) {
      const program = (await fx.compile(graph, { device: on })) as unknown as (...given: readonly fx.NDArray[]) => Promise<unknown>
      const results = [await program(...args)].flat() as fx.DeviceArray[]
      const [got] = (await Promise.all(results.map(async (result) => (await result.toNDArray()).data))) as [fx.TypedArray]
      const expected = (want[0] as fx.NDArray).data
      const finite = [...expected].filter(Number.isFinite).length
      expect(finite).toBeGreaterThan(0)
      expect(finite).toBeLessThan(expected.length)
      expected.forEach((x, j) => {
        if (Number.isFinite(x)) expect((got[j] as number) / x).toBeCloseTo(1, 4)
        else expect(got[j]).toBe(x)
      })
    }
  })

  test('are less text, bind the same, and take the same memory', () => {
    const graph = adamOf(64, 64)
    const [looped] = kernelsOf(graph, true, [2, 3, 4]) as [Kernel]
    const [flat] = kernelsOf(graph, false, [2, 3, 4]) as [Kernel]
    expect(isInRounds(looped)).toBe(true)
    expect(isInRounds(flat)).toBe(false)
    expect(looped.buffers).toEqual(flat.buffers)
    expect(flat.buffers.filter(({ access }) => access === 'readwrite')).toHaveLength(3)
    const [short, long] = [looped, flat].map((kernel) => printWgsl(kernel).source.length) as [number, number]
    expect(short).toBeLessThan(long / 2)
  })

  test('an argument that later rounds read keeps its memory', () => {
    const w = s(16, 16)
    for (const f of [(x: F32, y: F32) => fx.add(fx.matmul(x, y), x), (x: F32, y: F32) => fx.add(fx.matmul(y, y), fx.transpose(x))]) {
      const [kernel] = kernelsOf(fx.trace(f, w, w), true, [0]) as [Kernel]
      expect(isInRounds(kernel)).toBe(true)
      expect(kernel.buffers.some(({ access }) => access === 'readwrite')).toBe(false)
    }
  })

  test('are checked: rounds that are apart store apart, and load what they store', () => {
    const axis = (n: number): Scalar => ({ k: 'axis', axis: n, dtype: 'i32' })
    const zero: Scalar = { k: 'lit', value: 0, dtype: 'i32' }
    const kernelOf = (from: Scalar, to: Scalar): Kernel => ({
      name: 'apart',
      buffers: [{ dtype: 'f32', size: 4, access: 'readwrite' }],
      grid: [],
      body: [
        {
          k: 'for',
          axis: 1,
          extent: 4,
          apart: true,
          body: [{ k: 'store', buffer: 0, at: to, value: { k: 'load', buffer: 0, at: from, dtype: 'f32' } }],
        },
      ],
      flops: 0,
    })
    verifyKernel(kernelOf(axis(1), axis(1)))
    expect(() => {
      verifyKernel(kernelOf(zero, axis(1)))
    }).toThrow('a round loads of buffer 0 what it does not store')
    expect(() => {
      verifyKernel(kernelOf(zero, zero))
    }).toThrow('rounds that are apart store to one place')
  })

  test('not in loops, whose kernels a team may run', () => {
    const step = (x: F32): fx.Tensor => fx.foriLoop(0, 3, (__, y: F32) => fx.matmul(y, y), x)
    expect(kernelsOf(fx.trace(step, s(32, 32)), true).some(isInRounds)).toBe(false)
  })
})
