import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { foriLoop } from '../../src/ops/control.js'
import { range } from '../../src/ir/shape.js'
import { noise } from '../harness/noise.js'
import { run, type F32 } from './run.js'

const block = (w: F32, x: F32): F32 => fx.add(x, fx.mul(fx.tanh(fx.matmul(x, w)), 0.1))

const depth = 64

/** The loss of a chain of residual blocks, of which each run of `every` is checkpointed. */
const chain =
  (every: number) =>
  (ws: readonly F32[], x: F32): F32 => {
    const group = (own: readonly F32[], v: F32): F32 => own.reduce((y, w) => block(w, y), v)
    const runs = range(depth / every).map((i) => ws.slice(i * every, (i + 1) * every))
    return fx.sum(fx.square(runs.reduce((y, own) => fx.checkpoint(group)(own, y), x)))
  }

const plain = (ws: readonly F32[], x: F32): F32 => fx.sum(fx.square(ws.reduce((y, w) => block(w, y), x)))

const specs = [range(depth).map(() => fx.spec<fx.Shape>([8, 8])), fx.spec<fx.Shape>([64, 8])] as const

const data = [range(depth).map((i) => noise([8, 8], i)), noise([64, 8], 99)] as const

describe('checkpoint', () => {
  test('changes neither values nor derivatives', () => {
    const f = (x: F32): F32 => fx.sum(fx.sin(fx.mul(x, fx.exp(x))))
    const g = fx.checkpoint(f)
    const at = [0.1, -0.5, 2]
    expect(run(g, at)).toEqual(run(f, at))
    expect(run(fx.grad(g), at)).toEqual(run(fx.grad(f), at))
    const second = (h: (x: F32) => F32) => fx.grad((x: F32) => fx.sum(fx.square(fx.grad(h)(x))))
    const [[have], [want]] = [run(second(g), at), run(second(f), at)] as [[number[]], [number[]]]
    want.forEach((w, i) => expect(have[i]).toBeCloseTo(w, 4))
    expect(run((x) => fx.jvp(g, [x], [x])[1], at)[0]).toBeCloseTo(run((x) => fx.jvp(f, [x], [x])[1], at)[0] as number, 4)
  })

  test('differentiates what it uses from outside', () => {
    const f = (k: F32): F32 => fx.checkpoint((x: F32) => fx.mul(fx.square(x), k))(fx.full([], 3))
    expect(run(fx.grad(f), 5)).toEqual([9])
    expect(run((x) => fx.grad((k: F32) => fx.checkpoint(() => fx.square(k))())(x), 5)).toEqual([10])
  })

  test('of trees with integers, in batches and in loops', () => {
    const f = fx.checkpoint(
      (p: { readonly x: F32; readonly i: fx.Tensor }) =>
        [fx.take(fx.square(p.x), p.i as fx.Tensor<fx.Shape, 'i32'>), fx.add(p.i, 1)] as const,
    )
    const loss = (x: F32): F32 => f({ x, i: fx.full([], 1, 'i32') })[0]
    expect(run(fx.grad(loss), [1, 2, 3])).toEqual([[0, 4, 0]])
    expect(
      run(fx.vmap(fx.grad(loss)), [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([
      [
        [0, 4, 0],
        [0, 10, 0],
      ],
    ])
    const loop = (x: F32): F32 => foriLoop(0, 3, (_, c: F32) => fx.checkpoint((v: F32) => fx.sin(v))(c), x)
    expect(run(fx.grad(loop), 0.5)[0]).toBeCloseTo(Math.cos(0.5) * Math.cos(Math.sin(0.5)) * Math.cos(Math.sin(Math.sin(0.5))), 6)
  })

  test('nests', () => {
    const inner = fx.checkpoint((x: F32) => fx.sin(fx.exp(x)))
    const outer = fx.checkpoint((x: F32) => fx.mul(inner(x), inner(fx.mul(x, 2))))
    const f = (x: F32): F32 => fx.mul(fx.sin(fx.exp(x)), fx.sin(fx.exp(fx.mul(x, 2))))
    expect(run(fx.grad(outer), 0.3)[0]).toBeCloseTo(run(fx.grad(f), 0.3)[0] as number, 6)
  })

  test('trains a chain of 64 blocks in a part of the memory', async () => {
    const build = (loss: typeof plain) => fx.compile((ws, x) => fx.grad(loss)(ws, x), specs, { device: 'js' })
    const [whole, grouped] = [await build(plain), await build(chain(8))]
    const activation = 64 * 8 * 4
    console.info(`arena: ${String(whole.memory.arenaBytes)} bytes without, ${String(grouped.memory.arenaBytes)} with checkpoints`)
    // One activation per block against eight checkpoints and one group of eight blocks.
    expect(whole.memory.arenaBytes).toBeGreaterThan(depth * activation)
    expect(grouped.memory.arenaBytes).toBeLessThan(32 * activation)
    const results = await Promise.all(
      [whole, grouped].map(async (step) =>
        Promise.all((await step(...(data as never as Parameters<typeof step>))).map((g) => g.toNDArray())),
      ),
    )
    const [want, have] = results as [fx.NDArray[], fx.NDArray[]]
    want.forEach(({ data: w }, i) => expect(have[i]?.data).toEqual(w))
  })
})
