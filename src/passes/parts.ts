/** Parts of graphs, and of scheduled graphs, as graphs of their own. */
import { graphBuilder } from '../ir/builder.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { range } from '../ir/shape.js'
import type { Schedule } from './schedule.js'

/** The nodes that a group's kernel computes: its members and what is inline in them, in topological order. */
export const fusedNodes = (graph: Graph, { groups, groupOf }: Schedule, group: number): readonly number[] => {
  const found = new Set<number>()
  const enter = (id: number): void => {
    const own = groupOf[id] as number
    if (found.has(id) || (own !== -1 && own !== group) || opDef(nodeAt(graph, id).op).lower.kind === 'source') return
    found.add(id)
    nodeAt(graph, id).args.forEach(enter)
  }
  groups[group]?.members.forEach(enter)
  return [...found].sort((a, b) => a - b)
}

export interface Part {
  readonly graph: Graph
  /** The nodes of the whole that its parameters stand for. */
  readonly params: readonly number[]
}

/** Some nodes of a graph, in topological order, with what they read from outside as parameters. */
export const partOf = (graph: Graph, nodes: readonly number[], outputs: readonly number[]): Part => {
  const inside = new Set(nodes)
  const params = [...new Set(nodes.flatMap((id) => nodeAt(graph, id).args.filter((arg) => !inside.has(arg))))].sort((a, b) => a - b)
  const builder = graphBuilder()
  const moved = new Map(params.map((id) => [id, builder.param(nodeAt(graph, id).type)]))
  const place = (id: number): number => moved.get(id) as number
  for (const id of nodes) {
    const { op, args, attrs } = nodeAt(graph, id)
    moved.set(id, builder.add(op, args.map(place), attrs))
  }
  const tree = (n: number) => range(n).map(() => '*' as const)
  return { graph: builder.build(outputs.map(place), tree(params.length), tree(outputs.length)), params }
}
