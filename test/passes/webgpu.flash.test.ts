/** Two products with a softmax between them are one kernel on devices that like that, keep no scores in memory, and compute the same. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { printWgsl } from '../../src/backends/wgsl/print.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { allStatements } from '../../src/ir/kernel/walk.js'
import { holdsAsync } from '../harness/law.js'
import { wave } from '../harness/recurrent.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const limits = { maxBuffers: 10, tile: [4, 4], rows: true, fewestRows: 1, flash: [2, 4] } as const

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const planOf = (graph: fx.Graph, device: Parameters<typeof plan>[1] = limits) => plan(graph, device, [], { debug: true })

/** A mask that leaves row 2 nothing to see, and most others some. */
const holes = (t: number, n: number): fx.Tensor<fx.Shape, 'bool'> =>
  fx.constant(Uint8Array.from({ length: t * n }, (_, i) => (Math.floor(i / n) !== 2 && (i * 7) % 3 > 0 ? 1 : 0)), { shape: [t, n], dtype: 'bool' }) // prettier-ignore

const one: readonly (readonly [string, fx.Graph])[] = [
  ['attention', fx.trace((q, k, v) => fx.attention(q, k, v), s(3, 12, 6), s(3, 16, 6), s(3, 16, 4))],
  ['causal attention', fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), s(2, 40, 8), s(2, 40, 8), s(2, 40, 8))],
  ['attention of heads', fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), s(2, 2, 9, 3), s(2, 2, 20, 3), s(2, 2, 20, 5))],
  ['attention by a mask', fx.trace((q, k, v) => fx.attention(q, k, v, { mask: holes(8, 24) }), s(8, 6), s(24, 6), s(24, 6))],
  ['attention with a bias', fx.trace((q, k, v, m) => fx.attention(q, k, v, { mask: m }), s(2, 8, 6), s(2, 24, 6), s(2, 24, 6), s(8, 24))],
  [
    'attention by a mask and in order',
    fx.trace((q, k, v) => fx.attention(q, k, v, { mask: holes(24, 24), causal: true }), s(24, 6), s(24, 6), s(24, 6)),
  ],
  [
    'what attention adds to, and what is made of it',
    fx.trace((q, k, v, r) => fx.relu(fx.add(fx.attention(q, k, v), r)), s(2, 10, 3), s(2, 10, 3), s(2, 10, 3), s(2, 10, 3)),
  ],
  ['attention of one batch with axes of 1', fx.trace((q, k, v) => fx.attention(q, k, v), s(1, 1, 6, 5), s(1, 1, 11, 5), s(1, 1, 11, 5))],
]

const argumentsOf = (graph: fx.Graph): fx.NDArray[] =>
  graph.nodes.slice(0, graph.params).map(({ type }, i) => {
    const { data } = wave(type.shape, i)
    return fx.ndarray(data, { shape: type.shape, dtype: type.dtype })
  })

const numbers = (array: fx.NDArray): readonly number[] => [...(array.data as Float32Array)]

/** The devices, each with another cut. */
const devices = async (): Promise<readonly fx.Device[]> => {
  const [cpu, gpu] = [{ ...fx.js(), rows: true, fewestRows: 1 }, await fx.webgpu()]
  return [
    ...([[1, 4], [4, 8]] as const).map((flash) => ({ ...cpu, flash })), // prettier-ignore
    { ...(await fx.wasm({ threads: 1 })), fewestRows: 1 },
    { ...(await fx.wasm({ threads: 1 })), fewestRows: 1, flash: [2, 4], terms: 2 },
    ...([[1, 1], [4, 8]] as const).map((flash) => ({ ...gpu, fewestRows: 1, flash, terms: 2 })), // prettier-ignore
  ]
}

type Run = (...args: readonly fx.NDArray[]) => Promise<fx.DeviceArray>

const resultOn = async (device: fx.Device, graph: fx.Graph, args: readonly fx.NDArray[]): Promise<readonly number[]> => {
  const program = (await fx.compile(graph, { device })) as unknown as fx.Executable & Run
  expect(program.kernels).toHaveLength(1)
  return numbers(await (await program(...args)).toNDArray())
}

describe('one kernel computes', () => {
  test.each(one)('%s', async (_, graph) => {
    const { program } = planOf(graph)
    program.launches.forEach(({ kernel }) => verifyKernel(kernel))
    expect(program.launches).toHaveLength(1)
    const args = argumentsOf(graph)
    const want = numbers(fx.evaluate(graph, args)[0] as fx.NDArray)
    for (const device of await devices()) {
      const got = await resultOn(device, graph, args)
      want.forEach((x, i) => expect(got[i]).toBeCloseTo(x, 5))
    }
  })

  test('what verify agrees with, kernel by kernel', async () => {
    const graph = fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), s(2, 40, 8), s(2, 40, 8), s(2, 40, 8))
    for (const device of await devices()) {
      const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device })
      const { agreed, text } = await fx.verify(program, argumentsOf(graph), { thorough: true })
      expect(agreed, text).toBe(true)
    }
  })

  test('attention of f16 in f32', async () => {
    const half = fx.spec<fx.Shape, 'f16'>([2, 8, 4], 'f16')
    const graph = fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), half, half, half)
    expect(planOf(graph).program.launches.at(-1)?.kernel.arrays).toHaveLength(2)
    const args = argumentsOf(graph)
    const [want] = fx.evaluate(graph, args)
    const program = (await fx.compile(graph, { device: { ...fx.js(), ...limits } })) as unknown as Run
    const [got, expected] = [await (await program(...args)).toNDArray(), want as fx.NDArray].map(
      (x) => [fx.toNested(x)].flat(4) as number[],
    )
    expected?.forEach((x, i) => expect(got?.[i]).toBeCloseTo(x, 3))
  })
})

test('of any lengths, heads and masks', { timeout: 60_000 }, async () => {
  const wasm = await fx.wasm({ threads: 1 })
  const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 2, max })
  const lengths = fc.record({ heads: fc.integer({ min: 1, max: 3 }), rows: length(40), columns: length(72), depth: length(9), features: length(9) }) // prettier-ignore
  const cases = fc.record({
    lengths,
    causal: fc.boolean(),
    mask: fc.constantFrom<'none' | 'bool' | 'f32'>('none', 'bool', 'f32'),
    flash: fc.constantFrom<readonly [number, number]>([1, 1], [1, 4], [2, 4], [4, 8]),
    terms: fc.constantFrom(1, 2, 4),
  })
  await holdsAsync(
    'attention in one kernel = reference',
    cases,
    { runs: 120, stream: 930 },
    async ({ mask, causal, flash, terms, ...rest }) => {
      const { heads, rows, columns, depth, features } = rest.lengths
      const masks = { none: () => ({}), bool: (m: F32) => ({ mask: fx.gt(m, 0) }), f32: (m: F32) => ({ mask: m }) }
      const attend = (q: F32, k: F32, v: F32, m: F32): F32 => fx.attention(q, k, v, { causal, ...masks[mask](m) })
      const graph = fx.trace(attend, s(heads, rows, depth), s(heads, columns, depth), s(heads, columns, features), s(heads, rows, columns))
      const args = argumentsOf(graph)
      const want = numbers(fx.evaluate(graph, args)[0] as fx.NDArray)
      for (const device of [
        { ...fx.js(), rows: true, fewestRows: 1, flash, terms },
        { ...wasm, fewestRows: 1, flash, terms },
      ]) {
        const program = (await fx.compile(graph, { device })) as unknown as Run
        const got = numbers(await (await program(...args)).toNDArray())
        want.forEach((x, i) => expect(got[i]).toBeCloseTo(x, 4))
      }
    },
  )
})

describe('scores at the ends of the numbers', () => {
  const graph = fx.trace((q, k, v, m) => fx.attention(q, k, v, { mask: m, scale: 1 }), s(8, 1), s(64, 1), s(64, 2), s(8, 64))
  const values = fx.ndarray(Float32Array.from({ length: 128 }, (_, i) => Math.sin(i)), { shape: [64, 2] }) // prettier-ignore
  /** Attention whose scores are a table. */
  const check = async (scoreAt: (row: number, column: number) => number): Promise<void> => {
    const scores = fx.ndarray(Float32Array.from({ length: 512 }, (_, i) => scoreAt(Math.floor(i / 64), i % 64)), { shape: [8, 64] }) // prettier-ignore
    const zeros = [8, 64].map((n) => fx.ndarray(new Float32Array(n), { shape: [n, 1] }))
    const args = [...zeros, values, scores]
    const want = numbers(fx.evaluate(graph, args)[0] as fx.NDArray)
    for (const device of await devices()) {
      const got = await resultOn(device, graph, args)
      want.forEach((x, i) => (Number.isNaN(x) ? expect(got[i]).toBeNaN() : expect(got[i]).toBeCloseTo(x, 5)))
    }
  }

  test('that are far apart, the largest early or late', () => check((row, column) => (column === row * 9 ? 300 : -300 + column)))
  test('that are all very small', () => check((_, column) => -3e38 + column))
  test('of minus infinity in all of the first block, or all but one', () =>
    check((row, column) => (column < 32 || column % 8 !== row ? -Infinity : column / 9)))
  test('of minus infinity in whole rows', () => check((row, column) => (row % 2 === 0 ? -Infinity : column / 9)))
  test('of infinity in some rows', () => check((row, column) => (row % 2 === 0 && column === 40 ? Infinity : column / 9)))
  test('that are no numbers in some rows', () => check((row, column) => (row % 2 === 0 && column === 3 ? NaN : column / 9)))
})

describe('a block that no row sees', () => {
  const graph = fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), s(64, 4), s(64, 4), s(64, 4))

  test('is left out', async () => {
    const [q, k, v] = argumentsOf(graph) as [fx.NDArray, fx.NDArray, fx.NDArray]
    // Rows 0 to 31 see none of columns 32 to 63, whose values make what is zero times them no number.
    const far = fx.ndarray(Float32Array.from(v.data, (x, i) => (i < 128 ? x : Infinity)), { shape: [64, 4] }) // prettier-ignore
    const want = numbers(fx.evaluate(graph, [q, k, v])[0] as fx.NDArray)
    for (const device of await devices()) {
      const got = await resultOn(device, graph, [q, k, far])
      for (let i = 0; i < 128; i++) expect(got[i]).toBeCloseTo(want[i] as number, 5)
    }
  })

  test('is asked for by a condition that may be left unasked', () => {
    const [launch] = planOf(graph).program.launches
    const kernel = launch?.kernel as NonNullable<typeof launch>['kernel']
    expect(allStatements(kernel.body).filter((stmt) => stmt.k === 'if' && stmt.spares === true)).toHaveLength(1)
    expect(printWgsl(kernel).source).toContain('if (')
  })

  test('is computed where the number that stands for it is not far below the others', async () => {
    const near = fx.trace(
      (q, k, v, m) => fx.matmul(fx.softmax(fx.where(fx.gt(m, 0), fx.matmul(q, fx.transpose(k)), -1)), v),
      s(4, 4),
      s(64, 4),
      s(64, 4),
      s(4, 64), // prettier-ignore
    )
    expect(planOf(near).program.launches).toHaveLength(1)
    const [q, k, v] = argumentsOf(near) as [fx.NDArray, fx.NDArray, fx.NDArray]
    const first = fx.ndarray(Float32Array.from({ length: 256 }, (_, i) => (i % 64 < 3 ? 1 : 0)), { shape: [4, 64] }) // prettier-ignore
    const want = numbers(fx.evaluate(near, [q, k, v, first])[0] as fx.NDArray)
    for (const device of await devices()) {
      const got = await resultOn(device, near, [q, k, v, first])
      want.forEach((x, i) => expect(got[i]).toBeCloseTo(x, 5))
    }
  })
})

describe('kernels stay apart', () => {
  const attend = (q: F32, k: F32, v: F32): F32 => fx.attention(q, k, v)
  const all = [s(2, 8, 6), s(2, 24, 6), s(2, 24, 6)] as const
  const weights = (q: F32, k: F32): F32 => fx.softmax(fx.matmul(q, fx.swapAxes(k, -1, -2)))

  test.each<readonly [string, fx.Graph]>([
    ['where the weights are a result', fx.trace((q, k, v) => [fx.matmul(weights(q, k), v), weights(q, k)], ...all)],
    ['where the weights are no softmax', fx.trace((q, k, v) => fx.matmul(fx.relu(fx.matmul(q, fx.swapAxes(k, -1, -2))), v), ...all)],
    ['where the softmax is over rows', fx.trace((q, k, v) => fx.matmul(fx.softmax(fx.matmul(q, fx.swapAxes(k, -1, -2)), { axis: -2 }), v), ...all)], // prettier-ignore
    ['where the columns make no blocks', fx.trace(attend, s(2, 8, 6), s(2, 37, 6), s(2, 37, 6))],
    ['where a row is too long to be kept', fx.trace(attend, s(2, 8, 6), s(2, 24, 6), s(2, 24, 2048))],
  ])('%s', (_, graph) => {
    const { program } = planOf(graph)
    expect(program.launches.length).toBeGreaterThan(1)
    expect(program.launches.every(({ kernel }) => kernel.arrays === undefined)).toBe(true)
  })

  test('where a gradient reads the weights, which is better than to compute them again', () => {
    const graph = fx.trace(
      fx.grad((q: F32, k: F32, v: F32) => fx.sum(attend(q, k, v))),
      ...all,
    )
    const { program } = planOf(graph, { ...limits, againCost: 4 })
    expect(program.launches.length).toBeGreaterThan(1)
    expect(program.launches.every(({ kernel }) => kernel.arrays === undefined)).toBe(true)
  })

  test('where one would bind more buffers than the device does', () => {
    const graph = fx.trace((q, k, v, m) => fx.attention(q, k, v, { mask: m }), ...all, s(8, 24))
    expect(planOf(graph, { ...limits, maxBuffers: 5 }).program.launches).toHaveLength(1)
    expect(planOf(graph, { ...limits, maxBuffers: 4 }).program.launches.length).toBeGreaterThan(1)
  })

  test('where a row and its factors are too long to be kept', () => {
    const graph = fx.trace(attend, s(2, 8, 1200), s(2, 24, 1200), s(2, 24, 1200))
    expect(planOf(graph, { ...limits, panel: 8 }).program.launches).toHaveLength(3)
    expect(planOf(graph).program.launches).toHaveLength(1)
  })

  test('where the device does not ask for it', () => {
    const { flash: _, ...rest } = limits
    expect(planOf(fx.trace(attend, ...all), rest).program.launches).toHaveLength(3)
  })
})

test('no matrix of scores is in memory', () => {
  const graph = fx.trace((q, k, v) => fx.attention(q, k, v, { causal: true }), s(4, 256, 8), s(4, 256, 8), s(4, 256, 8))
  expect(planOf(graph).memory.peakBytes).toBe(4 * 4 * (4 * 256 * 8))
})
