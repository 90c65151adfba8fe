/** Graphs whose `while` loops run only where a condition holds: a branch that is not taken is computed, but its loops might not end. */
import { copyInto, graphBuilder, noAttrs, type GraphBuilder } from '../ir/builder.js'
import { bodiesOf, type Graph, type Node } from '../ir/graph.js'

export const hasWhile = ({ nodes }: Graph): boolean =>
  nodes.some((node) => node.op === 'while' || bodiesOf(node).some(([, body]) => hasWhile(body)))

/** A graph with a bool scalar before its parameters. */
const prepend = (graph: Graph, make: (builder: GraphBuilder, flag: number, params: readonly number[]) => readonly number[]): Graph => {
  const builder = graphBuilder()
  const flag = builder.param({ shape: [], dtype: 'bool' })
  const params = graph.nodes.slice(0, graph.params).map(({ type }) => builder.param(type))
  return builder.build(make(builder, flag, params), ['*', graph.inTree], graph.outTree)
}

/** The graph of a flag and the parameters whose loops do not run where the flag is false. Other results are then what they are. */
export const guarded = (graph: Graph): Graph =>
  prepend(graph, (builder, flag, params) => {
    const moved: number[] = [...params]
    for (const node of graph.nodes.slice(graph.params)) {
      const args = node.args.map((arg) => moved[arg] as number)
      moved.push(guardedNode(builder, flag, node, args))
    }
    return graph.outputs.map((id) => moved[id] as number)
  })

const guardedNode = (builder: GraphBuilder, flag: number, node: Node, args: readonly number[]): number => {
  if (node.op === 'while') {
    const { cond, body, consts } = node.attrs
    const both = prepend(cond, (inner, own, params) => [inner.add('and', [own, copyInto(inner, cond, params)[0] as number], noAttrs)])
    const same = prepend(body, (inner, _, params) => copyInto(inner, body, params))
    return builder.add('while', [flag, ...args], { cond: both, body: same, consts: consts + 1 })
  }
  if (!bodiesOf(node).some(([, body]) => hasWhile(body))) return builder.add(node.op, args, node.attrs)
  if (node.op === 'scan')
    return builder.add('scan', [flag, ...args], { ...node.attrs, body: guarded(node.attrs.body), consts: node.attrs.consts + 1 })
  if (node.op === 'cond') {
    const [condition, ...operands] = args as [number, ...number[]]
    return builder.add('cond', [condition, flag, ...operands], {
      onTrue: guarded(node.attrs.onTrue),
      onFalse: guarded(node.attrs.onFalse),
    })
  }
  if (node.op === 'call' || node.op === 'checkpoint') return builder.add(node.op, [flag, ...args], { body: guarded(node.attrs.body) })
  if (node.op !== 'customVjp') return builder.add(node.op, args, node.attrs)
  const { body, fwd, bwd } = node.attrs
  return builder.add('customVjp', [flag, ...args], { body: guarded(body), fwd: guarded(fwd), bwd })
}
