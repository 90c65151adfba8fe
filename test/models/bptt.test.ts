import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { chunkedBptt, elmanJacobians, stepJacobians, throughTime, truncatedBptt } from '../../src/models.js'
import { gruCell, leakyCell, lstmCell, rnnCell, unroll, type Cell, type LstmCarry, type RnnParams } from '../../src/nn.js'
import { chain, clipByGlobalNorm, globalNorm, sgd } from '../../src/optim.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from './programs.js'

const [batch, time, inputs, hidden] = [2, 7, 3, 4]
const x = noise([batch, time, inputs], 1)
const weights = noise([batch, time, hidden], 2)
const elman = rnnCell(inputs, hidden)
const key = (seed: number): fx.Key => fx.random.key(seed)

/** A loss at every step, each with weights of its own. */
const losses = (ys: F32, w: F32): F32 => fx.sum(fx.mul(fx.square(ys), w))

type Unrolled<P> = (params: P, x: F32) => F32

const lossAndGradients = <P, C>(cell: Cell<P, C>, ys: Unrolled<P>): number[] =>
  numbersOf(
    (data: F32, w: F32) => {
      const loss = (p: P, d: F32): F32 => losses(ys(p, d), w)
      return fx.valueAndGrad(loss as never, { argnums: [0, 1] })(cell.init(key(3)), data)
    },
    x,
    weights,
  ).flat()

const compare = <P, C>(cell: Cell<P, C>): void => {
  const carry = (): C => cell.initCarry(batch)
  const full = lossAndGradients(cell, (p, d) => unroll(cell, p, d, carry())[0])
  for (const steps of [time - 1, time, time + 3])
    expect(
      apart(
        lossAndGradients(cell, (p, d) => truncatedBptt(cell, p, d, carry(), steps)),
        full,
      ),
    ).toBeLessThan(1e-5)
  for (const length of [time, time + 3])
    expect(
      apart(
        lossAndGradients(cell, (p, d) => chunkedBptt(cell, p, d, carry(), length)),
        full,
      ),
    ).toBeLessThan(1e-5)
  // A shorter one has the same loss, and other gradients.
  for (const short of [
    lossAndGradients(cell, (p, d) => truncatedBptt(cell, p, d, carry(), 2)),
    lossAndGradients(cell, (p, d) => chunkedBptt(cell, p, d, carry(), 3)),
  ]) {
    expect(short[0]).toBeCloseTo(full[0]!, 5)
    expect(apart(short, full)).toBeGreaterThan(1e-3)
  }
}

describe('truncated BPTT', () => {
  test('is BPTT where K ≥ T, with the same values where it is less', () => {
    compare(elman)
    compare(gruCell(inputs, hidden))
    compare<unknown, LstmCarry>(lstmCell(inputs, hidden) as never)
  })

  /** The sum of |∂y_t/∂x_k| for each t and k. */
  const reach = (ys: Unrolled<RnnParams>): number[][] => {
    const [flat] = numbersOf((d: F32) => {
      const all = fx.jacobian((data: F32) => fx.sum(ys(elman.init(key(3)), data), { axis: [0, 2] }))(d) as F32
      return fx.sum(fx.abs(all), { axis: [1, 3] })
    }, x) as [number[]]
    return Array.from({ length: time }, (_, t) => flat.slice(t * time, (t + 1) * time))
  }

  test('reaches exactly K steps back, and as far as it reaches it is exact', () => {
    const full = reach((p, d) => unroll(elman, p, d, elman.initCarry(batch))[0])
    for (const k of [0, 1, 3]) {
      const some = reach((p, d) => truncatedBptt(elman, p, d, elman.initCarry(batch), k))
      some.forEach((row, t) =>
        row.forEach((g, at) => {
          expect(g).toBeCloseTo(at <= t && t - at <= k ? full[t]![at]! : 0, 5)
        }),
      )
      expect(some[5]![5 - k]).toBeGreaterThan(0)
    }
  })

  test('in chunks reaches to the chunk’s beginning', () => {
    const full = reach((p, d) => unroll(elman, p, d, elman.initCarry(batch))[0])
    reach((p, d) => chunkedBptt(elman, p, d, elman.initCarry(batch), 3)).forEach((row, t) =>
      row.forEach((g, at) => {
        expect(g).toBeCloseTo(at <= t && Math.floor(at / 3) === Math.floor(t / 3) ? full[t]![at]! : 0, 5)
      }),
    )
  })

  test('its gradients are those of differences where it is whole', () => {
    const f = (wx: F32, wh: F32, d: F32): F32 =>
      losses(truncatedBptt(elman, { wx, wh, b: fx.zeros([hidden]) }, d, elman.initCarry(batch), time), fx.constant(weights))
    fx.checkGrads(f, [noise([inputs, hidden], 4), noise([hidden, hidden], 5), x] as never, { order: 1 })
  })

  test('steps that are no whole number are refused', () => {
    const with_ = (f: typeof chunkedBptt, n: number) => () =>
      run((d) => f(elman, elman.init(key(1)), d, elman.initCarry(1), n), [[[1, 2, 3]]])
    expect(with_(truncatedBptt, -1)).toThrow(/number of steps is -1/)
    expect(with_(chunkedBptt, 0)).toThrow(/length is 0/)
  })
})

const sequence = noise([time, inputs], 7)

/** [∂hₜ/∂hₜ₋₁ by autodiff, by the closed form, ∂h_T/∂h₀ by their product, by autodiff through the loop]. */
const factors = (cell: Cell<RnnParams, F32>): number[][] =>
  numbersOf(
    (xs: F32, h0: F32) => {
      const params = cell.init(key(3))
      const each = stepJacobians(cell, params, xs, h0)
      const at = (h: F32): readonly [F32, F32] => unroll(cell, params, fx.expandDims(xs, 0), fx.expandDims(h, 0))
      const closed = elmanJacobians(params, fx.reshape(at(h0)[0], [time, hidden]))
      return [
        each,
        closed,
        fx.slice(throughTime(each), [0, 0, 0], [1, hidden, hidden]),
        fx.jacobian((h: F32) => fx.reshape(at(h)[1], [hidden]))(h0),
      ]
    },
    sequence,
    noise([hidden], 8),
  )

describe('the factors of ∂h_T/∂hₜ', () => {
  test('of an Elman network are diag(1 - hₜ²) whᵀ, and their product is the Jacobian of the whole', () => {
    const [each, closed, product, whole] = factors(elman) as [number[], number[], number[], number[]]
    expect(apart(each, closed)).toBeLessThan(1e-5)
    expect(apart(product, whole)).toBeLessThan(1e-5)
  })

  /** ‖∂h_T/∂hₜ‖₂ for t = 0 … T - 1, of hidden weights with eigenvalues λ₁ · (1, 0.6, 0.3, -0.5) in an orthogonal basis. */
  const norms = (largest: number, activation: (x: F32) => F32, steps: number): number[] => {
    const cell = rnnCell(1, hidden, { activation })
    const [all] = numbersOf((m: F32) => {
      const [q] = fx.linalg.qr(m as fx.Tensor<readonly [4, 4], 'f32'>)
      const lambda = fx.constant([1, 0.6, 0.3, -0.5].map((l) => l * largest))
      const wh = fx.matmul(fx.mul(q as F32, lambda), fx.swapAxes(q as F32, 0, 1))
      const params = { wx: fx.zeros([1, hidden]) as F32, wh, b: fx.zeros([hidden]) as F32 }
      const products = throughTime(stepJacobians(cell, params, fx.ones([steps, 1]), fx.full([hidden], 0.01)))
      return (fx.linalg.svd(products as fx.Tensor<readonly [number, 4, 4], 'f32'>)[1])
    }, fx.ndarray(Float32Array.from({ length: 16 }, (_, i) => Math.sin(i * i * 0.7 + 1)), { shape: [4, 4] })) as [number[]] // prettier-ignore
    return all.filter((_, i) => i % hidden === 0)
  }

  test('grow or shrink as λ₁ to the number of steps where f′ = 1', () => {
    for (const largest of [0.8, 1, 1.3])
      norms(largest, (v) => v, 12).forEach((norm, t) => {
        expect(norm / largest ** (12 - t)).toBeCloseTo(1, 4)
      })
  })

  test('vanish where λ₁ < 1/γ: never above (γ λ₁)ᵗ, γ = 1 for tanh and ¼ for σ', () => {
    norms(0.9, (v) => fx.tanh(v), 12).forEach((norm, t) => {
      expect(norm).toBeLessThanOrEqual(0.9 ** (12 - t) * 1.0001)
    })
    norms(3, (v) => fx.sigmoid(v), 12).forEach((norm, t) => {
      expect(norm).toBeLessThanOrEqual(0.75 ** (12 - t) * 1.0001)
    })
  })

  test('of leaky units are α + (1 - α) the cell’s, so that they keep at least an αᵗ', () => {
    const alpha = 0.9
    const leaky = leakyCell(elman, alpha)
    const [each, , product, whole] = factors(leaky) as [number[], number[], number[], number[]]
    expect(apart(product, whole)).toBeLessThan(1e-5)
    // The first factor is of the same state in both cells.
    const [plain] = factors(elman) as [number[]]
    const want = plain.slice(0, hidden ** 2).map((g, i) => (1 - alpha) * g + (i % (hidden + 1) === 0 ? alpha : 0))
    expect(apart(each.slice(0, hidden ** 2), want)).toBeLessThan(1e-5)
  })

  test('a leaky unit that never changes its mind carries its error whole', () => {
    const still = leakyCell(rnnCell(inputs, hidden, { recurrentInit: (_, shape) => fx.zeros(shape) }), 0.9)
    const product = factors(still)[2] as number[]
    expect(
      apart(
        product,
        Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 0.9 ** time : 0)),
      ),
    ).toBeLessThan(1e-6)
  })

  test('are of one sequence', () => {
    expect(() => run((d) => stepJacobians(elman, elman.init(key(1)), d, fx.zeros([hidden])), [[[1, 2, 3]]])).toThrow(/of one sequence/)
  })
})

describe('gradient clipping', () => {
  test('θ ← θ - η g where ‖g‖ ≤ k, else θ - η k g / ‖g‖', () => {
    const [rate, limit] = [0.5, 2]
    for (const size of [0.1, 2 / 5, 3, 1e6]) {
      const [a, b, n] = run((g) => {
        const tree = { a: g, b: fx.mul(g, -1) }
        const [u] = chain(clipByGlobalNorm(limit), sgd(rate)).update(tree, [[], []], tree)
        return [u.a, u.b, globalNorm(u)]
      }, [3 * size, 4 * size]) as [number[], number[], number] // prettier-ignore
      const norm = 5 * size * Math.SQRT2
      const factor = norm <= limit ? 1 : limit / norm
      expect(apart(a, [3, 4].map((v) => -rate * factor * v * size))).toBeLessThan(1e-6) // prettier-ignore
      expect(apart(b, a.map((v) => -v))).toBe(0) // prettier-ignore
      expect(n).toBeLessThanOrEqual(rate * limit * 1.00001)
    }
  })
})
