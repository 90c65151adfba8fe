/** What is known of a group's points before its kernel is written. */
import { nodeAt, type Graph } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { sizeOf } from '../ir/shape.js'
import { isTrivialReshape, sweptAxes, sweptBy, type Group, type Schedule } from './schedule.js'

/** Whether a group needs no more than a flat index: elementwise all through, or reading single elements. */
export const isFlat = (graph: Graph, schedule: Schedule, group: Group): boolean => {
  const check = (id: number, isRoot: boolean): boolean => {
    const node = nodeAt(graph, id)
    const { lower } = opDef(node.op)
    if (!isRoot && (schedule.groupOf[id] !== -1 || lower.kind === 'source')) return true
    if (lower.kind === 'point') return node.args.every((arg) => check(arg, false))
    const [arg] = node.args
    if (node.op === 'fill') return true
    if (arg === undefined || lower.kind !== 'view') return false
    const from = nodeAt(graph, arg)
    return isTrivialReshape(node, from) ? check(arg, false) : node.op === 'broadcast' && sizeOf(from.type.shape) === 1
  }
  return group.leader === undefined && group.members.every((id) => check(id, true))
}

/** Whether neighbours among a reduction's results are made from neighbours. */
export const sumsBeside = (graph: Graph, leader: number | undefined): boolean => {
  const axes = leader === undefined ? undefined : sweptAxes(graph, leader)
  return axes !== undefined && leader !== undefined && !axes.includes(sweptBy(graph, leader).length - 1)
}
