/** Loops written out, step by step: what a scan means, in nodes without sub-graphs. */
import { copyInto, rebuild, type GraphBuilder } from '../ir/builder.js'
import { nodeAt, type Graph, type Node, type NodeOf } from '../ir/graph.js'
import { resultTypes } from '../ir/ops/nest.js'
import { range } from '../ir/shape.js'
import { simplify } from '../passes/index.js'

/** Row i of an array. */
const rowOf = (builder: GraphBuilder, id: number, i: number): number => {
  const { shape } = builder.node(id).type
  const row = builder.add('slice', [id], {
    starts: shape.map((_, d) => (d === 0 ? i : 0)),
    limits: shape.map((n, d) => (d === 0 ? i + 1 : n)),
    strides: shape.map(() => 1),
  })
  return builder.add('reshape', [row], { shape: shape.slice(1) })
}

const unrollScan = (builder: GraphBuilder, node: NodeOf<'scan'>, args: readonly number[], rounds: number): number[] => {
  const { body, consts, carries, length, order } = node.attrs
  const inner = unroll(simplify(body), rounds)
  let carry = args.slice(consts, consts + carries)
  const rows = new Map<number, readonly number[]>()
  for (let step = 0; step < length; step++) {
    const i = order === 'forward' ? step : length - 1 - step
    const seen = args.slice(consts + carries).map((id) => rowOf(builder, id, i))
    const results = copyInto(builder, inner, [...args.slice(0, consts), ...carry, ...seen])
    rows.set(i, [...results.slice(carries), ...carry])
    carry = results.slice(0, carries)
  }
  const stacks = (resultTypes(node) ?? []).slice(carries).map(({ shape, dtype }, k) => {
    if (length === 0) return builder.add('fill', [], { value: 0, shape, dtype })
    const parts = range(length).map((i) => builder.add('reshape', [rows.get(i)?.[k] as number], { shape: [1, ...shape.slice(1)] }))
    return builder.add('concat', parts, { axis: 0 })
  })
  return [...carry, ...stacks]
}

/** A loop whose end is not known, as so many steps, of which those after the end change nothing. */
const unrollWhile = (builder: GraphBuilder, { attrs }: NodeOf<'while'>, args: readonly number[], rounds: number): number[] => {
  const [cond, body] = [attrs.cond, attrs.body].map((graph) => unroll(simplify(graph), rounds)) as [Graph, Graph]
  const fixed = args.slice(0, attrs.consts)
  let carry = args.slice(attrs.consts)
  let goesOn = builder.add('fill', [], { value: 1, shape: [], dtype: 'bool' })
  for (let round = 0; round < rounds; round++) {
    goesOn = builder.add('and', [goesOn, copyInto(builder, cond, [...fixed, ...carry])[0] as number], {})
    const next = copyInto(builder, body, [...fixed, ...carry])
    carry = carry.map((old, i) => {
      const everywhere = builder.add('broadcast', [goesOn], { shape: builder.node(old).type.shape })
      return builder.add('select', [everywhere, next[i] as number, old], {})
    })
  }
  return carry
}

/**
 * A graph without loops that means the same where no loop whose end is not known goes beyond `rounds` steps. Calls and conditions
 * must be inlined already.
 */
export const unroll = (graph: Graph, rounds: number): Graph => {
  const results = new Map<Node, readonly number[]>()
  return rebuild(graph, (builder, node, args) => {
    if (node.op === 'item') return results.get(nodeAt(graph, node.args[0] as number))?.[node.attrs.index] as number
    if (node.op !== 'scan' && node.op !== 'while') return builder.add(node.op, args, node.attrs)
    const all = node.op === 'scan' ? unrollScan(builder, node, args, rounds) : unrollWhile(builder, node, args, rounds)
    results.set(node, all)
    return all[0] as number
  })
}
