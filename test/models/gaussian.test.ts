import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  diagonalCrossEntropy,
  diagonalEntropy,
  diagonalKl,
  gaussianCrossEntropy,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  gaussianSample,
} from '../../src/models/gaussian.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { klOfFactors } from './programs.js'

const p = { mean: [0.3, -1, 0.5], covariance: [[2, 0.4, -0.3], [0.4, 1, 0.2], [-0.3, 0.2, 0.7]] } // prettier-ignore
const q = { mean: [-0.2, 0.1, 1], covariance: [[1.5, -0.2, 0.1], [-0.2, 0.8, 0.3], [0.1, 0.3, 1.2]] } // prettier-ignore
const pair = [p.mean, p.covariance, q.mean, q.covariance] as const

const of = (f: typeof gaussianKl) => (m: F32, s: F32, n: F32, l: F32) => f({ mean: m, covariance: s }, { mean: n, covariance: l })
const value = (f: (...xs: F32[]) => unknown, ...args: readonly fx.Nested[]): number => Number(run(f, ...args)[0])

const diagonalOf = (v: readonly number[]): number[][] => v.map((x, i) => v.map((_, j) => (i === j ? x : 0)))

describe('Gaussians', () => {
  test('in one dimension, by the formulas of a textbook', () => {
    expect(value((m, s) => gaussianEntropy({ mean: m, covariance: s }), [7], [[4]])).toBeCloseTo(
      0.5 * Math.log(2 * Math.PI * Math.E * 4),
      5,
    )
    // ln σ₂/σ₁ + (σ₁² + (μ₁ - μ₂)²) / 2σ₂² - ½
    expect(value(of(gaussianKl), [1], [[4]], [3], [[9]])).toBeCloseTo(Math.log(3 / 2) + (4 + 4) / 18 - 0.5, 5)
  })

  test('H(p, q) = H(p) + KL(p ‖ q), and KL is 0 only between equals', () => {
    const sum = value((m, s) => gaussianEntropy({ mean: m, covariance: s }), p.mean, p.covariance) + value(of(gaussianKl), ...pair)
    expect(value(of(gaussianCrossEntropy), ...pair)).toBeCloseTo(sum, 5)
    expect(value(of(gaussianKl), p.mean, p.covariance, p.mean, p.covariance)).toBeCloseTo(0, 5)
    expect(value(of(gaussianKl), ...pair)).toBeGreaterThan(0.1)
    expect(value(of(gaussianKl), q.mean, q.covariance, p.mean, p.covariance)).not.toBeCloseTo(value(of(gaussianKl), ...pair), 2)
  })

  test('full covariances that are diagonal give the diagonal case', () => {
    const [s, l] = [[0.5, 2, 1.3], [1, 0.7, 3]] as const // prettier-ignore
    const full = [p.mean, diagonalOf(s), q.mean, diagonalOf(l)] as const
    const diagonal = (f: typeof diagonalKl) => (m: F32, v: F32, n: F32, w: F32) => f({ mean: m, variance: v }, { mean: n, variance: w })
    const entropy = value((m, v) => diagonalEntropy({ mean: m, variance: v }), p.mean, s)
    expect(entropy).toBeCloseTo(
      value((m, v) => gaussianEntropy({ mean: m, covariance: v }), p.mean, diagonalOf(s)),
      5,
    )
    expect(value(diagonal(diagonalKl), p.mean, s, q.mean, l)).toBeCloseTo(value(of(gaussianKl), ...full), 5)
    expect(value(diagonal(diagonalCrossEntropy), p.mean, s, q.mean, l)).toBeCloseTo(value(of(gaussianCrossEntropy), ...full), 5)
    expect(run(diagonal(diagonalKl) as never, [p.mean, p.mean], [s, s], q.mean, l)[0]).toHaveLength(2)
  })

  test('equal their Monte Carlo estimates within four standard errors', () => {
    const n = 4_000
    const estimates = run(
      (m, s, k, l) => {
        const [mine, other] = [
          { mean: m, covariance: s },
          { mean: k, covariance: l },
        ]
        const x = gaussianSample(fx.random.key(7), mine, n)
        const [a, b] = [gaussianLogProb(mine, x), gaussianLogProb(other, x)]
        return [fx.neg(a), fx.neg(b), fx.sub(a, b)].flatMap((v) => [fx.mean(v), fx.std(v)])
      },
      ...pair,
    ).map(Number)
    const closed = [
      value((m, s) => gaussianEntropy({ mean: m, covariance: s }), p.mean, p.covariance),
      value(of(gaussianCrossEntropy), ...pair),
      value(of(gaussianKl), ...pair),
    ]
    closed.forEach((want, i) => {
      const error = (estimates[2 * i + 1] as number) / Math.sqrt(n)
      expect(Math.abs((estimates[2 * i] as number) - want)).toBeLessThan(4 * error)
    })
  })

  test('are differentiable in means and covariances', () => {
    const args = [p.mean, p.covariance, q.mean, q.covariance].map((x) => fx.ndarray(x as fx.Nested, { dtype: 'f32' }))
    fx.checkGrads(klOfFactors, args as never, { order: 2, modes: ['fwd', 'rev'] })
  })

  test('of different spaces are refused', () => {
    expect(() => run((m, s) => gaussianEntropy({ mean: m, covariance: s }), [1, 2], [[1]])).toThrow(
      /the mean and the covariance are of different spaces/,
    )
    expect(() => run(of(gaussianKl) as never, [1], [[1]], p.mean, p.covariance)).toThrow(/over different spaces/)
  })
})
