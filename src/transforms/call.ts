import { ShapeError } from '../error.js'
import { outputTypes, type Graph } from '../ir/graph.js'
import { range } from '../ir/shape.js'
import { apply, isTensor, type Tensor } from '../ir/tensor.js'
import { flatten, sameTree, unflatten, type Tree } from '../ir/tree.js'
import { TraceError } from '../error.js'

/**
 * Applies a graph (traced, parsed or decoded) to tensors, as one node that carries it. It differentiates like the
 * function that it came from.
 * @throws TraceError where the arguments are not the graph's tree @throws ShapeError where they are not of its types
 */
export const call = (graph: Graph, ...args: readonly unknown[]): Tree<Tensor> => {
  const { leaves, tree } = flatten(args, isTensor, (x, path): never => {
    throw new TraceError({ op: 'call', problem: `${typeof x} at ${path} is no tensor`, help: 'call a graph with trees of tensors' })
  })
  if (!sameTree(tree, graph.inTree))
    throw new TraceError({
      op: 'call',
      problem: 'the arguments are not the tree that the graph takes',
      facts: [JSON.stringify(tree), JSON.stringify(graph.inTree)],
      help: 'pass trees of the same structure as when it was traced',
    })
  if (leaves.length === 0)
    throw new ShapeError({ op: 'call', problem: 'the graph has no arguments', help: 'call graphs of at least one argument' })
  const node = apply('call', leaves, { body: graph })
  return unflatten(
    graph.outTree,
    range(outputTypes(graph).length).map((index) => apply('item', [node], { index })),
  )
}
