/**
 * Reverse-mode differentiation, from tensors to tensors: what it makes is derivation like any other, so it
 * differentiates again. Linear in the nodes between inputs and outputs.
 */
import { graphOf, instantiate } from '../ir/trace.js'
import type { AttrsOf, Graph } from '../ir/graph.js'
import { isNest, nodeAt, outputTypes } from '../ir/graph.js'
import { isFloat } from '../ir/dtype.js'
import { apply, freshParam, type Tensor, topological } from '../ir/tensor.js'
import { add } from '../ops/point.js'
import { nestVjp } from './derivative/nest.js'
import { reaches, throughNest, type Reached } from './derivative/reach.js'
import type { Float } from './derivative/rule.js'
import type { Backward, Mode } from './derivative/while.js'
import { vjpOf } from './derivative/table.js'
import { range } from '../ir/shape.js'

/** The cotangents of `inputs`, given those of `outputs`; `undefined` where an output does not depend on an input. What inputs themselves derive from is not looked at. `mode` says what the pullback is for. */
export const backward = (
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  inputs: readonly Tensor[],
  mode: Mode = 'reverse',
): (Tensor | undefined)[] => {
  const roots = expandCalls(outputs, inputs)
  const nested = new Map<Tensor, Map<number, Tensor>>()
  const depends = new Set<Tensor>(inputs)
  const order = reached(topological(roots, inputs), depends)
  const sums = new Map<Tensor, Tensor>()
  const push = (tensor: Tensor, g: Tensor): void => {
    if (!depends.has(tensor) || !isFloat(tensor.dtype)) return
    const known = sums.get(tensor)
    sums.set(tensor, known === undefined ? g : add(known, g))
  }
  roots.forEach((root, i) => {
    push(root, cotangents[i] as Tensor)
  })
  /** What comes in at the results of a node that carries graphs is kept until the node itself is reached. */
  const pull = (tensor: Tensor): readonly (Tensor | undefined)[] => {
    const [g, ofResults] = [sums.get(tensor), nested.get(tensor)]
    if (ofResults !== undefined) return nestVjp(tensor, ofResults, (arg) => depends.has(arg), within(mode), mode)
    if (g === undefined) return []
    if (tensor.op !== 'item') return vjpOf(tensor.op)(g as Float, tensor as Float, tensor.args as readonly Float[], tensor.attrs)
    keep(nested, tensor, g)
    return []
  }
  for (const tensor of order.reverse()) {
    const pulled = pull(tensor)
    tensor.args.forEach((arg, i) => {
      const part = pulled[i]
      if (part !== undefined) push(arg, part)
    })
  }
  return inputs.map((input) => sums.get(input))
}

/** Differentiation of the graphs that nodes carry, for the same purpose. */
const within =
  (mode: Mode): Backward =>
  (outputs, cotangents, inputs) =>
    backward(outputs, cotangents, inputs, mode)

/** Adds a cotangent to those of the results of a node that carries graphs. Several tensors may read one result. */
const keep = (nested: Map<Tensor, Map<number, Tensor>>, item: Tensor, g: Tensor): void => {
  const [from] = item.args as readonly [Tensor]
  const { index } = item.attrs as AttrsOf['item']
  const results = nested.get(from) ?? new Map<number, Tensor>()
  const known = results.get(index)
  nested.set(from, results.set(index, known === undefined ? g : add(known, g)))
}

/** The tensors that a derivative flows through, in order; those that depend on the ones in `depends` join them. Of the results of a node that carries graphs each is judged by itself. */
const reached = (order: readonly Tensor[], depends: Set<Tensor>): Tensor[] => {
  const results = new Map<Tensor, Reached>()
  return order.filter((tensor) => {
    const args = tensor.args.map((arg) => depends.has(arg))
    if (isNest(tensor.op)) {
      const through = throughNest(tensor, args)
      results.set(tensor, through)
      return through.includes(true)
    }
    const from = tensor.op === 'item' ? results.get(tensor.args[0] as Tensor) : undefined
    if (from === undefined ? !reaches(tensor, args) : from[(tensor.attrs as AttrsOf['item']).index] !== true) return false
    depends.add(tensor)
    return true
  })
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
    const isResult = tensor.op === 'item' && (!same || results.has(tensor.args[0] as Tensor))
    moved.set(tensor, isResult ? itemOf(tensor, args, results) : same ? tensor : apply(tensor.op, args, tensor.attrs as never))
  }
  return roots.map(there)
}

/** A result of a call that was expanded; of other nodes, the result itself. */
const itemOf = (tensor: Tensor, args: readonly Tensor[], results: ReadonlyMap<Tensor, readonly Tensor[]>): Tensor => {
  const { index } = tensor.attrs as AttrsOf['item']
  return results.get(tensor.args[0] as Tensor)?.[index] ?? apply('item', args, { index })
}

/** The graph from a graph's arguments and the cotangents of its results to the cotangents of its arguments: zeros where there are none. */
export const vjpGraph = (graph: Graph): Graph => {
  const params = range(graph.params).map((i) => freshParam(nodeAt(graph, i).type, i))
  const cotangents = outputTypes(graph).map((type, i) => freshParam(type, graph.params + i))
  const pulled = backward(instantiate(graph, params), cotangents, params)
  const grads = params.map(({ shape, dtype }, i) => pulled[i] ?? apply('fill', [], { value: 0, shape, dtype }))
  return graphOf([...params, ...cotangents], grads, [graph.inTree, graph.outTree], graph.inTree)
}
