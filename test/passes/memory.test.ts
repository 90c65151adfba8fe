/** The memory plan in directed cases: who shares, who may write in place, and that donation never changes a result. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import type { MemoryPlan, Program, ProgramBuffer } from '../../src/ir/kernel/program.js'
import { planMemory, verifyMemory } from '../../src/passes/memory.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const planOf = (graph: fx.Graph, donate: readonly number[] = []) => plan(graph, { maxBuffers: 8, tile: [4, 4] }, donate, { debug: true })

/** Which parameter each result lies in. */
const placesOf = (graph: fx.Graph, donate: readonly number[]): (string | undefined)[] => {
  const { program, memory } = planOf(graph, donate)
  return program.outputs.map((id) => {
    const place = memory.places[id]
    return place?.kind === 'alias' ? program.buffers[place.of]?.name : undefined
  })
}

/** The values of results with and without donation. */
const both = async (graph: fx.Graph, donate: readonly number[]): Promise<readonly (readonly fx.Nested[])[]> => {
  const args = graph.nodes.slice(0, graph.params).map(({ type: { shape, dtype } }, k) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return fx.ndarray(
      Array.from({ length: size }, (_, i) => ((i * 13 + k * 5) % 17) - 8),
      { shape, dtype },
    )
  })
  const run = async (options: fx.CompileOptions): Promise<fx.Nested[]> => {
    const f: (...args: never[]) => Promise<unknown> = await fx.compile(graph, { device: 'js', ...options })
    const results = (await f(...(args as never[]))) as readonly fx.DeviceArray[]
    return Promise.all(results.map(async (array) => fx.toNested(await array.toNDArray())))
  }
  return [await run({}), await run({ donate }), fx.evaluate(graph, args).map(fx.toNested)]
}

interface Donation {
  readonly name: string
  readonly graph: fx.Graph
  readonly donate: readonly number[]
  /** The parameter whose memory each result must take; undefined where it must not take any. */
  readonly places: readonly (string | undefined)[]
}

const donation = (name: string, graph: fx.Graph, donate: readonly number[], places: readonly (string | undefined)[]): Donation => ({
  name,
  graph,
  donate,
  places,
})

const safe: readonly Donation[] = [
  donation(
    'an elementwise update',
    fx.trace((p, g) => [fx.sub(p, g)], s(3, 4), s(3, 4)),
    [0],
    ['0'],
  ),
  donation(
    'an update that broadcasts a gradient',
    fx.trace((p, g) => [fx.sub(p, g)], s(3, 4), s(4)),
    [0],
    ['0'],
  ),
  donation(
    'an update by a product with other things',
    fx.trace((p, x, g) => [fx.sub(p, fx.matmul(fx.transpose(x), g))], s(5, 3), s(7, 5), s(7, 3)),
    [0],
    ['0'],
  ),
  donation(
    'several states in one kernel',
    fx.trace((p, m, g) => [fx.sub(p, fx.add(m, g)), fx.add(m, g)], s(6), s(6), s(6)),
    [0, 1],
    ['0', '1'],
  ),
  donation(
    'a state that is read before, and updated last',
    fx.trace((p, x) => [fx.sub(p, fx.mul(p, fx.sum(fx.mul(p, x))))], s(6), s(6)),
    [0],
    ['0'],
  ),
  donation(
    'bool and i32',
    fx.trace((p, n) => [fx.logicalNot(p), fx.add(n, 1)], fx.spec<fx.Shape, 'bool'>([4], 'bool'), fx.spec<fx.Shape, 'i32'>([], 'i32')),
    [0, 1],
    ['0', '1'],
  ),
  donation(
    'an argument that nothing reads',
    fx.trace((_p, x) => [fx.exp(x)], s(4), s(4)),
    [0],
    ['0'],
  ),
  donation(
    'another shape of the same size',
    fx.trace((p) => [fx.exp(fx.reshape(p, [2, 6]))], s(3, 4)),
    [0],
    ['0'],
  ),
]

const unsafe: readonly Donation[] = [
  donation(
    'two states that change places',
    fx.trace((a, b) => [b, a], s(5), s(5)),
    [0, 1],
    [undefined, undefined],
  ),
  donation(
    'two states that change places and change',
    fx.trace((a, b) => [fx.add(b, 1), fx.mul(a, 2)], s(5), s(5)),
    [0, 1],
    ['0', '1'],
  ),
  donation(
    'an update read through a transpose',
    fx.trace((p) => [fx.add(p, fx.transpose(p))], s(4, 4)),
    [0],
    [undefined],
  ),
  donation(
    'a transpose alone',
    fx.trace((p) => [fx.neg(fx.transpose(p))], s(4, 4)),
    [0],
    [undefined],
  ),
  donation(
    'a flip',
    fx.trace((p) => [fx.add(fx.flip(p), 1)], s(5)),
    [0],
    [undefined],
  ),
  donation(
    'a shift by one',
    fx.trace((p) => [fx.sub(p, fx.pad(fx.slice(p, [1], [5]), [[0, 1]]))], s(5)),
    [0],
    [undefined],
  ),
  donation(
    'a gather',
    fx.trace((p, i) => [fx.take(p, i)], s(5), fx.spec<fx.Shape, 'i32'>([5], 'i32')),
    [0],
    [undefined],
  ),
  donation(
    'a reduction added to what it reduces',
    fx.trace((p) => [fx.add(p, fx.sum(p, { axis: 0, keepDims: true }))], s(3, 4)),
    [0],
    ['0'],
  ),
  donation(
    'a product with itself',
    fx.trace((p) => [fx.matmul(p, p)], s(4, 4)),
    [0],
    [undefined],
  ),
  donation(
    'a product added to its factor',
    fx.trace((p, x) => [fx.add(p, fx.matmul(p, x))], s(4, 4), s(4, 4)),
    [0],
    [undefined],
  ),
  donation(
    'a parameter that is a result, too',
    fx.trace((p) => [p, fx.add(p, 1)], s(5)),
    [0],
    [undefined, undefined],
  ),
  donation(
    'one parameter for two results',
    fx.trace((p) => [fx.add(p, 1), fx.mul(p, 2)], s(5)),
    [0],
    ['0', undefined],
  ),
  donation(
    'an update read after by another kernel',
    fx.trace((p, x) => [fx.sub(p, x), fx.matmul(fx.reshape(p, [1, 6]), fx.reshape(x, [6, 1]))], s(6), s(6)),
    [0],
    ['0', undefined],
  ),
  donation(
    'another dtype',
    fx.trace((p) => [fx.cast(p, 'i32')], s(5)),
    [0],
    [undefined],
  ),
  donation(
    'another size',
    fx.trace((p) => [fx.slice(p, [0], [4])], s(5)),
    [0],
    [undefined],
  ),
  donation(
    'a parameter that is not donated',
    fx.trace((p) => [fx.add(p, 1)], s(5)),
    [],
    [undefined],
  ),
]

describe('donation', () => {
  test.each(safe)('writes in place: $name', async ({ graph, donate, places }) => {
    expect(placesOf(graph, donate)).toEqual(places)
    const [plain, donated, reference] = await both(graph, donate)
    expect(donated).toEqual(plain)
    expect(donated).toEqual(reference)
  })

  test.each(unsafe)('is right for $name', async ({ graph, donate, places }) => {
    const got = placesOf(graph, donate)
    got.forEach((place, i) => {
      if (places[i] === undefined) expect(place).toBeUndefined()
    })
    const [plain, donated, reference] = await both(graph, donate)
    expect(donated).toEqual(plain)
    expect(donated).toEqual(reference)
  })

  test('of ragged tiles is right: 5 rows of a product tiled by 4, added to the state', async () => {
    const graph = fx.trace((p, x, w) => [fx.add(p, fx.matmul(x, w))], s(5, 7), s(5, 3), s(3, 7))
    expect(placesOf(graph, [0])).toEqual(['0'])
    const [plain, donated] = await both(graph, [0])
    expect(donated).toEqual(plain)
  })

  test('names pair states with results: equal sizes do not change places', () => {
    const graph = fx.trace((state: { readonly m: F32; readonly v: F32 }) => ({ v: fx.mul(state.v, 2), m: fx.add(state.m, 1) }), {
      m: s(6),
      v: s(6),
    })
    expect(placesOf(graph, [0])).toEqual(['0.m', '0.v'])
  })
})

describe('temps', () => {
  const chain = (n: number) =>
    fx.trace(
      (x) => {
        let y: F32 = x
        for (let i = 0; i < n; i++) y = fx.matmul(y, y)
        return y
      },
      s(16, 16),
    )

  test('that follow one another take turns in two places', () => {
    const { memory } = planOf(chain(10))
    expect(memory.unsharedBytes).toBe(9 * 16 * 16 * 4)
    expect(memory.arenaBytes).toBe(2 * 16 * 16 * 4)
    expect(memory.peakBytes).toBe(4 * 16 * 16 * 4)
  })

  test('that live at once lie apart', () => {
    const { program, memory } = planOf(fx.trace((x, y) => fx.matmul(fx.matmul(x, x), fx.matmul(y, y)), s(16, 16), s(16, 16)))
    const offsets = program.buffers.flatMap(({ role }, id) => {
      const place = memory.places[id]
      return role.kind === 'temp' && place?.kind === 'arena' ? [place.offset] : []
    })
    expect(offsets.sort((a, b) => a - b)).toEqual([0, 1024])
  })

  test('are aligned to 256 bytes', () => {
    const { memory } = planOf(fx.trace((x) => fx.matmul(fx.matmul(x, x), fx.matmul(fx.transpose(x), x)), s(3, 3)))
    expect(memory.places.every((place) => place.kind !== 'arena' || place.offset % 256 === 0)).toBe(true)
  })

  test('of a training step share: the peak is below the sum', () => {
    const loss = (w: readonly F32[], x: F32): F32 => fx.mean(fx.square(w.reduce((y, m) => fx.tanh(fx.matmul(y, m)), x)))
    const graph = fx.trace(
      (w, x) => fx.grad(loss)(w, x),
      Array.from({ length: 6 }, () => s(32, 32)),
      s(64, 32),
    )
    const { memory } = planOf(graph)
    expect(memory.arenaBytes).toBeLessThan(memory.unsharedBytes)
  })
})

/** A program of copies from buffer to buffer, by hand. */
const program = (sizes: readonly number[], launches: readonly (readonly [number, number])[], outputs: readonly number[]): Program => ({
  buffers: sizes.map((size, i): ProgramBuffer => ({
    name: `b${i}`,
    dtype: 'f32',
    size,
    role: i === 0 ? { kind: 'param', index: 0 } : outputs.includes(i) ? { kind: 'output' } : { kind: 'temp' },
  })),
  launches: launches.map(([from, to], i) => ({
    kernel: {
      name: `copy_${i}`,
      buffers: [
        { dtype: 'f32', size: sizes[from] ?? 0, access: 'read' },
        { dtype: 'f32', size: sizes[to] ?? 0, access: 'write' },
      ],
      grid: [],
      body: [],
      flops: 0,
    },
    bind: [from, to],
  })),
  outputs,
  donated: [],
})

describe('the planner', () => {
  test('gives a freed range to the next that fits, best first', () => {
    const copies = program(
      [64, 256, 64, 128, 64, 64],
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
      [5],
    )
    const memory = planMemory(copies)
    expect(memory.places.map((place) => (place.kind === 'arena' ? place.offset : place.kind))).toEqual(['own', 0, 1024, 0, 512, 'own'])
    expect(memory.arenaBytes).toBe(1024 + 256)
    expect(memory.lifetimes).toEqual([
      [-1, 0],
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ])
  })

  test('joins neighbours that are free', () => {
    const memory = planMemory(
      program(
        [64, 64, 64, 64, 128, 64],
        [
          [0, 1],
          [0, 2],
          [1, 3],
          [2, 3],
          [3, 4],
          [4, 5],
        ],
        [5],
      ),
    )
    expect(memory.arenaBytes).toBe(3 * 256)
  })

  test.each<readonly [string, (memory: MemoryPlan) => MemoryPlan]>([
    [
      'two live buffers that overlap',
      (memory) => ({ ...memory, places: memory.places.map((place) => (place.kind === 'arena' ? { kind: 'arena', offset: 0 } : place)) }),
    ],
    [
      'a place that is not aligned',
      (memory) => ({
        ...memory,
        arenaBytes: 1e6,
        places: memory.places.map((place) => (place.kind === 'arena' ? { kind: 'arena', offset: place.offset + 4 } : place)),
      }),
    ],
    ['a place beyond the arena', (memory) => ({ ...memory, arenaBytes: 0 })],
    [
      'a result in a parameter that is not donated',
      (memory) => ({ ...memory, places: memory.places.map((place, i) => (i === 3 ? { kind: 'alias', of: 0 } : place)) }),
    ],
  ])('is checked: %s is refused', (_, spoil) => {
    const copies = program(
      [64, 64, 64, 64],
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      [3],
    )
    const memory = planMemory(copies)
    verifyMemory(copies, memory)
    expect(() => {
      verifyMemory(copies, spoil(memory))
    }).toThrow('memory')
  })
})
