/** Bytes that a graph would move with one kernel for each op, and how often launches run. */
import { deviceBytes } from '../ir/dtype.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { executionOrder, type Program } from '../ir/kernel/program.js'
import { sizeOf } from '../ir/shape.js'
import type { Origin } from '../passes/draft.js'

/** Ops that any framework does without moving data: other shapes of the same elements, repeated elements, known values. */
const free = new Set(['reshape', 'broadcast', 'fill', 'iota', 'alias', 'stopGradient', 'barrier'])

export const isFree = (graph: Graph, id: number): boolean =>
  free.has(nodeAt(graph, id).op) || opDef(nodeAt(graph, id).op).lower.kind === 'source'

export const bytesOfNode = (graph: Graph, id: number): number => {
  const { shape, dtype } = nodeAt(graph, id).type
  return sizeOf(shape) * deviceBytes(dtype)
}

/** The bytes behind a node: those of what a free op shows, none for known values. */
const storedBytes = (graph: Graph, id: number): number => {
  const { op, args } = nodeAt(graph, id)
  if (op === 'fill' || op === 'iota') return 0
  return free.has(op) && args[0] !== undefined ? storedBytes(graph, args[0]) : bytesOfNode(graph, id)
}

/** What a kernel for this node alone would move: its arguments once, and its result. */
export const bytesAlone = (graph: Graph, id: number): number => {
  if (isFree(graph, id)) return 0
  const args = [...new Set(nodeAt(graph, id).args)]
  return args.reduce((sum, arg) => sum + storedBytes(graph, arg), bytesOfNode(graph, id))
}

/** How often each launch runs in a call. */
export const runsOf = (program: Program): readonly number[] => {
  const runs = new Array<number>(program.launches.length).fill(0)
  for (const launch of executionOrder(program)) runs[launch] = (runs[launch] as number) + 1
  return runs
}

/** Ops that read of their first argument as many elements as they give. */
const picks = new Set(['take', 'takeAlong', 'dynamicSlice', 'slice'])

/** What a group of nodes reads from outside and writes, once. */
export const trafficOf = (
  { graph, schedule, group }: Pick<Origin, 'graph' | 'schedule' | 'group'>,
  nodes: readonly number[],
): { readonly bytesRead: number; readonly bytesWritten: number } => {
  const inside = new Set(nodes)
  const read = new Map<number, number>()
  for (const id of nodes)
    nodeAt(graph, id).args.forEach((arg, i) => {
      if (inside.has(arg)) return
      const bytes = i === 0 && picks.has(nodeAt(graph, id).op) ? bytesOfNode(graph, id) : storedBytes(graph, arg)
      read.set(arg, Math.max(read.get(arg) ?? 0, bytes))
    })
  const written = nodes.filter((id) => schedule.groupOf[id] === group && schedule.stored[id] === 1)
  return {
    bytesRead: [...read.values()].reduce((sum, bytes) => sum + bytes, 0),
    bytesWritten: written.reduce((sum, id) => sum + bytesOfNode(graph, id), 0),
  }
}
