/** Where a derivative may flow: forward, from arguments to results, and into the graphs that nodes carry. */
import { isFloat } from '../../ir/dtype.js'
import { isNest, nodeAt, type Attrs, type AttrsOf, type Graph, type OpName } from '../../ir/graph.js'
import type { TensorType } from '../../ir/type.js'
import { none } from './rule.js'
import { vjpOf } from './table.js'

/** What a node or a tensor says of itself here. */
interface Op extends TensorType {
  readonly op: OpName
  readonly attrs: Attrs
}

/** For each of some arguments or results, whether it depends on what is differentiated with respect to. */
export type Reached = readonly boolean[]

const either = (xs: Reached, ys: Reached): Reached => xs.map((x, i) => x || ys[i] === true)

/** Whether the one result of an op without graphs depends on anything, given which of its arguments do. */
export const reaches = ({ op, dtype }: Op, args: Reached): boolean =>
  isFloat(dtype) && vjpOf(op) !== none && (op === 'barrier' ? args[0] === true : args.includes(true))

/** A carry depends on what it begins as, and on whatever any step makes it depend on. */
const throughScan = ({ body, consts, carries }: Pick<AttrsOf['scan'], 'body' | 'consts' | 'carries'>, args: Reached): Reached => {
  const [kept, rows] = [args.slice(0, consts), args.slice(consts + carries)]
  let carry: Reached = args.slice(consts, consts + carries)
  for (;;) {
    const results = throughGraph(body, [...kept, ...carry, ...rows])
    const next = either(carry, results)
    if (next.every((x, i) => x === carry[i])) return [...carry, ...results.slice(carries), ...carry]
    carry = next
  }
}

/** Results have the derivative that `bwd` says, whatever `body` does; residuals are those of `fwd`, each by itself. */
const throughCustom = ({ body, fwd }: AttrsOf['customVjp'], args: Reached): Reached => {
  const count = body.outputs.length
  const own = fwd.outputs.slice(0, count).map((id) => args.includes(true) && isFloat(nodeAt(fwd, id).type.dtype))
  return [...own, ...throughGraph(fwd, args).slice(count)]
}

/** The results of a node that carries graphs that depend on arguments that do. */
export const throughNest = ({ op, attrs }: Pick<Op, 'op' | 'attrs'>, args: Reached): Reached => {
  if (op === 'while') {
    const { body, consts } = attrs as AttrsOf['while']
    const carries = args.length - consts
    return throughScan({ body, consts, carries }, args).slice(0, carries)
  }
  if (op === 'scan') return throughScan(attrs as AttrsOf['scan'], args)
  if (op === 'customVjp') return throughCustom(attrs as AttrsOf['customVjp'], args)
  if (op !== 'cond') return throughGraph((attrs as AttrsOf['call']).body, args)
  const { onTrue, onFalse } = attrs as AttrsOf['cond']
  return either(throughGraph(onTrue, args.slice(1)), throughGraph(onFalse, args.slice(1)))
}

const throughGraph = (graph: Graph, params: Reached): Reached => {
  if (!params.includes(true)) return graph.outputs.map(() => false)
  const results: Reached[] = []
  for (const node of graph.nodes) {
    const args = node.args.map((id) => results[id]?.[0] === true)
    if (node.op === 'param') results.push([params[node.attrs.index] === true && isFloat(node.type.dtype)])
    else if (node.op === 'item') results.push([results[node.args[0] as number]?.[node.attrs.index] === true])
    else results.push(isNest(node.op) ? throughNest(node, args) : [reaches({ ...node, ...node.type }, args)])
  }
  return graph.outputs.map((id) => results[id]?.[0] === true)
}
