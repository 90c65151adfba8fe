/** What is written to buffers, as it follows from which group computes what. */
import { nodeAt, type Graph } from '../ir/graph.js'

/** The groups that read each node that is in one, through what is inline. */
export const readersOf = (graph: Graph, groupOf: Int32Array): readonly ReadonlySet<number>[] => {
  const readers = graph.nodes.map(() => new Set<number>())
  const computedIn = inlineReaders(graph, groupOf)
  graph.nodes.forEach((node, id) => {
    for (const group of computedIn[id] as ReadonlySet<number>) {
      for (const arg of node.args) if (groupOf[arg] !== -1) readers[arg]?.add(group)
    }
  })
  return readers
}

/** 1 for every placed node that something outside of its group reads, and for results. */
export const storedNodes = (graph: Graph, groupOf: Int32Array): Uint8Array => {
  const stored = Uint8Array.from(readersOf(graph, groupOf), (readers, id) => ([...readers].some((group) => group !== groupOf[id]) ? 1 : 0))
  for (const id of graph.outputs) if (groupOf[id] !== -1) stored[id] = 1
  return stored
}

/** The groups in which each node is computed: its own, or all those that an inline node ends up in. */
const inlineReaders = (graph: Graph, groupOf: Int32Array): ReadonlySet<number>[] => {
  const into = graph.nodes.map(() => new Set<number>())
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const own = groupOf[id] as number
    const groups = into[id] as Set<number>
    if (own !== -1) {
      groups.clear()
      groups.add(own)
    }
    for (const arg of nodeAt(graph, id).args) if (groupOf[arg] === -1) for (const g of groups) into[arg]?.add(g)
  }
  return into
}
