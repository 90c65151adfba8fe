/** Threads share the work of a program: results are the same bits however many there are, and nobody waits for ever. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileKernel, type CompiledKernel } from '../../../src/backends/wasm/kernel.js'
import { createHeap } from '../../../src/backends/wasm/heap.js'
import { loadProgram } from '../../../src/backends/wasm/load.js'
import { callsFor, sharedLaunches, shareOf, splitAxis } from '../../../src/backends/wasm/split.js'
import { teams } from '../../../src/backends/wasm/team.js'
import { eagerWasm, wasm } from '../../../src/backends/wasm/wasm.js'
import { compile, plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import { outputTypes } from '../../../src/ir/graph.js'
import type { Kernel } from '../../../src/ir/kernel/kernel.js'
import { range } from '../../../src/ir/shape.js'
import { root } from '../../../scripts/paths.js'
import { commonCase, commonLargeCase, commonLongCase, type Case } from '../../arbitraries/graph.js'
import { commonStateCase } from '../../arbitraries/state.js'
import { holdsAsync } from '../../harness/law.js'
import { resultsOf } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const alone = wasm({ threads: 1 })
const devices = [2, 3].map((threads) => eagerWasm(threads))

const same = async ({ graph, args }: Pick<Case, 'graph' | 'args'>, donate: readonly number[] = []): Promise<void> => {
  const want = await resultsOf(await compile(graph, { device: alone, donate }), args)
  for (const device of devices) {
    const have = await resultsOf(await compile(graph, { device, donate }), args)
    want.forEach(({ data }, i) => expect(have[i]?.data, `${device.description}, result ${String(i)}`).toEqual(data))
  }
}

describe('results are the same by 1, 2 and 3 threads', () => {
  test('of graphs of every op, loops among them', { timeout: 300_000 }, async () => {
    await holdsAsync('threads change nothing', commonCase, { runs: 120, stream: 90 }, same)
    await holdsAsync('threads change nothing, long', commonLongCase, { runs: 20, stream: 91 }, same)
    await holdsAsync('threads change nothing, large', commonLargeCase, { runs: 20, stream: 92 }, same)
  })

  test('of donated arguments', { timeout: 100_000 }, async () => {
    await holdsAsync('nor with donation', commonStateCase, { runs: 20, stream: 93 }, (value) => same(value, range(value.graph.params)))
  })

  test('of loops that end when a value says so, and of functions of the host', async () => {
    const shape = [64, 24]
    const f = (x: F32): unknown =>
      fx.whileLoop(
        ([y]: readonly [F32]) => fx.lt(fx.sum(fx.abs(y)), 1e4),
        ([y]: readonly [F32]) => [fx.add(fx.mul(y, 1.7), fx.pow(fx.add(fx.abs(fx.sin(y)), 0.1), 1.3))] as const,
        [x] as const,
      )
    const x = fx.ndarray(
      Float32Array.from({ length: 64 * 24 }, (_, i) => Math.sin(i)),
      { shape, dtype: 'f32' },
    )
    await same({ graph: fx.trace(f, fx.spec(shape)), args: [x] })
  })
})

describe('what is shared', () => {
  test('shares are whole multiples of the grain and cover the axis once', () => {
    for (const [extent, grain, threads] of [
      [100, 16, 3],
      [7, 1, 3],
      [16, 16, 2],
      [5, 4, 4],
    ] as const) {
      const size = shareOf(extent, grain, threads)
      expect(size % grain).toBe(0)
      expect(size * threads).toBeGreaterThanOrEqual(extent)
    }
  })

  test('the outermost axis of which all get about as much', () => {
    const grid = (...extents: number[]) => extents.map((extent, axis) => ({ axis, extent }))
    expect(splitAxis(grid(1, 8, 100), () => 1, 2)).toBe(1)
    expect(splitAxis(grid(3, 100), () => 1, 2)).toBe(1)
    expect(splitAxis(grid(3, 2), () => 1, 3)).toBe(0)
    expect(splitAxis(grid(2, 16), ({ axis }) => (axis === 1 ? 16 : 1), 3)).toBe(0)
    expect(splitAxis([], () => 1, 2)).toBe(0)
  })

  test('not small programs, nor single points, nor by one thread', () => {
    const shared = (n: number, threads: number): readonly boolean[] => {
      const { program } = plan(
        fx.trace((a: F32, b: F32) => [fx.matmul(a, b)], fx.spec([n, n]), fx.spec([n, n])),
        alone,
      )
      return sharedLaunches(program, [n], threads, false)
    }
    expect(shared(16, 2)).toEqual([false])
    expect(shared(512, 2)).toEqual([true])
    expect(shared(512, 1)).toEqual([false])
  })
})

test('a long launch is several calls by one thread, which leave nothing out', async () => {
  const n = 251
  const { program } = plan(
    fx.trace((x: F32, y: F32) => [fx.matmul(x, y)], fx.spec([n, n]), fx.spec([n, n])),
    alone,
  )
  expect(callsFor(program.launches[0]?.kernel as Kernel)).toBeGreaterThan(5)
  const values = (f: (i: number) => number): fx.NDArray<'f32'> =>
    fx.ndarray(
      Float32Array.from({ length: n * n }, (_, i) => f(i)),
      { shape: [n, n] },
    )
  // Whole numbers, so that every sum is exact.
  const [a, b] = [values((i) => (i % 7) - 3), values((i) => (i % 11) - 5)]
  const f = await fx.compile((x: F32, y: F32) => fx.matmul(x, y), [fx.specOf(a), fx.specOf(b)], { device: alone })
  const { data } = await (await f(a, b)).toNDArray()
  const want = range(n * n).map((at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return range(n).reduce((sum, k) => sum + (a.data[i * n + k] as number) * (b.data[k * n + j] as number), 0)
  })
  expect(data.findIndex((x, at) => x !== want[at])).toBe(-1)
})

test('a source is printed when it is read', async () => {
  const read: string[] = []
  const device: fx.Device = {
    ...alone,
    print: ({ name }) => ({
      name,
      workgroups: [1, 1, 1],
      get source() {
        read.push(name)
        return name
      },
    }),
  }
  const f = await fx.compile((x: F32) => fx.mul(x, 2), [fx.spec([4])], { device })
  expect(read).toEqual([])
  expect(f.kernels.map(({ source }) => source)).toEqual(['mul'])
})

test.each([0, 65, 1.5, NaN])('%f threads are refused', (threads) => {
  expect(() => wasm({ threads })).toThrow(expect.objectContaining({ _tag: 'DeviceError' }) as Error)
})

test('arrays pass between devices of one memory as they are', async () => {
  const f = (a: F32): F32 => fx.mul(a, 2)
  const [one, two] = [alone, devices[0] as fx.Device]
  const x = fx.ndarray(
    Float32Array.from({ length: 100 }, (_, i) => i),
    { shape: [100], dtype: 'f32' },
  )
  const y = await (await fx.compile(f, [fx.spec([100])], { device: one }))(x)
  const z = await (await fx.compile(f, [fx.spec([100])], { device: two }))(y)
  expect([...(await z.toNDArray()).data]).toEqual(range(100).map((i) => 4 * i))
})

test('where a thread gives up the call is a DeviceError, and the next one runs without it', async () => {
  const heap = createHeap(new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true }))
  const graph = fx.trace((x: F32) => [fx.mul(x, 3)], fx.spec([64]))
  const { program, memory } = plan(graph, alone)
  const compileFor = (kernel: Kernel): CompiledKernel => {
    const compiled = compileKernel(kernel, 2)
    const { params, body } = compiled.func
    const from = { k: 'op', op: 'local.get', args: [], imm: [params.length - 2] } as const
    const trap = { k: 'if', type: undefined, cond: from, body: [{ k: 'op', op: 'unreachable', args: [], imm: [] }], otherwise: [] } as const
    return { ...compiled, func: { ...compiled.func, body: [trap, ...body] } }
  }
  const request = { program, plan: memory, sources: [], outputs: outputTypes(graph) }
  const loaded = await loadProgram(heap, request, { threads: 2, team: teams(heap, 2), always: true, compile: compileFor })
  const x = fx.ndarray(
    Float32Array.from({ length: 64 }, (_, i) => i),
    { shape: [64], dtype: 'f32' },
  )
  await expect(loaded.run([x])).rejects.toMatchObject({ _tag: 'DeviceError' })
  const [y] = await loaded.run([x])
  expect([...((await y?.toNDArray())?.data ?? [])]).toEqual(range(64).map((i) => 3 * i))
})

test('a process ends by itself while its threads sleep, or are awake', () => {
  const script = `
    import { eagerWasm } from ${JSON.stringify(join(root, 'src/backends/wasm/wasm.ts'))}
    import * as fx from ${JSON.stringify(join(root, 'src/index.ts'))}
    const device = eagerWasm(3)
    const f = await fx.compile((x) => fx.mul(x, 2), [fx.spec([64])], { device })
    const y = await f(fx.ndarray(new Float32Array(64).fill(1), { shape: [64] }))
    console.log((await y.toNDArray()).data[63])`
  const { stdout, status, signal } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect({ stdout, status, signal }).toEqual({ stdout: '2\n', status: 0, signal: null })
})
