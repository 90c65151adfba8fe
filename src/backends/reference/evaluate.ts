/** The oracle: runs a graph node by node, in f64, rounding every result to its dtype. Plain and slow. */
import { ShapeError } from '../../error.js'
import { allocate, type DType } from '../../ir/dtype.js'
import { nodeAt, type Graph } from '../../ir/graph.js'
import type { NDArray } from '../../ir/ndarray.js'
import type { Host } from '../../ir/ops/op.js'
import { opDef } from '../../ir/ops/table.js'
import { sameType, showType, type TensorType } from '../../ir/type.js'

/** Changes the value of a node, for studies of error: see the tests' Monte Carlo arithmetic. */
export type Perturb = (type: TensorType, data: Float64Array, node: Graph['nodes'][number]) => Float64Array

/** The results of a graph on host values. */
export const evaluateHosts = (graph: Graph, args: readonly Host[], perturb: Perturb = (_, data) => data): Host[] => {
  const values: Host[] = []
  const nested = new Map<number, readonly Host[]>()
  graph.nodes.forEach((node, id) => {
    const inputs = node.args.map((arg) => values[arg] as Host)
    if (node.op === 'call') nested.set(id, evaluateHosts(node.attrs.body, inputs, perturb))
    if (node.op === 'param') values.push(args[node.attrs.index] as Host)
    else if (node.op === 'call') values.push(nested.get(id)?.[0] as Host)
    else if (node.op === 'item') values.push(nested.get(node.args[0] as number)?.[node.attrs.index] as Host)
    else {
      const data = opDef(node.op).evaluate(inputs, { attrs: node.attrs, args: inputs.map((x) => x.type), type: node.type })
      values.push({ type: node.type, data: perturb(node.type, data, node) })
    }
  })
  return graph.outputs.map((id) => values[id] as Host)
}

export const toHost = ({ shape, dtype, data }: NDArray): Host => ({ type: { shape, dtype }, data: Float64Array.from(data) })

export const fromHost = ({ type: { shape, dtype }, data }: Host): NDArray => {
  const out = allocate<DType>(dtype, data.length)
  out.set(data)
  return { shape, dtype, data: out }
}

/**
 * The results of a graph, leaf by leaf, on host arrays.
 * @throws ShapeError where an argument is not of its parameter's type
 */
export const evaluate = (graph: Graph, args: readonly NDArray[]): NDArray[] => {
  for (let i = 0; i < graph.params; i++) {
    const [want, got] = [nodeAt(graph, i).type, args[i]]
    if (got !== undefined && sameType(want, got)) continue
    throw new ShapeError({
      op: 'evaluate',
      problem: `argument ${String(i)} is ${got === undefined ? 'missing' : showType(got)}`,
      facts: [`the graph takes ${showType(want)}`],
      help: 'pass an array of that type',
    })
  }
  return evaluateHosts(graph, args.map(toHost)).map(fromHost)
}
