/** Gradients of attention compute its matrices again where that is better, keep none of them in memory, and are the same. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { printWgsl } from '../../src/backends/wgsl/print.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { allStatements } from '../../src/ir/kernel/walk.js'
import { holdsAsync } from '../harness/law.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type Three = readonly [F32, F32, F32]
type Attend = (q: F32, k: F32, v: F32) => F32

/** Never better kept. */
const limits = { maxBuffers: 10, tile: [4, 4], rows: true, fewestRows: 1, flash: [2, 4], againCost: 0 } as const

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const waves = (shape: fx.Shape, phase: number): fx.NDArray<'f32'> =>
  fx.ndarray(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 * i + phase)), { shape, dtype: 'f32' }) // prettier-ignore

/** The lengths of queries and keys, and their features and those of values. */
interface Sizes {
  readonly batch?: readonly number[]
  readonly rows: number
  readonly columns: number
  readonly depth: number
  readonly features: number
}

const specsOf = ({ batch = [], rows, columns, depth, features }: Sizes): readonly fx.Spec<fx.Shape, 'f32'>[] =>
  [[rows, depth], [columns, depth], [columns, features], [rows, features]].map((shape) => s(...batch, ...shape)) // prettier-ignore

/** The gradient of Σ attention · g by q, k and v; with what the attention gives, if asked for. */
const gradientOf = (
  attend: Attend,
  sizes: Sizes,
  { withResult = false, more = [] as readonly fx.Spec<fx.Shape, 'f32'>[] } = {},
): fx.Graph =>
  fx.trace(
    (q: F32, k: F32, v: F32, g: F32) => {
      const loss = ([a, b, c]: Three): F32 => fx.sum(fx.mul(attend(a, b, c), g))
      const gradient = fx.grad(loss as never)([q, k, v] as never) as Three
      return withResult ? [...gradient, attend(q, k, v)] : [...gradient]
    },
    ...([...specsOf(sizes), ...more] as [never, never, never, never]),
  )

const argumentsOf = (graph: fx.Graph): fx.NDArray[] => graph.nodes.slice(0, graph.params).map(({ type }, i) => waves(type.shape, i))

const numbers = (array: fx.NDArray): readonly number[] => [...(array.data as Float32Array)]

const devices = async (): Promise<readonly fx.Device[]> => {
  const [cpu, wasm, gpu] = [fx.js(), await fx.wasm({ threads: 1 }), await fx.webgpu()]
  return [
    ...([[1, 4], [4, 8]] as const).map((flash) => ({ ...cpu, rows: true, fewestRows: 1, flash, againCost: 0 })), // prettier-ignore
    { ...wasm, fewestRows: 1, againCost: 0 },
    { ...wasm, fewestRows: 1, flash: [2, 4], terms: 2, againCost: 0 },
    ...([[1, 1], [4, 8]] as const).map((flash) => ({ ...gpu, fewestRows: 1, flash, terms: 2, againCost: 0 })), // prettier-ignore
  ]
}

type Run = (...args: readonly fx.NDArray[]) => Promise<readonly fx.DeviceArray[]>

const resultsOn = async (device: fx.Device, graph: fx.Graph, args: readonly fx.NDArray[]) => {
  const program = (await fx.compile(graph, { device })) as unknown as fx.Executable & Run
  const results = await Promise.all((await program(...args)).map((x) => x.toNDArray()))
  return { program, results: results.map(numbers) }
}

/** Elements of the largest array that is neither an argument nor a result. */
const largestTemp = (graph: fx.Graph, device: Parameters<typeof plan>[1] = limits): number =>
  Math.max(0, ...plan(graph, device, [], { debug: true }).program.buffers.flatMap(({ role, size }) => (role.kind === 'temp' ? [size] : [])))

/** A mask of 8 by 24 that leaves row 2 nothing to see. Constants of one array are one node. */
const seen = Uint8Array.from({ length: 8 * 24 }, (_, i) => (Math.floor(i / 24) !== 2 && (i * 7) % 3 > 0 ? 1 : 0))

/** Heads that see less of what is far away, each by another slope. */
const distances = Float32Array.from({ length: 2 * 40 * 40 }, (_, i) => -Math.abs((i % 40) - (Math.floor(i / 40) % 40)) / 2 ** (1 + Math.floor(i / 1600))) // prettier-ignore

const cases: readonly (readonly [string, Attend, Sizes])[] = [
  ['attention', (q, k, v) => fx.attention(q, k, v), { batch: [3], rows: 12, columns: 16, depth: 6, features: 4 }],
  ['causal attention', (q, k, v) => fx.attention(q, k, v, { causal: true }), { batch: [2], rows: 64, columns: 64, depth: 8, features: 8 }],
  ['attention of heads', (q, k, v) => fx.attention(q, k, v, { causal: true }), { batch: [2, 2], rows: 9, columns: 20, depth: 3, features: 5 }],
  ['attention by a mask', (q, k, v) => fx.attention(q, k, v, { mask: fx.constant(seen, { shape: [8, 24], dtype: 'bool' }) }), { rows: 8, columns: 24, depth: 6, features: 6 }],
  ['attention with distances', (q, k, v) => fx.attention(q, k, v, { mask: fx.constant(distances, { shape: [2, 40, 40] }), causal: true }), { batch: [2], rows: 40, columns: 40, depth: 5, features: 7 }],
  ['attention as wide as it is long', (q, k, v) => fx.attention(q, k, v, { causal: true }), { batch: [2], rows: 16, columns: 16, depth: 16, features: 16 }],
  ['attention of one batch with axes of 1', (q, k, v) => fx.attention(q, k, v), { batch: [1, 1], rows: 6, columns: 11, depth: 5, features: 5 }],
] // prettier-ignore

describe('no matrix is kept', () => {
  test.each(cases)('%s', async (_, attend, sizes) => {
    for (const withResult of [false, true]) {
      const graph = gradientOf(attend, sizes, { withResult })
      const batch = (sizes.batch ?? []).reduce((a, b) => a * b, 1)
      const own = batch * Math.max(sizes.rows, sizes.columns) * Math.max(sizes.depth, sizes.features)
      expect(largestTemp(graph)).toBeLessThanOrEqual(own)
      const args = argumentsOf(graph)
      const want = fx.evaluate(graph, args).map(numbers)
      const kept = plan(graph, { ...limits, flash: undefined } as never).program.launches.length
      for (const device of withResult ? await devices() : (await devices()).slice(1, 3)) {
        const { program, results } = await resultsOn(device, graph, args)
        expect(program.kernels.length).toBeLessThan(kept)
        want.forEach((xs, n) => xs.forEach((x, i) => expect(results[n]?.[i]).toBeCloseTo(x, 4)))
      }
    }
  })

  test('whose kernels are sound, and agree with the reference one by one', { timeout: 60_000 }, async () => {
    const graph = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), {
      batch: [2],
      rows: 40,
      columns: 40,
      depth: 8,
      features: 8,
    })
    plan(graph, limits).program.launches.forEach(({ kernel }) => verifyKernel(kernel))
    for (const device of await devices()) {
      const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device })
      const { agreed, text } = await fx.verify(program, argumentsOf(graph), { thorough: true })
      expect(agreed, text).toBe(true)
    }
  })

  test('and memory grows as the length does', () => {
    const peak = (t: number): number => {
      const graph = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), {
        batch: [4],
        rows: t,
        columns: t,
        depth: 8,
        features: 8,
      })
      return plan(graph, limits).memory.peakBytes
    }
    expect(peak(512) / peak(256)).toBeCloseTo(2, 1)
    expect(peak(1024) / peak(512)).toBeCloseTo(2, 1)
  })

  test('and what the weights attend to is computed once', () => {
    const graph = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), { batch: [2], rows: 64, columns: 64, depth: 8, features: 8 }, { withResult: true }) // prettier-ignore
    // The attention, a sum for each row, one kernel for each axis, and a result in another order.
    expect(plan(graph, limits).program.launches).toHaveLength(5)
  })
})

test('whichever gradient comes first', async () => {
  const sizes = { batch: [2], rows: 16, columns: 24, depth: 3, features: 2 }
  const graph = fx.trace(
    (q: F32, k: F32, v: F32, g: F32) => {
      const loss = ([a, b, c]: Three): F32 => fx.sum(fx.mul(fx.attention(a, b, c), g))
      return [...(fx.grad(loss as never)([q, k, v] as never) as Three)].reverse()
    },
    ...(specsOf(sizes) as [never, never, never, never]),
  )
  expect(largestTemp(graph)).toBeLessThan(2 * 16 * 24)
  const want = fx.evaluate(graph, argumentsOf(graph)).map(numbers)
  for (const device of (await devices()).slice(1, 3)) {
    const { results } = await resultsOn(device, graph, argumentsOf(graph))
    want.forEach((xs, n) => xs.forEach((x, i) => expect(results[n]?.[i]).toBeCloseTo(x, 4)))
  }
})

describe('gradients are the same', () => {
  const causal: Attend = (q, k, v) => fx.attention(q, k, v, { causal: true })
  const squares = ([q, k, v]: Three): F32 => fx.sum(fx.pow(causal(q, k, v), 2))
  const gradient = (all: Three): Three => fx.grad(squares as never)(all) as Three
  const twice = (all: Three): Three => fx.grad(((inner: Three) => fx.sum(fx.pow(gradient(inner)[0], 2))) as never)(all) as Three
  const traced = (f: (all: Three) => Three, ...specs: readonly fx.Spec<fx.Shape, 'f32'>[]): fx.Graph =>
    fx.trace((q: F32, k: F32, v: F32) => [...f([q, k, v])], ...(specs as [never, never, never]))

  test.each([
    ['for heads that share keys, without a matrix', traced(gradient, s(4, 48, 8), s(1, 48, 8), s(1, 48, 8)), 4 * 48 * 48, true],
    ['of gradients', traced(twice, s(2, 48, 8), s(2, 48, 8), s(2, 48, 8)), 0, false],
  ] as const)('%s', async (_, graph, matrix, isFree) => {
    if (isFree) expect(largestTemp(graph)).toBeLessThan(matrix)
    const args = argumentsOf(graph)
    const want = fx.evaluate(graph, args).map(numbers)
    for (const device of (await devices()).slice(1, 3)) {
      const { results } = await resultsOn(device, graph, args)
      want.forEach((xs, n) => xs.forEach((x, i) => expect(Math.abs((results[n]?.[i] ?? NaN) - x)).toBeLessThan(2e-5 * (1 + Math.abs(x)))))
    }
  })
})

test('as PyTorch 1.13 computes it in f64', async () => {
  // autograd.grad((softmax(q kᵀ / √3 masked) @ v * g).sum(), (q, k, v)): row 5 of the second dq, row 3 of the first dk, row 7 of the second dv, and Σ |x| of each.
  const plain = { rows: [[-0.008572, -0.0562384, -0.0215154], [0.0870983, 0.122103, -0.0217735], [-0.035737, 0.1109071]], sums: [2.816233, 10.151049, 9.242712] } // prettier-ignore
  const causal = { rows: [[0.2729025, 0.1303123, -0.2031858], [0.2314145, 0.2745212, -0.0845463], [0.0488612, 0.3600825]], sums: [10.874553, 10.052467, 17.540007] } // prettier-ignore
  for (const [isCausal, want] of [
    [false, plain],
    [true, causal],
  ] as const) {
    // prettier-ignore
    const graph = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: isCausal }), { batch: [2], rows: 16, columns: 24, depth: 3, features: 2 }) // prettier-ignore
    for (const device of await devices()) {
      const { results } = await resultsOn(device, graph, argumentsOf(graph))
      const rows = [results[0]?.slice((16 + 5) * 3, (16 + 6) * 3), results[1]?.slice(9, 12), results[2]?.slice((24 + 7) * 2, (24 + 8) * 2)]
      want.rows.forEach((row, n) => row.forEach((x, i) => expect(rows[n]?.[i]).toBeCloseTo(x, 5)))
      want.sums.forEach((x, n) => expect(results[n]?.reduce((a, y) => a + Math.abs(y), 0)).toBeCloseTo(x, 4))
    }
  }
})

test('of any lengths, heads and masks', { timeout: 120_000 }, async () => {
  const wasm = await fx.wasm({ threads: 1 })
  const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 2, max })
  const lengths = fc.record({ heads: fc.integer({ min: 1, max: 3 }), rows: length(40), columns: length(72), depth: length(9), features: length(9) }) // prettier-ignore
  const any = fc.record({
    lengths,
    causal: fc.boolean(),
    mask: fc.constantFrom<'none' | 'bool' | 'f32'>('none', 'bool', 'f32'),
    withResult: fc.boolean(),
    flash: fc.constantFrom<readonly [number, number]>([1, 1], [1, 4], [2, 4], [4, 8]),
    terms: fc.constantFrom(1, 2, 4),
  })
  await holdsAsync(
    'gradients that compute matrices again = reference',
    any,
    { runs: 80, stream: 931 },
    async ({ mask, causal, flash, terms, withResult, lengths: { heads, rows, columns, depth, features } }) => {
      const masks = { none: () => ({}), bool: (m: F32) => ({ mask: fx.gt(m, 0) }), f32: (m: F32) => ({ mask: m }) }
      const m = fx.constant(waves([rows, columns], 9).data, { shape: [rows, columns] })
      const attend: Attend = (q, k, v) => fx.attention(q, k, v, { causal, ...masks[mask](m) })
      const graph = gradientOf(attend, { batch: [heads], rows, columns, depth, features }, { withResult })
      const args = argumentsOf(graph)
      const want = fx.evaluate(graph, args).map(numbers)
      for (const device of [
        { ...fx.js(), rows: true, fewestRows: 1, flash, terms, againCost: 0 },
        { ...wasm, fewestRows: 1, flash, terms, againCost: 0 },
      ]) {
        const { results } = await resultsOn(device, graph, args)
        want.forEach((xs, n) => xs.forEach((x, i) => expect(results[n]?.[i]).toBeCloseTo(x, 4)))
      }
    },
  )
})

describe('scores at the ends of the numbers', () => {
  const sizes: Sizes = { rows: 8, columns: 64, depth: 3, features: 2 }
  /** Attention whose scores are added a table to, or chosen by whether it is finite. */
  const check = async (scoreAt: (row: number, column: number) => number, unseen?: number): Promise<void> => {
    const data = Float32Array.from({ length: 512 }, (_, i) => scoreAt(Math.floor(i / 64), i % 64))
    const table = fx.constant(data, { shape: [8, 64] })
    const attend: Attend = (q, k, v) => {
      if (unseen === undefined) return fx.attention(q, k, v, { mask: table })
      const scores = fx.matmul(q, fx.transpose(k))
      return fx.matmul(fx.softmax(fx.where(fx.gt(table, 0), scores, unseen)), v)
    }
    const graph = gradientOf(attend, sizes)
    expect(largestTemp(graph)).toBeLessThan(512)
    const args = argumentsOf(graph)
    const want = fx.evaluate(graph, args).map(numbers)
    for (const device of await devices()) {
      const { results } = await resultsOn(device, graph, args)
      want.forEach((xs, n) =>
        xs.forEach((x, i) => (Number.isNaN(x) ? expect(results[n]?.[i]).toBeNaN() : expect(results[n]?.[i]).toBeCloseTo(x, 4))),
      )
    }
  }

  test('that are far apart', () => check((row, column) => (column === row * 8 ? 300 : -300 + column)))
  test('of minus infinity in places', () => check((row, column) => (column < 32 || column % 8 !== row ? -Infinity : column / 9)))
  test('of minus infinity in whole rows', () => check((row, column) => (row % 2 === 0 ? -Infinity : column / 9)))
  test('that are no numbers in some rows', () => check((row, column) => (row % 2 === 0 && column === 3 ? NaN : column / 9)))
  test('of rows that see nothing', () => check((row, column) => (row % 3 === 0 ? 0 : column % 3), -2e38))
  test('of rows that see nothing but minus infinity', () => check((row) => (row % 3 === 0 ? 0 : 1), -Infinity))
  test('of columns that nothing sees, where a row sees none', () =>
    check((row, column) => (row % 3 === 0 || column >= 32 ? 0 : 1), -Infinity))
  test('that are near to the number that stands for what is not seen', () => check((_, column) => (column < 3 ? 1 : 0), -1))
})

test('a block that no row sees is left out', () => {
  const graph = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), { rows: 64, columns: 64, depth: 4, features: 4 })
  const spared = plan(graph, limits).program.launches.filter(({ kernel }) =>
    allStatements(kernel.body).some((stmt) => stmt.k === 'if' && stmt.spares === true),
  )
  expect(spared).toHaveLength(3)
  spared.forEach(({ kernel }) => expect(printWgsl(kernel).source).toContain('if ('))
})

describe('matrices are kept', () => {
  const small: Sizes = { batch: [2], rows: 24, columns: 24, depth: 6, features: 6 }
  const weights = (q: F32, k: F32): F32 => fx.softmax(fx.matmul(q, fx.swapAxes(k, -1, -2)))
  const matrix = 2 * 24 * 24

  test('where the weights are read by something else', () => {
    const attend: Attend = (q, k, v) => fx.add(fx.matmul(weights(q, k), v), fx.sum(fx.mul(weights(q, k), weights(q, k))))
    expect(largestTemp(gradientOf(attend, small))).toBe(matrix)
  })

  test('where a bias is learned', () => {
    const graph = fx.trace(
      (q: F32, k: F32, v: F32, m: F32) => fx.grad((bias: F32) => fx.sum(fx.exp(fx.attention(q, k, v, { mask: bias }))) as never)(m as never) as never,
      s(24, 6), s(24, 6), s(24, 6), s(24, 24), // prettier-ignore
    ) // prettier-ignore
    expect(plan(graph, limits).program.launches.length).toBeGreaterThan(3)
  })

  test('where the columns make no blocks', () => {
    expect(largestTemp(gradientOf((q, k, v) => fx.attention(q, k, v), { ...small, columns: 37 }))).toBe(2 * 24 * 37)
  })

  test('where kernels would bind more buffers than the device does', () => {
    const graph = gradientOf((q, k, v) => fx.attention(q, k, v), small)
    expect(largestTemp(graph, { ...limits, maxBuffers: 8 })).toBeLessThan(matrix)
    expect(largestTemp(graph, { ...limits, maxBuffers: 6 })).toBe(matrix)
  })

  test('where the device does not ask for it', () => {
    const { flash: _, ...rest } = limits
    expect(
      largestTemp(
        gradientOf((q, k, v) => fx.attention(q, k, v), small),
        rest,
      ),
    ).toBe(matrix)
  })
})

describe('by the cost model', () => {
  const large: Sizes = { batch: [2], rows: 512, columns: 512, depth: 64, features: 64 }
  const matrix = 2 * 512 * 512
  const causal = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), large)
  const full = gradientOf((q, k, v) => fx.attention(q, k, v), large)
  const device = { ...limits, tile: [4, 1], flash: [1, 4], againCost: 1.25 } as const

  test('long causal attention computes them again, and attention without a mask does not', () => {
    expect(largestTemp(causal, device)).toBeLessThan(matrix)
    expect(largestTemp(full, device)).toBe(matrix)
  })

  test('a short one keeps them, and so does a device on which blocks are dear', () => {
    const short = gradientOf((q, k, v) => fx.attention(q, k, v, { causal: true }), { ...large, rows: 64, columns: 64, depth: 32, features: 32 }) // prettier-ignore
    expect(largestTemp(short, device)).toBe(2 * 64 * 64)
    expect(largestTemp(causal, { ...device, againCost: 2 })).toBe(matrix)
  })

  test('unless memory has no room for them', () => {
    const { peakBytes } = plan(full, device).memory
    const tight = plan(full, device, [], { memoryLimit: peakBytes / 2, debug: true })
    expect(tight.memory.peakBytes).toBeLessThanOrEqual(peakBytes / 2)
    expect(Math.max(...tight.program.buffers.map(({ size }) => size))).toBeLessThan(matrix)
    expect(tight.records.at(-1)?.name).toBe('fitMemory')
  })

  test('or no buffer may be so large', () => {
    expect(largestTemp(full, { ...device, maxBufferBytes: 4 * matrix })).toBe(matrix)
    expect(largestTemp(full, { ...device, maxBufferBytes: 4 * matrix - 1 })).toBeLessThan(matrix)
  })
})
