/** Nodes that carry a graph. */
import { DecodeError, DTypeError } from '../../error.js'
import { isFloat } from '../dtype.js'
import { nodeAt, outputTypes, paramTypes, type Attrs, type AttrsOf, type OpName } from '../graph.js'
import { sameType, showType, type TensorType } from '../type.js'
import { checkList, operands, shapeError } from './check.js'
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
  evaluate: () => unevaluated(),
  lower: { kind: 'graph' },
}

/** The types of the results of a node or tensor that carries graphs; undefined for others. */
export const resultTypes = ({ op, attrs }: { readonly op: OpName; readonly attrs: Attrs }): readonly TensorType[] | undefined => {
  if (op === 'call' || op === 'checkpoint' || op === 'while') return outputTypes((attrs as AttrsOf['call']).body)
  if (op === 'cond') return outputTypes((attrs as AttrsOf['cond']).onTrue)
  if (op === 'customVjp') return outputTypes((attrs as AttrsOf['customVjp']).fwd)
  if (op !== 'scan') return undefined
  const { body, carries, length } = attrs as AttrsOf['scan']
  const types = outputTypes(body)
  const stacked = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: [length, ...shape] })
  return [...types.slice(0, carries), ...types.slice(carries).map(stacked), ...types.slice(0, carries).map(stacked)]
}

const checkTypes = (op: string, what: string, want: readonly TensorType[], got: readonly TensorType[]): void => {
  if (want.length === got.length && want.every((type, i) => sameType(type, got[i] as TensorType))) return
  throw shapeError(op, `${what}: ${want.map(showType).join(', ')}`, got, 'give just these types')
}

const firstOf = (types: readonly TensorType[], op: string): TensorType => {
  const [first] = types
  if (first !== undefined) return first
  throw new DecodeError({ op, problem: 'there is no result', help: 'give a graph with at least one result' })
}

const unevaluated = (): never => {
  throw new Error('the evaluator runs sub-graphs itself')
}

export const scan: OpDef<AttrsOf['scan']> = {
  arity: -1,
  infer: (args, attrs) => {
    const { body, length, consts, carries } = attrs
    checkList('scan', 'length, consts and carries', [length, consts, carries], 3, (n) => n >= 0, 'whole numbers from 0')
    const rows = args.slice(consts + carries)
    const bad = rows.find(({ shape }) => shape[0] !== length)
    if (bad !== undefined)
      throw shapeError('scan', `${showType(bad)} has no ${String(length)} rows`, args, 'give arrays whose first axis is the length')
    const seen = args.map((arg, i) => (i < consts + carries ? arg : { dtype: arg.dtype, shape: arg.shape.slice(1) }))
    checkTypes('scan', 'the body takes', paramTypes(body), seen)
    checkTypes('scan', 'the carries are', args.slice(consts, consts + carries), outputTypes(body).slice(0, carries))
    return firstOf(resultTypes({ op: 'scan', attrs }) ?? [], 'scan')
  },
  evaluate: unevaluated,
  lower: { kind: 'graph' },
}

/** `while`, which is a word of the language. */
export const whileLoop: OpDef<AttrsOf['while']> = {
  arity: -1,
  infer: (args, { cond, body, consts }) => {
    checkList('while', 'consts', [consts], 1, (n) => n >= 0 && n <= args.length, 'a whole number from 0')
    for (const graph of [cond, body]) checkTypes('while', 'the graphs take', paramTypes(graph), args)
    checkTypes('while', 'the condition gives', outputTypes(cond), [{ shape: [], dtype: 'bool' }])
    checkTypes('while', 'the body gives', outputTypes(body), args.slice(consts))
    return firstOf(outputTypes(body), 'while')
  },
  evaluate: unevaluated,
  lower: { kind: 'graph' },
}

export const cond: OpDef<AttrsOf['cond']> = {
  arity: -1,
  infer: (args, { onTrue, onFalse }) => {
    const [pred, ...operands] = args as readonly [TensorType, ...TensorType[]]
    checkTypes('cond', 'the condition is', [{ shape: [], dtype: 'bool' }], [pred])
    for (const branch of [onTrue, onFalse]) checkTypes('cond', 'a branch takes', paramTypes(branch), operands)
    checkTypes('cond', 'one branch gives', outputTypes(onTrue), outputTypes(onFalse))
    return firstOf(outputTypes(onTrue), 'cond')
  },
  evaluate: unevaluated,
  lower: { kind: 'graph' },
}

/** The type of a cotangent: the value's own, and f32 where it is no float and the cotangent zero. */
export const cotangentType = ({ shape, dtype }: TensorType): TensorType => ({ shape, dtype: isFloat(dtype) ? dtype : 'f32' })

const floats = (types: readonly TensorType[]): readonly TensorType[] => types.filter(({ dtype }) => isFloat(dtype))

export const customVjp: OpDef<AttrsOf['customVjp']> = {
  arity: -1,
  infer: (args, { body, fwd, bwd }) => {
    const [results, all] = [outputTypes(body), outputTypes(fwd)]
    for (const graph of [body, fwd]) checkTypes('customVjp', 'the graphs take', paramTypes(graph), args)
    checkTypes('customVjp', 'fwd gives the results first', results, all.slice(0, results.length))
    const cotangents = results.map(cotangentType)
    checkTypes('customVjp', 'bwd takes residuals and cotangents', paramTypes(bwd), [...all.slice(results.length), ...cotangents])
    const given = outputTypes(bwd)
    checkTypes('customVjp', 'bwd gives cotangents of arguments', given, floats(args).slice(Math.max(0, floats(args).length - given.length)))
    return firstOf(results, 'customVjp')
  },
  evaluate: unevaluated,
  lower: { kind: 'graph' },
}

/** One result of a node that carries a graph. Its type is checked where the node itself can be seen: in `verify`. */
export const item: OpDef<AttrsOf['item']> = {
  arity: 1,
  infer: ([x]) => x as TensorType,
  evaluate: ([x]) => (x as Host).data,
  lower: { kind: 'graph' },
}
