/** Gradients through time that vanish or explode: ‖∂h_T/∂hₜ‖ by the largest eigenvalue of the hidden weights. */
import * as fx from '../../src/index.js'
import { stepJacobians, throughTime } from '../../src/models.js'
import { rnnCell } from '../../src/nn.js'
import { mixedChart } from '../lib/charts.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [hidden, time] = [16, 50]
const largest = [0.8, 0.95, 1, 1.05, 1.25]

const activations: Readonly<Record<string, { readonly f: (x: F32) => F32; /** Of |f'|. */ readonly bound: number }>> = {
  identity: { f: (x) => x, bound: 1 },
  tanh: { f: (x) => fx.tanh(x), bound: 1 },
  sigmoid: { f: (x) => fx.sigmoid(x), bound: 0.25 },
}

/** Q Λ Qᵀ, with eigenvalues from λ₁ down to -λ₁ / 2 in a random orthogonal basis. */
const weights = (basis: F32, lambda: number): F32 => {
  const [q] = fx.linalg.qr(basis as fx.Tensor<readonly [typeof hidden, typeof hidden], 'f32'>)
  const values = Array.from({ length: hidden }, (_, i) => lambda * (1 - (1.5 * i) / (hidden - 1)))
  return fx.matmul(fx.mul(q, fx.constant(values)), fx.swapAxes(q, 0, 1))
}

/** ‖∂h_T/∂hₜ‖₂ for t = 0 … T - 1: the norm of a symmetric product is that of its largest eigenvalue, else of its largest singular value. */
const norms = (basis: F32, x: F32, f: (x: F32) => F32, lambda: number): F32 => {
  const params = { wx: fx.full([1, hidden], 0.3) as F32, wh: weights(basis, lambda), b: fx.zeros([hidden]) as F32 }
  const cell = rnnCell(1, hidden, { activation: f })
  const products = throughTime(stepJacobians(cell, params, x, fx.zeros([hidden])))
  const [, s] = fx.linalg.svd(products as fx.Tensor<readonly [number, typeof hidden, typeof hidden], 'f32'>)
  return fx.max(s, { axis: 1 })
}

/** [activation][λ₁][t] */
const measure = async (ctx: Context): Promise<readonly (readonly (readonly number[])[])[]> => {
  const basis = fx.ndarray(Float32Array.from({ length: hidden ** 2 }, (_, i) => Math.sin(i * i * 0.7 + ctx.seed)), { shape: [hidden, hidden] }) // prettier-ignore
  const x = fx.ndarray(Float32Array.from({ length: time }, (_, i) => Math.sin(i)), { shape: [time, 1] }) // prettier-ignore
  const rows: number[][][] = []
  for (const { f } of Object.values(activations)) {
    const program = await fx.compile(
      (q: F32, xs: F32) => largest.map((lambda) => norms(q, xs, f, lambda)),
      [fx.specOf(basis), fx.specOf(x)] as const,
      { device: ctx.device },
    )
    rows.push(await Promise.all((await program(basis, x)).map(async (v) => Array.from((await v.toNDArray()).data))))
  }
  return rows
}

export const system: System = {
  id: 'S21',
  title: 'Vanishing and exploding gradients',
  metric: 'largest_relative_deviation_from_the_eigenvalue_condition',
  target: '<= 1e-3',
  page: 'How much the last state of a recurrent network depends on an earlier one: the norm of a product of Jacobians. Without an activation it is λ₁ to the number of steps, dashed: a line in this plot, down for λ₁ < 1 and up for λ₁ > 1. With tanh, whose slope is 1 at most, nothing with λ₁ < 1 can explode, and much with λ₁ > 1 vanishes all the same, since units that saturate have no slope. The sigmoid’s slope is ¼ at most: λ₁ would have to be above 4.',
  run: async (ctx) => {
    const rows = await measure(ctx)
    const steps = (t: number): number => time - t
    const names = Object.keys(activations)
    const theory = (lambda: number) => ({
      name: `λ₁ ᵗ of λ₁ = ${String(lambda)}`,
      points: Array.from({ length: time }, (_, t) => [steps(t), lambda ** steps(t)] as const),
    })
    for (const [k, name] of names.entries()) {
      const measured = largest.map((lambda, l) => ({
        name: `λ₁ = ${String(lambda)}`,
        points: (rows[k]?.[l] ?? []).map((norm, t) => [steps(t), norm] as const),
      }))
      const title = `‖∂h_T/∂hₜ‖ with ${name === 'identity' ? 'no activation' : name}`
      const bounds = name === 'identity' ? largest.map(theory) : []
      await ctx.plot.chart(name, mixedChart({ title, x: 'steps T - t', y: 'norm', logY: true, curves: [...measured, ...bounds], dashed: bounds.map((c) => c.name) })) // prettier-ignore
    }
    const off = names.map((name, k) => {
      const { bound } = Object.values(activations)[k] as { readonly bound: number }
      return largest.flatMap((lambda, l) =>
        (rows[k]?.[l] ?? []).map((norm, t) => {
          const ratio = norm / (bound * lambda) ** steps(t)
          // Without an activation it is the bound; with one it is not above it.
          return name === 'identity' ? Math.abs(ratio - 1) : Math.max(0, ratio - 1)
        }),
      )
    })
    names.forEach((name, k) => {
      const [vanished, exploded] = [0, largest.length - 1].map((l) => (rows[k]?.[l]?.[0] ?? NaN).toExponential(1))
      ctx.note(`${name}: over ${String(time)} steps ‖∂h_T/∂h₀‖ = ${String(vanished)} for λ₁ = 0.8, ${String(exploded)} for λ₁ = 1.25`)
    })
    return Math.max(...off.flat())
  },
}
