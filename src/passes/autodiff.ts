/**
 * Reverse-mode differentiation, from tensors to tensors: what it makes is derivation like any other, so it
 * differentiates again. Linear in the nodes between inputs and outputs.
 */
import { graphOf, instantiate } from '../ir/trace.js'
import type { AttrsOf, Graph } from '../ir/graph.js'
import { nodeAt, outputTypes } from '../ir/graph.js'
import { isFloat } from '../ir/dtype.js'
import { apply, freshParam, type Tensor, topological } from '../ir/tensor.js'
import { add } from '../ops/point.js'
import { vjpOf } from './derivative/table.js'
import type { Float } from './derivative/rule.js'
import { range } from '../ir/shape.js'

/** The cotangents of `inputs`, given those of `outputs`; `undefined` where an output does not depend on an input. What inputs themselves derive from is not looked at. */
export const backward = (outputs: readonly Tensor[], cotangents: readonly Tensor[], inputs: readonly Tensor[]): (Tensor | undefined)[] => {
  const roots = expandCalls(outputs, inputs)
  const depends = new Set<Tensor>(inputs)
  const order = topological(roots, inputs).filter((tensor) => {
    if (!tensor.args.some((arg) => depends.has(arg))) return false
    depends.add(tensor)
    return true
  })
  const sums = new Map<Tensor, Tensor>()
  const push = (tensor: Tensor, g: Tensor): void => {
    if (!depends.has(tensor) || !isFloat(tensor.dtype)) return
    const known = sums.get(tensor)
    sums.set(tensor, known === undefined ? g : add(known, g))
  }
  roots.forEach((root, i) => {
    push(root, cotangents[i] as Tensor)
  })
  for (const tensor of order.reverse()) {
    const g = sums.get(tensor)
    if (g === undefined) continue
    const pulled = vjpOf(tensor.op)(g as Float, tensor as Float, tensor.args as readonly Float[], tensor.attrs)
    tensor.args.forEach((arg, i) => {
      const part = pulled[i]
      if (part !== undefined) push(arg, part)
    })
  }
  return inputs.map((input) => sums.get(input))
}

/** Puts the nodes of sub-graphs in the place of the calls between inputs and roots. */
const expandCalls = (roots: readonly Tensor[], inputs: readonly Tensor[]): readonly Tensor[] => {
  const order = topological(roots, inputs)
  if (!order.some((tensor) => tensor.op === 'call')) return roots
  const moved = new Map<Tensor, Tensor>(inputs.map((input) => [input, input]))
  const results = new Map<Tensor, readonly Tensor[]>()
  const there = (tensor: Tensor): Tensor => moved.get(tensor) as Tensor
  for (const tensor of order) {
    const args = tensor.args.map(there)
    if (tensor.op === 'call') results.set(tensor, expandCalls(instantiate((tensor.attrs as AttrsOf['call']).body, args), args))
    const same = args.every((arg, i) => arg === tensor.args[i])
    moved.set(tensor, tensor.op === 'item' ? itemOf(tensor, results) : same ? tensor : apply(tensor.op, args, tensor.attrs as never))
  }
  return roots.map(there)
}

const itemOf = (tensor: Tensor, results: ReadonlyMap<Tensor, readonly Tensor[]>): Tensor =>
  results.get(tensor.args[0] as Tensor)?.[(tensor.attrs as AttrsOf['item']).index] as Tensor

/** The graph from a graph's arguments and the cotangents of its results to the cotangents of its arguments: zeros where there are none. */
export const vjpGraph = (graph: Graph): Graph => {
  const params = range(graph.params).map((i) => freshParam(nodeAt(graph, i).type, i))
  const cotangents = outputTypes(graph).map((type, i) => freshParam(type, graph.params + i))
  const pulled = backward(instantiate(graph, params), cotangents, params)
  const grads = params.map(({ shape, dtype }, i) => pulled[i] ?? apply('fill', [], { value: 0, shape, dtype }))
  return graphOf([...params, ...cotangents], grads, [graph.inTree, graph.outTree], graph.inTree)
}
