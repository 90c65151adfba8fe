/** The oracle: runs a graph node by node, in f64, rounding every result to its dtype. Plain and slow. */
import { ShapeError, UnsupportedError } from '../../error.js'
import { fromNumbers, toNumbers } from '../../ir/dtype.js'
import { differentiated, isNest, nodeAt, type Graph, type Node, type NodeOf } from '../../ir/graph.js'
import type { NDArray } from '../../ir/ndarray.js'
import { showNumber } from '../../ir/number.js'
import type { Host } from '../../ir/ops/op.js'
import { resultTypes } from '../../ir/ops/nest.js'
import { opDef } from '../../ir/ops/table.js'
import { sizeOf } from '../../ir/shape.js'
import { sameType, showType, type TensorType } from '../../ir/type.js'

/** Changes the value of a node, for studies of error: see the tests' Monte Carlo arithmetic. */
export type Perturb = (type: TensorType, data: Float64Array, node: Graph['nodes'][number]) => Float64Array

/** The results of a graph on host values. */
export const evaluateHosts = (graph: Graph, args: readonly Host[], perturb: Perturb = (_, data) => data): Host[] => {
  const values: Host[] = []
  const nested = new Map<number, readonly Host[]>()
  const forward = differentiated(graph)
  graph.nodes.forEach((node, id) => {
    const inputs = node.args.map((arg) => values[arg] as Host)
    if (isNest(node.op)) nested.set(id, evaluateNest(node, inputs, perturb, forward.has(node)))
    if (node.op === 'param') values.push(args[node.attrs.index] as Host)
    else if (isNest(node.op)) values.push(nested.get(id)?.[0] as Host)
    else if (node.op === 'item') values.push(nested.get(node.args[0] as number)?.[node.attrs.index] as Host)
    else {
      const data = opDef(node.op).evaluate(inputs, { attrs: node.attrs, args: inputs.map((x) => x.type), type: node.type })
      values.push({ type: node.type, data: perturb(node.type, data, node) })
    }
  })
  return graph.outputs.map((id) => values[id] as Host)
}

/** The results of a node that carries graphs. */
const evaluateNest = (node: Node, args: readonly Host[], perturb: Perturb, isDifferentiated: boolean): readonly Host[] => {
  if (node.op === 'customVjp') return evaluateHosts(isDifferentiated ? node.attrs.fwd : node.attrs.body, args, perturb)
  if (node.op === 'call' || node.op === 'checkpoint') return evaluateHosts(node.attrs.body, args, perturb)
  if (node.op === 'cond') return evaluateHosts(args[0]?.data[0] === 0 ? node.attrs.onFalse : node.attrs.onTrue, args.slice(1), perturb)
  if (node.op === 'while') return evaluateWhile(node, args, perturb)
  return node.op === 'scan' ? evaluateScan(node, args, perturb) : []
}

/** Row i of an array. */
export const rowOf = ({ type, data }: Host, i: number): Host => {
  const shape = type.shape.slice(1)
  return { type: { shape, dtype: type.dtype }, data: data.slice(i * sizeOf(shape), (i + 1) * sizeOf(shape)) }
}

const evaluateScan = (node: NodeOf<'scan'>, args: readonly Host[], perturb: Perturb): readonly Host[] => {
  const { body, length, consts, carries, order } = node.attrs
  const [fixed, rows] = [args.slice(0, consts), args.slice(consts + carries)]
  let carry = args.slice(consts, consts + carries)
  const stacks = (resultTypes(node) ?? []).slice(carries).map((type): Host => ({ type, data: new Float64Array(sizeOf(type.shape)) }))
  for (let step = 0; step < length; step++) {
    const i = order === 'forward' ? step : length - 1 - step
    const results = evaluateHosts(body, [...fixed, ...carry, ...rows.map((row) => rowOf(row, i))], perturb)
    ;[...results.slice(carries), ...carry].forEach(({ data }, k) => stacks[k]?.data.set(data, i * data.length))
    carry = results.slice(0, carries)
  }
  return [...carry, ...stacks]
}

/** So many rounds of a `while` are evaluated: a program that is wrong, or made wrong, may have a loop that never ends. */
export const mostRounds = 2 ** 20

const endless = (carry: readonly Host[]): UnsupportedError =>
  new UnsupportedError({
    op: 'evaluate',
    problem: `a while loop goes on after ${String(mostRounds)} rounds`,
    facts: carry.map(
      ({ type, data }, i) =>
        `carry ${String(i)}: ${showType(type)}, first ${data[0] === undefined ? 'none' : showNumber(type.dtype, data[0])}`,
    ),
    help: 'see that its condition becomes false; a loop that is meant to be longer runs on a device, but not on the reference',
  })

/** @throws UnsupportedError for a loop of more than `mostRounds` */
const evaluateWhile = ({ attrs }: NodeOf<'while'>, args: readonly Host[], perturb: Perturb): readonly Host[] => {
  const fixed = args.slice(0, attrs.consts)
  let carry = args.slice(attrs.consts)
  for (let round = 0; evaluateHosts(attrs.cond, [...fixed, ...carry], perturb)[0]?.data[0] === 1; round++) {
    if (round === mostRounds) throw endless(carry)
    carry = evaluateHosts(attrs.body, [...fixed, ...carry], perturb)
  }
  return carry
}

export const toHost = ({ shape, dtype, data }: NDArray): Host => ({
  type: { shape, dtype },
  data: Float64Array.from(toNumbers(dtype, data)),
})

export const fromHost = ({ type: { shape, dtype }, data }: Host): NDArray => ({ shape, dtype, data: fromNumbers(dtype, data) })

/**
 * The results of a graph, leaf by leaf, on host arrays.
 * @throws ShapeError where an argument is not of its parameter's type; UnsupportedError where a `whileLoop` goes on after 2²⁰ rounds
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
