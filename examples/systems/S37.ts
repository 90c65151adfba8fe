/** Self-attention: its laws, its positions, and a head that learns where to look. */
import * as fx from '../../src/index.js'
import { attentionWeights, selfAttention, selfAttentionInit, type SelfAttentionParams } from '../../src/models.js'
import { crossEntropy, sinusoidalTable } from '../../src/nn.js'
import { adam, applyUpdates, type OptimizerState } from '../../src/optim.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const [time, features, letters, batch, steps] = [12, 32, 8, 64, 400] as const

interface Params {
  readonly table: F32
  readonly attention: SelfAttentionParams
  readonly out: F32
}

interface State {
  readonly params: Params
  readonly optimizer: OptimizerState
}

/** Parameters on a device. */
type Arrays = fx.ResultsOf<Params>

const optimizer = adam(0.01)

const begin = (seed: fx.Key): State => {
  const [a, b, c] = fx.random.split(seed, 3)
  const params: Params = {
    table: fx.random.normal(a, [letters, features]),
    attention: selfAttentionInit(b, features),
    out: fx.mul(fx.random.normal(c, [features, letters]), 0.1),
  }
  return { params, optimizer: optimizer.init(params) }
}

const embedded = ({ table }: Params, word: I32): F32 => fx.add(fx.take(table, word, { axis: 0 }), sinusoidalTable(time, features))

/** The word backwards: each position has to look at the one across. */
const loss = (params: Params, word: I32): F32 =>
  crossEntropy(fx.matmul(selfAttention(params.attention, embedded(params, word)), params.out), fx.flip(word, { axis: 1 }))

/** All steps as one program: `[state, losses]`. */
const train = (seed: fx.Key): readonly [State, F32] => {
  const step = ({ params, optimizer: before }: State, i: I32): readonly [State, F32] => {
    const word = fx.cast(fx.floor(fx.mul(fx.random.uniform(fx.random.foldIn(seed, i as never), [batch, time]), letters)), 'i32')
    const [value, grads] = fx.valueAndGrad(loss)(params, word)
    const [updates, after] = optimizer.update(grads, before, params)
    return [{ params: applyUpdates(params, updates), optimizer: after }, value]
  }
  return fx.scan(step as never, begin(seed) as never, fx.iota(steps) as never) as unknown as readonly [State, F32]
}

/** How far the laws are from holding: [permutation equivariance without positions, what the causal mask lets through, rows' sums]. */
const faults = (x: F32, order: I32, w: F32): readonly F32[] => {
  const params: SelfAttentionParams = { wq: w, wk: fx.flip(w, { axis: 0 }), wv: fx.swapAxes(w, 0, 1) }
  const permuted = (v: F32): F32 => fx.take(v, order, { axis: 0 })
  const attend = (v: F32, causal = false): F32 => selfAttention(params, v, { heads: 4, causal })
  const slopes = fx.sum(fx.abs(fx.jacobian((v: F32) => attend(v, true))(x) as F32), { axis: [1, 3] })
  const sums = attentionWeights(params, x, { heads: 4 }).map((alpha) => fx.sum(alpha, { axis: -1 }))
  return [
    fx.max(fx.abs(fx.sub(permuted(attend(x)), attend(permuted(x))))),
    fx.max(fx.triu(slopes, 1)),
    fx.max(fx.abs(fx.sub(fx.stack(sums as F32[]), 1))),
  ]
}

const laws = async (ctx: Context): Promise<number> => {
  const noise = (rows: number): fx.NDArray<'f32'> =>
    fx.ndarray(
      Float32Array.from({ length: rows * features }, (_, i) => 0.5 * Math.sin(i * i * 0.7 + rows)),
      { shape: [rows, features] },
    )
  const order = fx.ndarray(Int32Array.from({ length: time }, (_, i) => (5 * i + 3) % time))
  const args = [noise(time), order, noise(features)] as const
  const program = await fx.compile(faults, [fx.specOf(args[0]), fx.specOf(order), fx.specOf(args[2])] as const, { device: ctx.device })
  const off = await Promise.all((await program(...args)).map(async (law) => await law.item()))
  ctx.note(`permutations commute to ${String(off[0])}, of the future is seen ${String(off[1])}, rows sum to 1 within ${String(off[2])}`)
  return Math.max(...off)
}

const shown = ({ shape, data }: fx.NDArray, low: number, high: number) => ({
  shape,
  data: Float32Array.from(data, (v) => (v - low) / (high - low)),
})

export const system: System = {
  id: 'S37',
  title: 'Self-attention, multi-head, positions, causal mask',
  metric: 'largest_deviation_from_the_laws',
  target: '<= 1e-5',
  page: 'Without positions attention is blind to order: permuting a sequence permutes the result, which is measured here together with the mask that hides the future. The first picture is the sinusoidal positions, slow waves to the right; the second the weights of one head that was trained to write words backwards, before and after: each letter has learnt to look at the one across.',
  run: async (ctx) => {
    const worst = await laws(ctx)
    const seed = fx.random.keyData(ctx.seed)
    const device = { device: ctx.device }
    const [state, losses] = await (await fx.compile(train, [fx.specOf(seed)] as const, device))(seed)
    const look = async (params: Arrays): Promise<fx.NDArray> => {
      const word = fx.ndarray(Int32Array.from({ length: time }, (_, i) => (3 * i) % letters), { shape: [1, time] }) // prettier-ignore
      const weights = (p: Params, letter: I32): F32 =>
        fx.reshape(attentionWeights(p.attention, embedded(p, letter))[0] as F32, [time, time])
      const program = await fx.compile(weights, [fx.specOf(params), fx.specOf(word)] as const, device)
      return (await program(params, word)).toNDArray()
    }
    const first = await (await fx.compile(begin, [fx.specOf(seed)] as const, device))(seed)
    const values = await losses.toNDArray()
    ctx.note(`words backwards: loss ${String(values.data[0])} at first, ${String(values.data[steps - 1])} after ${String(steps)} steps`)
    const table = await (await fx.compile(() => sinusoidalTable(64, 128), [] as const, device))()
    await ctx.plot.images('positions', [shown(await table.toNDArray(), -1, 1)], { columns: 1, scale: 4 })
    const pictures = [await look(first.params), await look(state.params)]
    await ctx.plot.images('attention', pictures.map((p) => shown(p, 0, 1)), { columns: 2, scale: 16 }) // prettier-ignore
    await ctx.plot.lines('loss', {
      title: 'Words backwards: cross-entropy',
      x: 'step',
      y: 'nats',
      curves: [{ name: 'loss', points: Array.from(values.data, (v, i) => [i, v] as const) }],
    })
    return worst
  },
}
