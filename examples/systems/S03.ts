/** Estimators and losses: maximum likelihood, priors as penalties, and the identities between losses. */
import * as fx from '../../src/index.js'
import {
  binaryCrossEntropy,
  categoricalMle,
  discreteCrossEntropy,
  discreteEntropy,
  discreteKl,
  gaussianPrior,
  laplacePrior,
  ridge,
} from '../../src/models.js'
import { bceWithLogits, crossEntropy, l1Penalty, l2Penalty, nll } from '../../src/nn.js'
import { mixedChart } from '../lib/charts.js'
import { worstOf } from '../lib/laws.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const apart = (a: F32, b: F32): F32 => fx.max(fx.abs(fx.sub(a, b)))

/** The identities by name, each as what it is off by. a and b are scores of distributions [64, 10], labels of the same outcomes. */
const faults = (a: F32, b: F32, labels: I32): Readonly<Record<string, F32>> => {
  const [p, q]: [F32, F32] = [fx.softmax(a), fx.softmax(b)]
  const seen = categoricalMle(labels, 10)
  const one: F32 = fx.softmax(fx.mean(b, { axis: 0 }))
  const [sure, y] = [fx.sigmoid(a), fx.cast(fx.gt(b, 0), 'f32')]
  const gradient = (f: (x: F32) => F32): F32 => fx.grad(f)(a)
  return {
    'H(p, q) = H(p) + KL(p ‖ q)': apart(discreteCrossEntropy(p, q), fx.add(discreteEntropy(p), discreteKl(p, q))),
    'NLL = H(p̂) + KL(p̂ ‖ q) of what was seen': apart(
      nll(fx.broadcastTo(fx.log(one), [labels.size, 10]), labels),
      fx.add(discreteEntropy(seen), discreteKl(seen, one)),
    ),
    'the likelihood has no slope at the frequencies': fx.max(
      fx.abs(fx.grad((z: F32) => crossEntropy(fx.broadcastTo(z, [labels.size, 10]) as F32, labels))(fx.log(seen))),
    ),
    'CE of scores = CE of probabilities': apart(crossEntropy(b, p, { reduction: 'none' }), discreteCrossEntropy(p, q)),
    'BCE = CE of two outcomes': apart(
      fx.div(binaryCrossEntropy(y, sure), y.size),
      fx.mean(discreteCrossEntropy(fx.stack([y, fx.sub(1, y)], { axis: -1 }), fx.stack([sure, fx.sub(1, sure)], { axis: -1 }))),
    ),
    'BCE of scores = BCE of probabilities': apart(bceWithLogits(a, y), fx.div(binaryCrossEntropy(y, sure), y.size)),
    'a Gaussian prior is an L2 penalty': apart(gradient((x) => gaussianPrior(x, 2)), gradient((x) => l2Penalty(x, 1 / 8))), // prettier-ignore
    'a Laplace prior is an L1 penalty': apart(gradient((x) => laplacePrior(x, 2)), gradient((x) => l1Penalty(x, 1 / 2))), // prettier-ignore
  }
}

const laws = async (ctx: Context): Promise<number> => {
  const scores = (shift: number): fx.NDArray<'f32'> =>
    fx.ndarray(
      Float32Array.from({ length: 640 }, (_, i) => 2 * Math.sin(i * i * 0.7 + shift)),
      { shape: [64, 10] },
    )
  const labels = fx.ndarray(Int32Array.from({ length: 64 }, (_, i) => (i * i) % 10 === 6 ? 3 : i % 10)) // prettier-ignore
  const args = [scores(ctx.seed), scores(ctx.seed + 0.5), labels] as const
  const program = await fx.compile(faults, [fx.specOf(args[0]), fx.specOf(args[1]), fx.specOf(labels)] as const, { device: ctx.device })
  return worstOf(ctx, await program(...args))
}

/** Legendre's polynomials up to a degree: features that are alike in size. */
const legendre = (x: number, degree: number): number[] => {
  const values = [1, x]
  for (let n = 1; n < degree; n++) values.push(((2 * n + 1) * x * (values[n] as number) - n * (values[n - 1] as number)) / (n + 1))
  return values
}

const [degree, noise] = [11, 0.35]
const curve = (x: number): number => Math.sin(3 * x) * Math.exp(-x)

/** Twelve noisy points, and polynomials through them: the likeliest, and the likeliest a posteriori under three priors N(0, τ²). */
const fits = async (ctx: Context): Promise<void> => {
  const at = Array.from({ length: 12 }, (_, i) => -1 + (2 * i + 0.6 * Math.sin(5 * i)) / 11.5)
  const targets = at.map((x, i) => curve(x) + noise * Math.sin(i * i * 1.7 + ctx.seed))
  const [x, y] = [fx.ndarray(at.map((v) => legendre(v, degree)), { dtype: 'f32' }), fx.ndarray(targets, { dtype: 'f32' })] // prettier-ignore
  const grid = Array.from({ length: 201 }, (_, i) => i / 100 - 1)
  const everywhere = fx.ndarray(grid.map((v) => legendre(v, degree)), { dtype: 'f32' }) // prettier-ignore
  const priors = [Infinity, 2, 0.6, 0.15]
  const program = await fx.compile(
    (rows: F32, t: F32, all: F32) => priors.map((tau) => fx.matmul(all, ridge(rows, t, (noise / tau) ** 2))),
    [fx.specOf(x), fx.specOf(y), fx.specOf(everywhere)] as const,
    { device: ctx.device },
  )
  const values = await Promise.all((await program(x, y, everywhere)).map(async (v) => (await v.toNDArray()).data))
  const drawn = priors.map((tau, k) => ({
    name: k === 0 ? 'the likeliest' : `prior, τ = ${String(tau)}`,
    points: grid.map((v, i) => [v, values[k]?.[i] ?? 0] as const),
  }))
  const truth = { name: 'what made them', points: grid.map((v) => [v, curve(v)] as const) }
  const seen = { name: 'twelve points', points: at.map((v, i) => [v, targets[i] as number] as const) }
  const chart = { title: 'A polynomial of degree 11', x: 'x', y: 'y', curves: [...drawn, truth, seen], range: [-2.5, 1.5] as const }
  await ctx.plot.chart('priors', mixedChart({ ...chart, asDots: [seen.name], dashed: [truth.name] }))
}

/** Everything about a coin of p = 0.3, by what it is believed to be. */
const coin = async (ctx: Context): Promise<void> => {
  const p = 0.3
  const h = -p * Math.log(p) - (1 - p) * Math.log(1 - p)
  const beliefs = Array.from({ length: 197 }, (_, i) => 0.01 + i / 200)
  const cross = (q: number): number => -p * Math.log(q) - (1 - p) * Math.log(1 - q)
  const line = (name: string, f: (q: number) => number) => ({ name, points: beliefs.map((q) => [q, f(q)] as const) })
  const curves = [line('H(p, q)', cross), line('KL(p ‖ q)', (q) => cross(q) - h), line('H(p)', () => h)]
  await ctx.plot.lines('coin', { title: 'A coin of p = 0.3 that is believed to be q', x: 'q', y: 'nats', curves })
}

export const system: System = {
  id: 'S03',
  title: 'Estimators and losses',
  metric: 'largest_deviation_from_the_identities',
  target: '<= 1e-5',
  page: 'Maximum likelihood is the smallest cross-entropy with what was seen, and a prior is a penalty. The first plot is a polynomial with as many coefficients as there are points: the likeliest goes through all of them, and the narrower the prior on its coefficients, the calmer it is, until it is too calm. The second shows what a wrong belief about a coin costs: the cross-entropy is the entropy, which nothing can change, and the divergence, which is 0 for the right belief alone.',
  run: async (ctx) => {
    const worst = await laws(ctx)
    await fits(ctx)
    await coin(ctx)
    return worst
  },
}
