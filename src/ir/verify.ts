import { isFluxionError, VerifyError } from '../error.js'
import { inferNode } from './builder.js'
import { bodiesOf, nodeAt, type Graph, type Node } from './graph.js'
import { opDef } from './ops/table.js'
import { sizeOf } from './shape.js'
import { pathsOf } from './tree.js'
import { sameType, showType, type TensorType } from './type.js'

/** The largest array fluxion addresses, in elements: indices are i32. */
export const maxElements = 2 ** 31 - 1

/** A broken invariant: where, and what. */
export interface Fault {
  /** Dotted: `nodes.3.args.0`. */
  readonly path: string
  readonly problem: string
  readonly facts: readonly string[]
}

/** A fault, with the facts that show it. */
export const fault = (path: string, problem: string, facts: readonly string[] = []): Fault => ({ path, problem, facts })

/**
 * Checks every invariant of a graph: parameters first and in order, arguments earlier than their node, arity, every
 * type equal to the inferred one, sizes in range, trees that match.
 * @throws VerifyError with the path to the node
 */
export const verify = (graph: Graph): void => {
  const found = faultIn(graph)
  if (found === undefined) return
  const help = 'the graph was made or changed by something that does not keep its invariants'
  throw new VerifyError({ op: 'verify', problem: found.problem, facts: [`at ${found.path}`, ...found.facts], help })
}

/** The first broken invariant. Each sub-graph is looked at once, however many nodes carry it; those in `sound` are known to be good. */
export const faultIn = (graph: Graph, sound: Set<Graph> = new Set<Graph>()): Fault | undefined => {
  for (let id = 0; id < graph.nodes.length; id++) {
    const found = nodeFault(graph, nodeAt(graph, id), id, sound)
    if (found !== undefined) return found
  }
  const found = outsideFault(graph)
  if (found === undefined) sound.add(graph)
  return found
}

/** What is wrong with the results and the trees. */
const outsideFault = (graph: Graph): Fault | undefined => {
  const bad = graph.outputs.findIndex((id) => !isNode(id, graph.nodes.length))
  if (bad >= 0) return fault(`outputs.${String(bad)}`, `there is no node ${String(graph.outputs[bad])}`)
  if (graph.params > graph.nodes.length)
    return fault('params', `${String(graph.params)} parameters, but only ${String(graph.nodes.length)} nodes`)
  if (pathsOf(graph.inTree).length !== graph.params)
    return fault('inTree', `${String(graph.params)} parameters, but the argument tree has other leaves`)
  if (pathsOf(graph.outTree).length !== graph.outputs.length) {
    return fault('outTree', `${String(graph.outputs.length)} results, but the result tree has other leaves`)
  }
  return undefined
}

const isNode = (id: number, count: number): boolean => Number.isInteger(id) && id >= 0 && id < count

const nodeFault = (graph: Graph, node: Node, id: number, sound: Set<Graph>): Fault | undefined => {
  const path = `nodes.${String(id)}`
  if ((node.op === 'param') !== id < graph.params || (node.op === 'param' && node.attrs.index !== id)) {
    return fault(path, 'parameters are not the first nodes, in order')
  }
  return argsFault(path, node, id) ?? dataFault(path, node) ?? bodyFault(path, node, sound) ?? typeFault(path, graph, node)
}

const argsFault = (path: string, node: Node, id: number): Fault | undefined => {
  const { arity } = opDef(node.op)
  if (arity < 0 ? node.args.length === 0 : node.args.length !== arity) {
    return fault(`${path}.args`, `${node.op} takes ${arity < 0 ? '1 or more' : String(arity)} arguments, not ${String(node.args.length)}`)
  }
  const bad = node.args.findIndex((arg) => !isNode(arg, id))
  return bad < 0 ? undefined : fault(`${path}.args.${String(bad)}`, `${String(node.args[bad])} is not an earlier node`)
}

const dataFault = (path: string, node: Node): Fault | undefined => {
  if (!(sizeOf(node.type.shape) <= maxElements))
    return fault(`${path}.type`, `${showType(node.type)} has more than ${String(maxElements)} elements`)
  if (node.op !== 'constant' || node.attrs.data.length === sizeOf(node.type.shape)) return undefined
  return fault(`${path}.attrs.data`, 'the data is not as long as the shape says')
}

const bodyFault = (path: string, node: Node, sound: Set<Graph>): Fault | undefined => {
  for (const [key, body] of bodiesOf(node)) {
    const found = sound.has(body) ? undefined : faultIn(body, sound)
    if (found !== undefined) return { ...found, path: `${path}.attrs.${key}.${found.path}` }
  }
  return undefined
}

const typeFault = (path: string, graph: Graph, node: Node): Fault | undefined => {
  const inferred = inferredType(graph, node)
  if ('path' in inferred) return fault(path, inferred.problem, inferred.facts)
  return sameType(inferred, node.type)
    ? undefined
    : fault(`${path}.type`, `${node.op} has the type ${showType(node.type)}, but is ${showType(inferred)}`)
}

const inferredType = (graph: Graph, node: Node): TensorType | Fault => {
  try {
    return inferNode(
      node.op,
      node.args.map((arg) => nodeAt(graph, arg)),
      node.attrs,
    )
  } catch (error) {
    return isFluxionError(error) ? fault('', `${error.detail.op}: ${error.detail.problem}`, error.detail.facts) : fault('', String(error))
  }
}
