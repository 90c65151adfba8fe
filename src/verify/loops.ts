/** The steps of loops, one by one, on the reference's carries. */
import { evaluateHosts, rowOf } from '../backends/reference/evaluate.js'
import { graphBuilder } from '../ir/builder.js'
import { nodeAt, type Graph, type NodeOf } from '../ir/graph.js'
import type { Host } from '../ir/ops/op.js'
import { resultTypes } from '../ir/ops/nest.js'
import { range } from '../ir/shape.js'

const list = (n: number) => range(n).map(() => '*' as const)

/** A scan by itself, giving all that it can: the last carries, the stacks, and the carries before each step. */
export const wholeScan = (node: NodeOf<'scan'>, args: readonly Host[]): Graph => {
  const builder = graphBuilder()
  const params = args.map(({ type }) => builder.param(type))
  const loop = builder.add('scan', params, node.attrs)
  const items = (resultTypes(node) ?? []).map((_, index) => builder.add('item', [loop], { index }))
  return builder.build(items, list(params.length), list(items.length))
}

export interface Step {
  readonly number: number
  readonly args: readonly Host[]
}

/** So many steps at most are looked at, evenly spaced, the first and the last among them. */
const mostSteps = 64

const chosen = (length: number): number[] => {
  const n = Math.min(length, mostSteps)
  return range(n).map((i) => (n < 2 ? 0 : Math.round((i * (length - 1)) / (n - 1))))
}

/** The arguments of the body at steps of a scan, as the reference has them. */
export const stepsOf = (node: NodeOf<'scan'>, args: readonly Host[]): readonly Step[] => {
  const { body, length, consts, carries, order } = node.attrs
  const results = evaluateHosts(wholeScan(node, args), args)
  const histories = results.slice(body.outputs.length)
  return chosen(length).map((number) => {
    const row = order === 'forward' ? number : length - 1 - number
    const rows = [...histories, ...args.slice(consts + carries)].map((host) => rowOf(host, row))
    return { number, args: [...args.slice(0, consts), ...rows] }
  })
}

/** The first steps of a loop whose end is known only when it runs. */
export const whileSteps = ({ attrs: { cond, body, consts } }: NodeOf<'while'>, args: readonly Host[]): readonly Step[] => {
  const steps: Step[] = []
  let now = args
  while (steps.length < mostSteps && evaluateHosts(cond, now)[0]?.data[0] === 1) {
    steps.push({ number: steps.length, args: now })
    now = [...args.slice(0, consts), ...evaluateHosts(body, now)]
  }
  return steps
}

/** A graph from a list to a list. */
export const listed = (graph: Graph): Graph => ({ ...graph, inTree: list(graph.params), outTree: list(graph.outputs.length) })

/** A node of a graph that carries graphs, with the nodes that read its results. */
export const withItems = (graph: Graph, id: number): readonly number[] => {
  const items = range(graph.nodes.length).filter((i) => nodeAt(graph, i).op === 'item' && nodeAt(graph, i).args[0] === id)
  return [id, ...items]
}
