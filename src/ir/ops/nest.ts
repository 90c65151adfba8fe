/** Nodes that carry a graph. */
import { DecodeError, DTypeError } from '../../error.js'
import { nodeAt, outputTypes, type AttrsOf } from '../graph.js'
import { sameType, showType, type TensorType } from '../type.js'
import { operands, shapeError } from './check.js'
import type { Host, OpDef } from './op.js'

/** Applies a graph to arguments. The node's own type is that of the first result. */
export const call: OpDef<AttrsOf['call']> = {
  arity: -1,
  infer: (args, { body }) => {
    const params = Array.from({ length: body.params }, (_, i) => nodeAt(body, i).type)
    const [first] = outputTypes({ ...body, outputs: body.outputs.slice(0, 1) })
    if (first === undefined)
      throw new DecodeError({ op: 'call', problem: 'the graph has no result', help: 'give a graph with at least one result' })
    if (params.length === args.length && params.every((type, i) => sameType(type, args[i] as TensorType))) return first
    const wrong = params.length === args.length ? params.findIndex(({ dtype }, i) => dtype !== args[i]?.dtype) : -1
    if (wrong >= 0)
      throw new DTypeError({
        op: 'call',
        problem: `argument ${String(wrong)} is ${String(args[wrong]?.dtype)}, not ${String(params[wrong]?.dtype)}`,
        facts: operands(args),
        help: 'cast it to the dtype that the graph takes',
      })
    throw shapeError('call', `the graph takes ${params.map(showType).join(', ')}`, args, 'pass arguments of just these types')
  },
  evaluate: () => {
    throw new Error('the evaluator runs sub-graphs itself')
  },
  lower: { kind: 'graph' },
}

/** One result of a node that carries a graph. Its type is checked where the node itself can be seen: in `verify`. */
export const item: OpDef<AttrsOf['item']> = {
  arity: 1,
  infer: ([x]) => x as TensorType,
  evaluate: ([x]) => (x as Host).data,
  lower: { kind: 'graph' },
}
