/** What holds of optimisers and their combinations, whatever the numbers. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import * as optim from '../../src/optim.js'
import { holds } from '../harness/law.js'
import { lossOf, specs, start, startArrays, trajectory, type F32, type Params } from './cases.js'

type Arrays = readonly fx.NDArray[]

/** The results of a function of nothing but constants. */
const valuesOf = (f: () => unknown): Arrays => fx.evaluate(fx.trace(f), [])

const numbers = (arrays: Arrays): number[][] => arrays.map(({ data }) => Array.from(data, Number))

const ran = (optimizer: optim.Optimizer, steps = 12): number[][] => numbers(valuesOf(() => trajectory(optimizer, steps)(start())))

const vector = (values: readonly number[]): F32 => fx.constant(values)

const float = fc.integer({ min: -400, max: 400 }).map((n) => n / 64)

describe('chain', () => {
  test('is associative, and of one is that one', () => {
    const [a, b, c] = [optim.clipByGlobalNorm(0.1), optim.momentum(0.9), optim.scale(-0.3)]
    const whole = ran(optim.chain(a, b, c))
    expect(ran(optim.chain(optim.chain(a, b), c))).toEqual(whole)
    expect(ran(optim.chain(a, optim.chain(b, c)))).toEqual(whole)
    expect(ran(optim.chain(optim.adam(0.1)))).toEqual(ran(optim.adam(0.1)))
  })

  test('of nothing adds the gradient', () => {
    const [after] = numbers(
      valuesOf(() => optim.applyUpdates([vector([1, 2])], optim.chain().update([vector([3, -1])], [], [vector([1, 2])])[0])),
    )
    expect(after).toEqual([4, 1])
  })
})

describe('clipByGlobalNorm', () => {
  const clipped = (limit: number, x: readonly number[], y: readonly number[]): Arrays =>
    valuesOf(() => {
      const grads = { x: vector(x), y: vector(y) }
      const [updates] = optim.clipByGlobalNorm(limit).update(grads, [], grads)
      return [updates.x, updates.y, optim.globalNorm(updates), optim.globalNorm(grads)]
    })

  test('keeps the direction, and no norm above the limit', () => {
    const lists = fc.array(float, { minLength: 1, maxLength: 5 })
    holds('clipByGlobalNorm', fc.tuple(lists, lists, fc.double({ min: 0.01, max: 5, noNaN: true })), { runs: 60 }, ([x, y, limit]) => {
      const [u, v, after, before] = numbers(clipped(limit, x, y))
      const factor = Math.min(1, limit / Math.max(before![0]!, 1e-30))
      expect(after![0]).toBeLessThanOrEqual(limit * (1 + 1e-6))
      const want = [...x, ...y].map((g) => g * factor)
      for (const [i, g] of [...u!, ...v!].entries()) expect(Math.abs(g - want[i]!)).toBeLessThanOrEqual(1e-5 * Math.abs(want[i]!) + 1e-30)
    })
  })

  test('does not hide a NaN, and leaves zeros', () => {
    expect(numbers(clipped(1, [NaN], [1]))[0]).toEqual([NaN])
    expect(numbers(clipped(1, [0, 0], [0])).slice(0, 2)).toEqual([[0, 0], [0]])
  })
})

describe('masks', () => {
  test('a frozen parameter stays as it is, and the others go their way', () => {
    const [b, w] = ran(optim.freeze(optim.adamw(0.1), { w: true, b: false }))
    expect(w!.slice(-12)).toEqual(numbers(valuesOf(() => start().w))[0])
    const alone = numbers(
      valuesOf(() => {
        const { w: fixed, b: free } = start()
        return trajectory(optim.adamw(0.1), 12, (p) => lossOf({ w: fixed, b: p.b }))({ w: fixed, b: free })
      }),
    )
    expect(b).toEqual(alone[0])
  })

  test('what is not chosen has no state', () => {
    const states = valuesOf(() => optim.masked(optim.adam(0.1), (path) => path === 'b').init(start()))
    expect(states.map(({ shape }) => shape)).toEqual([[], [3], [3]])
  })

  test('what is not chosen is passed on', () => {
    const both = optim.chain(optim.masked(optim.scale(0), { b: true, w: false }), optim.sgd(0.1))
    const [b, w] = ran(both)
    const [b0] = numbers(valuesOf(() => start().b))
    expect(b!.slice(0, 3)).toEqual(b0)
    expect(w!.slice(0, 12)).toEqual(ran(optim.sgd(0.1))[1]!.slice(0, 12))
  })

  test('decay is of the masked alone', () => {
    const decayed = valuesOf(() => {
      const p = start()
      const none = optim.globalNorm(p)
      const zero = { w: fx.mul(p.w, 0), b: fx.mul(p.b, 0) }
      const [u] = optim.addDecayedWeights(0.5, (path) => path === 'w').update(zero, [], p)
      return [u.b, fx.sub(u.w, fx.mul(p.w, 0.5)), none]
    })
    expect(
      numbers(decayed)
        .slice(0, 2)
        .flat()
        .every((x) => x === 0),
    ).toBe(true)
  })
})

describe('accumulate', () => {
  test('of one is the optimiser itself', () => {
    expect(ran(optim.accumulate(optim.adam(0.1), 1))).toEqual(ran(optim.adam(0.1)))
  })

  test('moves at every k-th step only', () => {
    const [b] = ran(optim.accumulate(optim.sgd(0.5), 3), 7)
    const rows = Array.from({ length: 7 }, (_, i) => b!.slice(3 * i, 3 * i + 3).join())
    expect(new Set(rows).size).toBe(3)
    expect([rows[1], rows[3], rows[4], rows[6]]).toEqual([rows[0], rows[2], rows[2], rows[5]])
  })

  test('k parts of a batch are the batch', () => {
    const target = [3, -1, 2, 5]
    const total = numbers(
      valuesOf(() => {
        const tx = optim.accumulate(optim.sgd(0.1), 4)
        const step = ([p, s]: readonly [F32, optim.OptimizerState], t: F32) => {
          const [u, next] = tx.update(fx.grad((x: F32) => fx.square(fx.sub(x, t)))(p), s, p)
          return [[optim.applyUpdates(p, u), next], []] as readonly [readonly [F32, optim.OptimizerState], readonly []]
        }
        const zero = fx.full([], 0)
        const [[p]] = fx.scan(step as never, [zero, tx.init(zero)] as const, vector(target) as never)
        return p
      }),
    )
    expect(total[0]![0]).toBeCloseTo((0.1 * 2 * (3 - 1 + 2 + 5)) / 4, 6)
  })
})

describe('lossScaled', () => {
  type State = readonly [F32, optim.OptimizerState]
  const options = { initial: 2 ** 10, interval: 3 }
  const tx = optim.lossScaled(optim.adam(0.1), options)

  /** Adam on 2 (x - 1), but for steps whose gradient is not finite: the parameter, the scale and the count of Adam after each. */
  const run = (bad: readonly number[], steps: number): number[][] =>
    numbers(
      valuesOf(() => {
        const x0 = fx.full([], 3)
        const step = ([p, s]: State, t: F32) => {
          const grads = fx.grad((x: F32) => tx.scaleLoss(fx.square(fx.sub(x, 1)), s))(p)
          const hit = bad.reduce<fx.Tensor<fx.Shape, 'bool'>>((any, at) => fx.logicalOr(any, fx.eq(t, at)), fx.full([], false))
          const [u, next] = tx.update(fx.where(hit, Infinity, grads), s, p)
          const after = optim.applyUpdates(p, u)
          return [[after, next] as const, [after, tx.lossScale(next)] as const] as const
        }
        const ticks = vector(Array.from({ length: steps }, (_, i) => i))
        const [, ys] = fx.scan(step as never, [x0, tx.init(x0)] as const, ticks as never)
        return ys
      }),
    )

  test('is the optimiser itself while gradients are finite', () => {
    const plain = numbers(
      valuesOf(() => trajectory(optim.adam(0.1), 8, ({ b }) => fx.square(fx.sub(fx.sum(b), 1)))({ w: vector([0]), b: vector([3]) }).b),
    )
    const [p] = run([], 8)
    for (const [i, x] of p!.entries()) expect(x).toBeCloseTo(plain[0]![i]!, 6)
  })

  test('skips a step that is not finite, halves, and doubles after so many that are', () => {
    const [p, scale] = run([2, 3], 10)
    expect(scale).toEqual([1024, 1024, 512, 256, 256, 256, 512, 512, 512, 1024])
    expect([p![2], p![3]]).toEqual([p![1], p![1]])
    const [clean] = run([], 8)
    for (const i of [4, 5, 6, 7, 8, 9]) expect(p![i]).toBeCloseTo(clean![i - 2]!, 6)
  })

  test('stays between its bounds', () => {
    expect(run([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 13)[1]!.at(-1)).toBe(1)
  })

  test('trains weights kept in f32 through f16, where unscaled gradients would be zeros', async () => {
    const tiny = 2 ** -16
    const half = (scaled: optim.LossScaled) => (p: F32, s: optim.OptimizerState) => {
      const loss = (x: F32): F32 => {
        const narrow = fx.cast(x, 'f16')
        return scaled.scaleLoss(fx.mul(fx.cast(fx.sum(fx.mul(narrow, fx.cast(fx.mul(fx.ones([4]), 2 ** -12), 'f16'))), 'f32'), tiny), s)
      }
      const [u] = scaled.update(fx.grad(loss)(p), s, p)
      return u
    }
    const spec = fx.spec([4])
    const updates = async (initial: number): Promise<number[]> => {
      const scaled = optim.lossScaled(optim.sgd(2 ** 28), { initial })
      const program = await fx.compile((p: F32) => half(scaled)(p, scaled.init(p)), [spec], { device: 'js' })
      const result = await program(fx.ndarray([1, 2, 3, 4]))
      return [...(await result.toNDArray()).data]
    }
    expect((await updates(1)).map(Math.abs)).toEqual([0, 0, 0, 0])
    expect(await updates(2 ** 15)).toEqual([-1, -1, -1, -1])
  })
})

describe('schedules', () => {
  const at = (schedule: optim.Schedule, step: number): number => valuesOf(() => schedule(fx.full([], step)))[0]!.data[0] as number

  test('joined, each counts from its own beginning', () => {
    const joined = optim.joinSchedules(
      [optim.linearSchedule(0, 1, 10), optim.constantSchedule(7), optim.linearSchedule(1, 2, 10)],
      [10, 15],
    )
    expect([0, 5, 9, 10, 14, 15, 20, 25, 99].map((t) => at(joined, t))).toEqual(
      [0, 0.5, 0.9, 7, 7, 1, 1.5, 2, 2].map((x) => Math.fround(x)),
    )
  })

  test('steps fall exactly at multiples, however long', () => {
    const halves = optim.stepSchedule(1, { every: 49, factor: 0.5 })
    for (const k of [1, 3, 7, 11, 20]) {
      expect(at(halves, 49 * k - 1)).toBeCloseTo(2 ** (1 - k), 6)
      expect(at(halves, 49 * k)).toBeCloseTo(2 ** -k, 6)
    }
  })
})

describe('a compiled step', () => {
  const tx = optim.adamw(optim.cosineSchedule(0.05, 50))
  const init = (p: Params) => ({ params: p, state: tx.init(p) })
  const step = ({ params, state }: { readonly params: Params; readonly state: optim.OptimizerState }) => {
    const [loss, grads] = fx.valueAndGrad(lossOf)(params)
    const [updates, next] = tx.update(grads, state, params)
    return [{ params: optim.applyUpdates(params, updates), state: next }, loss] as const
  }

  test('takes and gives the state as an argument, in place', async () => {
    const begin = await fx.compile(init, specs, { device: 'js' })
    let state = await begin(startArrays())
    const train = await fx.compile(step, [fx.specOf(state)], { device: 'js', donate: [0] })
    const losses: number[] = []
    for (let i = 0; i < 12; i++) {
      const [next, loss] = await train(state)
      state = next
      losses.push(await loss.item())
    }
    const w = await state.params.w.toNDArray()
    const [, whole] = ran(tx)
    for (const [i, x] of [...w.data].entries()) expect(x).toBeCloseTo(whole!.slice(-12)[i]!, 6)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 1.5)
  })

  test('updates each parameter and its moments in one kernel', async () => {
    const grads = specs[0]
    const state = fx.trace((p: Params) => tx.init(p), ...specs)
    expect(state.outputs).toHaveLength(6)
    const update = (g: Params, s: optim.OptimizerState, p: Params) => {
      const [updates, next] = tx.update(g, s, p)
      return [optim.applyUpdates(p, updates), next] as const
    }
    const like = [{ count: fx.spec([], 'i32'), m: grads, v: grads }, [], fx.spec([], 'i32')] as never
    const program = await fx.compile(update, [grads, like, grads], { device: 'js' })
    // One for each of the two parameters; two counts and the bias corrections, which are scalars.
    expect(program.kernels.length).toBeLessThanOrEqual(5)
  })
})

describe('refuses', () => {
  const refusals: readonly (readonly [string, () => unknown])[] = [
    ['a decay of 1', () => optim.momentum(1)],
    ['a decay that is no number', () => optim.adam(0.1, { b1: NaN })],
    ['a rate that is no number', () => optim.sgd(NaN)],
    ['a limit of 0', () => optim.clip(0)],
    ['a norm below 0', () => optim.clipByGlobalNorm(-1)],
    ['half a step', () => optim.accumulate(optim.sgd(0.1), 1.5)],
    ['no steps', () => optim.cosineSchedule(1, 0)],
    ['a warm-up as long as all', () => optim.warmupCosineSchedule(1, { warmup: 10, steps: 10 })],
    ['a boundary too few', () => optim.joinSchedules([optim.constantSchedule(1), optim.constantSchedule(2)], [])],
    ['boundaries that fall', () => optim.piecewiseSchedule(1, [5, 5])],
    ['a loss scale of 0', () => optim.lossScaled(optim.sgd(0.1), { initial: 0 })],
    ['a weight decay below 0', () => optim.adamw(0.1, { weightDecay: -1 })],
  ]
  test.each(refusals)('%s', (_, make) => {
    expect(make).toThrow(fx.UnsupportedError)
  })

  test('gradients of another structure, by name', () => {
    const f = (): unknown => optim.adam(0.1).update<unknown>([vector([1])], optim.adam(0.1).init(start()), start())
    expect(f).toThrow(fx.TraceError)
    expect(f).toThrow(/grads and state are trees of different structure/)
  })

  test('the norm of nothing', () => {
    expect(() => optim.globalNorm([])).toThrow(fx.TraceError)
  })
})
