/** Back-propagation through time, whole and truncated, of a network that reads names. */
import * as fx from '../../src/index.js'
import { batches, fromArrays } from '../../src/data.js'
import { chunkedBptt, truncatedBptt } from '../../src/models.js'
import { crossEntropy, dense, rnnCell, unroll, type Affine, type RnnParams } from '../../src/nn.js'
import { adam, applyUpdates, globalNorm, type OptimizerState } from '../../src/optim.js'
import { letters, longest, namesAsLetters, nothing } from '../lib/names.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const [hidden, batchSize, epochs] = [64, 64, 2]
/** Names as inputs, each letter after the one before it: T steps. */
const time = longest

interface Params {
  readonly cell: RnnParams
  readonly out: Affine
}

interface State {
  readonly params: Params
  readonly optimizer: OptimizerState
}

interface Batch {
  readonly word: I32
}

const cell = rnnCell(letters, hidden)
const readOut = dense(hidden, letters)
const optimizer = adam(0.003)

const begin = (seed: fx.Key): State => {
  const [a, b] = fx.random.split(seed)
  const params: Params = { cell: cell.init(a), out: readOut.init(b) }
  return { params, optimizer: optimizer.init(params) }
}

type Unrolled = (params: RnnParams, x: F32) => F32

const whole: Unrolled = (p, x) => unroll(cell, p, x, cell.initCarry(x.shape[0] as number))[0]
const truncated = (k: number): Unrolled => (p, x) => truncatedBptt(cell, p, x, cell.initCarry(x.shape[0] as number), k) // prettier-ignore
const chunked = (length: number): Unrolled => (p, x) => chunkedBptt(cell, p, x, cell.initCarry(x.shape[0] as number), length) // prettier-ignore

/** The cross-entropy of each letter given those before it, in nats. */
const lossBy =
  (run: Unrolled) =>
  (params: Params, word: I32): F32 => {
    const n = word.shape[0] as number
    const given: I32 = fx.slice(word, [0, 0], [n, time])
    const next: I32 = fx.slice(word, [0, 1], [n, time + 1])
    return crossEntropy(readOut.apply(params.out, run(params.cell, fx.oneHot<fx.Shape, number>(given, letters))), next, { ignore: nothing })
  }

const step = ({ params, optimizer: before }: State, { word }: Batch): readonly [State, { readonly loss: F32 }] => {
  const [loss, grads] = fx.valueAndGrad(lossBy(whole))(params, word)
  const [updates, after] = optimizer.update(grads, before, params)
  return [{ params: applyUpdates(params, updates), optimizer: after }, { loss }]
}

const reaches = [0, 1, 2, 3, 4, 6, 8, 10, time - 1, time]

/** By how much of its norm the recurrent part of the gradient is off, for each reach of either truncation. */
const errors = (params: Params, word: I32) => {
  const gradient = (run: Unrolled): RnnParams => fx.grad(lossBy(run))(params, word).cell
  const exact = gradient(whole)
  const off = (run: Unrolled): F32 => {
    const mine = gradient(run)
    const difference = { wx: fx.sub(mine.wx, exact.wx), wh: fx.sub(mine.wh, exact.wh) }
    return fx.div(globalNorm(difference), globalNorm({ wx: exact.wx, wh: exact.wh }))
  }
  return { steps: reaches.map((k) => off(truncated(k))), chunks: reaches.map((k) => off(chunked(k + 1))) }
}

type Arrays = fx.ResultsOf<Params>

const measure = async (ctx: Context, params: readonly Arrays[], word: fx.NDArray<'i32'>): Promise<readonly (readonly number[])[]> => {
  const program = await fx.compile(errors, [fx.specOf(params[0] as Arrays), fx.specOf(word)] as const, { device: ctx.device })
  const rows: number[][] = []
  for (const each of params) {
    const { steps, chunks } = await program(each, word)
    for (const list of [steps, chunks]) rows.push(await Promise.all(list.map((v) => v.item())))
  }
  return rows
}

export const system: System = {
  id: 'S20',
  title: 'Back-propagation through time, truncated',
  metric: 'relative_error_of_the_gradient_where_it_reaches_all_steps',
  target: '<= 1e-5',
  page: 'A recurrent network reads 8,000 first names letter by letter and guesses the next. Its gradient sums over all pairs of an error and an earlier step; truncated, over pairs at most K apart, or over those in one chunk of K + 1. The plot shows how far the truncated gradients are from the whole one, before training and after: with K = T - 1 they are equal. After training a few steps carry most of it: the next letter of a name depends on the last ones.',
  run: async (ctx) => {
    const data = await namesAsLetters(ctx)
    const seed = fx.random.keyData(ctx.seed)
    const make = await fx.compile(begin, [fx.specOf(seed)] as const, { device: ctx.device })
    const [first, state] = [await make(seed), await make(seed)]
    const source = batches(fromArrays({ word: data }), { batchSize, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
    const run = await ctx.fit<State, Batch>({ step, state, data: source, epochs })
    const { word } = await source.at(0)
    const rows = await measure(ctx, [first.params, run.state.params], word)
    const names = ['last K steps, before', 'chunks, before', 'last K steps, trained', 'chunks, trained']
    const curves = names.map((name, k) => ({ name, points: reaches.map((reach, i) => [reach, rows[k]?.[i] ?? NaN] as const) }))
    const title = 'What truncation leaves out of the gradient'
    await ctx.plot.lines('truncation', { title, x: 'K', y: 'error / norm', curves })
    const loss = run.history.map(({ metrics }, i) => [i, metrics.loss as number] as const)
    await ctx.plot.lines('loss', { title: 'Next letter of a name', x: 'step', y: 'nats', curves: [{ name: 'loss', points: loss }] })
    reaches.forEach((k, i) => {
      const [steps, parts] = [rows[2], rows[3]].map((row) => (100 * (row?.[i] ?? NaN)).toFixed(1))
      ctx.note(`K = ${String(k)}: of the trained network’s gradient, truncation leaves out ${String(steps)} %, chunks ${String(parts)} %`)
    })
    return Math.max(...rows.flatMap((row) => row.slice(-2)))
  },
}
