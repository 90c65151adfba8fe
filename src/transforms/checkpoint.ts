import { tensorLeaves } from '../ops/leaves.js'
import type { Graph } from '../ir/graph.js'
import { range } from '../ir/shape.js'
import { apply } from '../ir/tensor.js'
import { unflatten } from '../ir/tree.js'
import { close, derive } from '../ops/capture.js'

/**
 * The same function, of which only the arguments are kept for the backward pass: what is between is computed again
 * there, as `jax.checkpoint` does. A chain of n equal blocks in √n such groups trains in O(√n) of their memory for one
 * more forward pass. Tensors from outside are arguments like the others. Values and gradients are those of `f`.
 * @throws TraceError for arguments or results that are no trees of tensors
 */
export const checkpoint =
  <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: A) => R) =>
  (...args) => {
    const given = tensorLeaves('checkpoint', 'the arguments', args)
    const derived = derive('checkpoint', given.leaves, (params) => f(...(unflatten(given.tree, params) as unknown as A)))
    const { graphs, captured } = close([derived])
    const body = graphs[0] as Graph
    const values = [...captured, ...given.leaves]
    if (values.length === 0 || body.outputs.length === 0) return unflatten(derived.outTree, derived.results) as R
    const node = apply('checkpoint', values, { body })
    return unflatten(
      derived.outTree,
      range(body.outputs.length).map((index) => apply('item', [node], { index })),
    ) as R
  }
