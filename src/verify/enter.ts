/** Goes into a node that carries graphs: the graph that ran, in a loop the first bad step of it, with its arguments as the device has them. */
import { fromHost, mostRounds, rowOf, toHost } from '../backends/reference/evaluate.js'
import type { Device } from '../backends/backend.js'
import { differentiated, nodeAt, type Graph, type Node, type NodeOf } from '../ir/graph.js'
import type { NDArray } from '../ir/ndarray.js'
import { printOne } from '../ir/print.js'
import { listed, wholeScan } from './loops.js'
import { runLeaves } from './trial.js'

/** What runs within a node. */
export interface Entered {
  readonly graph: Graph
  readonly args: readonly NDArray[]
  /** The node, and of a loop the step. */
  readonly within: string
}

type IsBad = (array: NDArray) => boolean

const runOn = async (device: Device, graph: Graph, args: readonly NDArray[]): Promise<readonly NDArray[]> => {
  const { compile } = await import('../compile.js')
  return runLeaves(await compile(listed(graph), { device }), args)
}

const row = (array: NDArray, i: number): NDArray => fromHost(rowOf(toHost(array), i))

/** The first step of which a carry or a row is bad. */
const badStep = async (device: Device, node: NodeOf<'scan'>, args: readonly NDArray[], isBad: IsBad) => {
  const { body, length, consts, carries, order } = node.attrs
  const results = await runOn(device, wholeScan(node, args.map(toHost)), args)
  const [last, stacks] = [results.slice(0, carries), results.slice(carries, body.outputs.length)]
  const before = results.slice(body.outputs.length)
  const place = (step: number): number => (order === 'forward' ? step : length - 1 - step)
  for (let step = 0; step < length; step++) {
    const after = step + 1 < length ? before.map((history) => row(history, place(step + 1))) : last
    if (![...after, ...stacks.map((stack) => row(stack, place(step)))].some(isBad)) continue
    const rows = [...before, ...args.slice(consts + carries)].map((array) => row(array, place(step)))
    return { step, args: [...args.slice(0, consts), ...rows] }
  }
  return undefined
}

/** The same where the end is known only when it runs: step by step. */
const badRound = async (device: Device, { attrs: { cond, body, consts } }: NodeOf<'while'>, args: readonly NDArray[], isBad: IsBad) => {
  let now = args
  for (let step = 0; step < mostRounds && (await runOn(device, cond, now))[0]?.data[0] === 1; step++) {
    const next = await runOn(device, body, now)
    if (next.some(isBad)) return { step, args: now }
    now = [...args.slice(0, consts), ...next]
  }
  return undefined
}

/** The graph that a node without a loop applies, and to what. */
const applied = (graph: Graph, node: Node, args: readonly NDArray[]): readonly [Graph, readonly NDArray[]] | undefined => {
  if (node.op === 'call' || node.op === 'checkpoint') return [node.attrs.body, args]
  if (node.op === 'customVjp') return [differentiated(graph).has(node) ? node.attrs.fwd : node.attrs.body, args]
  if (node.op === 'cond') return [args[0]?.data[0] === 1 ? node.attrs.onTrue : node.attrs.onFalse, args.slice(1)]
  return undefined
}

/** A node that carries graphs, or one of its results. */
export const nestOf = (graph: Graph, id: number): number => {
  const node = nodeAt(graph, id)
  return node.op === 'item' ? (node.args[0] as number) : id
}

/** Undefined for a node that carries no graph, and where no step is bad. `args` are the values of the node's arguments. */
export const enter = async (
  device: Device,
  graph: Graph,
  id: number,
  args: readonly NDArray[],
  isBad: IsBad,
): Promise<Entered | undefined> => {
  const node = nodeAt(graph, id)
  const [head = ''] = printOne(graph, id).split(' {')
  if (node.op === 'scan' || node.op === 'while') {
    const found = node.op === 'scan' ? await badStep(device, node, args, isBad) : await badRound(device, node, args, isBad)
    return found === undefined
      ? undefined
      : { graph: listed(node.attrs.body), args: found.args, within: `step ${String(found.step)} of ${head}` }
  }
  const inner = applied(graph, node, args)
  return inner === undefined ? undefined : { graph: listed(inner[0]), args: inner[1], within: head }
}
