/** Groups of a schedule put together, after it is made. */
import type { Graph } from '../../ir/graph.js'
import { range } from '../../ir/shape.js'
import { readersOf, storedNodes } from '../readers.js'
import type { Group, Opening, Schedule } from '../schedule.js'

/** The group that computes a node. */
export const groupOf = (schedule: Schedule, id: number): Group | undefined => schedule.groups[schedule.groupOf[id] as number]

/** A schedule with a group put into the place of another, and those gone of which all members are in it. */
export const merged = (graph: Graph, { groups, groupOf: was, openings, placings }: Schedule, place: number, group: Group): Schedule => {
  const inside = new Set(group.members)
  const kept = range(groups.length).filter((index) => index === place || !(groups[index] as Group).members.every((id) => inside.has(id)))
  const placeOf = new Map(kept.map((index, at) => [index, at]))
  const now = was.map((index, id) => (inside.has(id) ? (placeOf.get(place) as number) : index === -1 ? -1 : (placeOf.get(index) as number)))
  return {
    groups: kept.map((index) => (index === place ? group : (groups[index] as Group))),
    groupOf: now,
    stored: storedNodes(graph, now),
    openings: kept.map((index) => openings[index] as Opening),
    placings,
  }
}

/** The schedule with each group after those that it reads, and else in the order it has; undefined where groups read each other. */
export const inOrder = (graph: Graph, schedule: Schedule): Schedule | undefined => {
  const { groups, groupOf: was, openings, placings } = schedule
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
  if (!range(groups.length).every(visit)) return undefined
  const placeOf = new Map(order.map((index, place) => [index, place]))
  return {
    groups: order.map((index) => groups[index] as Group),
    groupOf: was.map((index) => (index === -1 ? -1 : (placeOf.get(index) as number))),
    stored: schedule.stored,
    openings: order.map((index) => openings[index] as Opening),
    placings,
  }
}
