/** Texts that differ in sizes alone are one, which reads them: with the same bits, and compiled once. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../../src/index.js'
import { printWgsl } from '../../../src/backends/wgsl/print.js'
import { shareSizes, type Sized } from '../../../src/backends/wgsl/sizes.js'
import { plan } from '../../../src/compile.js'
import { isSoftware, requestAdapter } from '../../../src/backends/webgpu/gpu.js'
import { webgpu } from '../../../src/backends/webgpu/device.js'
import { wave } from '../../harness/recurrent.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const target = { maxBuffers: 10, tile: [8, 8], inRounds: true, terms: 2 } as const

const stepped = (x: F32, y: F32, w: F32): fx.Tensor => fx.sub(w, fx.mul(0.1, fx.tanh(fx.matmul(fx.transpose(x), y))))

const textOf = (rows: number, inner: number, columns: number): string => {
  const graph = fx.trace(stepped, s(inner, rows), s(inner, columns), s(rows, columns))
  return printWgsl((plan(graph, target).program.launches[0] as { readonly kernel: Parameters<typeof printWgsl>[0] }).kernel).source
}

/** A text with the sizes that it reads put in again. */
const restored = ({ source, sizes }: Sized): string => {
  const lines = source.split('\n').filter((line) => !line.includes('fx_sizes'))
  const slots = [...source.matchAll(/^ {2}let n(\d+) = (u32|i32)\(fx_sizes\[(\d+)\]\.([xyzw])\);$/gm)]
  return slots.reduce((text, [, k, type, vector, place]) => {
    const size = sizes[4 * Number(vector) + 'xyzw'.indexOf(place as string)] as number
    return text.replace(new RegExp(`\\bn${k as string}\\b`, 'g'), `${String(size)}${type === 'u32' ? 'u' : ''}`)
  }, lines.join('\n'))
}

describe('texts that differ in sizes alone', () => {
  const texts = [textOf(64, 32, 128), textOf(128, 48, 64), textOf(256, 64, 192)]
  const shared = shareSizes(texts)

  test('are one, and with its sizes each is what it was', () => {
    expect(new Set(texts).size).toBe(3)
    const all = texts.map((text) => shared.get(text) as Sized)
    expect(new Set(all.map(({ source }) => source)).size).toBe(1)
    expect(all.map(restored)).toEqual(texts)
    expect(all.map(({ sizes }) => sizes.length % 4)).toEqual([0, 0, 0])
  })

  test('read each size once, and signed divisors stay known', () => {
    const { source } = shared.get(texts[0] as string) as Sized
    const slots = source.match(/^ {2}let n\d+ = /gm) ?? []
    expect(source.match(/fx_sizes\[/g)).toHaveLength(slots.length)
    expect(source).toMatch(/ \/ n\d+\)/)
    expect(source.replace(/flat [/%] n\d+/g, '')).not.toMatch(/[/%] n\d/)
  })

  const own = (body: string, head = '@compute @workgroup_size(64)'): string => `${head}\nfn main(@builtin(x) id: vec3<u32>) {\n${body}\n}\n`
  test.each<readonly [string, readonly string[]]>([
    ['alone', [own('  b0[4] = 1f;')]],
    ['of other workgroups', [own('  b0[4] = 1f;'), own('  b0[5] = 1f;', '@compute @workgroup_size(32)')]],
    ['with other arrays', [own('  var a0: array<f32, 64>;'), own('  var a0: array<f32, 32>;')]],
    [
      'with other numbers that are no sizes',
      [own('  b0[4] = 1.5f;'), own('  b0[4] = 2.5f;'), own('  b0[4] = 1e-4f;'), own('  b0[4] = 0x10u;')],
    ],
    ['divided by other numbers', [own('  b0[id / 4] = 1f;'), own('  b0[id / 5] = 1f;')]],
    ['with barriers', [own('  b0[4] = 1f;\n  workgroupBarrier();'), own('  b0[5] = 1f;\n  workgroupBarrier();')]],
  ])('not %s', (_, some) => {
    expect(shareSizes(some).size).toBe(0)
  })
})

describe('a program of such', () => {
  const sizes = [64, 72, 80, 88, 96, 104, 112] as const
  const specs = sizes.flatMap((n) => [s(16, n), s(16, n + 8), s(n, n + 8)])
  const args = specs.map(({ shape }, i) => wave(shape, i))
  const each = (k: number): readonly [F32, F32, F32] => [0, 1, 2].map((i) => args[3 * k + i]) as unknown as readonly [F32, F32, F32]

  test('compiles those after the first three once, and has the bits of each kernel by itself', async () => {
    const gpu = await (await requestAdapter()).requestDevice()
    const sources: string[] = []
    const create = gpu.createShaderModule.bind(gpu)
    Object.assign(gpu, {
      createShaderModule: (it: GPUShaderModuleDescriptor) => {
        sources.push(it.code)
        return create(it)
      },
    })
    const device = await webgpu({ device: gpu })
    const all = (...xs: readonly F32[]): readonly fx.Tensor[] =>
      sizes.map((_, k) => stepped(...(xs.slice(3 * k, 3 * k + 3) as [F32, F32, F32])))
    const program = await fx.compile(all as never, specs as never, { device })
    expect(sources).toHaveLength(isSoftware(gpu.adapterInfo) ? 4 : 7)
    const results = await (program as unknown as (...xs: unknown[]) => Promise<readonly fx.DeviceArray<'f32'>[]>)(...args)
    for (const [k, result] of results.entries()) {
      const alone = await fx.compile(stepped as never, specs.slice(3 * k, 3 * k + 3) as never, { device })
      const one = await (alone as unknown as (...xs: unknown[]) => Promise<fx.DeviceArray<'f32'>>)(...each(k))
      expect((await result.toNDArray()).data).toEqual((await one.toNDArray()).data)
    }
  })
})
