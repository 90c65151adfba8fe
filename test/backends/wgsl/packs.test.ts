/** Sums of a tile that are kept as vectors: where one factor is shared and the others are neighbours, and with the same bits. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../../src/index.js'
import { packsIn } from '../../../src/backends/wgsl/packs.js'
import { printWgsl } from '../../../src/backends/wgsl/print.js'
import { wideIn } from '../../../src/backends/wgsl/wide.js'
import { plan } from '../../../src/compile.js'
import type { Kernel, Scalar, Stmt } from '../../../src/ir/kernel/kernel.js'
import { scalarBuilder } from '../../../src/ir/kernel/scalar.js'
import { allStatements } from '../../../src/ir/kernel/walk.js'
import { verifyKernel } from '../../../src/ir/kernel/verify.js'
import { wave } from '../../harness/recurrent.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const registersOf = ({ body }: Kernel): readonly number[] => allStatements(body).flatMap((stmt) => (stmt.k === 'register' ? [stmt.id] : []))

const packedOf = (kernel: Kernel): readonly boolean[] => {
  const { laneOf } = packsIn(kernel, wideIn(kernel))
  return registersOf(kernel).map((id) => laneOf(id) !== undefined)
}

const matmulPlus = (x: F32, y: F32, z: F32): fx.Tensor => fx.add(fx.matmul(x, y), z)

const kernelOf = (graph: fx.Graph, tile: readonly [number, number]): Kernel =>
  (plan(graph, { maxBuffers: 10, tile, inRounds: true, terms: 2 }).program.launches[0] as { readonly kernel: Kernel }).kernel

describe('sums of a tile', () => {
  test('are vectors where columns are neighbours, and the text is shorter by most of the products', () => {
    const kernel = kernelOf(fx.trace(matmulPlus, s(16, 16), s(16, 16), s(16, 16)), [8, 8])
    expect(packedOf(kernel)).toEqual(new Array(64).fill(true))
    const { source } = printWgsl(kernel)
    expect(source.match(/^ +var r\d+: vec4<f32> = /gm)).toHaveLength(16)
    expect(source.match(/^ +r\d+ = \(r\d+ \+ \(v\d+ \* t\d+\)\);/gm)).toHaveLength(32)
  })

  test('are not where the other factors would have to be brought together', () => {
    const transposed = (x: F32, y: F32): fx.Tensor => fx.matmul(x, fx.transpose(y))
    expect(packedOf(kernelOf(fx.trace(transposed, s(16, 15), s(16, 15)), [8, 8]))).toEqual(new Array(64).fill(false))
  })

  const product = (x: F32, y: F32): fx.Tensor => fx.matmul(x, y)
  const gradient = (x: F32, y: F32): fx.Tensor => fx.matmul(fx.transpose(x), y)
  const infinite = (x: F32, y: F32): fx.Tensor => fx.matmul(fx.div(1, x), y)
  test.each<readonly [string, fx.Graph]>([
    ['a product', fx.trace(product, s(24, 20), s(20, 32))],
    ['tiles that lengths do not fill', fx.trace(product, s(13, 20), s(20, 12))],
    ['a gradient, whose factors are both neighbours', fx.trace(gradient, s(20, 16), s(20, 24))],
    ['a padded convolution of one tap', fx.trace((x: F32, w: F32) => fx.conv(x, w, { padding: 'same' }), s(2, 3, 8, 8), s(8, 3, 1, 1))],
    ['infinities', fx.trace(infinite, s(16, 16), s(16, 16))],
  ])('have the bits of single ones: %s', async (_, graph) => {
    const gpu = await fx.webgpu()
    const args = graph.nodes.slice(0, graph.params).map(({ type }, i) => wave(type.shape, i))
    args.forEach(({ data }) => (data[3] = 0))
    const bitsFor = async (tile: readonly [number, number], inRounds: boolean): Promise<readonly number[]> => {
      const device = { ...gpu, tile, inRounds, terms: 2, fewestProducts: 0 }
      const program = (await fx.compile(graph, { device })) as unknown as (...given: readonly fx.NDArray[]) => Promise<fx.DeviceArray>
      const { data } = await (await program(...args)).toNDArray()
      return [...new Uint32Array((data as Float32Array<ArrayBuffer>).buffer)]
    }
    const single = await bitsFor([1, 1], false)
    expect(await bitsFor([8, 8], true)).toEqual(single)
    expect(await bitsFor([4, 4], false)).toEqual(single)
  })
})

describe('sets are joined', () => {
  const b = scalarBuilder()
  const [row, sum] = [(id: number): Scalar => ({ k: 'ref', id, dtype: 'f32' }), (id: number): Scalar => b.reg(id, 'f32')]
  const at = (i: number): Scalar => b.add(b.mul(b.axis(1, 4), b.int(4)), b.int(i))
  /** Four sums of x[0] · y[4 k + i], with statements after the first that is set. */
  const kernelWith = (...between: readonly Stmt[]): Kernel => {
    const registers = [0, 1, 2, 3].map((id): Stmt => ({ k: 'register', id, dtype: 'f32', init: b.lit('f32', 0) }))
    const sets = [0, 1, 2, 3].map((id): Stmt => {
      const product = b.op('mul', [row(9), b.load(1, at(id), 'f32')], 'f32')
      return { k: 'set', id, value: b.op('add', [sum(id), product], 'f32') }
    })
    const kernel: Kernel = {
      name: 'sums',
      buffers: [
        { dtype: 'f32', size: 4, access: 'read' },
        { dtype: 'f32', size: 16, access: 'read' },
        { dtype: 'f32', size: 4, access: 'write' },
      ],
      grid: [],
      body: [
        { k: 'let', id: 9, value: b.load(0, b.int(0), 'f32') },
        ...registers,
        { k: 'for', axis: 1, extent: 4, body: [sets[0] as Stmt, ...between, ...sets.slice(1)] },
        ...[0, 1, 2, 3].map((id): Stmt => ({ k: 'store', buffer: 2, at: b.int(id), value: sum(id) })),
      ],
      flops: 0,
    }
    verifyKernel(kernel)
    return kernel
  }
  const joinedIn = (kernel: Kernel): number => {
    const loop = kernel.body.find(({ k }) => k === 'for') as Extract<Stmt, { k: 'for' }>
    return [...packsIn(kernel, wideIn(kernel)).setsIn(loop.body).values()].filter(({ length }) => length === 4).length
  }

  test('as one, and stored as one', () => {
    const kernel = kernelWith()
    expect(joinedIn(kernel)).toBe(1)
    expect(printWgsl(kernel).source).toContain('b2[0] = r0;')
  })

  test('not where one is read before the last is set, or something else happens between', () => {
    expect(joinedIn(kernelWith({ k: 'let', id: 10, value: b.op('neg', [sum(0)], 'f32') }))).toBe(0)
    expect(joinedIn(kernelWith({ k: 'set', id: 1, value: b.op('add', [sum(1), sum(0)], 'f32') }))).toBe(0)
    const cond = b.op('lt', [row(9), b.lit('f32', 0)], 'bool')
    expect(joinedIn(kernelWith({ k: 'if', cond, body: [{ k: 'set', id: 0, value: b.lit('f32', 1) }] }))).toBe(0)
    expect(joinedIn(kernelWith({ k: 'let', id: 10, value: b.op('neg', [row(9)], 'f32') }))).toBe(1)
  })
})
