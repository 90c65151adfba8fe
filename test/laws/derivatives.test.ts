/** Derivatives are what differences say they are: every rule by itself, orders 1 and 2, and random compositions. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sizeOf } from '../../src/ir/shape.js'
import { smoothCases } from '../arbitraries/smooth.js'
import { rngOf } from '../arbitraries/value.js'
import { along, checkAlong, checkOrders, weighted } from '../harness/differences.js'
import { hostOf, loadF64, type F64 } from '../harness/f64.js'
import { holds } from '../harness/law.js'
import { derivatives, type Smooth } from './derivativeTable.js'

let f64: F64
beforeAll(async () => {
  f64 = await loadF64()
})
afterAll(() => {
  f64.restore()
})

const pointOf = ({ shapes, from, to }: Smooth) => {
  const rng = rngOf(11)
  return shapes.map((shape) =>
    hostOf(
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => from + rng() * (to - from)),
    ),
  )
}

describe('the derivative of every op', () => {
  it('is the difference quotient, orders 1 and 2', { timeout: 120_000 }, () => {
    const failures = derivatives(f64).flatMap((smooth) => {
      try {
        checkOrders(f64, smooth.name, smooth.f, pointOf(smooth))
        return []
      } catch (error) {
        return [String(error)]
      }
    })
    expect(failures.join('\n\n')).toBe('')
  })

  it('is tested for every op that has one', () => {
    const seen = new Set<string>()
    for (const { f, shapes } of derivatives(f64)) {
      const graph = f64.fx.trace(f, ...shapes.map((shape) => f64.fx.spec([...shape])))
      for (const { op } of graph.nodes) seen.add(op)
    }
    const known = f64.opNames.filter((op) => f64.vjpOf(op) !== f64.none && op !== 'alias')
    expect(known.filter((op) => !seen.has(op))).toEqual([])
  })
})

describe('random compositions', () => {
  it('differentiate to difference quotients, orders 1 and 2', { timeout: 180_000 }, () => {
    let [judged, all] = [0, 0]
    holds('derivative = differences', smoothCases(), { runs: 400, stream: 70 }, ({ seed, build, shapes }) => {
      const rng = rngOf(seed)
      const xs = shapes.map((shape) =>
        hostOf(
          shape,
          Float64Array.from({ length: sizeOf(shape) }, () => rng() * 3 - 1.5),
        ),
      )
      const loss = weighted(f64, build(f64), rng)
      const second = along(f64, loss, rng)
      judged += Number(checkAlong(f64, loss, xs, rng)) + Number(checkAlong(f64, second, xs, rng))
      all += 2
    })
    console.info(`judged: ${((100 * judged) / all).toFixed(1)} %`)
    expect(judged / all).toBeGreaterThan(0.8)
  })

  it('are told apart by their seed', () => {
    const [first, second] = fc.sample(smoothCases(), { numRuns: 2, seed: 1 })
    expect(first?.seed).not.toBe(second?.seed)
  })
})
