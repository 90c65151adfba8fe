/** Activations, their slopes, and what the slopes do to a deep network's gradient. */
import * as fx from '../../src/index.js'
import { reluJacobian, sigmoidJacobian, softmaxJacobian, tanhJacobian } from '../../src/models.js'
import { tableChart } from '../lib/charts.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const activations: Readonly<Record<string, { readonly f: (x: F32) => F32; readonly jacobian: (x: F32) => F32 }>> = {
  sigmoid: { f: (x) => fx.sigmoid(x), jacobian: sigmoidJacobian },
  tanh: { f: (x) => fx.tanh(x), jacobian: tanhJacobian },
  ReLU: { f: (x) => fx.relu(x), jacobian: reluJacobian },
  softmax: { f: (x) => fx.softmax(x), jacobian: softmaxJacobian },
}

const depth = 30

/** E |∂a_l/∂a_0| of a chain of single units a ← f(w a), by depth: what backpropagation multiplies. */
const slopes = (f: (x: F32) => F32, w: number) => {
  const layer = (a: F32, _: fx.Tensor<fx.Shape, 'i32'>): readonly [F32, F32] => {
    const next = f(fx.mul(a, w))
    return [next, next]
  }
  const all = (a: F32): F32 => fx.scan(layer as never, a as never, fx.iota(depth) as never)[1] as F32
  return (starts: F32): F32 => fx.mean(fx.abs(fx.vmap((a: F32) => fx.jacobian(all)(a))(starts)), { axis: 0 })
}

const study = (x: F32, scores: F32, starts: F32) => ({
  values: Object.values(activations).map(({ f }) => f(x)),
  faults: Object.values(activations).map(({ f, jacobian }) => fx.max(fx.abs(fx.sub(jacobian(x), fx.jacobian(f)(x) as F32)))),
  slopes: Object.values(activations).map(({ jacobian }) => fx.sum(fx.mul(jacobian(x), fx.eye(x.size)), { axis: 1 })),
  softmax: softmaxJacobian(scores),
  chain: [slopes((a) => fx.sigmoid(a), 1)(starts), slopes((a) => fx.tanh(a), 1)(starts), slopes((a) => fx.relu(a), 1)(starts)],
})

const draw = async (ctx: Context, grid: readonly number[], found: fx.ResultsOf<ReturnType<typeof study>>): Promise<void> => {
  const read = async (arrays: readonly fx.DeviceArray[]): Promise<(readonly number[])[]> =>
    Promise.all(arrays.map(async (a) => Array.from((await a.toNDArray()).data)))
  const [values, derivatives, chains] = [await read(found.values), await read(found.slopes), await read(found.chain)]
  const names = Object.keys(activations).slice(0, 3)
  const over = (xs: readonly number[], ys: readonly (readonly number[])[]) =>
    names.map((name, k) => ({ name, points: xs.map((x, i) => [x, ys[k]?.[i] ?? 0] as const) }))
  const inside = values.map((row) => row.map((y) => Math.min(y, 2)))
  await ctx.plot.lines('activations', { title: 'Activations, ReLU cut off at 2', x: 'x', y: 'σ(x)', curves: over(grid, inside) })
  await ctx.plot.lines('derivatives', { title: 'Their derivatives', x: 'x', y: "σ'(x)", curves: over(grid, derivatives) })
  const layers = Array.from({ length: depth }, (_, i) => i + 1)
  const title = 'Gradients through a chain of units, the mean over inputs'
  await ctx.plot.lines('chain', { title, x: 'layers', y: '|∂a / ∂x|', logY: true, curves: over(layers, chains) })
  const flat = Array.from((await found.softmax.toNDArray()).data)
  const labels = ['-1', '0', '1', '2', '3']
  const rows = labels.map((_, i) => flat.slice(5 * i, 5 * i + 5))
  await ctx.plot.chart('softmax', tableChart({ title: '∂ softmax(x)ᵢ / ∂xⱼ', x: 'score xⱼ', y: 'score xᵢ', columns: labels, rows: labels, values: rows, format: '.3f' })) // prettier-ignore
}

export const system: System = {
  id: 'S04',
  title: 'Activations',
  metric: 'largest_deviation_from_the_closed_forms',
  target: '<= 1e-5',
  page: 'Sigmoid, tanh, ReLU and softmax, with the Jacobians that automatic differentiation gives held against the closed forms diag(σ(1 - σ)), diag(1 - tanh²), diag(1{x > 0}) and diag(y) - yyᵀ. Sigmoid and tanh are flat far from 0, and the slope of the sigmoid is ¼ at most: after ten layers nothing is left of its gradient, while that of ReLU passes whole through every unit that is on. The Jacobian of softmax is a table whose rows and columns sum to 0: a score can only win what others lose.',
  run: async (ctx) => {
    const grid = Array.from({ length: 121 }, (_, i) => (i - 60) / 12)
    const args = [grid, [-1, 0, 1, 2, 3], Array.from({ length: 64 }, (_, i) => (i - 31.5) / 16)].map((v) => fx.ndarray(v, { dtype: 'f32' })) // prettier-ignore
    const [x, scores, starts] = args as [fx.NDArray<'f32'>, fx.NDArray<'f32'>, fx.NDArray<'f32'>]
    const program = await fx.compile(study, [fx.specOf(x), fx.specOf(scores), fx.specOf(starts)] as const, { device: ctx.device })
    const found = await program(x, scores, starts)
    const off = await Promise.all(found.faults.map(async (by) => by.item()))
    Object.keys(activations).forEach((name, i) => {
      ctx.note(`the Jacobian of ${name} is its closed form to ${(off[i] as number).toExponential(1)}`)
    })
    await draw(ctx, grid, found)
    return Math.max(...off)
  },
}
