/** From the written form to graphs and back: an index of a sub-graph becomes the graph itself. */
import { bodiesOf, bodyKeysOf, nodeAt, type Graph, type Node } from '../graph.js'
import { fault, faultIn, type Fault } from '../verify.js'
import { version, type WrittenGraph, type WrittenModule, type WrittenNode } from './written.js'

/** How deep graphs may hold graphs. */
export const maxNesting = 64

/** How many nodes there may be once every sub-graph stands where it is used: a few lines can ask for 2 ** 60 of them. */
const maxExpanded = 10_000_000

/** What is known of the graphs linked so far. */
export interface Linker {
  /** In order; a written `body` is an index into it. */
  readonly graphs: Graph[]
  readonly sound: Set<Graph>
  readonly sizes: Map<Graph, { readonly nodes: number; readonly depth: number }>
}

export const linker = (): Linker => ({ graphs: [], sound: new Set(), sizes: new Map() })

/** The graph that is written, verified and added to the linker's, or its first fault. */
export const link = (state: Linker, { params, nodes, outputs, inTree, outTree }: WrittenGraph): Graph | Fault => {
  for (let id = 0; id < nodes.length; id++) {
    const unknown = indicesOf(nodes[id] as WrittenNode).find(([, index]) => state.graphs[index] === undefined)
    if (unknown !== undefined) return fault(`nodes.${String(id)}.attrs.${unknown[0]}`, 'there is no earlier graph of this number')
  }
  const graph = { nodes: nodes.map((node) => linkNode(state, node)), params, outputs, inTree, outTree }
  const found = sizeFault(state, graph) ?? faultIn(graph, state.sound)
  if (found === undefined) state.graphs.push(graph)
  return found ?? graph
}

/** The attributes of a written node that stand for graphs. */
const indicesOf = ({ op, attrs }: WrittenNode): readonly (readonly [string, number])[] =>
  bodyKeysOf(op).map((key) => [key, (attrs as Readonly<Record<string, unknown>>)[key] as number])

/** A node with other things for its graphs. */
const withBodies = (node: object & { readonly attrs: object }, bodies: readonly (readonly [string, unknown])[]): unknown =>
  bodies.length === 0 ? node : { ...node, attrs: { ...node.attrs, ...(Object.fromEntries(bodies) as object) } }

const linkNode = (state: Linker, node: WrittenNode): Node =>
  withBodies(
    node,
    indicesOf(node).map(([key, index]) => [key, state.graphs[index]]),
  ) as Node

const sizeFault = (state: Linker, graph: Graph): Fault | undefined => {
  const inner = graph.nodes.flatMap((node) => bodiesOf(node).map(([, body]) => state.sizes.get(body)))
  const nodes = inner.reduce((sum, size) => sum + (size?.nodes ?? 0), graph.nodes.length)
  const depth = inner.reduce((deepest, size) => Math.max(deepest, 1 + (size?.depth ?? 0)), 1)
  if (depth > maxNesting) return fault('nodes', `graphs hold graphs more than ${String(maxNesting)} deep`)
  if (nodes > maxExpanded) return fault('nodes', `with sub-graphs in their places there are more than ${String(maxExpanded)} nodes`)
  state.sizes.set(graph, { nodes, depth })
  return undefined
}

/** All of a written module, linked; the path of a fault says in which graph. */
export const linkModule = (written: WrittenModule): Graph | Fault => {
  const state = linker()
  for (let i = 0; i < written.graphs.length; i++) {
    const linked = link(state, written.graphs[i] as WrittenGraph)
    if ('path' in linked) return { ...linked, path: `graphs.${String(i)}.${linked.path}` }
  }
  return link(state, written)
}

/** The graphs that a graph holds, each once, before those that hold it. */
const innerGraphs = (graph: Graph): Graph[] => {
  const found = new Set<Graph>()
  const visit = (outer: Graph): void => {
    for (const body of outer.nodes.flatMap((node) => bodiesOf(node).map(([, inner]) => inner))) {
      if (found.has(body)) continue
      visit(body)
      found.add(body)
    }
  }
  visit(graph)
  return [...found]
}

/** The written form, in which sub-graphs are numbered. */
export const unlinkModule = (graph: Graph): WrittenModule => {
  const graphs = innerGraphs(graph)
  const indices = new Map(graphs.map((inner, i) => [inner, i]))
  const unlink = (one: Graph): WrittenGraph => ({ ...one, nodes: one.nodes.map((_, id) => unlinkNode(nodeAt(one, id), indices)) })
  return { version, graphs: graphs.map(unlink), ...unlink(graph) }
}

const unlinkNode = (node: Node, indices: ReadonlyMap<Graph, number>): WrittenNode =>
  withBodies(
    node,
    bodiesOf(node).map(([key, body]) => [key, indices.get(body)]),
  ) as WrittenNode
