/** Derivatives against central differences, in f64. */
import type { Host } from '../../src/ir/ops/op.js'
import { rngOf, type Rng } from '../arbitraries/value.js'
import { hostOf, type F64, type Float } from './f64.js'

/** A scalar function of f32 tensors. */
export type Loss = (...args: readonly Float[]) => Float

const compiled = ({ fx, evaluateHosts }: F64, f: (...args: readonly Float[]) => unknown, xs: readonly Host[]) => {
  const graph = fx.trace(f, ...xs.map(({ type }) => fx.spec([...type.shape])))
  return { graph, run: (at: readonly Host[]): readonly Host[] => evaluateHosts(graph, at) }
}

/** A random weighting of a function's result: its derivative is a row of the Jacobian's mixture. */
export const weighted = ({ fx }: F64, f: (...args: readonly Float[]) => Float, rng: Rng): Loss => {
  const weights = new Map<number, Float>()
  return (...args) => {
    const y = f(...args)
    const w = weights.get(y.size) ?? fx.constant(Float32Array.from({ length: y.size }, () => rng() + 0.5))
    weights.set(y.size, w)
    return fx.sum(fx.mul(y, fx.reshape(w, y.shape)))
  }
}

/** The gradients of a loss with respect to all of its arguments. */
export const gradients = ({ fx }: F64, loss: Loss, count: number): ((...args: readonly Float[]) => readonly Float[]) => {
  const argnums = Array.from({ length: count }, (_, i) => i)
  return fx.grad(loss as never, { argnums }) as never
}

/** The derivative along a random direction, as a function again: what the next order differentiates. */
export const along = (f64: F64, loss: Loss, rng: Rng): Loss => {
  const { fx } = f64
  const directions = new Map<number, Float>()
  return (...args) => {
    const terms = gradients(
      f64,
      loss,
      args.length,
    )(...args).map((g, i) => {
      const u = directions.get(i) ?? fx.reshape(fx.constant(Float32Array.from({ length: g.size }, () => rng() * 2 - 1)), g.shape)
      directions.set(i, u)
      return fx.sum(fx.mul(g, u))
    })
    return terms.reduce((a, b) => fx.add(a, b))
  }
}

const moved = (xs: readonly Host[], i: number, j: number, by: number): Host[] =>
  xs.map((x, k) =>
    k === i
      ? hostOf(
          x.type.shape,
          x.data.map((v, l) => (l === j ? v + by : v)),
        )
      : x,
  )

const step = 1e-5
const tolerance = 2e-6

/** @throws Error where a partial derivative is not the central difference */
export const checkGradient = (f64: F64, name: string, loss: Loss, xs: readonly Host[]): void => {
  const value = compiled(f64, loss, xs)
  const slopes = compiled(f64, gradients(f64, loss, xs.length), xs)
  const f = (at: readonly Host[]): number => value.run(at)[0]?.data[0] ?? NaN
  slopes.run(xs).forEach(({ data }, i) => {
    data.forEach((slope, j) => {
      const difference = (f(moved(xs, i, j, step)) - f(moved(xs, i, j, -step))) / (2 * step)
      if (Math.abs(slope - difference) <= tolerance * (1 + Math.abs(difference))) return
      throw new Error(
        `${name}: d/d argument ${String(i)}[${String(j)}] is ${String(slope)}, by differences ${String(difference)}\n${f64.fx.print(slopes.graph)}`,
      )
    })
  })
}

/** All orders up to the one given. */
export const checkOrders = (f64: F64, name: string, f: (...args: readonly Float[]) => Float, xs: readonly Host[], orders = 2): void => {
  const rng = rngOf(7)
  let loss = weighted(f64, f, rng)
  for (let order = 1; order <= orders; order++) {
    checkGradient(f64, `${name}, order ${String(order)}`, loss, xs)
    if (order < orders) loss = along(f64, loss, rng)
  }
}

/** The derivative along a direction by differences with a step and with a quarter of it; undefined where they disagree: at a kink, or out of f64's reach. */
const slopeAlong = (f: (at: readonly Host[]) => number, xs: readonly Host[], u: readonly Host[]): number | undefined => {
  const at = (h: number): number =>
    f(
      xs.map((x, i) =>
        hostOf(
          x.type.shape,
          x.data.map((v, j) => v + h * ((u[i] as Host).data[j] as number)),
        ),
      ),
    )
  const [coarse, fine] = [step, step / 4].map((h) => (at(h) - at(-h)) / (2 * h)) as [number, number]
  return Math.abs(coarse - fine) <= tolerance * (1 + Math.abs(fine)) ? fine : undefined
}

/** Whether the derivative along a random direction could be judged. @throws Error where it is not the difference */
export const checkAlong = (f64: F64, loss: Loss, xs: readonly Host[], rng: Rng): boolean => {
  const u = xs.map((x) =>
    hostOf(
      x.type.shape,
      x.data.map(() => rng() * 2 - 1),
    ),
  )
  const value = compiled(f64, loss, xs)
  const difference = slopeAlong((at) => value.run(at)[0]?.data[0] ?? NaN, xs, u)
  if (difference === undefined) return false
  const slopes = compiled(f64, gradients(f64, loss, xs.length), xs)
  const slope = slopes
    .run(xs)
    .reduce((total, { data }, i) => data.reduce((sum, g, j) => sum + g * ((u[i] as Host).data[j] as number), total), 0)
  if (Math.abs(slope - difference) <= 10 * tolerance * (1 + Math.abs(difference))) return true
  throw new Error(`the derivative is ${String(slope)}, by differences ${String(difference)}\n${f64.fx.print(value.graph)}`)
}
