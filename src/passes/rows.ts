/**
 * Groups over the same rows become one: reductions over the last axes of an operand, and the elementwise work before,
 * between and after them. One invocation goes through each row, so this is for devices on which that is no loss:
 * neighbouring invocations read elements that are a row apart.
 *
 * A group joins the groups over its rows that it reads, where nothing between them needs the one and is needed by
 * the other. Values of elements are computed again in each pass over the row, up to a cost; results of rows stay in registers.
 */
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { range, sameShape, sizeOf, type Shape } from '../ir/shape.js'
import { buffersOfRows, costOf } from './lowerRows.js'
import { kindOf } from './place.js'
import { sweptAxes, sweptBy, withGroups, withoutOnes, type Group, type Opening, type Schedule, type ScheduleLimits } from './schedule.js'
import { readersOf } from './readers.js'

/** Rows that keep several workgroups busy, unless the device says how many keep it busy; fewer only where there is little to do. */
const enoughRows = 128
const littleWork = 4096

/** Operations for one element that are repeated rather than stored. */
const mostRepeated = 64
const mostMembers = 24

/** How many groups may lie between two that are joined: what bounds the search. */
const farthest = 48

interface Space {
  readonly rows: Shape
  readonly columns: Shape
}

/** The rows and columns of a group's reductions over last axes. */
const spaceOf = (graph: Graph, { leader }: Group, enough: number): Space | undefined => {
  const axes = leader === undefined ? undefined : sweptAxes(graph, leader)
  if (leader === undefined || axes === undefined) return undefined
  const shape = sweptBy(graph, leader)
  const first = shape.length - axes.length
  const isLast = [...axes].sort((a, b) => a - b).every((axis, i) => axis === first + i)
  const [rows, columns] = [withoutOnes(shape.slice(0, first)), withoutOnes(shape.slice(first))]
  const [n, m] = [sizeOf(rows), sizeOf(columns)]
  return isLast && m > 1 && n > 0 && (n >= enough || n * m <= littleWork) ? { rows, columns } : undefined
}

/** A group while groups are joined. */
interface Part {
  readonly opening: Opening
  readonly space: Space | undefined
  readonly group: Group
  readonly reads: ReadonlySet<number>
}

/** What a group's members read, through what is inline: nodes of other groups and sources. */
const readsOf = (graph: Graph, groupOf: Int32Array, index: number, members: readonly number[]): ReadonlySet<number> => {
  const seen = new Set<number>()
  const reads = new Set<number>()
  const visit = (id: number): void => {
    for (const arg of nodeAt(graph, id).args) {
      if (seen.has(arg)) continue
      seen.add(arg)
      const isInline = groupOf[arg] === -1 && kindOf(nodeAt(graph, arg)) !== 'source'
      if (isInline) visit(arg)
      else if (groupOf[arg] !== index) reads.add(arg)
    }
  }
  members.forEach(visit)
  return reads
}

/** A schedule while its groups are joined. */
interface Work {
  readonly graph: Graph
  readonly maxBuffers: number
  /** By the number of the group; undefined where it has joined another. */
  readonly parts: (Part | undefined)[]
  readonly groupOf: Int32Array
  /** Groups as they were that read each node, and what each has joined: itself, or another that may have joined a third. */
  readonly readers: readonly ReadonlySet<number>[]
  readonly joinedTo: Int32Array
  readonly results: ReadonlySet<number>
}

const partAt = ({ parts }: Work, index: number): Part => parts[index] as Part

/** The number that a group has now. */
const nowAt = ({ joinedTo }: Work, group: number): number => {
  let at = group
  while (joinedTo[at] !== at) at = joinedTo[at] as number
  return at
}

/** The groups that a group reads, the latest first. */
const candidates = (work: Work, index: number): readonly number[] => {
  const { reads, group, space } = partAt(work, index)
  if (group.loop !== undefined || (group.leader !== undefined && space === undefined)) return []
  const found = new Set([...reads].map((id) => work.groupOf[id] as number))
  return [...found].filter((other) => other >= Math.max(0, index - farthest)).sort((a, b) => b - a)
}

/** Where two groups together keep the order of groups: at the later one where none between reads the earlier, or at the earlier one where the later reads nothing in between. */
const placeFor = (work: Work, from: number, to: number): number | undefined => {
  const between = work.parts.slice(from + 1, to)
  const isRead = between.some((part) => [...(part?.reads ?? [])].some((id) => work.groupOf[id] === from))
  if (!isRead) return to
  const waits = [...partAt(work, to).reads].some((id) => (work.groupOf[id] as number) > from)
  return waits ? undefined : from
}

/** The rows and columns of two groups together, if they have the same. */
const common = (a: Part, b: Part): Space | undefined => {
  const space = a.space ?? b.space
  if (space === undefined) return undefined
  const { rows, columns } = space
  const isPointwise = ({ group: { leader, loop, extents } }: Part): boolean =>
    leader === undefined && loop === undefined && (sameShape(extents, rows) || sameShape(extents, [...rows, ...columns]))
  const fits = (part: Part): boolean =>
    part.space === undefined ? isPointwise(part) : sameShape(part.space.rows, rows) && sameShape(part.space.columns, columns)
  return fits(a) && fits(b) ? space : undefined
}

/** Operations for one element of a row that may be repeated. */
const repeated = (graph: Graph, { members, extents }: Group): number => {
  const isFull = (node: Node): boolean => withoutOnes(node.type.shape).length > extents.length
  return members.filter((id) => isFull(nodeAt(graph, id))).reduce((sum, id) => sum + costOf(graph, id), 0)
}

/** Whether a kernel can be made of a group that stands at a place. */
const forms = (work: Work, group: Group, groupOf: Int32Array, parts: readonly number[], place: number): boolean => {
  const { graph, maxBuffers, readers, results } = work
  const groups: Group[] = []
  groups[place] = group
  const isReadOutside = (id: number): boolean =>
    [...(readers[id] as ReadonlySet<number>)].some((reader) => !parts.includes(nowAt(work, reader)))
  const stored = new Uint8Array(groupOf.length)
  for (const id of group.members) stored[id] = results.has(id) || isReadOutside(id) ? 1 : 0
  const buffers = buffersOfRows(graph, { groups, groupOf, stored, openings: [], placings: [] }, place)
  return buffers !== undefined && buffers <= maxBuffers
}

/** Puts a later group into an earlier one, or the other way round, if that makes a kernel: where it is then. */
const join = (work: Work, from: number, to: number): number | undefined => {
  const { graph, parts } = work
  const [a, b] = [partAt(work, from), partAt(work, to)]
  const [space, place] = [common(a, b), placeFor(work, from, to)]
  if (space === undefined || place === undefined) return undefined
  const members = [...a.group.members, ...b.group.members].sort((x, y) => x - y)
  const group: Group = { extents: space.rows, columns: space.columns, leader: undefined, loop: undefined, members }
  if (members.length > mostMembers || repeated(graph, group) > mostRepeated) return undefined
  const groupOf = Int32Array.from(work.groupOf)
  for (const id of members) groupOf[id] = place
  if (!forms(work, group, groupOf, [from, to], place)) return undefined
  work.groupOf.set(groupOf)
  const gone = from + to - place
  parts[gone] = undefined
  work.joinedTo[gone] = place
  parts[place] = { opening: a.opening, space, group, reads: readsOf(graph, groupOf, place, members) }
  return place
}

/** Joins a group with what it reads, as long as one of these makes a kernel with it. */
const joinAll = (work: Work, index: number): void => {
  for (const other of candidates(work, index)) {
    const place = join(work, other, index)
    if (place !== undefined) return joinAll(work, place)
  }
}

const scheduleOf = ({ graph, parts, groupOf }: Work, { placings }: Schedule): Schedule => {
  const kept = range(parts.length).filter((index) => parts[index] !== undefined)
  const [groups, openings] = [parts.map((part) => part?.group as Group), parts.map((part) => part?.opening as Opening)]
  return withGroups(graph, { groups, groupOf, openings, placings }, kept)
}

/** A schedule with groups over the same rows joined, on a device that likes that. `apart`: what the reductions that stay apart reduce. */
export const joinRows = (
  graph: Graph,
  schedule: Schedule,
  { maxBuffers, rows = false, fewestRows = enoughRows }: ScheduleLimits,
  apart: ReadonlySet<number> = new Set(),
): Schedule => {
  const { groups, groupOf } = schedule
  const isApart = ({ leader }: Group): boolean => leader !== undefined && nodeAt(graph, leader).args.some((id) => apart.has(id))
  const spaces = rows ? groups.map((group) => (isApart(group) ? undefined : spaceOf(graph, group, fewestRows))) : []
  if (spaces.every((space) => space === undefined)) return schedule
  const parts = groups.map((group, index): Part => {
    const reads = readsOf(graph, groupOf, index, group.members)
    return { opening: schedule.openings[index] as Opening, space: spaces[index], group, reads }
  })
  const work: Work = {
    graph,
    maxBuffers,
    parts,
    groupOf: Int32Array.from(groupOf),
    readers: readersOf(graph, groupOf),
    joinedTo: Int32Array.from(groups, (_, index) => index),
    results: new Set(graph.outputs),
  }
  for (const index of range(groups.length)) joinAll(work, index)
  return scheduleOf(work, schedule)
}
