/** Buffers seen as vectors of four: where neighbours are read and written, and nowhere else. */
import { beforeAll, describe, expect, test } from 'vitest'
import * as fx from '../../../src/index.js'
import { printWgsl } from '../../../src/backends/wgsl/print.js'
import { wideIn } from '../../../src/backends/wgsl/wide.js'
import { plan } from '../../../src/compile.js'
import type { Kernel, Scalar, Stmt } from '../../../src/ir/kernel/kernel.js'
import { scalarBuilder } from '../../../src/ir/kernel/scalar.js'
import { verifyKernel } from '../../../src/ir/kernel/verify.js'
import { wave } from '../../harness/recurrent.js'
import { load } from '../webgpu/programs.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const b = scalarBuilder()
const axis = b.axis(0, 8)

/** out[at(i)] = in[at(i)] for each index given. */
const copies = (size: number, from: readonly Scalar[], to: readonly Scalar[]): Kernel => ({
  name: 'copies',
  buffers: [
    { dtype: 'f32', size, access: 'read' },
    { dtype: 'f32', size, access: 'write' },
  ],
  grid: [{ axis: 0, extent: 8 }],
  body: [
    ...from.map((at, id): Stmt => ({ k: 'let', id, value: load(0, 'f32', at) })),
    ...to.map((at, id): Stmt => ({ k: 'store', buffer: 1, at, value: { k: 'ref', id, dtype: 'f32' } })),
  ],
  flops: 0,
})

const four = (first: Scalar): readonly Scalar[] => [0, 1, 2, 3].map((i) => b.add(first, b.int(i)))

const wideOf = (kernel: Kernel): readonly boolean[] => kernel.buffers.map((_, i) => wideIn(kernel).has(i))

describe('a buffer is wide', () => {
  const aligned = four(b.mul(axis, b.int(4)))

  test('where neighbours are loaded and stored', () => {
    const kernel = copies(32, aligned, aligned)
    expect(wideOf(kernel)).toEqual([true, true])
    const { source } = printWgsl(kernel)
    expect(source).toContain('var<storage, read_write> b1: array<vec4<f32>>;')
    expect(source).toContain('  let t0 = b0[((i0 * 4) >> 2u)];\n')
    expect(source).toContain('] = vec4<f32>(v0, v1, v2, v3);')
    expect(source.match(/b0\[/g)).toHaveLength(1)
  })

  test('whatever the order of the stores', () => {
    const shuffled = [2, 0, 3, 1].map((i) => aligned[i] as Scalar)
    expect(printWgsl(copies(32, shuffled, shuffled)).source).toContain('] = vec4<f32>(v1, v3, v0, v2);')
  })

  test('where results share indices that are named between the stores, but not across a load', () => {
    const spot = (i: number): Scalar => ({ k: 'ref', id: 10 + i, dtype: 'i32' })
    const values = [b.mul(axis, b.int(4)), ...four(spot(0)).slice(1)]
    const names = values.map((value, i): Stmt => ({ k: 'let', id: 10 + i, value }))
    const storing = (between: readonly Stmt[]): Kernel => ({
      ...copies(32, aligned, []),
      buffers: [0, 1, 2].map((i) => ({ dtype: 'f32', size: 32, access: i === 0 ? 'read' : 'write' })),
      body: [
        ...copies(32, aligned, []).body,
        ...names.flatMap((name, i) => [
          name,
          ...[1, 2].map((buffer): Stmt => ({ k: 'store', buffer, at: spot(i), value: { k: 'ref', id: i, dtype: 'f32' } })),
          ...(i === 1 ? between : []),
        ]),
      ],
    })
    const { source } = printWgsl(storing([]))
    expect(source.match(/b[12]\[.*\] = vec4<f32>\(v0, v1, v2, v3\);/g)).toHaveLength(2)
    expect(printWgsl(storing([{ k: 'let', id: 20, value: load(0, 'f32', axis) }])).source).toContain('b1: array<f32>;')
  })

  test('not where its size is no multiple of four, or an index is none', () => {
    expect(wideOf(copies(33, aligned, aligned))).toEqual([false, false])
    const shifted = four(b.add(b.mul(axis, b.int(6)), b.int(2)))
    expect(wideOf(copies(64, shifted, shifted))).toEqual([false, false])
  })

  test('not where a vector is stored in part, as neighbours belong to other invocations', () => {
    expect(wideOf(copies(32, aligned, aligned.slice(0, 3)))).toEqual([true, false])
  })

  test('also with elements that come alone, if these are few', () => {
    const alone = b.mul(axis, b.int(3))
    const kernel = copies(32, [alone, ...aligned], aligned)
    expect(wideOf(kernel)).toEqual([true, true])
    const { source } = printWgsl(kernel)
    expect(source).toContain(' = (i0 * 3);\n')
    expect(source).toMatch(/let v0: f32 = b0\[(t\d) >> 2u\]\[\1 & 3\];/)
    expect(wideOf(copies(32, [...aligned.slice(0, 2), alone, b.mul(axis, b.int(2)), axis], aligned))).toEqual([false, true])
  })
})

describe('indices', () => {
  test('have their number last, whatever they are made of', () => {
    const [x, y] = [b.axis(1, 10), b.axis(2, 10)]
    const far = b.mul(b.add(x, b.int(2)), b.int(12))
    expect(b.add(far, b.add(y, b.int(3)))).toBe(b.add(b.add(b.mul(x, b.int(12)), y), b.int(27)))
    expect(b.sub(b.add(x, b.int(5)), b.add(y, b.int(2)))).toBe(b.add(b.sub(x, y), b.int(3)))
    expect(b.mul(b.mul(x, b.int(3)), b.int(4))).toBe(b.mul(x, b.int(12)))
  })

  test('are taken apart with it', () => {
    const x = b.axis(1, 10)
    const flat = b.mul(b.add(x, b.int(2)), b.int(12))
    expect(b.div(flat, 12)).toBe(b.add(x, b.int(2)))
    expect(b.rem(b.add(flat, b.int(5)), 12)).toBe(b.int(5))
  })
})

/** Programs large enough that a grid point computes several elements, of each kind of index. */
const programs: readonly (readonly [string, fx.Graph])[] = [
  ['elementwise', fx.trace((x: F32, y: F32) => fx.add(fx.tanh(x), fx.mul(y, 2)), s(130, 64), s(130, 64))],
  ['elementwise of an odd size', fx.trace((x: F32) => fx.add(fx.exp(x), 1), s(4097, 3))],
  ['with broadcast rows and columns', fx.trace((x: F32, y: F32, z: F32) => fx.mul(fx.add(x, y), z), s(130, 64), s(64), s(130, 1))],
  ['transposed', fx.trace((x: F32, y: F32) => fx.add(fx.transpose(x), y), s(96, 128), s(128, 96))],
  [
    'sliced and padded',
    fx.trace(
      (x: F32) =>
        fx.pad(fx.slice(x, [1, 2], [129, 66]), [
          [1, 1],
          [3, 5],
        ]),
      s(130, 72),
    ),
  ],
  ['reversed, and with two results', fx.trace((x: F32) => [fx.flip(x), fx.gt(x, 0), fx.square(x)], s(128, 80))],
  [
    'sums of rows and of columns',
    fx.trace((x: F32) => [fx.sum(x, { axis: 1 }), fx.sum(x, { axis: 0 }), fx.argmax(x, { axis: 1 })], s(36, 40)),
  ],
  ['a product of matrices', fx.trace((x: F32, y: F32) => fx.relu(fx.matmul(x, y)), s(20, 36), s(36, 24))],
  ['a product of transposed matrices', fx.trace((x: F32, y: F32) => fx.matmul(fx.transpose(x), fx.transpose(y)), s(40, 17), s(16, 40))],
  ['a convolution', fx.trace((x: F32, w: F32) => fx.conv(x, w, { padding: 'same' }), s(2, 4, 8, 8), s(8, 4, 3, 3))],
  ['integers', fx.trace((x: F32) => fx.cast(fx.mul(fx.floor(fx.mul(x, 50)), 3), 'i32'), s(128, 64))],
]

describe('computes what the reference does', () => {
  let gpu: fx.Device
  beforeAll(async () => {
    gpu = await fx.webgpu()
  })

  test.each(programs)('%s', async (_, graph) => {
    const args = graph.nodes.slice(0, graph.params).map(({ type }, i) => wave(type.shape, i))
    const want = fx.evaluate(graph, args)
    for (const elements of [4, 8]) {
      const device = { ...gpu, elements, terms: elements }
      plan(graph, device, [], { debug: true }).program.launches.forEach(({ kernel }) => verifyKernel(kernel))
      const program = (await fx.compile(graph, { device })) as unknown as (...given: readonly fx.NDArray[]) => Promise<unknown>
      const results = [await program(...args)].flat() as fx.DeviceArray[]
      for (const [i, result] of results.entries()) {
        const { data } = await result.toNDArray()
        const expected = want[i]?.data ?? []
        const worst = Math.max(...Array.from(data, (x, j) => Math.abs(x - (expected[j] as number))))
        expect(worst).toBeLessThan(1e-5)
        expect(data).toHaveLength(expected.length)
      }
    }
  })

  test('and takes the memory of donated arguments', async () => {
    const program = await fx.compile((x: F32, y: F32) => fx.sub(x, fx.mul(y, 0.5)), [s(128, 64), s(128, 64)], { device: gpu, donate: [0] })
    expect(program.memory.buffers.some(({ alias }) => alias !== undefined)).toBe(true)
    expect(program.kernels[0]?.source).toContain('vec4<f32>')
    const [x, y] = [wave([128, 64], 1), wave([128, 64], 2)]
    const result = await (await program(x, y)).toNDArray()
    expect(result.data.every((v, i) => Math.abs(v - ((x.data[i] as number) - 0.5 * (y.data[i] as number))) < 1e-6)).toBe(true)
  })
})
