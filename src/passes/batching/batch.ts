/**
 * Batching, from tensors to tensors: what a derivation gives for every element of a batch, as one derivation. Linear in
 * its nodes. What does not depend on the batch stays as it is.
 */
import type { AttrsOf } from '../../ir/graph.js'
import { apply, topological, type Tensor } from '../../ir/tensor.js'
import { batchNest, type BatchAll } from './nest.js'
import type { Lane } from './rule.js'
import { batchOf } from './table.js'

/** Lanes of `results`, which derive from `placeholders`, given those of the placeholders and the length of the batch. */
export const batch: BatchAll = (results, placeholders, given, n) => {
  const lanes = new Map<Tensor, Lane>(placeholders.map((x, i) => [x, given[i] as Lane]))
  const nested = new Map<Tensor, readonly Lane[]>()
  const laneOf = (tensor: Tensor): Lane => lanes.get(tensor) as Lane
  const visit = (roots: readonly Tensor[]): readonly Lane[] => {
    for (const tensor of topological(roots, lanes.keys())) lanes.set(tensor, step(tensor))
    return roots.map(laneOf)
  }
  const step = (node: Tensor): Lane => {
    const { op, attrs } = node
    const args = node.args.map(laneOf)
    const known = op === 'item' ? nested.get(node.args[0] as Tensor)?.[(attrs as AttrsOf['item']).index] : undefined
    if (known !== undefined) return known
    if (!args.some((arg) => arg.batched)) return { x: rebuilt(node, args), batched: false }
    const all = batchNest({ node, attrs, args, n, visit, batchAll: batch })
    if (all === undefined) return { x: batchOf(op)(args, attrs, n), batched: true }
    nested.set(node, all)
    return all[0] as Lane
  }
  return visit(results)
}

/** A node that depends on no batch: itself, unless its arguments were replaced by others that do not either. */
const rebuilt = (node: Tensor, args: readonly Lane[]): Tensor =>
  args.every(({ x }, i) => x === node.args[i])
    ? node
    : apply(
        node.op,
        args.map(({ x }) => x),
        node.attrs as never,
      )
