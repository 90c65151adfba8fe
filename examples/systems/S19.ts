/** Vanilla recurrent networks on first names, in each of the four ways of use. */
import * as fx from '../../src/index.js'
import { batches, fromArrays, generator, permutation, subset } from '../../src/data.js'
import { recurrentNetwork, type RecurrentParams } from '../../src/models.js'
import { crossEntropy, rnnCell, type RnnParams } from '../../src/nn.js'
import { adam, chain, clipByGlobalNorm, warmupCosineSchedule } from '../../src/optim.js'
import { meter, passes, run, train } from '../lib/learner.js'
import type { Context, Curve, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>
type Params = RecurrentParams<RnnParams>

/** Names as numbers, a to z being 1 to 26 and 0 the end. */
interface Names {
  /** Each letter after the end of another name: [n, time]. */
  readonly x: I32
  /** The letter after each, then the end, then -1 for nothing: [n, time]. */
  readonly y: I32
  /** Letters that end at the last place: [n, time]. */
  readonly late: I32
  /** 1 for men's names: [n]. */
  readonly male: I32
}

const [time, letters, hidden, size] = [12, 27, 96, 125] as const

const read = (n: number, at: (name: number, t: number) => number) =>
  fx.ndarray(
    Int32Array.from({ length: n * time }, (_, i) => at(Math.floor(i / time), i % time)),
    { shape: [n, time] },
  )

const arraysOf = (names: readonly string[], male: readonly boolean[]) => {
  const letter = (name: number, t: number): number => (names[name]?.charCodeAt(t) ?? 96) - 96 || 0
  const length = (name: number): number => names[name]?.length ?? 0
  return {
    x: read(names.length, (k, t) => (t === 0 || t > length(k) ? 0 : letter(k, t - 1))),
    y: read(names.length, (k, t) => (t < length(k) ? letter(k, t) : t === length(k) ? 0 : -1)),
    late: read(names.length, (k, t) => (t < time - length(k) ? 0 : letter(k, t - time + length(k)))),
    male: fx.ndarray(Int32Array.from(male, Number)),
  }
}

/** Names in one of the lists alone, in random order; every eighth is held out. */
const load = async (ctx: Context) => {
  const { female, male } = await ctx.data.firstNames()
  const both = new Set(female.filter((name) => male.includes(name)))
  const all = [...female, ...male].filter((name) => !both.has(name) && name.length < time)
  const men = new Set(male)
  const order = permutation(generator(ctx.seed, 0), all.length)
  const data = fromArrays(arraysOf(all, all.map((name) => men.has(name)))) // prettier-ignore
  return { seen: subset(data, order.filter((_, i) => i % 8 !== 0)), held: subset(data, order.filter((_, i) => i % 8 === 0)) } // prettier-ignore
}

const network = recurrentNetwork(rnnCell(letters, hidden), letters)
const judge = recurrentNetwork(rnnCell(letters, hidden), 2)
const storyteller = recurrentNetwork(rnnCell(letters + 2, hidden), letters)

const hot = (x: I32, n: number = letters): F32 => fx.oneHot(x, n)
const letterLoss = (scores: F32, y: I32): F32 => crossEntropy(scores, y, { ignore: -1 })

/** Each way of use: what it gives for a batch of names, and what that costs, in nats for a letter or a name. */
const uses = {
  '1 → 1': (p: Params, { x, y }: Names): F32 => {
    const [scores] = network.oneToOne(p, fx.reshape(hot(x), [x.size, letters]))
    return letterLoss(scores, fx.reshape(y, [y.size]))
  },
  'N → N': (p: Params, { x, y }: Names): F32 => letterLoss(network.manyToMany(p, hot(x))[0], y),
  '1 → N': (p: Params, { x, y, male }: Names): F32 => {
    // In training it is fed the letters that are so, not those that it gave.
    const inTime: F32 = fx.moveAxis(hot(x), 1, 0)
    const feed = (_: F32, i: I32): F32 => {
      const next = fx.dynamicSlice(inTime, [fx.minimum(fx.add(i, 1), time - 1), 0, 0], [1, x.shape[0] as number, letters])
      return fx.pad(fx.reshape(next, [x.shape[0] as number, letters]), [[0, 0], [0, 2]]) // prettier-ignore
    }
    return letterLoss(storyteller.oneToMany(p, fx.pad(hot(male, 2), [[0, 0], [letters, 0]]), time, feed), y) // prettier-ignore
  },
  'N → 1': (p: Params, { late, male }: Names): F32 => crossEntropy(judge.manyToOne(p, hot(late)), male),
} as const

const inits = { '1 → 1': network.init, 'N → N': network.init, '1 → N': storyteller.init, 'N → 1': judge.init } as const

/** Nats a letter by counts of pairs of letters, one added to each. */
const bigram = (
  seen: { readonly x: fx.NDArray; readonly y: fx.NDArray },
  held: { readonly x: fx.NDArray; readonly y: fx.NDArray },
): number => {
  const counts = new Float64Array(letters * letters).fill(1)
  const pairs = ({ x, y }: typeof seen): (readonly [number, number])[] =>
    [...y.data.keys()].filter((i) => Number(y.data[i]) >= 0).map((i) => [Number(x.data[i]), Number(y.data[i])])
  for (const [a, b] of pairs(seen)) counts[a * letters + b] = (counts[a * letters + b] ?? 0) + 1
  const total = (a: number): number => counts.subarray(a * letters, (a + 1) * letters).reduce((sum, c) => sum + c, 0)
  const nats = pairs(held).map(([a, b]) => -Math.log((counts[a * letters + b] ?? 0) / total(a)))
  return nats.reduce((a, b) => a + b, 0) / nats.length
}

/** Names of women and men, each letter drawn and fed back. */
const invent = (p: Params, key: fx.Key): I32 => {
  const drawn = (y: F32, i: I32): I32 => fx.random.categorical(fx.random.foldIn(key, i), fx.div(y, 0.8))
  const feed = (y: F32, i: I32): F32 => fx.pad(hot(drawn(y, i)), [[0, 0], [0, 2]]) // prettier-ignore
  const male = fx.cast(fx.ge(fx.iota(24), 12), 'i32')
  const scores = storyteller.oneToMany(p, fx.pad(hot(male, 2), [[0, 0], [letters, 0]]), time, feed) // prettier-ignore
  return fx.stack(
    Array.from({ length: time }, (_, t) =>
      drawn(fx.reshape(fx.slice(scores, [0, t, 0], [24, t + 1, letters]), [24, letters]), fx.full([], t, 'i32')),
    ),
    { axis: 1 },
  )
}

export const system: System = {
  id: 'S19',
  title: 'Recurrent networks, one and many',
  metric: 'nats_of_n_to_n_by_those_of_bigrams',
  target: '<= 0.95',
  page: 'One vanilla cell, hₜ = tanh(W_hh hₜ₋₁ + W_xh xₜ + b), in four ways of use, on 6,000 first names. From one letter to one (1 → 1) it can learn no more than the table of pairs of letters, and that is where it ends; with the letters before in its state (N → N) it is well below. From the word “woman” or “man” it writes a name (1 → N, in `names.txt`), fed with its own letters; and from a name it tells which of the two it is (N → 1), by its last state.',
  run: async (ctx) => {
    const { seen, held } = await load(ctx)
    const all = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i)
    const table = bigram(await seen.gather(all(seen.size)), await held.gather(all(held.size)))
    const data = batches(seen, { batchSize: size, shuffle: ctx.seed, dropLast: true, epochs: Infinity })
    const epochs = passes(ctx, 12)
    const curves: Curve[] = [{ name: 'bigrams, counted', points: [[1, table], [epochs, table]] }] // prettier-ignore
    const last: Record<string, number> = {}
    for (const [name, use] of Object.entries(uses)) {
      ctx.note(`${name}, against ${table.toFixed(3)} nats a letter of bigrams`)
      const right = (p: Params, batch: Names): F32 =>
        fx.mean(fx.cast(fx.eq(fx.argmax(judge.manyToOne(p, hot(batch.late)), { axis: -1 }), batch.male), 'f32'))
      const measure = (p: Params, batch: Names) => ({ nats: use(p, batch), ...(name === 'N → 1' ? { accuracy: right(p, batch) } : {}) })
      const { params, epochs: records } = await train<Params, Names>(ctx, {
        init: inits[name as keyof typeof uses],
        optimizer: chain(clipByGlobalNorm(1), adam(warmupCosineSchedule(4e-3, { warmup: 20, steps: epochs * data.stepsPerEpoch }))),
        objective: (p, batch) => ({ loss: use(p, batch) }),
        data,
        epochs,
        evaluate: meter<Params, Names>(ctx, measure, held, size),
      })
      last[name] = records.at(-1)?.validation.nats ?? NaN
      if (name !== 'N → 1') curves.push({ name, points: records.map(({ epoch, validation }) => [epoch, validation.nats ?? NaN] as const) })
      if (name === '1 → N') {
        const { data: drawn } = await (await run(ctx, invent, params, fx.random.keyData(ctx.seed))).toNDArray()
        const words = Array.from(
          { length: 24 },
          (_, i) => String.fromCharCode(...Array.from(drawn.slice(i * time, (i + 1) * time), (c) => 96 + c)).split('`')[0],
        )
        ctx.note(`women: ${words.slice(0, 12).join(' ')}\nmen: ${words.slice(12).join(' ')}`)
        await ctx.store.write('names.txt', new TextEncoder().encode(`${words.join('\n')}\n`))
      }
    }
    await ctx.plot.lines('letters', { title: 'Nats a letter of names that were held out', x: 'pass over the names', y: 'nats', curves })
    return (last['N → N'] ?? NaN) / table
  },
}
