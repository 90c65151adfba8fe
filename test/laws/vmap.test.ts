/** vmap f = f on every element, stacked, to the last bit: for every op, with any choice of arguments that are batched. */
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import * as fx from '../../src/index.js'
import { nodeAt, type Graph } from '../../src/ir/graph.js'
import { range, sizeOf } from '../../src/ir/shape.js'
import { instantiate } from '../../src/ir/trace.js'
import type { Host } from '../../src/ir/ops/op.js'
import { print } from '../../src/ir/print.js'
import { showType } from '../../src/ir/type.js'
import { anyCase, type Case } from '../arbitraries/graph.js'
import { simplifiableCase } from '../arbitraries/bait.js'
import { arrayOf, rngOf } from '../arbitraries/value.js'
import { holds } from '../harness/law.js'

interface Choice {
  readonly n: number
  /** Which parameters are batched; at least one is. */
  readonly bits: number
  readonly axis: number
  readonly seed: number
}

const choice: fc.Arbitrary<Choice> = fc.record({
  n: fc.constantFrom(2, 1, 3),
  bits: fc.integer({ min: 1, max: 15 }),
  axis: fc.nat({ max: 2 }),
  seed: fc.nat({ max: 1 << 20 }),
})

const stack = (hosts: readonly Host[], axis: number): Host => {
  const { shape, dtype } = (hosts[0] as Host).type
  const outer = sizeOf(shape.slice(0, axis))
  const inner = sizeOf(shape.slice(axis))
  const data = new Float64Array(outer * hosts.length * inner)
  hosts.forEach((host, e) => {
    for (let o = 0; o < outer; o++) data.set(host.data.subarray(o * inner, (o + 1) * inner), (o * hosts.length + e) * inner)
  })
  return { type: { shape: [...shape.slice(0, axis), hosts.length, ...shape.slice(axis)], dtype }, data }
}

const apply =
  (graph: Graph) =>
  (...args: readonly fx.Tensor[]): fx.Tensor[] =>
    instantiate(graph, args)

const check = ({ graph, args }: Case, { n, bits, axis, seed }: Choice): void => {
  const types = range(graph.params).map((i) => nodeAt(graph, i).type)
  const own = types.map((_, i) => (bits >> i) % 2 === 1)
  const isBatched = own.some((flag) => flag) ? own : own.map((_, i) => i === 0)
  const rng = rngOf(seed)
  const elements = range(n).map((e) =>
    types.map((type, i) => toHost(isBatched[i] === true && e > 0 ? arrayOf(type, 1, rng) : (args[i] as fx.NDArray))),
  )
  const axes = types.map(({ shape }, i) => (isBatched[i] === true ? Math.min(axis, shape.length) : null))
  const given = types.map((_, i) => {
    const at = axes[i]
    const each = elements.map((element) => element[i] as Host)
    return typeof at === 'number' ? stack(each, at) : (each[0] as Host)
  })
  const batched = fx.trace(
    (...xs: readonly fx.Tensor[]) => fx.vmap(apply(graph), { inAxes: axes })(...xs),
    ...given.map(({ type }) => fx.spec([...type.shape], type.dtype)),
  )
  fx.verifyGraph(batched)
  const got = evaluateHosts(batched, given)
  const want = elements.map((element) => evaluateHosts(graph, element))
  graph.outputs.forEach((_, i) => {
    const expected = stack(
      want.map((results) => results[i] as Host),
      0,
    )
    const have = got[i] as Host
    if (showType(have.type) !== showType(expected.type)) throw new Error(`result ${String(i)} is ${showType(have.type)}\n${print(batched)}`)
    const at = expected.data.findIndex((x, j) => !Object.is(x, have.data[j]))
    if (at >= 0)
      throw new Error(
        `result ${String(i)}[${String(at)}] is ${String(have.data[at])}, not ${String(expected.data[at])}; axes ${JSON.stringify(axes)}\n${print(batched)}`,
      )
  })
}

describe('vmap', () => {
  it('is the function on every element, stacked', () => {
    holds('vmap', fc.tuple(anyCase, choice), { runs: 600, stream: 31 }, ([one, chosen]) => check(one, chosen))
  })

  it('also of graphs full of views and constants', () => {
    holds('vmap of views', fc.tuple(simplifiableCase, choice), { runs: 300, stream: 32 }, ([one, chosen]) => check(one, chosen))
  })
})
