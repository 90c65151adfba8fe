/** Gradient clipping at a cliff, and leaky units that remember. */
import * as fx from '../../src/index.js'
import { elmanJacobians, stepJacobians, throughTime } from '../../src/models.js'
import { bceWithLogits, leakyCell, rnnCell, unroll, type RnnParams } from '../../src/nn.js'
import { adam, chain, clipByGlobalNorm, globalNorm, sgd } from '../../src/optim.js'
import { descend } from '../lib/descent.js'
import { worstOf } from '../lib/laws.js'
import { smooth } from '../lib/plot.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const [unrolled, walk] = [10, 120]

/** One unit x ← w σ(x) + b over ten steps, that should end at σ(x) = 0.7: flat, with a cliff between (Pascanu et al. 2013, figure 6). */
const cliff = (wb: F32): F32 => {
  const [w, b] = fx.split(wb, 2) as [F32, F32]
  const step = (_: I32, x: F32): F32 => fx.add(fx.mul(fx.sigmoid(x), w), b)
  const end = fx.foriLoop(0, unrolled, step as never, fx.full([1], 0.5) as never) as unknown as F32
  return fx.sum(fx.square(fx.sub(fx.sigmoid(end), 0.7)))
}

const drawCliff = async (ctx: Context): Promise<void> => {
  const rivals = { 'without clipping': sgd(1.5), 'clipped at 0.1': chain(clipByGlobalNorm(0.1), sgd(1.5)) }
  const start = fx.ndarray([6.6, -3.3], { dtype: 'f32' })
  const ws = Array.from({ length: 401 }, (_, i) => 5.8 + i / 500)
  const grid = fx.ndarray(ws.map((w) => [w, -3.3]), { dtype: 'f32' }) // prettier-ignore
  const program = await fx.compile(
    (from: F32, all: F32) => ({
      ways: Object.values(rivals).map((optimizer) => descend({ optimizer, start: from, steps: walk, loss: cliff, watch: (wb) => wb })),
      surface: fx.vmap(cliff)(all),
      slope: fx.vmap((wb: F32) => globalNorm(fx.grad(cliff)(wb)))(all),
    }),
    [fx.specOf(start), fx.specOf(grid)] as const,
    { device: ctx.device },
  )
  const { ways, surface, slope } = await program(start, grid)
  const line = async (name: string, values: fx.DeviceArray) => {
    const { data } = await values.toNDArray()
    return { name, points: ws.map((w, i) => [w, data[i] as number] as const) }
  }
  const curves = [await line('loss', surface), await line('‖gradient‖', slope)]
  await ctx.plot.lines('cliff', { title: 'One unit over ten steps, b = -3.3', x: 'w', y: 'loss, gradient', logY: true, curves })
  const walks = await Promise.all(
    ways.map(async ([places, losses], k) => {
      const [at, end] = [(await places.toNDArray()).data, (await losses.toNDArray()).data[walk - 1]]
      const name = Object.keys(rivals)[k] as string
      ctx.note(`${name}: loss ${(end as number).toFixed(3)} after ${String(walk)} steps`)
      return { name, points: [[6.6, -3.3] as const, ...Array.from({ length: walk }, (_, i) => [at[2 * i] as number, at[2 * i + 1] as number] as const)] } // prettier-ignore
    }),
  )
  await ctx.plot.lines('clipping', { title: 'Two walks from w = 6.6, b = -3.3', x: 'w', y: 'b', curves: walks })
}

const [hidden, time, batch, steps] = [16, 100, 32, 300]
const leaks = [0, 0.5, 0.9, 0.98]

/** Hidden weights whose eigenvalues are below about ½, so that gradients vanish but for the leak. */
const memoryless = rnnCell(1, hidden, { recurrentInit: (key, shape) => fx.mul(fx.random.normal(key, shape), 0.5 / Math.sqrt(hidden)) })

/** A sign, then 99 small numbers, and after the last of them: which sign? Each step's examples are drawn anew. */
const recall = (seed: fx.Key, alpha: number): F32 => {
  const cell = leakyCell(memoryless, alpha)
  const [a, b] = fx.random.split(seed)
  const out: F32 = fx.mul(fx.random.normal(b, [hidden, 1]), 0.1)
  const start = { cell: cell.init(a), out }
  const loss = ({ cell: p, out: w }: typeof start, i: I32): F32 => {
    const noise: F32 = fx.mul(fx.random.normal(fx.random.foldIn(seed, i as never), [batch, time, 1]), 0.1)
    const first: F32 = fx.sign(fx.slice(noise, [0, 0, 0], [batch, 1, 1]))
    const x = fx.concat([first, fx.slice(noise, [0, 1, 0], [batch, time, 1])], { axis: 1 })
    const [, last] = unroll(cell, p, x, cell.initCarry(batch))
    return bceWithLogits(fx.matmul(last, w), fx.cast(fx.gt(fx.reshape(first, [batch, 1]), 0), 'f32'))
  }
  return descend({ optimizer: chain(clipByGlobalNorm(1), adam(0.01)), start, steps, loss })[1]
}

/** ‖∂h_T/∂hₜ‖ of leaky units, Frobenius's. */
const memory = (params: RnnParams, x: F32, alpha: number): F32 =>
  fx.sqrt(fx.sum(fx.square(throughTime(stepJacobians(leakyCell(memoryless, alpha), params, x, fx.zeros([hidden])))), { axis: [1, 2] }))

const drawLeaks = async (ctx: Context): Promise<void> => {
  const seed = fx.random.keyData(ctx.seed)
  const program = await fx.compile(
    (key: fx.Key) => {
      const params = memoryless.init(key)
      const x = fx.random.normal(key, [time, 1])
      return { learning: leaks.map((alpha) => recall(key, alpha)), norms: leaks.map((alpha) => memory(params, x, alpha)) }
    },
    [fx.specOf(seed)] as const,
    { device: ctx.device },
  )
  const { learning, norms } = await program(seed)
  const read = (all: readonly fx.DeviceArray[]) => Promise.all(all.map(async (v) => Array.from((await v.toNDArray()).data)))
  const [losses, sizes] = [await read(learning), await read(norms)]
  const named = (rows: readonly (readonly number[])[], x: (i: number) => number) =>
    leaks.map((alpha, k) => ({
      name: `α = ${String(alpha)}`,
      points: (rows[k] ?? []).map((v, i) => [x(i), v] as const).filter(([, v]) => v > 1e-12),
    }))
  await ctx.plot.lines('memory', { title: '‖∂h_T/∂hₜ‖ of leaky units', x: 'steps T - t', y: 'norm', logY: true, curves: named(sizes, (t) => time - t) }) // prettier-ignore
  await ctx.plot.lines('recall', { title: 'The sign that came a hundred steps ago', x: 'step', y: 'loss, smoothed', curves: named(losses.map((row) => smooth(row, 0.9)), (i) => i) }) // prettier-ignore
  leaks.forEach((alpha, k) => {
    ctx.note(
      `α = ${String(alpha)}: loss ${
        smooth(losses[k] ?? [], 0.9)
          .at(-1)
          ?.toFixed(3) ?? ''
      } after ${String(steps)} steps`,
    )
  })
}

/** What clipping and leaking are: each law as what it is off by. `gs` are gradients of many sizes [n, 16]. */
const faults = (gs: F32, h: F32): Readonly<Record<string, F32>> => {
  const [limit, alpha] = [0.7, 0.9]
  const clipping = (g: F32): F32 => {
    const [clipped] = clipByGlobalNorm(limit).update(g, [], g)
    const norm = fx.norm(g)
    return fx.max(fx.abs(fx.sub(clipped, fx.where(fx.le(norm, limit), g, fx.mul(g, fx.div(limit, norm))))))
  }
  const cell = rnnCell(1, 4)
  const x: F32 = fx.ones([1, 1])
  const leaking = (g: F32): F32 => {
    const params = { wx: fx.ones([1, 4]) as F32, wh: fx.reshape(g, [4, 4]), b: fx.zeros([4]) as F32 }
    const [, after] = unroll(cell, params, fx.reshape(x, [1, 1, 1]), fx.reshape(h, [1, 4]))
    const leaky = fx.add(fx.mul(elmanJacobians(params, after), 1 - alpha), fx.mul(fx.eye(4), alpha))
    return fx.max(fx.abs(fx.sub(stepJacobians(leakyCell(cell, alpha), params, x, h), leaky)))
  }
  return {
    'clipping is min(1, k / ‖g‖) g': fx.max(fx.vmap(clipping)(gs)),
    'leaky Jacobians are α + (1 - α) J': fx.max(fx.vmap(leaking)(gs)),
  }
}

const laws = async (ctx: Context): Promise<number> => {
  const h = fx.ndarray([0.1, -0.3, 0.5, 0], { dtype: 'f32' })
  const gs = fx.ndarray([0.01, 0.1, 1, 100].map((size) => Array.from({ length: 16 }, (_, i) => size * Math.sin(i * i + ctx.seed))), { dtype: 'f32' }) // prettier-ignore
  return worstOf(ctx, await (await fx.compile(faults, [fx.specOf(gs), fx.specOf(h)] as const, { device: ctx.device }))(gs, h))
}

export const system: System = {
  id: 'S22',
  title: 'Gradient clipping and leaky units',
  metric: 'largest_deviation_from_the_laws',
  target: '<= 1e-5',
  page: 'The loss of a single recurrent unit over ten steps is flat on both sides of a cliff, at which its gradient is a hundred times larger. One step of gradient descent there throws the parameters far away, to a plateau; clipped to a norm of 0.1, the same descent goes down along the foot of the cliff. Leaky units h ← α h + (1 - α) f(h, x) have α in their Jacobian, so that gradients come through a hundred steps: with α of 0.9 or more a sign that came so long ago is learnt at once, with less late or not at all.',
  run: async (ctx) => {
    const worst = await laws(ctx)
    await drawCliff(ctx)
    await drawLeaks(ctx)
    return worst
  },
}
