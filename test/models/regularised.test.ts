import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { regularisedMlp } from '../../src/models.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { countOf, expectGradient, parametersOf, shapesOf } from './nets.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from '../harness/noise.js'

const sizes = [6, 8, 5, 3]
const x = noise([7, 6], 1)
/** So large that the ε of norms counts for nothing. */
const loud = fx.ndarray(
  x.data.map((v) => 20 * v),
  { shape: [7, 6] },
)

const plain = regularisedMlp({ sizes })
const batch = regularisedMlp({ sizes, norm: 'batch' })
const layered = regularisedMlp({ sizes, norm: 'layer' })
const dropping = regularisedMlp({ sizes, dropout: 0.5 })
/** Units that are never off. */
const smooth = [undefined, 'batch', 'layer'].map((norm) =>
  regularisedMlp({ sizes, activation: (v) => fx.tanh(v), ...(norm && { norm: norm as 'batch' }) }),
)

/** Parameters with the first layer's weights and biases k times as large. */
const louder = (params: fx.Tree<F32>, k: number): fx.Tree<F32> => {
  const [first, ...rest] = params as readonly { readonly w: F32; readonly b: F32 }[]
  return [{ w: fx.mul(first!.w, k), b: fx.mul(first!.b, k) }, ...rest] as never
}

describe('regularised networks', () => {
  test('have the layers, and norms of two numbers for each hidden unit', () => {
    const dense = 6 * 8 + 8 + (8 * 5 + 5) + (5 * 3 + 3)
    expect([plain, dropping, batch, layered].map(countOf)).toEqual([dense, dense, dense + 2 * 13, dense + 2 * 13])
    expect(Object.values(shapesOf(batch, [7, 6])).at(-1)).toEqual([[7, 3]])
  })

  test('without any are dense layers and the activation', () => {
    const [have, want] = numbersOf((v: F32) => {
      const params = parametersOf(plain) as unknown as readonly { readonly w?: F32; readonly b?: F32 }[]
      const layers = params.filter((p) => p.w !== undefined) as readonly { readonly w: F32; readonly b: F32 }[]
      const by = layers.reduce((h: F32, { w, b }, i) => {
        const z = fx.add(fx.matmul(h, w), b)
        return i === 2 ? z : fx.relu(z)
      }, v)
      return [plain.apply(params, v), by]
    }, x) as [number[], number[]]
    expect(apart(have, want)).toBeLessThan(1e-6)
  })

  test.each(['batch', 'layer'] as const)('with a norm (%s) have it between a dense layer and its activation', (norm) => {
    const net = regularisedMlp({ sizes, norm })
    const over = { axis: norm === 'batch' ? 0 : 1, keepDims: true } as const
    const [have, want] = numbersOf((v: F32) => {
      const params = parametersOf(net) as unknown as readonly Readonly<Record<'w' | 'b' | 'scale' | 'shift', F32>>[]
      const affine = (at: number, h: F32): F32 => fx.add(fx.matmul(h, params[at]!.w), params[at]!.b)
      // A dense layer, its norm and the activation are three layers each.
      const hidden = [0, 3].reduce((h: F32, at): F32 => {
        const z = affine(at, h)
        const centred: F32 = fx.sub(z, fx.mean(z, over))
        const normal: F32 = fx.div(centred, fx.sqrt(fx.add(fx.mean(fx.square(centred), over), 1e-5)))
        return fx.relu(fx.add(fx.mul(normal, params[at + 1]!.scale), params[at + 1]!.shift))
      }, v)
      return [net.stateful(params, v, { training: true, state: net.initState() })[0], affine(6, hidden)]
    }, x) as [number[], number[]]
    expect(apart(have, want)).toBeLessThan(1e-4)
  })

  test('of which layers are normalised do not hear how loud a layer is; a plain one does', () => {
    const change = (net: typeof plain): number => {
      const [one, other] = numbersOf((v: F32) => {
        const params = parametersOf(net)
        const apply = (p: fx.Tree<F32>): F32 => net.stateful(p, v, { training: true, state: net.initState() })[0]
        return [apply(params), apply(louder(params, 3))]
      }, loud) as [number[], number[]]
      return apart(one, other)
    }
    const [alone, overBatch, overFeatures] = smooth.map(change)
    expect(overBatch).toBeLessThan(1e-3)
    expect(overFeatures).toBeLessThan(1e-3)
    expect(alone).toBeGreaterThan(0.02)
  })

  test('a norm over the batch makes examples depend on one another, one over features does not', () => {
    const coupling = (net: typeof plain): number => {
      const [slopes] = numbersOf((v: F32) => {
        const first = (u: F32): F32 =>
          fx.sum(fx.slice(net.stateful(parametersOf(net), u, { training: true, state: net.initState() })[0], [0, 0], [1, 3]))
        return fx.sum(fx.abs(fx.slice(fx.grad(first)(v), [1, 0], [7, 6])))
      }, x) as [number[]]
      return slopes[0]!
    }
    const [alone, overBatch, overFeatures] = smooth.map(coupling)
    expect(overBatch).toBeGreaterThan(1e-3)
    expect([alone, overFeatures]).toEqual([0, 0])
  })

  test('drop units in training alone, half of them, and keep the mean', () => {
    const wide = regularisedMlp({ sizes: [1, 4000, 1], dropout: 0.5, activation: (v) => v })
    // Every hidden unit gives 1, and the output is their mean.
    const params = [{ w: fx.ones([1, 4000]), b: fx.zeros([4000]) }, [], [], { w: fx.full([4000, 1], 1 / 4000), b: fx.zeros([1]) }] as never
    const [kept, still, again] = numbersOf(
      (v: F32) => [
        wide.apply(params, v, { training: true, key: fx.random.key(1) }),
        wide.apply(params, v),
        wide.apply(params, v, { training: true, key: fx.random.key(2) }),
      ],
      fx.ndarray([[1]]),
    ) as [number[], number[], number[]]
    expect(still[0]).toBeCloseTo(1, 5)
    // Units are worth 2 or 0: the mean of 4000 is within five standard errors of 1, and never just that.
    for (const [y] of [kept, again]) expect(Math.abs(y! - 1)).toBeLessThan(5 / Math.sqrt(4000))
    expect(kept[0]).not.toBe(again[0])
  })

  test.each([0.2, 0.5, 0.7])('drop hidden units at the rate asked for, %f, and scale the others', (rate) => {
    const wide = regularisedMlp({ sizes: [1, 500, 500], dropout: rate, activation: (v) => v })
    const [units] = numbersOf(
      (v: F32) => {
        const params = [{ w: fx.ones([1, 500]), b: fx.zeros([500]) }, [], [], { w: fx.eye(500), b: fx.zeros([500]) }] as never
        return [wide.apply(params, v, { training: true, key: fx.random.key(3) })]
      },
      fx.ndarray([[1]]),
    ) as [number[]]
    const kept = units.filter((v) => v !== 0)
    expect(apart(kept, kept.map(() => 1 / (1 - rate)))).toBeLessThan(1e-5) // prettier-ignore
    // Within four standard errors.
    expect(Math.abs(1 - kept.length / 500 - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 500))
  })

  test('gradients are differences', async () => {
    await expectGradient(batch, [7, 6])
    await expectGradient(layered, [7, 6])
    await expectGradient(dropping, [7, 6])
  })

  test('of no layer are refused', () => {
    expect(() => run((v) => regularisedMlp({ sizes: [3] }).apply([], v), [[1]])).toThrow(/1 sizes are no layer/)
    expect(() => regularisedMlp({ sizes, dropout: 1 })).toThrow(/rate of 1/)
  })
})
