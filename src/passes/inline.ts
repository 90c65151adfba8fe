import { copyInto, noAttrs, rebuild, type GraphBuilder } from '../ir/builder.js'
import { guarded, hasWhile } from './guard.js'
import { differentiated, isNest, nodeAt, type Graph, type Node } from '../ir/graph.js'

/** The results of a node that carries graphs, where these stand in its place; undefined for a loop, which stays. */
const replaced = (builder: GraphBuilder, node: Node, args: readonly number[], isDifferentiated: boolean): readonly number[] | undefined => {
  if (node.op === 'call' || node.op === 'checkpoint') return copyInto(builder, inlineCalls(node.attrs.body), args)
  if (node.op === 'customVjp') return copyInto(builder, inlineCalls(isDifferentiated ? node.attrs.fwd : node.attrs.body), args)
  if (node.op !== 'cond') return undefined
  const [condition, ...operands] = args as readonly [number, ...number[]]
  const branches = [node.attrs.onTrue, node.attrs.onFalse]
  const [yes, no] = branches.map((branch, i) => {
    if (!hasWhile(branch)) return copyInto(builder, inlineCalls(branch), operands)
    const taken = i === 0 ? condition : builder.add('not', [condition], noAttrs)
    return copyInto(builder, inlineCalls(guarded(branch)), [taken, ...operands])
  })
  return (yes ?? []).map((x, i) => choose(builder, condition, x, no?.[i] as number))
}

/** One of two results, by a condition that is a scalar. */
const choose = (builder: GraphBuilder, condition: number, x: number, y: number): number => {
  const { shape } = builder.node(x).type
  return builder.add('select', [builder.add('broadcast', [condition], { shape }), x, y], noAttrs)
}

/**
 * Puts the nodes of every called graph in the place of the call, of both branches in that of a condition, and
 * of a function with a derivative of its own: `fwd` where that is asked for, else the function. A loop
 * stays; where it is read as a value, its first result is read instead.
 */
export const inlineCalls = (graph: Graph): Graph => {
  if (!graph.nodes.some((node) => isNest(node.op))) return graph
  const results = new Map<Node, readonly number[]>()
  const loops = new Map<Node, number>()
  const forward = differentiated(graph)
  return rebuild(graph, (builder, node, args) => {
    if (node.op === 'item') {
      const from = nodeAt(graph, node.args[0] as number)
      return results.get(from)?.[node.attrs.index] ?? builder.add('item', [loops.get(from) as number], node.attrs)
    }
    if (!isNest(node.op)) return builder.add(node.op, args, node.attrs)
    const found = replaced(builder, node, args, forward.has(node))
    if (found !== undefined) {
      results.set(node, found)
      return found[0] as number
    }
    const loop = builder.add(node.op, args, node.attrs)
    loops.set(node, loop)
    return builder.add('item', [loop], { index: 0 })
  })
}
