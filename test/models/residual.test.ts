import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { tower, type TowerParams } from '../../src/models.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from './programs.js'

const sizes = { inputs: 6, outputs: 3, width: 8 } as const
const x = noise([4, 6], 1)
const key = (seed: number): fx.Key => fx.random.key(seed)

const gradientNorms = (residual: boolean, depth: number): { readonly first: number; readonly last: number } => {
  const model = tower({ ...sizes, depth, residual })
  const [norms] = numbersOf((v: F32) => {
    const { layers } = fx.grad((p: TowerParams) => fx.sum(fx.square(model.apply(p, v))))(model.init(key(5)))
    return fx.sqrt(fx.sum(fx.square(layers.w), { axis: [1, 2] }))
  }, x) as [number[]]
  return { first: norms[0]!, last: norms[depth - 1]! }
}

describe('towers', () => {
  test.each([false, true])('are the layers one after another (residual: %s)', (residual) => {
    const model = tower({ ...sizes, depth: 3, residual })
    const [one, other] = numbersOf((v: F32) => {
      const p = model.init(key(2))
      const h0 = fx.add(fx.matmul(v, p.input.w), p.input.b!)
      const h = [0, 1, 2].reduce((at: F32, l): F32 => {
        const w = fx.reshape(fx.slice(p.layers.w, [l, 0, 0], [l + 1, 8, 8]), [8, 8])
        const f = fx.relu(fx.add(fx.matmul(at, w), fx.reshape(fx.slice(p.layers.b, [l, 0], [l + 1, 8]), [8])))
        return residual ? fx.add(f, at) : f
      }, h0)
      return [model.apply(p, v), fx.add(fx.matmul(h, p.output.w), p.output.b!)]
    }, x) as [number[], number[]]
    expect(apart(one, other)).toBeLessThan(1e-5)
  })

  test('a residual one whose layers give nothing is the identity, and has the identity’s Jacobian; a plain one gives nothing', () => {
    for (const residual of [true, false]) {
      const model = tower({ ...sizes, depth: 50, residual, init: (_, shape) => fx.zeros(shape) })
      const [h, jacobian] = numbersOf(
        (v: F32) => {
          const p = model.init(key(1))
          return [model.through(p, v), fx.jacobian((u: F32) => model.through(p, u))(v)]
        },
        noise([1, 8], 3),
      ) as [number[], number[]]
      expect(h).toEqual(residual ? Array.from(noise([1, 8], 3).data) : new Array(8).fill(0))
      expect(jacobian).toEqual(Array.from({ length: 64 }, (_, i) => (residual && i % 9 === 0 ? 1 : 0)))
    }
  })

  test('gradients of 50 layers reach the first through residuals, and shrink in plain ones of Glorot’s size', () => {
    const through = gradientNorms(true, 50)
    expect(through.first / through.last).toBeGreaterThan(0.2)
    expect(through.first / through.last).toBeLessThan(5)
    // relu halves what is squared, and these weights do not make up for it.
    const model = tower({ ...sizes, depth: 50, residual: false, init: fxGlorot })
    const [norm] = numbersOf((v: F32) => fx.norm(fx.grad((u: F32) => fx.sum(model.apply(model.init(key(5)), u)))(v)), x) as [number[]]
    expect(norm[0]).toBeLessThan(1e-4)
  })

  test('are differentiable', () => {
    const model = tower({ inputs: 2, outputs: 1, width: 2, depth: 3, residual: true })
    // Biases keep every unit on one side of its kink, half of them on each.
    const b = fx.ndarray([[0.5, -0.5], [-0.5, 0.5], [0.5, -0.5]], { dtype: 'f32' }) // prettier-ignore
    const [ends, out] = [noise([2, 2], 4), noise([2, 1], 5)]
    const f = (v: F32, w: F32): F32 => {
      const layers = { w: fx.mul(w, 0.03), b: fx.constant(b) }
      return fx.sum(fx.square(model.apply({ input: { w: fx.constant(ends) }, layers, output: { w: fx.constant(out) } }, fx.mul(v, 0.3))))
    }
    fx.checkGrads(f, [noise([2, 2], 1), noise([3, 2, 2], 2)] as never, { order: 1 })
  })

  test('of no layer are refused', () => {
    expect(() => run((v) => tower({ ...sizes, depth: 0, residual: true }).apply(undefined as never, v), [[1]])).toThrow(/depth is 0/)
  })
})

const fxGlorot = (k: fx.Key, shape: fx.Shape): F32 => fx.mul(fx.random.normal(k, shape), Math.sqrt(1 / 8))
