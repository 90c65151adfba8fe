/** Graphs that mean the same to the last bit. */
import { isFluxionError } from '../../src/error.js'
import type { Graph } from '../../src/ir/graph.js'
import type { Host } from '../../src/ir/ops/op.js'
import { showNumber } from '../../src/ir/number.js'
import { print } from '../../src/ir/print.js'
import { sameType, showType } from '../../src/ir/type.js'
import { verify } from '../../src/ir/verify.js'
import { opDef } from '../../src/ir/ops/table.js'
import { sizeOf } from '../../src/ir/shape.js'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import type { Case } from '../arbitraries/graph.js'

const differs = (a: Host, b: Host): number => a.data.findIndex((x, i) => !Object.is(x, b.data[i]))

const show = ({ type, data }: Host, at: number): string => showNumber(type.dtype, data[at] ?? NaN)

const sound = (name: string, graph: Graph): void => {
  try {
    verify(graph)
  } catch (error) {
    throw new Error(`${name} broke an invariant: ${isFluxionError(error) ? error.message : String(error)}\n${print(graph)}`)
  }
}

/** What there is to compute: nodes that are no views, and their elements. */
const workOf = ({ nodes }: Graph): readonly [number, number] => {
  const computed = nodes.filter(({ op }) => ['point', 'reduce'].includes(opDef(op).lower.kind))
  return [computed.length, computed.reduce((total, { type }) => total + sizeOf(type.shape), 0)]
}

/** @throws Error that shows the graph afterwards where there is more to compute */
export const checkNoMore = (name: string, before: Graph, after: Graph): void => {
  const [nodes, elements] = workOf(before)
  const [nodesAfter, elementsAfter] = workOf(after)
  if (nodesAfter > nodes || elementsAfter > elements)
    throw new Error(`${name} leaves more to compute: ${String(nodesAfter)} nodes, ${String(elementsAfter)} elements\n${print(after)}`)
}

/** Terms of all sums and the like, and elements of what is no sum. */
const termsOf = ({ nodes }: Graph): number =>
  nodes.reduce((total, { op, attrs, args, type }) => {
    const { lower } = opDef(op)
    if (lower.kind !== 'reduce') return total + (lower.kind === 'point' ? sizeOf(type.shape) : 0)
    const { extents } = lower.reduction({ attrs, args: args.map((arg) => (nodes[arg] as Graph['nodes'][number]).type), type })
    return total + sizeOf(type.shape) * sizeOf(extents)
  }, 0)

/** @throws Error that shows the graph afterwards where there are more terms */
export const checkNoMoreTerms = (name: string, before: Graph, after: Graph): void => {
  const [terms, termsAfter] = [termsOf(before), termsOf(after)]
  if (termsAfter > terms) throw new Error(`${name} leaves more terms: ${String(termsAfter)}, not ${String(terms)}\n${print(after)}`)
}

/** @throws Error that shows the graph afterwards where it is broken or means something else */
export const checkSame = (name: string, { graph, args }: Case, after: Graph): void => {
  sound(name, after)
  const hosts = args.map(toHost)
  const got = evaluateHosts(after, hosts)
  evaluateHosts(graph, hosts).forEach((want, i) => {
    const have = got[i] as Host
    if (!sameType(want.type, have.type))
      throw new Error(`${name} made result ${String(i)} ${showType(have.type)} of ${showType(want.type)}\n${print(after)}`)
    const at = differs(want, have)
    if (at >= 0)
      throw new Error(
        `${name} changed result ${String(i)}, element ${String(at)}, from ${show(want, at)} to ${show(have, at)}\n${print(after)}`,
      )
  })
}
