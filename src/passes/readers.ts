/** Who reads the nodes of a schedule: groups, through what is inline. */
import { nodeAt, type Graph } from '../ir/graph.js'
import { union } from './sets.js'

const nobody: ReadonlySet<number> = new Set()

/** The groups that read each node that is in one, through what is inline. */
export const readersOf = (graph: Graph, groupOf: Int32Array): readonly ReadonlySet<number>[] => {
  const readers = graph.nodes.map(() => nobody)
  const computedIn = inlineReaders(graph, groupOf)
  graph.nodes.forEach(({ args }, id) => {
    const groups = computedIn[id] as ReadonlySet<number>
    for (const arg of args) if (groupOf[arg] !== -1) readers[arg] = union(readers[arg] as ReadonlySet<number>, groups)
  })
  return readers
}

const isReadElsewhere = (readers: ReadonlySet<number>, own: number): boolean =>
  readers.size > 1 || (readers.size === 1 && !readers.has(own))

/** 1 for every placed node that something outside of its group reads, and for results. */
export const storedNodes = (graph: Graph, groupOf: Int32Array): Uint8Array => {
  const stored = Uint8Array.from(readersOf(graph, groupOf), (readers, id) => (isReadElsewhere(readers, groupOf[id] as number) ? 1 : 0))
  for (const id of graph.outputs) if (groupOf[id] !== -1) stored[id] = 1
  return stored
}

/** The groups in which each node is computed: its own, or all those that an inline node ends up in. */
const inlineReaders = (graph: Graph, groupOf: Int32Array): ReadonlySet<number>[] => {
  const into = graph.nodes.map(() => nobody)
  const alone = new Map<number, ReadonlySet<number>>()
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const own = groupOf[id] as number
    if (own !== -1) into[id] = alone.get(own) ?? new Set([own])
    const groups = into[id] as ReadonlySet<number>
    if (own !== -1) alone.set(own, groups)
    for (const arg of nodeAt(graph, id).args) if (groupOf[arg] === -1) into[arg] = union(into[arg] as ReadonlySet<number>, groups)
  }
  return into
}
