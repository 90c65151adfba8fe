/**
 * f16 in WGSL. Arithmetic on f16 is arithmetic on f32 that is rounded, which every adapter does: that is run. Buffers of f16
 * need an adapter with shader-f16: programs with these are validated by Dawn's null backend, which has every feature and
 * computes nothing.
 */
import { create } from 'webgpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../src/backends/backend.js'
import { requestAdapter } from '../../src/backends/webgpu/gpu.js'
import { bounds } from '../../src/backends/wgsl/bounds.js'
import { printWgsl } from '../../src/backends/wgsl/print.js'
import * as fx from '../../src/index.js'
import { exactOps, scalarOps, type Kernel, type Scalar, type ScalarOp } from '../../src/ir/kernel/kernel.js'
import { meaning } from '../../src/ir/kernel/meaning.js'
import { signatureFault } from '../../src/ir/kernel/signature.js'
import { fromHalfBits, roundHalf } from '../../src/ir/half.js'
import { range } from '../../src/ir/shape.js'
import { load, loadSketch, lit, op, output, param, pointKernel } from '../backends/webgpu/programs.js'
import { sampleRows } from '../backends/samples.js'
import { anyCase, largeCase, type Case } from '../arbitraries/graph.js'
import { holdsAsync } from '../harness/law.js'

/** Kept: the package frees the driver when it is collected. */
const nullGpu = create(['backend=null'])

const nullAdapter = async (): Promise<GPUAdapter> => (await nullGpu.requestAdapter()) as GPUAdapter

const half = (value: Scalar): Scalar => op('cast', [value], 'f16')
const single = (value: Scalar): Scalar => op('cast', [value], 'f32')

/** A function of f32 columns that hold f16s, to one of f32. */
const columns = async (device: Device, value: Scalar, xs: readonly (readonly number[])[]): Promise<readonly number[]> => {
  const size = xs[0]?.length ?? 0
  const kernel = pointKernel(
    'columns',
    size,
    xs.map(() => 'f32' as const),
    'f32',
    value,
  )
  const buffers = [...xs.map((_, i) => param(i, size)), output(size)]
  const { run } = await loadSketch(device, { buffers, launches: [{ kernel, bind: buffers.map((_, i) => i) }], outputs: [xs.length] })
  const [result] = await run(xs.map((column) => fx.ndarray(Float32Array.from(column))))
  return [...((await result?.toNDArray())?.data ?? [])]
}

const arityOf = (name: ScalarOp): number => {
  const fits = (n: number, to: 'f16' | 'bool'): boolean =>
    signatureFault(
      name,
      range(n).map(() => lit(0, 'f16')),
      to,
    ) === undefined
  return [1, 2].find((n) => fits(n, 'f16') || fits(n, 'bool')) ?? 0
}

const onHalf = scalarOps.filter((name) => name !== 'cast' && name !== 'bitcast' && arityOf(name) > 0)

const ulp32 = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23)

/** Between the roundings of what f32 may give within the bound of the op. */
const agrees = (name: ScalarOp, want32: number, got: number): boolean => {
  if (!Number.isFinite(want32) || want32 === 0) return Object.is(want32, got)
  const { ulp, abs = 0 } = bounds[name]
  const error = ulp <= 0.5 ? 0 : Math.max((ulp + 0.5) * ulp32(want32), abs)
  return got >= roundHalf(want32 - error) && got <= roundHalf(want32 + error) && Object.is(roundHalf(got), got)
}

describe('f16 arithmetic in WGSL', () => {
  let device: Device
  beforeAll(async () => {
    device = await fx.webgpu()
  })

  it('rounds as JavaScript does: all f16s, what is half way between them, and beside that', async () => {
    const values = range(0x7c00).flatMap((bits) => {
      const [low, high] = [fromHalfBits(bits), bits === 0x7bff ? 65536 : fromHalfBits(bits + 1)]
      const middle = (low + high) / 2
      return [low, middle, Math.fround(middle * (1 + 2 ** -23)), Math.fround(middle * (1 - 2 ** -23))]
    })
    const all = [...values, ...values.map((x) => -x), Infinity, -Infinity, NaN, 1e9, -1e38, 2 ** -25, 2 ** -26, 1e-30]
    const got = await columns(device, single(half(load(0))), [all])
    const wrong = all.flatMap((x, i) => (Object.is(roundHalf(Math.fround(x)), got[i]) ? [] : [{ x, want: roundHalf(x), got: got[i] }]))
    expect(wrong.slice(0, 5)).toEqual([])
  })

  it.each(onHalf)('%s', async (name) => {
    const arity = arityOf(name)
    const rows = sampleRows(
      range(arity).map(() => 'f16' as const),
      3000,
    )
    const args = range(arity).map((i) => half(load(i)))
    const isTest = signatureFault(name, args, 'f16') !== undefined
    const value = op(name, args, isTest ? 'bool' : 'f16')
    const got = await columns(
      device,
      single(value),
      range(arity).map((i) => rows.map((row) => row[i] as number)),
    )
    const wrong = rows
      .map((row, i) => ({ row, want: meaning[name](row, 'f32', isTest ? 'bool' : 'f32'), got: got[i] as number }))
      .filter(({ want, got: x }) => !(isTest || exactOps.has(name) ? Object.is(want, x) : agrees(name, want, x)))
    expect(wrong.slice(0, 5)).toEqual([])
  })
})

describe('programs with buffers of f16', () => {
  it('are refused by an adapter without shader-f16, before anything is allocated', async () => {
    const gpu = await (await requestAdapter()).requestDevice()
    if (gpu.features.has('shader-f16')) throw new Error('this test wants an adapter without f16')
    let buffers = 0
    const createBuffer = gpu.createBuffer.bind(gpu)
    gpu.createBuffer = (descriptor) => {
      buffers++
      return createBuffer(descriptor)
    }
    const device = await fx.webgpu({ device: gpu })
    const f = (x: fx.Tensor): fx.Tensor => fx.cast(fx.mul(fx.cast(x, 'f16'), 2), 'f32')
    const error: unknown = await fx.compile(f, [fx.spec([3])], { device }).catch((e: unknown) => e)
    expect(error).toMatchObject({ _tag: 'UnsupportedError' })
    const text = String(error)
    expect(text).toContain(device.description)
    expect(text).toContain('%1 = cast : f16[3]')
    expect(text).toContain("'js'")
    const loop = (x: fx.Tensor): fx.Tensor => fx.foriLoop(0, 3, (_, c) => fx.cast(fx.cast(c, 'f16'), 'f32'), x)
    await expect(fx.compile(loop as never, [fx.spec([3])] as never, { device })).rejects.toMatchObject({ _tag: 'UnsupportedError' })
    expect(buffers).toBe(0)
  })

  it('enable f16 and store what is an f16 already', () => {
    const value = op('mul', [load(0, 'f16'), load(1, 'f16')], 'f16')
    const { source } = printWgsl(pointKernel('product', 5, ['f16', 'f16'], 'f16', value))
    expect(source.startsWith('enable f16;\n')).toBe(true)
    expect(source).toContain('var<storage, read_write> b2: array<f16>;')
    expect(source).toContain('b2[i0] = f16(fx_half((f32(b0[i0]) * f32(b1[i0]))));')
  })

  it('are legal: every op, on Dawn', { timeout: 200_000 }, async () => {
    const device = await fx.webgpu({ adapter: await nullAdapter() })
    expect(device.dtypes).toContain('f16')
    const kernels = onHalf.map((name): Kernel => {
      const args = range(arityOf(name)).map((i) => load(i, 'f16'))
      const to = signatureFault(name, args, 'f16') === undefined ? 'f16' : 'bool'
      return pointKernel(
        name,
        7,
        args.map(() => 'f16' as const),
        to,
        op(name, args, to),
      )
    })
    for (const kernel of kernels) {
      const ids = kernel.buffers.map((_, i) => i)
      const buffers = ids.map((i) => (i === ids.length - 1 ? output(7, kernel.buffers[i]?.dtype ?? 'f16') : param(i, 7, 'f16')))
      const { run } = await loadSketch(device, { buffers, launches: [{ kernel, bind: ids }], outputs: [ids.length - 1] })
      const [result] = await run(ids.slice(1).map(() => fx.ndarray([1, 2, 3, 4, 5, 6, 7], { dtype: 'f16' })))
      expect((await result?.toNDArray())?.data).toHaveLength(7)
    }
  })

  it('are legal: random graphs with all dtypes, run, read, and run on what they gave, on Dawn', { timeout: 300_000 }, async () => {
    const device = await fx.webgpu({ adapter: await nullAdapter() })
    const check = async ({ graph, args }: Case): Promise<void> => {
      const program = await fx.compile(graph, { device })
      const results = (await program(...(args as never[]))) as readonly fx.DeviceArray[]
      for (const result of results) expect((await result.toNDArray()).shape).toEqual(result.shape)
      const same = fx.trace((...xs: readonly fx.Tensor[]) => xs, ...results.map(({ shape, dtype }) => fx.spec(shape, dtype)))
      const again = await fx.compile(same, { device })
      await again(...(results as never[]))
    }
    await holdsAsync('f16 programs are valid WebGPU', anyCase, { runs: 250, stream: 66 }, check)
    await holdsAsync('f16 programs are valid WebGPU, large', largeCase, { runs: 25, stream: 67 }, check)
  })
})
