/** Reductions over the same rows are one kernel, whose loops take columns four at a time, those that store among them. */
import { describe, expect, test } from 'vitest'
import { wasm } from '../../../src/backends/wasm/wasm.js'
import { plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import type { Kernel } from '../../../src/ir/kernel/kernel.js'
import { printKernel } from '../../../src/ir/kernel/print.js'
import { wasmModel } from '../../../src/verify/model.js'
import { rngOf } from '../../arbitraries/value.js'
import { compare } from '../../harness/compare.js'
import { runOn } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const device = wasm()

const layerNorm = (x: F32): F32 => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  return fx.mul(centred, fx.rsqrt(fx.add(fx.mean(fx.square(centred), { axis: -1, keepDims: true }), 1e-5)))
}

const functions: readonly (readonly [string, (x: F32) => F32])[] = [
  ['softmax', (x) => fx.softmax(x)],
  ['logSoftmax', (x) => fx.logSoftmax(x)],
  ['layer norm', layerNorm],
]

describe.each(functions)('%s', (_, f) => {
  test.each([4, 5, 7, 16, 19, 37])('of rows of %i, and its gradient', async (n) => {
    const shape = [5, n]
    const rng = rngOf(n)
    const x = fx.ndarray(
      Float32Array.from({ length: 5 * n }, () => rng() * 4 - 2),
      { shape, dtype: 'f32' },
    )
    const forward = fx.trace((a: F32) => [f(a)], fx.spec(shape))
    expect(plan(forward, device).program.launches.length).toBe(1)
    const backward = fx.trace((a: F32) => [fx.grad((b: F32) => fx.sum(fx.square(f(b))))(a)], fx.spec(shape))
    for (const graph of [forward, backward]) {
      const { determined } = compare(await runOn(device, { graph, args: [x] }), wasmModel)
      expect(determined).toBeGreaterThan(0)
    }
  })

  test('stores whole vectors', async () => {
    const program = await fx.compile((a: F32) => f(a), [fx.spec([128, 256])], { device })
    const text = program.kernels.map(({ source }) => source).join('\n')
    expect(text).toContain('v128.store')
    expect(program.kernels.length).toBe(1)
  })
})

/** The first result of a function of one array, on this device. */
const first = async (f: (x: F32) => F32, x: fx.NDArray<'f32'>): Promise<readonly number[]> => {
  const program = await fx.compile(f, [fx.specOf(x)], { device })
  return [...(await (await program(x)).toNDArray()).data]
}

const rowsOf = (rows: readonly (readonly number[])[]): fx.NDArray<'f32'> =>
  fx.ndarray(Float32Array.from(rows.flat()), { shape: [rows.length, rows[0]?.length ?? 0], dtype: 'f32' })

describe('what is dear to compute', () => {
  const graph = (n: number): fx.Graph => fx.trace((a: F32) => [fx.softmax(a)], fx.spec([8, n]))
  const exps = (text: string): number => text.split('exp(').length - 1

  test('is computed once and kept beside the row, where it fits there', () => {
    const [kernel] = plan(graph(4096), device).program.launches.map((launch) => launch.kernel)
    expect(kernel?.arrays).toEqual([{ dtype: 'f32', size: 4096 }])
    expect(exps(printKernel(kernel as Kernel))).toBe(1)
    const [large] = plan(graph(4097), device).program.launches.map((launch) => launch.kernel)
    expect(large?.arrays).toBeUndefined()
    expect(exps(printKernel(large as Kernel))).toBe(2)
  })

  test.each([1, 3, 4, 18, 1000])('rows of %i add up to 1, each alone in what it keeps', async (n) => {
    const rows = Array.from({ length: 6 }, (_, i) => Array.from({ length: n }, (_, j) => Math.sin(i * 31 + j * 7) * 20))
    const got = await first((x) => fx.softmax(x), rowsOf(rows))
    rows.forEach((row, i) => {
      const top = Math.max(...row.map(Math.fround))
      const e = row.map((x) => Math.exp(Math.fround(x) - top))
      const sum = e.reduce((x, y) => x + y, 0)
      e.forEach((x, j) => expect(Math.abs((got[i * n + j] as number) - x / sum)).toBeLessThan(1e-6))
    })
  })
})

describe('a lane knows nothing of its neighbours', () => {
  const small = Array.from({ length: 32 }, (_, i) => -64 + i * 4.1)

  test.each([65, 90, -90, -104, Infinity, -Infinity, NaN])('exp beside %f has the same bits', async (far) => {
    const alone = await first((x) => fx.exp(x), rowsOf([small]))
    for (const place of [0, 5, 18, 31]) {
      const mixed = small.map((x, i) => (i === place ? far : x))
      const got = await first((x) => fx.exp(x), rowsOf([mixed]))
      got.forEach((y, i) => {
        const want = i === place ? Math.fround(Math.exp(far)) : (alone[i] as number)
        if (i === place && Number.isFinite(want)) expect(Math.abs(y - want)).toBeLessThanOrEqual(want * 2e-7 + 2 ** -126)
        else expect(y).toBe(want)
      })
    }
  })

  test.each([
    ['max', (x: F32): F32 => fx.max(x, { axis: -1 }), Math.max],
    ['min', (x: F32): F32 => fx.min(x, { axis: -1 }), Math.min],
  ] as const)('%s is NaN wherever the NaN is, and else the %s', async (_, f, want) => {
    const n = 37
    const rows = Array.from({ length: n + 1 }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? NaN : Math.sin(i + 3 * j) * 5)))
    const got = await first(f, rowsOf(rows))
    got.forEach((x, i) => expect(x).toBe(i < n ? NaN : want(...(rows[i] as number[]).map(Math.fround))))
    expect(await first(f, rowsOf([Array.from({ length: n }, () => Infinity)]))).toEqual([Infinity])
    expect(await first(f, rowsOf([Array.from({ length: n }, () => -Infinity)]))).toEqual([-Infinity])
  })
})
