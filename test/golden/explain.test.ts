/** What `explain` says of two programs, as files to read, and what its numbers keep to. `npx vitest run test/golden --update` writes them anew. */
import { describe, expect, it } from 'vitest'
import { batchSize, initialState, trainStep } from '../../examples/demo/model.js'
import type { Device } from '../../src/backends/backend.js'
import { js } from '../../src/backends/js/device.js'
import { compile } from '../../src/compile.js'
import { explain } from '../../src/explain/explain.js'
import * as fx from '../../src/index.js'
import { executionOrder } from '../../src/ir/kernel/program.js'
import { range } from '../../src/ir/shape.js'
import { rejectionOf } from '../api/failure.js'
import { anyCase, type Case } from '../arbitraries/graph.js'
import { stateCase } from '../arbitraries/state.js'
import { holdsAsync } from '../harness/law.js'
import { gru } from '../harness/recurrent.js'
import { withoutTeams } from '../verify/broken.js'
import { goldenModels } from './models.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

const mlp = () => {
  const batch = { x: fx.spec([batchSize, 784]), y: fx.spec([batchSize], 'i32') }
  return compile(trainStep(100), [fx.specOf(initialState(0)), batch], { device: js(), donate: [0] })
}

const attention = () => compile(goldenModels.find(({ name }) => name === 'attention')?.graph as fx.Graph, { device: js() })

describe('explain as text', () => {
  it("the demo's training step", async () => {
    await expect(`${(await explain(await mlp())).text}\n`).toMatchFileSnapshot('./files/explain.mlp.txt')
  })

  it('an attention block', async () => {
    await expect(`${(await explain(await attention())).text}\n`).toMatchFileSnapshot('./files/explain.attention.txt')
  })

  it('the gradient of a gated recurrent unit over 50 steps', async () => {
    const { f, specs } = gru(16, 8, 50)
    const loss = (...args: readonly Float[]) => fx.mean(fx.square((f as (...xs: readonly Float[]) => readonly [Float, Float])(...args)[1]))
    const exe = await compile(fx.grad(loss, { argnums: [0, 1, 2] }), [...specs] as never, { device: js() })
    await expect(`${(await explain(exe)).text}\n`).toMatchFileSnapshot('./files/explain.gru.txt')
  })
})

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)

const check =
  (device: Device, donates: boolean) =>
  async ({ graph }: Case): Promise<void> => {
    const exe = await compile(graph, { device, donate: donates ? range(graph.params) : [] })
    const { totals, kernels, memory, text, inPlace, recomputed } = await explain(exe)
    const order = executionOrder(exe.program)
    expect(totals.dispatches).toBe(order.length)
    expect(totals.bytesRead).toBe(sum(order.map((i) => exe.kernels[i]?.bytesRead ?? NaN)))
    expect(totals.bytesWritten).toBe(sum(order.map((i) => exe.kernels[i]?.bytesWritten ?? NaN)))
    expect(totals.flops).toBe(sum(order.map((i) => exe.kernels[i]?.flops ?? NaN)))
    expect(totals.bytesSaved).toBe(totals.bytesUnfused - totals.bytesRead - totals.bytesWritten)
    expect(totals.bytesSaved).toBe(sum(kernels.map((k) => k.bytesSaved * k.runs)))
    expect(memory.peakBytes).toBe(exe.memory.peakBytes)
    expect(memory.peakBytes).toBe(memory.fixedBytes + memory.arenaBytes)
    // What lives at once fits the arena.
    expect(Math.max(0, ...memory.timeline)).toBeLessThanOrEqual(memory.arenaBytes)
    expect(sum(memory.alive.map(({ bytes }) => bytes))).toBe(memory.fixedBytes + (memory.timeline[memory.peakLaunch] ?? 0))
    expect(inPlace.length).toBe(exe.memory.buffers.filter(({ alias }) => alias !== undefined).length)
    for (const { launches } of recomputed) expect(new Set(launches).size).toBeGreaterThan(1)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  }

describe('explain as data', () => {
  it('agrees with what the program says of its kernels and memory', { timeout: 120_000 }, async () => {
    await holdsAsync('explain keeps to the numbers', anyCase, { runs: 300, stream: 920 }, check(js(), false))
    await holdsAsync('explain keeps to the numbers, loops launch by launch', anyCase, { runs: 150, stream: 922 }, check(withoutTeams(js()), false))
    await holdsAsync('explain keeps to the numbers, donated', stateCase, { runs: 100, stream: 921 }, check(js(), true))
  })

  it('says why kernels begin and values are stored', async () => {
    const f = (x: Float, w: Float): Float => fx.softmax(fx.matmul(x, w))
    const { kernels } = await explain(await compile(f, [fx.spec([4, 8]), fx.spec([8, 6])], { device: js() }))
    expect(kernels[0]).toMatchObject({ begins: { kind: 'reduction' }, reads: ['argument 0', 'argument 1'], loops: [], runs: 1 })
    expect(kernels[0]?.ends[0]).toMatchObject({ why: 'reduction', readBy: kernels.slice(1, 3).map(({ launch }) => launch), result: undefined })
    expect(kernels.at(-1)?.ends).toMatchObject([{ why: 'result', result: '' }])
  })

  it('counts a fused chain by hand', async () => {
    const { totals } = await explain(await compile((x: Float) => fx.neg(fx.exp(fx.sin(x))), [fx.spec([100])], { device: js() }))
    expect(totals).toMatchObject({ bytesRead: 400, bytesWritten: 400, bytesUnfused: 2400, bytesSaved: 1600, dispatches: 1 })
  })

  it('sees checkpoints, loops and donated arguments', async () => {
    const f = (w: Float): Float => fx.sum(fx.checkpoint((z: Float) => fx.exp(fx.sin(z)))(w))
    const step = (w: Float) => fx.sub(w, fx.grad(f)(w))
    const once = await explain(await compile(fx.valueAndGrad(f), [fx.spec([50])], { device: js() }))
    expect(once.checkpointing).toEqual({ checkpoints: 1, again: 2, bytesNotKept: 400 })
    expect((await explain(await compile(step, [fx.spec([50])], { device: js(), donate: [0] }))).inPlace).toEqual([{ result: '', param: '0', bytes: 200 }])
    const loop = await explain(await compile((x: Float) => fx.foriLoop(0, 7, (_, c: Float) => fx.mul(c, 2), x), [fx.spec([3])], { device: withoutTeams(js()) }))
    expect(loop.kernels.filter(({ runs }) => runs === 7).every(({ loops, nodes }) => nodes.length === 0 || loops.length === 1)).toBe(true)
    expect(loop.text).toContain('runs 7 times')
  })

  describe.each([
    ['as one kernel', js()],
    ['launch by launch', withoutTeams(js())],
  ])('of loops, %s', (_, device) => {
    const scanned = (c0: Float, xs: Float) =>
      fx.scan(
        (c: Float, x: Float) => {
          const next = fx.tanh(fx.mul(c, x))
          return [next, next] as const
        },
        c0,
        xs,
      )
    const specs: [fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>] = [fx.spec<fx.Shape>([3]), fx.spec<fx.Shape>([4, 3])]

    it('says their rounds, what one moves, and what is kept', async () => {
      const exe = await compile(scanned, specs, { device })
      const { loops, text } = await explain(exe)
      expect(loops).toMatchObject([{ depth: 1, rounds: 4, isOneKernel: device.team !== undefined, again: [] }])
      expect(loops[0]?.keeps).toMatchObject([{ op: 'item', bytes: 48 }])
      // The carry, a row of xs, its number, and the next carry again for the stack; the next carry and a row of the stack.
      expect([loops[0]?.bytesRead, loops[0]?.bytesWritten]).toEqual([40, 24])
      expect(text).toContain('4 rounds')
      expect(text).toContain('a round reads 40 B and writes 24 B')
    })

    it('says what the backward pass computes again', async () => {
      const { loops } = await explain(await compile(fx.grad((c: Float, xs: Float) => fx.sum(scanned(c, xs)[1])), specs, { device }))
      expect(loops.map(({ rounds }) => rounds)).toEqual([4, 4])
      expect(loops[0]?.again).toEqual([])
      const again = loops[1]?.again.map(({ op, bytes }) => [op, bytes])
      expect(again).toEqual([
        ['mul', 48],
        ['tanh', 48],
      ])
    })

    it('knows loops in loops, and loops that ask', async () => {
      const inner = (x: Float): Float => fx.foriLoop(0, 5, (__, c: Float) => fx.sin(c), x)
      const nested = await explain(await compile((x: Float) => fx.foriLoop(0, 3, (__, c: Float) => fx.add(inner(c), 1), x), [specs[0]], { device }))
      expect(nested.loops.map(({ depth, rounds }) => [depth, rounds])).toEqual([
        [1, 3],
        [2, 5],
      ])
      const asked = await explain(
        await compile((x: Float) => fx.whileLoop((c: Float) => fx.lt(fx.sum(c), 9), (c: Float) => fx.mul(c, 2), x), [specs[0]], { device }),
      )
      expect(asked.loops).toMatchObject([{ depth: 1, rounds: undefined, keeps: [] }])
      expect(asked.text).toContain('as often as its condition holds')
    })
  })

  it('refuses what is not compiled', async () => {
    for (const bad of [null, 3, (x: number) => x]) {
      const { _tag, detail } = await rejectionOf(explain(bad as never))
      expect([_tag, detail.op]).toEqual(['TraceError', 'explain'])
    }
  })
})
