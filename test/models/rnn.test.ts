import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { languageModel, recurrentNetwork, type RecurrentParams } from '../../src/models.js'
import { gruCell, rnnCell, type RnnParams } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

const [inputs, hidden, outputs, time] = [3, 4, 2, 5]
const network = recurrentNetwork(rnnCell(inputs, hidden), outputs)
const arrays = [noise([inputs, hidden], 1), noise([hidden, hidden], 2), noise([hidden], 3), noise([hidden, outputs], 4), noise([outputs], 5)] // prettier-ignore
const x = noise([2, time, inputs], 6)

const of = (...[wx, wh, b, w, bias]: readonly F32[]): RecurrentParams<RnnParams> =>
  ({ cell: { wx, wh, b }, output: { w, b: bias } }) as RecurrentParams<RnnParams>
const params = (): RecurrentParams<RnnParams> => of(...arrays.map((a): F32 => fx.constant(a)))
const at = (v: F32, t: number): F32 => fx.reshape(fx.slice(v, [0, t, 0], [2, t + 1, v.shape[2] as number]), [2, v.shape[2] as number])

/** hₜ = tanh(xₜ W_xh + hₜ₋₁ W_hh + b), ŷₜ = hₜ W_hy + c, on the host: [row][t][output]. */
const byHand = (): number[][][] => {
  const [wx, wh, b, w, c] = arrays.map(({ data }) => data) as Float32Array[]
  return [0, 1].map((row) => {
    let h = new Array<number>(hidden).fill(0)
    return Array.from({ length: time }, (_, t) => {
      const from = x.data.slice((row * time + t) * inputs, (row * time + t + 1) * inputs)
      h = h.map((_v, j) => {
        const own = Array.from(from).reduce((sum, v, k) => sum + v * wx![k * hidden + j]!, b![j]!)
        return Math.tanh(h.reduce((sum, v, k) => sum + v * wh![k * hidden + j]!, own))
      })
      return Array.from(c!, (bias, o) => h.reduce((sum, v, k) => sum + v * w![k * outputs + o]!, bias))
    })
  })
}

describe('the vanilla network', () => {
  test('N → N is the formula, number by number, and N → 1 its last', () => {
    const [all, last] = numbersOf((v: F32) => [network.manyToMany(params(), v)[0], network.manyToOne(params(), v)], x) as [
      number[],
      number[],
    ]
    const want = byHand()
    expect(apart(all, want.flat(2))).toBeLessThan(1e-5)
    expect(apart(last, want.map((row) => row[time - 1]!).flat())).toBeLessThan(1e-5)
  })

  test('N → N is N times 1 → 1, with the carry handed on', () => {
    const [all, steps] = numbersOf((v: F32) => {
      let carry: F32 = fx.zeros([2, hidden])
      const ys = Array.from({ length: time }, (_, t): F32 => {
        const [y, next] = network.oneToOne(params(), at(v, t), carry)
        carry = next
        return y
      })
      return [network.manyToMany(params(), v)[0], fx.stack(ys, { axis: 1 })]
    }, x) as [number[], number[]]
    expect(apart(all, steps)).toBeLessThan(1e-6)
  })

  test('in two parts with the carry between, it is what it is in one', () => {
    const [whole, parts] = numbersOf((v: F32) => {
      const [one, carry] = network.manyToMany(params(), fx.slice(v, [0, 0, 0], [2, 2, inputs]))
      const [two] = network.manyToMany(params(), fx.slice(v, [0, 2, 0], [2, time, inputs]), carry)
      return [network.manyToMany(params(), v)[0], fx.concat([one, two], { axis: 1 })]
    }, x) as [number[], number[]]
    expect(apart(whole, parts)).toBeLessThan(1e-6)
  })

  test('1 → N feeds what it gives back: with the inputs of N → N as feed, it gives what that gives', () => {
    const [fed, all, first] = numbersOf((v: F32) => {
      const next = (_: F32, i: I32): F32 => {
        const place = fx.minimum(fx.add(i, 1), time - 1)
        return fx.reshape(fx.dynamicSlice(v, [0, place, 0], [2, 1, inputs]), [2, inputs])
      }
      const own = (y: F32): F32 => fx.concat([y, fx.zeros([2, 1])], { axis: 1 })
      const free = network.oneToMany(params(), at(v, 0), 2, own)
      const [y0, carry] = network.oneToOne(params(), at(v, 0))
      const [y1] = network.oneToOne(params(), own(y0), carry)
      return [
        network.oneToMany(params(), at(v, 0), time, next),
        network.manyToMany(params(), v)[0],
        fx.sub(free, fx.stack([y0, y1], { axis: 1 })),
      ]
    }, x) as [number[], number[], number[]]
    expect(apart(fed, all)).toBeLessThan(1e-6)
    expect(Math.max(...first.map(Math.abs))).toBeLessThan(1e-6)
  })

  test('an output depends on inputs up to its own, and on none after', () => {
    const [flat] = numbersOf(
      (v: F32) => [
        fx.sum(fx.abs(fx.jacobian((u: F32) => fx.sum(network.manyToMany(params(), u)[0], { axis: [0, 2] }))(v) as F32), { axis: [1, 3] }),
      ],
      x,
    ) as [number[]]
    flat.forEach((g, i) => {
      if (i % time > Math.floor(i / time)) expect(g).toBe(0)
      else expect(g).toBeGreaterThan(1e-4)
    })
  })

  test('gradients are those of differences', () => {
    fx.checkGrads(
      (...leaves: F32[]) => fx.sum(fx.square(network.manyToMany(of(...leaves), fx.constant(noise([1, 3, inputs], 7)))[0])),
      arrays as never,
      { order: 1 },
    )
  })

  test('no step is refused', () => {
    expect(() => numbersOf((v: F32) => [network.oneToMany(params(), at(v, 0), 0, (y) => y)], x)).toThrow(/give a whole number from 1/)
  })
})

test('a language model: the loss is the mean of -ln P of each next token, and steps give what all at once give, for any cell', () => {
  const model = languageModel(gruCell(3, 4), 6)
  const tokens = fx.ndarray(Int32Array.of(1, 4, 2, 5, 0, 3, 3, 1), { shape: [2, 4] })
  const [logits, steps, loss] = numbersOf((t: I32) => {
    const weights = model.init(fx.random.key(1))
    const seen = fx.slice(t, [0, 0], [2, 3])
    let carry: F32 = fx.zeros([2, 4])
    const each = [0, 1, 2].map((k): F32 => {
      const [y, next] = model.step(weights, fx.reshape(fx.slice(seen, [0, k], [2, k + 1]), [2]), carry)
      carry = next
      return y
    })
    return [model.apply(weights, seen)[0], fx.stack(each, { axis: 1 }), model.loss(weights, t)]
  }, tokens) as [number[], number[], number[]]
  expect(apart(logits, steps)).toBeLessThan(1e-6)
  const nats = [4, 2, 5, 3, 3, 1].map((token, i) => {
    const row = logits.slice(6 * i, 6 * i + 6)
    return Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[token]!
  })
  expect(loss[0]).toBeCloseTo(nats.reduce((a, b) => a + b) / 6, 5)
})
