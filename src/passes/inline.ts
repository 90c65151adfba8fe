import { rebuild, type GraphBuilder } from '../ir/builder.js'
import { nodeAt, type Graph, type Node } from '../ir/graph.js'

/** Puts the nodes of every called graph in the place of the call. */
export const inlineCalls = (graph: Graph): Graph => {
  if (!graph.nodes.some((node) => node.op === 'call')) return graph
  const results = new Map<Node, readonly number[]>()
  return rebuild(graph, (builder, node, args) => {
    if (node.op === 'item') return results.get(nodeAt(graph, node.args[0] as number))?.[node.attrs.index] as number
    if (node.op !== 'call') return builder.add(node.op, args, node.attrs)
    const copied = copyInto(builder, inlineCalls(node.attrs.body), args)
    results.set(node, copied)
    return copied[0] as number
  })
}

const copyInto = (builder: GraphBuilder, body: Graph, args: readonly number[]): number[] => {
  const moved: number[] = []
  for (const node of body.nodes) {
    moved.push(
      node.op === 'param'
        ? (args[node.attrs.index] as number)
        : builder.add(
            node.op,
            node.args.map((id) => moved[id] as number),
            node.attrs,
          ),
    )
  }
  return body.outputs.map((id) => moved[id] as number)
}
