/** Loops and conditions mean what they mean written out, and so do their derivatives and their batches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Graph } from '../../src/ir/graph.js'
import type { Host } from '../../src/ir/ops/op.js'
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import { flowCases, onDevice, rowOf, writtenOut, type FlowCase } from '../arbitraries/flow.js'
import { rngOf, type Rng } from '../arbitraries/value.js'
import { along, checkAlong, gradients, weighted, type Loss } from '../harness/differences.js'
import { hostOf, loadF64, type F64, type Float } from '../harness/f64.js'
import { casesOf, holds } from '../harness/law.js'

let f64: F64
beforeAll(async () => {
  f64 = await loadF64()
})
afterAll(() => {
  f64.restore()
})

const between = (shape: Shape, rng: Rng): Host =>
  hostOf(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => rng() * 3 - 1.5),
  )

type Several = (...xs: readonly Float[]) => readonly Float[]

const run = (f: Several, args: readonly Host[]): readonly Host[] =>
  f64.evaluateHosts(f64.fx.trace(f, ...args.map(({ type }) => f64.fx.spec([...type.shape]))), args)

/** @throws Error where two functions differ, by more than the order of sums may make them */
const checkEqual = (what: string, f: Several, g: Several, args: readonly Host[]): void => {
  const want = run(g, args)
  run(f, args).forEach(({ data, type }, i) => {
    const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 1)
    const at = data.findIndex((x, j) => !(Math.abs(x - (want[i]?.data[j] as number)) <= 1e-9 * largest))
    if (at < 0) return
    const graph = f64.fx.trace(f, ...args.map((arg) => f64.fx.spec([...arg.type.shape])))
    throw new Error(
      `${what}: result ${String(i)}[${String(at)}] of ${String(type.shape)} is ${String(data[at])}, not ${String(want[i]?.data[at])}\n${f64.fx.print(graph)}`,
    )
  })
}

const argsOf = ({ shapes, seed }: FlowCase): readonly Host[] => {
  const rng = rngOf(seed)
  return shapes.map((shape) => between(shape, rng))
}

/** The program's weighted sum, on the device and written out, with the same weights. */
const lossesOf = ({ build, seed }: FlowCase): readonly [Loss, Loss] => [
  weighted(f64, build(f64, onDevice(f64)), rngOf(seed + 1)),
  weighted(f64, build(f64, writtenOut(f64)), rngOf(seed + 1)),
]

const ops = (graph: Graph): readonly string[] =>
  graph.nodes.flatMap(({ op, attrs }) => [op, ...('body' in attrs ? ops(attrs.body) : 'onTrue' in attrs ? ops(attrs.onTrue) : [])])

describe('random programs with loops and conditions', () => {
  it('are what they are written out, with derivatives of first and second order', { timeout: 300_000 }, () => {
    const seen = new Map<string, number>()
    let programs = 0
    holds('loops = written out', flowCases(), { runs: 400, stream: 90 }, (one) => {
      const args = argsOf(one)
      const [looped, flat] = lossesOf(one)
      checkEqual(
        'value',
        (...xs) => [looped(...xs)],
        (...xs) => [flat(...xs)],
        args,
      )
      checkEqual('gradient', gradients(f64, looped, args.length), gradients(f64, flat, args.length), args)
      const second = [along(f64, looped, rngOf(3)), along(f64, flat, rngOf(3))] as const
      checkEqual('second order', gradients(f64, second[0], args.length), gradients(f64, second[1], args.length), args)
      const graph = f64.fx.trace(looped, ...args.map(({ type }) => f64.fx.spec([...type.shape])))
      for (const op of new Set(ops(graph))) seen.set(op, (seen.get(op) ?? 0) + 1)
      programs += 1
    })
    expect(programs).toBeGreaterThanOrEqual(casesOf(400))
    const rare = ['scan', 'cond', 'checkpoint', 'customVjp'].filter((op) => (seen.get(op) ?? 0) < casesOf(40))
    expect(rare).toEqual([])
  })

  it('differentiate to difference quotients, orders 1 and 2', { timeout: 300_000 }, () => {
    let [judged, all] = [0, 0]
    holds('derivatives of loops = differences', flowCases(), { runs: 250, stream: 91 }, (one) => {
      const [args, rng] = [argsOf(one), rngOf(one.seed)]
      const [loss] = lossesOf(one)
      judged += Number(checkAlong(f64, loss, args, rng)) + Number(checkAlong(f64, along(f64, loss, rng), args, rng))
      all += 2
    })
    console.info(`judged: ${((100 * judged) / all).toFixed(1)} %`)
    expect(judged / all).toBeGreaterThan(0.8)
  })
})

describe('batches of random programs with loops and conditions', () => {
  it('are the programs on every element, and so are their gradients, in either order', { timeout: 300_000 }, () => {
    holds('vmap of loops = stacked loops', flowCases(), { runs: 200, stream: 92 }, (one) => {
      const { fx } = f64
      const [loss] = lossesOf(one)
      const rng = rngOf(one.seed + 2)
      const isBatched = one.shapes.map((_, i) => i === 0 || rng() < 0.6)
      const args = one.shapes.map((shape, i) => between(isBatched[i] === true ? [2, ...shape] : shape, rng))
      const axes = isBatched.map((flag) => (flag ? 0 : null))
      const elements = (xs: readonly Float[]): readonly (readonly Float[])[] =>
        range(2).map((e) => xs.map((x, i) => (isBatched[i] === true ? rowOf(fx, x, e) : x)))
      const each =
        (f: Loss): Several =>
        (...xs) => [fx.stack(elements(xs).map((element) => f(...element)))]
      const batch =
        (f: Loss): Several =>
        (...xs) => [fx.vmap(f, { inAxes: axes })(...xs)]
      const slope: Loss = (...xs) => gradients(f64, loss, xs.length)(...xs)[0] as Float
      checkEqual('vmap', batch(loss), each(loss), args)
      checkEqual('vmap of grad', batch(slope), each(slope), args)
      const total =
        (of: (f: Loss) => Several): Loss =>
        (...xs) =>
          fx.sum(fx.sin(of(loss)(...xs)[0] as Float))
      checkEqual('grad of vmap', gradients(f64, total(batch), args.length), gradients(f64, total(each), args.length), args)
    })
  })
})
