/** Small loops become one kernel each, which computes the same as the launches that repeat; large ones stay these. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { updatesInPlace } from '../../src/passes/kernel/inPlace.js'
import { dense, gru, ssm, wave, type F32, type Recurrence } from '../harness/recurrent.js'
import { countedDevice } from '../backends/webgpu/programs.js'

const least = { maxBuffers: 8, tile: [4, 4], team: 256 } as const

const traced = ({ f, specs }: Recurrence): fx.Graph => fx.trace(f, ...(specs as readonly never[]))

const namesOf = (graph: fx.Graph, limits: Parameters<typeof plan>[1] = least): readonly string[] =>
  plan(graph, limits).program.launches.map(({ kernel }) => kernel.name)

const run = async (graph: fx.Graph, device: fx.Device, args: readonly fx.NDArray[], donate: readonly number[] = []) => {
  const program: (...args: never[]) => Promise<unknown> = await fx.compile(graph, { device, donate })
  const results = [await program(...(args as never[]))].flat(2) as fx.DeviceArray[]
  return Promise.all(results.map(async (result) => (await result.toNDArray()).data))
}

/** As programs that repeat launches, and as one kernel by one, by three and by many: all four agree, and with the reference. */
const checkAll = async (graph: fx.Graph, donate: readonly number[] = []): Promise<void> => {
  const args = graph.nodes.slice(0, graph.params).map(({ type }, i) => wave(type.shape, i))
  const want = fx.evaluate(graph, args).map(({ data }) => data)
  const { team: _, ...replay } = fx.js()
  const gpu = await fx.webgpu()
  const devices = [replay, fx.js(), { ...fx.js(), team: 3, maxBuffers: 9 }, gpu, { ...gpu, team: 256 }]
  for (const device of devices) {
    const got = await run(graph, device, args, donate)
    got.forEach((data, i) => data.forEach((x, j) => expect(x).toBeCloseTo(want[i]?.[j] as number, 4)))
  }
}

describe('a small loop is one kernel', () => {
  test.each([gru(64, 32, 1000), ssm(64, 8, 1000)])('of one dispatch on WebGPU, a thousand steps: $name', async (recurrence) => {
    const { device, gpu, count } = await countedDevice()
    let dispatches = 0
    const begin = gpu.createCommandEncoder.bind(gpu)
    gpu.createCommandEncoder = (...args) => {
      const encoder = begin(...args)
      const pass = encoder.beginComputePass.bind(encoder)
      encoder.beginComputePass = (...inner) => {
        const made = pass(...inner)
        const dispatch = made.dispatchWorkgroups.bind(made)
        made.dispatchWorkgroups = (...sizes) => {
          dispatches++
          dispatch(...sizes)
        }
        return made
      }
      return encoder
    }
    const args = recurrence.specs.map(({ shape }, i) => wave(shape, i))
    const graph = traced(recurrence)
    const program = await fx.compile(graph, { device: { ...device, team: 256 } })
    expect(program.kernels.map(({ workgroups }) => workgroups)).toEqual([[1, 1, 1]])
    const [before] = [count.submits]
    const results = (await program(...(args as never[]))) as readonly fx.DeviceArray[]
    expect([dispatches, count.submits - before]).toEqual([1, 1])
    const { team: _, ...replay } = fx.js()
    const want = await run(graph, replay, args)
    for (const [i, result] of results.entries())
      (await result.toNDArray()).data.forEach((x, j) => expect(x).toBeCloseTo(want[i]?.[j] as number, 4))
  })

  test.each([gru(5, 3, 6), ssm(4, 2, 7)])('and computes the same everywhere: $name', async (recurrence) => {
    const graph = traced(recurrence)
    expect(namesOf(graph)).toHaveLength(1)
    await checkAll(graph)
  })

  test('in reverse, over batches, within others, and in gradients', async () => {
    const { f, specs } = gru(3, 2, 4)
    const cell = f as (...args: readonly F32[]) => readonly F32[]
    const loss = (...args: readonly F32[]): F32 => fx.sum(fx.square(cell(...args)[1] as F32))
    const graphs = [
      fx.trace(
        (h, xs) => fx.scan((c: F32, x: F32) => [fx.add(fx.mul(c, 0.5), x), c] as const, h, xs, { reverse: true }),
        fx.spec<fx.Shape>([3]),
        fx.spec<fx.Shape>([5, 3]),
      ),
      fx.trace(
        fx.vmap(cell as never, { inAxes: [null, null, null, 0, 0] }),
        ...(specs.map((s, i) => (i < 3 ? s : fx.spec<fx.Shape>([2, ...s.shape]))) as unknown as readonly never[]),
      ),
      fx.trace(
        (x) =>
          fx.foriLoop(
            0,
            3,
            (i, c: F32) => fx.foriLoop(1, 3, (j, d: F32) => fx.add(fx.sin(d), fx.cast(fx.mul(i, j), 'f32')), fx.mul(c, 0.5)),
            x,
          ),
        fx.spec<fx.Shape>([4]),
      ),
      fx.trace(fx.grad(loss as never, { argnums: [0, 1, 2, 3, 4] }), ...(specs as readonly never[])),
    ]
    for (const graph of graphs) {
      const names = namesOf(graph, { ...least, maxBuffers: 32 })
      expect(names.filter((name) => name.startsWith('loop_')).length).toBeGreaterThan(0)
      expect(names.filter((name) => name.includes('step'))).toEqual([])
      await checkAll(graph)
    }
    expect(namesOf(graphs[2] as fx.Graph)).toHaveLength(1)
  })

  test('between other kernels, whose results it reads and whose arguments it gives', async () => {
    const graph = fx.trace(
      (w, x) => {
        const start = fx.matmul(x, w)
        const [last, rows] = fx.scan((c: F32) => [fx.tanh(fx.matmul(c, w)), fx.sum(c)] as const, start, [], { length: 4 })
        return [fx.matmul(last, start), fx.sum(rows)]
      },
      fx.spec<fx.Shape>([3, 3]),
      fx.spec<fx.Shape>([3, 3]),
    )
    expect(namesOf(graph).filter((name) => name.startsWith('loop_'))).toHaveLength(1)
    await checkAll(graph)
  })

  test('says what all its steps compute', () => {
    const [short, long] = [gru(8, 4, 10), gru(8, 4, 1000)].map((r) => plan(traced(r), least).program.launches[0]?.kernel.flops ?? 0)
    expect((long as number) / (short as number)).toBeCloseTo(100)
  })
})

describe('a loop stays launches that repeat', () => {
  const replays = (graph: fx.Graph, limits: Parameters<typeof plan>[1] = least): void => {
    expect(plan(graph, limits).program.loops).toHaveLength(1)
  }

  test('where one workgroup would take longer than the dispatches, in one submit all the same', async () => {
    const graph = traced(dense(512, 3))
    replays(graph)
    const { device, count } = await countedDevice()
    const program = await fx.compile(graph, { device: { ...device, team: 256 } })
    const [before] = [count.submits]
    await program(...(dense(512, 3).specs.map(({ shape }, i) => wave(shape, i)) as never[]))
    expect(count.submits - before).toBe(1)
  })

  test('where it would run so long that the system stops it', () => {
    const count = (length: number): fx.Graph =>
      fx.trace(
        (x) => fx.foriLoop(0, 1, (_, c: F32) => fx.scan((d: F32) => [fx.sin(d), []] as const, c, [], { length })[0], x),
        fx.spec<fx.Shape>([4]),
      )
    expect(plan(count(1000), least).program.loops).toHaveLength(0)
    expect(plan(count(10_000_000), least).program.loops).toHaveLength(2)
  })

  test('where the device binds too few buffers for it, or wants no teams', async () => {
    const graph = traced(gru(5, 3, 6))
    replays(graph, { ...least, maxBuffers: 7 })
    replays(graph, { maxBuffers: 8, tile: [4, 4] })
    const args = gru(5, 3, 6).specs.map(({ shape }, i) => wave(shape, i))
    const want = await run(graph, fx.js(), args)
    expect(await run(graph, { ...fx.js(), maxBuffers: 7 }, args)).toEqual(want)
  })
})

describe('donated state', () => {
  test('is where a loop keeps its carry', async () => {
    const graph = fx.trace(
      (p, g) => fx.foriLoop(0, 5, (_, c: F32) => fx.sub(c, fx.mul(g, fx.sum(c))), p),
      fx.spec<fx.Shape>([6]),
      fx.spec<fx.Shape>([6]),
    )
    const { program, memory } = plan(graph, least, [0], { debug: true })
    expect(program.launches).toHaveLength(1)
    expect(memory.places[program.outputs[0] as number]).toEqual({ kind: 'alias', of: 0 })
    await checkAll(graph, [0])
  })

  test('is not, where the steps read it: it must stay what it was', async () => {
    const graph = fx.trace((p) => fx.foriLoop(0, 5, (_, c: F32) => fx.add(fx.mul(c, 0.5), p), fx.mul(p, 2)), fx.spec<fx.Shape>([6]))
    expect(plan(graph, least, [0], { debug: true }).memory.places.filter(({ kind }) => kind === 'alias')).toEqual([])
    await checkAll(graph, [0])
  })

  test('of which each step reads the row that it writes is not updated in place: a step may read others', () => {
    const { launches } = plan(
      fx.trace((xs) => fx.scan((c: F32, x: F32) => [fx.add(c, x), fx.mul(x, 2)] as const, fx.zeros([2]), xs)[1], fx.spec<fx.Shape>([4, 2])),
      least,
    ).program
    const { kernel } = launches.find((launch) => launch.kernel.team !== undefined) as (typeof launches)[number]
    const [from, to] = [
      kernel.buffers.findIndex(({ size, access }) => size === 8 && access === 'read'),
      kernel.buffers.findIndex(({ size, access }) => size === 8 && access === 'write'),
    ]
    expect(from).toBeGreaterThanOrEqual(0)
    expect(to).toBeGreaterThanOrEqual(0)
    expect(updatesInPlace(kernel, from, to)).toBe(false)
  })
})
