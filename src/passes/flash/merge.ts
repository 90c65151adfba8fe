/** Groups of a schedule put together, after it is made. */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { range } from '../../ir/shape.js'
import { kindOf } from '../place.js'
import { readersOf } from '../readers.js'
import { withGroups, type Group, type Schedule } from '../schedule.js'

/** The group that computes a node. */
export const groupOf = (schedule: Schedule, id: number): Group | undefined => schedule.groups[schedule.groupOf[id] as number]

/** Whether a node is the only reduction of its group. */
export const isOnlyReduction = (graph: Graph, { members }: Group, id: number): boolean =>
  members.includes(id) && members.every((member) => (kindOf(nodeAt(graph, member)) === 'reduce') === (member === id))

/** A schedule with a group put into the place of another, and those gone of which all members are in it. */
export const merged = (graph: Graph, schedule: Schedule, place: number, group: Group): Schedule => {
  const inside = new Set(group.members)
  const groups = schedule.groups.map((old, index) => (index === place ? group : old))
  const kept = range(groups.length).filter((index) => index === place || !(groups[index] as Group).members.every((id) => inside.has(id)))
  return withGroups(graph, { ...schedule, groups, groupOf: schedule.groupOf.map((index, id) => (inside.has(id) ? place : index)) }, kept)
}

/** The schedule with each group after those that it reads, and else in the order it has; undefined where groups read each other. */
export const inOrder = (graph: Graph, schedule: Schedule): Schedule | undefined => {
  const { groups, groupOf: was } = schedule
  const reads = groups.map(() => new Set<number>())
  readersOf(graph, was).forEach((readers, id) => {
    for (const reader of readers) if (reader !== was[id]) reads[reader]?.add(was[id] as number)
  })
  const order: number[] = []
  const [waiting, done] = [new Set<number>(), new Set<number>()]
  const visit = (index: number): boolean => {
    if (done.has(index)) return true
    if (waiting.has(index)) return false
    waiting.add(index)
    const isFree = [...(reads[index] ?? [])].sort((a, b) => a - b).every(visit)
    done.add(index)
    order.push(index)
    return isFree
  }
  return range(groups.length).every(visit) ? withGroups(graph, schedule, order) : undefined
}
