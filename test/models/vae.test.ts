import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  diagonalKl,
  gaussianKl,
  gaussianLogProb,
  klToStandard,
  mlp,
  reparametrize,
  vae,
  vaeLoss,
  type LogGaussian,
} from '../../src/models.js'
import type { Module } from '../../src/nn.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from '../harness/noise.js'
import { negativeElbo } from './latentPrograms.js'

const rows = (...values: readonly (readonly number[])[]): F32 => fx.constant(values as fx.Nested, { dtype: 'f32' })

/** A module that is a function of its input alone. */
const fixed = (f: (x: F32) => F32): Module<readonly []> => ({ init: () => [], apply: (_, x) => f(x) })

const none = { encoder: [], decoder: [] } as const

describe('a linear Gaussian model: p(x|z) = N(w z, s² I), one z', () => {
  const w = [0.8, -0.5, 1.2]
  const s2 = 0.3
  const precision = 1 + w.reduce((sum, v) => sum + v * v, 0) / s2
  const x = [
    [0.4, -1, 0.7],
    [1.5, 0.2, -0.6],
  ]
  const decoder = fixed((z) => {
    const mean: F32 = fx.matmul(z, rows(w))
    return fx.concat([mean, fx.full(mean.shape, Math.log(s2))], { axis: 1 })
  })
  /** q(z|x) with some mean and variance. */
  const model = (mean: (x: F32) => F32, variance: number) =>
    vae({
      encoder: fixed((v) => fx.concat([mean(v), fx.full([v.shape[0] as number, 1], Math.log(variance))], { axis: 1 })),
      decoder,
      likelihood: 'gaussian',
    })
  const exactMean = (v: F32): F32 => fx.div(fx.matmul(v, fx.swapAxes(rows(w), 0, 1)), s2 * precision)
  /** The mean under q: what is averaged is quadratic in ε, so ε = 1 and ε = -1 are as good as all. */
  const expected = (m: ReturnType<typeof model>, v: F32): F32 => {
    const at = (epsilon: number): F32 => m.elbo(none, v, fx.full([2, 1], epsilon)).elbo
    return fx.mul(fx.add(at(1), at(-1)), 0.5)
  }
  const evidence = (v: F32): F32 => {
    const covariance: F32 = fx.add(fx.matmul(fx.swapAxes(rows(w), 0, 1), rows(w)), fx.mul(fx.eye(3), s2))
    return gaussianLogProb({ mean: fx.zeros([3]), covariance }, v)
  }

  test('the ELBO is ln p(x) where q(z|x) is p(z|x)', () => {
    const [bound, truth] = run((v) => [expected(model(exactMean, 1 / precision), v), evidence(v)], x) as [number[], number[]]
    expect(apart(bound, truth)).toBeLessThan(1e-5)
  })

  test('elsewhere it is less, by KL(q(z|x) ‖ p(z|x))', () => {
    const mean = (v: F32): F32 => fx.add(fx.mul(exactMean(v), 0.5), 0.2)
    const [bound, truth, gap] = run(
      (v) => [
        expected(model(mean, 0.4), v),
        evidence(v),
        diagonalKl({ mean: mean(v), variance: fx.full([1], 0.4) }, { mean: exactMean(v), variance: fx.full([1], 1 / precision) }),
      ],
      x,
    ) as [number[], number[], number[]]
    expect(Math.min(...gap)).toBeGreaterThan(0.1)
    expect(apart(bound, truth.map((t, i) => t - gap[i]!))).toBeLessThan(1e-5) // prettier-ignore
  })

  test('with β the best q(z|x) is p(z|x) as it were with β s² of noise', () => {
    const beta = 4
    const square = w.reduce((sum, v) => sum + v * v, 0)
    const slopes = (noisy: number): readonly number[] =>
      numbersOf(
        (v: F32) => {
          const loss = (scale: F32, logVariance: F32): F32 => {
            const encoder = fixed((u) => {
              const mean: F32 = fx.mul(fx.matmul(u, fx.swapAxes(rows(w), 0, 1)), scale)
              return fx.concat([mean, fx.mul(fx.ones(mean.shape), logVariance)], { axis: 1 })
            })
            const own = vae({ encoder, decoder, likelihood: 'gaussian' })
            const at = (epsilon: number): F32 => vaeLoss(own.elbo(none, v, fx.full([2, 1], epsilon)), { beta })
            return fx.add(at(1), at(-1))
          }
          const total = noisy * s2 + square
          return fx.grad(loss, { argnums: [0, 1] })(fx.full([], 1 / total), fx.full([], Math.log((noisy * s2) / total)))
        },
        fx.ndarray(x, { dtype: 'f32' }),
      ).flat()
    expect(Math.max(...slopes(beta).map(Math.abs))).toBeLessThan(1e-4)
    expect(Math.min(...slopes(1).map(Math.abs))).toBeGreaterThan(0.1)
  })
})

describe('q(z|x)', () => {
  const q: LogGaussian = { mean: rows([0.5, -1, 2], [0, 0, 0]), logVariance: rows([0.3, -2, 1], [0, 0, 0]) }

  test('KL to the prior is that of Gaussians, and 0 where they are equal', () => {
    const [own, diagonal, full] = numbersOf(() => {
      const one = (v: F32): F32 => fx.reshape(fx.slice(v, [0, 0], [1, 3]), [3])
      const covariance: F32 = fx.diag(fx.exp(one(q.logVariance)))
      return [
        klToStandard(q),
        diagonalKl({ mean: q.mean, variance: fx.exp(q.logVariance) }, { mean: fx.zeros([3]), variance: fx.ones([3]) }),
        gaussianKl({ mean: one(q.mean), covariance }, { mean: fx.zeros([3]), covariance: fx.eye(3) }),
      ]
    }) as [number[], number[], number[]]
    expect(apart(own, diagonal)).toBeLessThan(1e-5)
    expect(own[0]).toBeCloseTo(full[0]!, 5)
    expect(own[1]).toBe(0)
  })

  test('z = μ + σ ⊙ ε, and gradients reach both: ∂ E z² is 2 μ by μ and σ² by ln σ²', () => {
    const [z, byMean, byLogVariance] = numbersOf(() => {
      const second = (mean: F32, logVariance: F32): F32 => {
        const at = (e: number): F32 => fx.sum(fx.square(reparametrize({ mean, logVariance }, fx.full([2, 3], e))))
        return fx.mul(fx.add(at(1), at(-1)), 0.5)
      }
      return [reparametrize(q, fx.full([2, 3], 2)), ...fx.grad(second, { argnums: [0, 1] })(q.mean, q.logVariance)]
    }) as [number[], number[], number[]]
    expect(apart(z.slice(0, 3), [0.5 + 2 * Math.exp(0.15), -1 + 2 * Math.exp(-1), 2 + 2 * Math.exp(0.5)])).toBeLessThan(1e-5)
    expect(apart(byMean, [1, -2, 4, 0, 0, 0])).toBeLessThan(1e-5)
    expect(apart(byLogVariance, [0.3, -2, 1, 0, 0, 0].map(Math.exp))).toBeLessThan(1e-5)
  })
})

test('a Bernoulli decoder: ln p(x|z) = Σ x ln x̂ + (1 - x) ln(1 - x̂), x̂ its mean', () => {
  const model = vae({ encoder: fixed((x) => fx.mul(fx.concat([x, x], { axis: 1 }), 0)), decoder: fixed((z) => fx.mul(z, 3)) })
  const [reconstruction, mean] = run(
    (x) => [model.elbo(none, x, rows([0.2, -1])).reconstruction, model.decode(none, rows([0.2, -1]))],
    [[1, 0]],
  ) as [number[], number[][]]
  const [a, b] = mean[0] as [number, number]
  expect(a).toBeCloseTo(1 / (1 + Math.exp(-0.6)), 5)
  expect(reconstruction[0]).toBeCloseTo(Math.log(a) + Math.log(1 - b), 5)
})

test('β and δ: L = -(ln p(x|z) - β (KL - δ)), the mean over examples', () => {
  const [reconstruction, kl]: readonly [F32, F32] = [fx.constant([-10, -20]), fx.constant([3, 5])]
  const terms = { reconstruction, kl }
  const values = numbersOf(() => [vaeLoss(terms), vaeLoss(terms, { beta: 4 }), vaeLoss(terms, { beta: 4, delta: 1 })]).flat()
  expect(apart(values, [19, 31, 27])).toBeLessThan(1e-5)
})

test('known factors reach the encoder and the decoder', () => {
  const model = vae({ encoder: mlp({ sizes: [3, 4] }), decoder: mlp({ sizes: [4, 2] }) })
  const params = { encoder: [{ w: fx.constant(noise([3, 4], 1)) }], decoder: [{ w: fx.constant(noise([4, 2], 2)) }] }
  const [byKnown, byCode] = numbersOf(() => {
    const x = rows([0.3], [0.7])
    const known = rows([1, 0], [0, 1])
    const loss = (y: F32): F32 => fx.sum(model.encode(params, x, y).mean)
    return [fx.grad(loss)(known), fx.grad((y: F32) => fx.sum(model.decode(params, fx.constant(noise([2, 2], 3)), y)))(known)]
  }) as [number[], number[]]
  expect(Math.min(...byKnown.map(Math.abs))).toBeGreaterThan(1e-3)
  expect(Math.min(...byCode.map(Math.abs))).toBeGreaterThan(1e-3)
})

test('gradients of the ELBO are those of differences', () => {
  fx.checkGrads(negativeElbo, [noise([2, 4], 1), noise([4], 2), noise([2, 4], 3), noise([5, 2], 4)] as never, { order: 1 })
})

test('a network that gives no pairs of means and variances is refused', () => {
  const model = vae({ encoder: fixed((x) => x), decoder: fixed((z) => z) })
  expect(() => run((x) => model.encode(none, x).mean, [[1, 2, 3]])).toThrow(/means and variances are not as many/)
})
