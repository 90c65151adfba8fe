/** Transformations agree with one another and with differences, on every op and on random compositions. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizeOf, type Shape } from '../../src/ir/shape.js'
import type { Host } from '../../src/ir/ops/op.js'
import { flowCases, onDevice } from '../arbitraries/flow.js'
import { smoothCases, type SmoothCase } from '../arbitraries/smooth.js'
import { transformations, transformed } from '../arbitraries/transformed.js'
import { rngOf, type Rng } from '../arbitraries/value.js'
import { checkAlong, weighted } from '../harness/differences.js'
import { hostOf, loadF64, type F64, type Float } from '../harness/f64.js'
import { holds } from '../harness/law.js'
import { derivatives } from './derivativeTable.js'

let f64: F64
beforeAll(async () => {
  f64 = await loadF64()
})
afterAll(() => {
  f64.restore()
})

const between = (shape: Shape, from: number, to: number, rng: Rng): Host =>
  hostOf(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => from + rng() * (to - from)),
  )

const run = (f: (...xs: readonly Float[]) => unknown, args: readonly Host[]): readonly Host[] =>
  f64.evaluateHosts(f64.fx.trace(f, ...args.map(({ type }) => f64.fx.spec([...type.shape]))), args)

const dot = (xs: readonly Host[], ys: readonly Host[]): number =>
  xs.reduce((sum, { data }, i) => data.reduce((s, x, j) => s + x * (ys[i]?.data[j] as number), sum), 0)

const isClose = (a: number, b: number, scale: number): boolean => Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (1 + scale)

const magnitude = (xs: readonly Host[], ys: readonly Host[]): number =>
  xs.reduce((sum, { data }, i) => data.reduce((s, x, j) => s + Math.abs(x * (ys[i]?.data[j] as number)), sum), 0)

/** <w, Jv> by jvp, by vjp and by the whole jacobian. @throws Error where they differ */
const checkModes = (name: string, f: (...xs: readonly Float[]) => Float, xs: readonly Host[], rng: Rng): void => {
  const { fx } = f64
  const n = xs.length
  const vs = xs.map(({ type }) => between(type.shape, -1, 1, rng))
  const [y] = run(f, xs) as [Host]
  const w = between(y.type.shape, -1, 1, rng)
  const tangent = run((...all) => fx.jvp(f, all.slice(0, n), all.slice(n))[1], [...xs, ...vs])
  const cotangents = run((...all) => fx.vjp(f, ...all.slice(0, n))[1](all[n] as Float), [...xs, w])
  const contracted = run(
    (...all) => {
      const rows = fx.jacobian(f as never, { argnums: xs.map((_, i) => i) })(...(all.slice(0, n) as [])) as unknown as Float[]
      return rows.map((row, i) => fx.sum(fx.mul(row, all[n + i] as Float), { axis: xs[i]?.type.shape.map((_, d) => -1 - d) ?? [] }))
    },
    [...xs, ...vs],
  )
  const byForward = dot([w], tangent)
  const byReverse = dot(cotangents, vs)
  const byJacobian = contracted.reduce((sum, part) => sum + dot([w], [part]), 0)
  const scale = magnitude(cotangents, vs) + magnitude([w], tangent)
  if (isClose(byForward, byReverse, scale) && isClose(byJacobian, byReverse, scale)) return
  throw new Error(`${name}: ${String(byReverse)} by vjp, ${String(byForward)} by jvp, ${String(byJacobian)} by the jacobian`)
}

describe('every op', () => {
  it('has one derivative by vjp, by jvp and by jacobian', { timeout: 120_000 }, () => {
    const failures = derivatives(f64).flatMap(({ name, f, shapes, from, to }) => {
      const rng = rngOf(5)
      try {
        checkModes(
          name,
          f,
          shapes.map((shape) => between(shape, from, to, rng)),
          rng,
        )
        return []
      } catch (error) {
        return [`${name}: ${String(error)}`]
      }
    })
    expect(failures.join('\n\n')).toBe('')
  })
})

describe('random compositions', () => {
  it('have one derivative by vjp, by jvp and by jacobian', { timeout: 120_000 }, () => {
    holds('jvp = vjp transposed', smoothCases(), { runs: 150, stream: 71 }, ({ seed, build, shapes }) => {
      const rng = rngOf(seed)
      checkModes(
        'composition',
        build(f64),
        shapes.map((shape) => between(shape, -1.5, 1.5, rng)),
        rng,
      )
    })
  })

  it('of transformations differentiate to difference quotients', { timeout: 240_000 }, () => {
    let [judged, all] = [0, 0]
    const looped = flowCases().map((one): SmoothCase => ({ ...one, build: (lib) => one.build(lib, onDevice(lib)) }))
    const programs = fc.oneof({ weight: 3, arbitrary: smoothCases() }, { weight: 1, arbitrary: looped })
    holds('transformations', fc.tuple(programs, transformations), { runs: 400, stream: 72 }, ([{ seed, build, shapes }, names]) => {
      const rng = rngOf(seed)
      const xs = shapes.map((shape) => between(shape, -1.5, 1.5, rng))
      const loss = transformed(f64, weighted(f64, build(f64), rng), names, seed)
      judged += Number(checkAlong(f64, loss, xs, rng))
      all += 1
    })
    console.info(`judged: ${((100 * judged) / all).toFixed(1)} %`)
    expect(judged / all).toBeGreaterThan(0.7)
  })
})

describe('gradients of batches', () => {
  it('are batches of gradients', { timeout: 120_000 }, () => {
    holds('vmap(grad) = stacked grad', smoothCases(), { runs: 100, stream: 73 }, ({ seed, build, shapes }) => {
      const { fx } = f64
      const rng = rngOf(seed)
      const loss = weighted(f64, build(f64), rng)
      const [head, ...rest] = shapes.map((shape) => between(shape, -1, 1, rng)) as [Host, ...Host[]]
      const other = between(head.type.shape, -1, 1, rng)
      const slope = (...xs: readonly Float[]): Float => fx.grad(loss as never)(...(xs as [])) as Float
      const batch = hostOf([2, ...head.type.shape], Float64Array.from([...head.data, ...other.data]))
      const axes = [0, ...rest.map(() => null)]
      const [inBatch] = run((...xs) => fx.vmap(slope, { inAxes: axes })(...xs), [batch, ...rest]) as [Host]
      const total = (...xs: readonly Float[]): Float => fx.sum(fx.vmap(loss, { inAxes: axes })(...xs))
      const [ofBatch] = run((...xs) => fx.grad(total as never)(...(xs as [])), [batch, ...rest]) as [Host]
      const [one] = run(slope, [head, ...rest]) as [Host]
      const [two] = run(slope, [other, ...rest]) as [Host]
      const want = [...one.data, ...two.data]
      for (const have of [inBatch, ofBatch]) {
        const bad = want.findIndex((x, i) => !isClose(x, have.data[i] as number, Math.abs(x)))
        if (bad >= 0) throw new Error(`element ${String(bad)} is ${String(have.data[bad])}, not ${String(want[bad])}`)
      }
    })
  })
})
