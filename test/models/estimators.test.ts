import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  binaryCrossEntropy,
  categoricalMle,
  discreteCrossEntropy,
  discreteEntropy,
  discreteKl,
  gaussianLogProb,
  gaussianMle,
  gaussianPrior,
  laplacePrior,
  ridge,
} from '../../src/models.js'
import { bceWithLogits, crossEntropy, klDivergence, l1Penalty, l2Penalty, nll } from '../../src/nn.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from './programs.js'

const [u, v] = [noise([4, 5], 1), noise([4, 5], 2)]
/** Logits of a distribution in each row, and the distribution. */
const logits = (x: F32): F32 => fx.mul(x, 3)
const dist = (x: F32): F32 => fx.softmax(logits(x))

const labels = [2, 0, 2, 1, 2, 4, 4, 0]
const ids = fx.ndarray(Int32Array.from(labels))
const frequencies = [2 / 8, 1 / 8, 3 / 8, 0, 2 / 8]

/** Rows that span all three dimensions: sines of one frequency would span two. */
const x = fx.ndarray(
  Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * i * 0.7 + 1)),
  { shape: [12, 3] },
)
const y = noise([12], 4)

describe('cross-entropy, entropy and KL', () => {
  test('H(p, q) = H(p) + KL(p ‖ q), by probabilities and by logits', () => {
    const [left, right, byLogits, h, kl, klByLogits] = numbersOf(
      (a: F32, b: F32) => {
        const [p, q] = [dist(a), dist(b)]
        return [
          discreteCrossEntropy(p, q),
          fx.add(discreteEntropy(p), discreteKl(p, q)),
          crossEntropy(logits(b), p, { reduction: 'none' }),
          discreteEntropy(p),
          discreteKl(p, q),
          klDivergence(fx.logSoftmax(logits(a)), fx.logSoftmax(logits(b)), { reduction: 'none' }),
        ]
      },
      u,
      v,
    ) as [number[], number[], number[], number[], number[], number[]]
    expect(apart(left, right)).toBeLessThan(1e-5)
    expect(apart(left, byLogits)).toBeLessThan(1e-5)
    expect(apart(kl, klByLogits)).toBeLessThan(1e-5)
    expect(Math.min(...kl)).toBeGreaterThan(0.05) // Gibbs: they differ
    h.forEach((each) => expect(each).toBeLessThan(Math.log(5)))
  })

  test('a uniform distribution has ln n, and a certain one 0, with finite gradients', () => {
    const [flat, sure, back] = run(
      (p, c) => [discreteEntropy(p), discreteCrossEntropy(c, p), fx.grad((q: F32) => fx.sum(discreteCrossEntropy(c, q)))(c)],
      [0.25, 0.25, 0.25, 0.25],
      [0, 1, 0, 0],
    )
    expect(flat).toBeCloseTo(Math.log(4), 6)
    expect(sure).toBeCloseTo(Math.log(4), 6)
    expect(back).toEqual([0, -1, 0, 0])
  })

  test('of the empirical distribution is the mean NLL, H(p) + KL(p ‖ q), and least at the frequencies', () => {
    const q = fx.ndarray([0.1, 0.2, 0.3, 0.1, 0.3], { dtype: 'f32' })
    const [p, loss, sum, best] = numbersOf(
      (l: fx.Tensor<fx.Shape, 'i32'>, b: F32) => {
        const seen = categoricalMle(l, 5)
        const each = fx.broadcastTo(fx.log(b), [labels.length, 5]) as F32
        return [seen, nll(each, l), fx.add(discreteEntropy(seen), discreteKl(seen, b)), discreteCrossEntropy(seen, seen)]
      },
      ids,
      q,
    ) as [number[], number[], number[], number[]]
    expect(apart(p, frequencies)).toBeLessThan(1e-6)
    expect(apart(loss, sum)).toBeLessThan(1e-5)
    expect(best[0]).toBeLessThan(loss[0]!)
  })

  test('binary cross-entropy is the formula, and that of logits', () => {
    const z = noise([6], 5)
    const t = [0, 1, 0.25, 1, 0.5, 0]
    const [mine, logit] = numbersOf(
      (a: F32, b: F32) => [binaryCrossEntropy(b, fx.sigmoid(a)), bceWithLogits(a, b, { reduction: 'sum' })],
      z,
      fx.ndarray(t, { dtype: 'f32' }),
    ) as [number[], number[]]
    const want = t.reduce((s, yi, i) => {
      const p = 1 / (1 + Math.exp(-z.data[i]!))
      return s - (yi * Math.log(p) + (1 - yi) * Math.log(1 - p))
    }, 0)
    expect(mine[0]).toBeCloseTo(want, 5)
    expect(logit[0]).toBeCloseTo(want, 5)
  })

  test('distributions over other outcomes are refused', () => {
    expect(() => run((a, b) => discreteKl(a, b), [1], [0.5, 0.5])).toThrow(/not over the same outcomes/)
  })
})

describe('estimates', () => {
  test('no Gaussian makes rows likelier than their mean and covariance', () => {
    // The gradient of the likelihood by the mean and by a factor of the covariance is 0 there.
    const [mean, factor] = numbersOf((rows: F32) => {
      const { mean: m, covariance } = gaussianMle(rows)
      const likelihood = (at: F32, by: F32): F32 => {
        const scaled = fx.matmul(fx.matmul(by, covariance), fx.swapAxes(by, 0, 1))
        return fx.mean(gaussianLogProb({ mean: at, covariance: scaled }, rows))
      }
      return fx.grad(likelihood, { argnums: [0, 1] })(m, fx.eye(3))
    }, x) as [number[], number[]]
    expect(apart(mean, [0, 0, 0])).toBeLessThan(1e-5)
    expect(apart(factor, new Array<number>(9).fill(0))).toBeLessThan(1e-4)
  })

  test('ridge is the MAP estimate: the posterior has no gradient there; without a prior it is least squares', () => {
    const [sigma, tau] = [0.5, 0.8]
    const noiseNll = (w: F32, rows: F32, target: F32): F32 => fx.sum(fx.div(fx.square(fx.sub(fx.matmul(rows, w), target)), 2 * sigma ** 2))
    const [map, ml, shrunk, plain] = numbersOf(
      (rows: F32, target: F32) => {
        const [w, w0] = [ridge(rows, target, sigma ** 2 / tau ** 2), ridge(rows, target)]
        return [
          fx.grad((at: F32) => fx.add(noiseNll(at, rows, target), gaussianPrior(at, tau)))(w),
          fx.grad((at: F32) => noiseNll(at, rows, target))(w0),
          fx.norm(w),
          fx.norm(w0),
        ]
      },
      x,
      y,
    ) as [number[], number[], number[], number[]]
    expect(apart(map, [0, 0, 0])).toBeLessThan(1e-4)
    expect(apart(ml, [0, 0, 0])).toBeLessThan(1e-4)
    expect(shrunk[0]).toBeLessThan(plain[0]!)
  })

  test('ridge of several targets is that of each', () => {
    const [both, first, second] = numbersOf(
      (rows: F32, a: F32) => [
        ridge(rows, fx.stack([a, fx.neg(fx.square(a))], { axis: 1 }), 0.3),
        ridge(rows, a, 0.3),
        ridge(rows, fx.neg(fx.square(a)), 0.3),
      ],
      x,
      y,
    ) as [number[], number[], number[]]
    expect(apart(both, [0, 1, 2].flatMap((i) => [first[i]!, second[i]!]))).toBeLessThan(1e-5) // prettier-ignore
  })

  test('priors are densities, and penalties but for a constant', () => {
    const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100)
    const density = (prior: typeof gaussianPrior): number => {
      const [each] = numbersOf(
        (points: F32) => fx.vmap((w: F32) => fx.exp(fx.neg(prior(w, 0.7))))(points),
        fx.ndarray(grid, { dtype: 'f32' }),
      )
      return each!.reduce((sum, p) => sum + p / 100, 0)
    }
    expect(density(gaussianPrior)).toBeCloseTo(1, 4)
    expect(density(laplacePrior)).toBeCloseTo(1, 3)
    const gradients = numbersOf(
      (w: F32) => {
        const of = (f: (at: F32) => F32): F32 => fx.grad(f)(w)
        return [
          of((at) => gaussianPrior(at, 0.7)),
          of((at) => l2Penalty(at, 0.5 / 0.49)),
          of((at) => laplacePrior({ at }, 0.7)),
          of((at) => l1Penalty(at, 1 / 0.7)),
        ]
      },
      noise([5], 6),
    ) as [number[], number[], number[], number[]]
    expect(apart(gradients[0], gradients[1])).toBeLessThan(1e-6)
    expect(apart(gradients[2], gradients[3])).toBeLessThan(1e-6)
    expect(() => run((w) => gaussianPrior(w, 0), [1])).toThrow(/scale is 0/)
  })

  test('targets that are not one for each row are refused', () => {
    expect(() => run((a, b) => ridge(a, b), [[1, 2]], [1, 2])).toThrow(/not one target for each row/)
    expect(() => run((a, b) => ridge(a, b, -1), [[1, 2]], [1])).toThrow(/lambda is -1/)
    expect(() => run((a) => gaussianMle(a).mean, [1, 2])).toThrow(/no rows/)
  })

  test('all are differentiable', () => {
    fx.checkGrads((a: F32, b: F32) => discreteCrossEntropy(dist(a), dist(b)), [u, v] as never)
    fx.checkGrads((a: F32, b: F32) => discreteKl(dist(a), dist(b)), [u, v] as never)
    fx.checkGrads((a: F32, b: F32) => ridge(a, b, 0.3), [x, y] as never, { order: 1 })
    fx.checkGrads((a: F32) => binaryCrossEntropy(fx.sigmoid(a), fx.sigmoid(fx.neg(a))), [u] as never)
  })
})
