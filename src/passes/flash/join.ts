/**
 * Two products with a softmax between them become one group: the scores of rows by columns, their softmax over the columns, and the
 * sums of what belongs to the columns, weighted by it. Its kernel (`kernel.ts`) goes through the columns once and keeps no matrix of
 * rows by columns anywhere: FlashAttention (Dao et al. 2022). That is for programs in which nothing else reads the scores or the
 * weights; a gradient does.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { range, sameShape } from '../../ir/shape.js'
import { flashKernel } from './kernel.js'
import { kindOf } from '../place.js'
import { isTrivialReshape, withoutOnes, type Flash, type Group, type Opening, type Schedule, type ScheduleLimits } from '../schedule.js'
import { storedNodes } from '../readers.js'

/** The node that a node gives on with other axes of length 1 alone. */
const bare = (graph: Graph, id: number): number => {
  const [from] = nodeAt(graph, id).args
  return from !== undefined && isTrivialReshape(nodeAt(graph, id), nodeAt(graph, from)) ? bare(graph, from) : id
}

/** The node of which each element serves a whole row: what is broadcast along the last axis. */
const ofRow = (graph: Graph, id: number): number | undefined => {
  const node = nodeAt(graph, id)
  const [from] = node.args
  if (node.op !== 'broadcast' || from === undefined) return undefined
  const source = nodeAt(graph, from).type.shape
  return sameShape(source, [...node.type.shape.slice(0, -1), 1]) ? bare(graph, from) : undefined
}

type Op = 'mul' | 'div' | 'exp' | 'sub' | 'select' | 'isFinite' | 'reduceSum' | 'reduceMax'

/** The arguments of a node that is of an op. */
const argsOf = (graph: Graph, id: number | undefined, op: Op): readonly number[] => {
  const node = id === undefined ? undefined : nodeAt(graph, id)
  return node?.op === op ? node.args : []
}

const isFill = (graph: Graph, id: number | undefined, value: number): boolean => {
  const node = id === undefined ? undefined : nodeAt(graph, id)
  return node?.op === 'fill' && node.attrs.value === value
}

/** Softmax over the last axis. */
interface Softmax {
  readonly biased: number
  readonly nodes: ReadonlySet<number>
}

/** The softmax that gives some weights, if it is one as `softmax` writes it: the largest score, where it is finite, is taken off. */
const softmaxOf = (graph: Graph, weights: number): Softmax | undefined => {
  const of = (id: number | undefined): number | undefined => (id === undefined ? undefined : ofRow(graph, id))
  const through = (id: number | undefined): number | undefined => (id === undefined ? undefined : bare(graph, id))
  const [powers, share] = argsOf(graph, weights, 'mul')
  const quotient = of(share)
  const [one, divisor] = argsOf(graph, quotient, 'div')
  const total = through(divisor)
  const [shifted] = argsOf(graph, powers, 'exp')
  const [biased, shift] = argsOf(graph, shifted, 'sub')
  const taken = of(shift)
  const [asked, then, otherwise] = argsOf(graph, taken, 'select')
  const finite = through(asked)
  const largest = through(then)
  const isSoftmax =
    biased !== undefined &&
    isFill(graph, one, 1) &&
    argsOf(graph, total, 'reduceSum')[0] === powers &&
    isFill(graph, otherwise, 0) &&
    through(argsOf(graph, finite, 'isFinite')[0]) === largest &&
    argsOf(graph, largest, 'reduceMax')[0] === biased
  const nodes = [weights, powers, quotient, total, shifted, taken, finite, largest].filter((id) => id !== undefined)
  return isSoftmax ? { biased, nodes: new Set(nodes) } : undefined
}

/** The products of a shape that a node is made of, by what is computed for each element. */
const productsUnder = (graph: Graph, id: number, isPart: (id: number) => boolean): ReadonlySet<number> => {
  const [seen, found] = [new Set<number>(), new Set<number>()]
  const visit = (at: number): void => {
    if (seen.has(at)) return
    seen.add(at)
    const node = nodeAt(graph, at)
    if (node.op === 'matmul') found.add(at)
    else if (kindOf(node) === 'point' && isPart(at)) node.args.forEach(visit)
  }
  visit(id)
  return found
}

/** The group that computes a node. */
const groupOf = (schedule: Schedule, id: number): Group | undefined => schedule.groups[schedule.groupOf[id] as number]

/** Whether a product is the only one of its group, of f32, and has several rows and columns. */
const isPlain = (graph: Graph, group: Group | undefined, id: number): boolean => {
  const { op, type } = nodeAt(graph, id)
  const [rows = 1, columns = 1] = type.shape.slice(-2)
  const reductions = (group?.members ?? []).filter((member) => kindOf(nodeAt(graph, member)) === 'reduce')
  return op === 'matmul' && type.dtype === 'f32' && rows > 1 && columns > 1 && reductions.length === 1 && reductions[0] === id
}

/** The parts of softmax(scores) · values, where a group's reduction is the second product. */
const partsOf = (graph: Graph, schedule: Schedule, { leader, extents }: Group): Flash | undefined => {
  const node = leader === undefined ? undefined : nodeAt(graph, leader)
  if (leader === undefined || node?.op !== 'matmul' || !isPlain(graph, groupOf(schedule, leader), leader)) return undefined
  const weights = bare(graph, node.args[0] as number)
  const middle = groupOf(schedule, weights)
  const softmax = middle?.columns?.length === 1 ? softmaxOf(graph, weights) : undefined
  if (middle === undefined || softmax === undefined) return undefined
  const { shape } = nodeAt(graph, weights).type
  const [scores, ...others] = productsUnder(graph, softmax.biased, (id) => sameShape(nodeAt(graph, id).type.shape, shape))
  const first = scores === undefined ? undefined : groupOf(schedule, scores)
  if (scores === undefined || first === undefined || others.length > 0 || !isPlain(graph, first, scores)) return undefined
  const before = new Set([...first.members, ...middle.members])
  const isFitting = [...before].every((id) => softmax.nodes.has(id) || sameShape(nodeAt(graph, id).type.shape, shape))
  const hasRows = sameShape(withoutOnes(shape), [...extents.slice(0, -1), shape.at(-1) as number])
  if (!isFitting || !hasRows || !sameShape(nodeAt(graph, scores).type.shape, shape)) return undefined
  return { scores, biased: softmax.biased, product: leader, before }
}

/** A schedule with a group put into the place of another, and those gone of which all members are in it. */
const merged = (graph: Graph, { groups, groupOf: was, openings, placings }: Schedule, place: number, group: Group): Schedule => {
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

/** The schedule with a group and what it multiplies as one, where that makes a kernel. */
const join = (graph: Graph, schedule: Schedule, index: number, limits: ScheduleLimits): Schedule | undefined => {
  const group = schedule.groups[index] as Group
  const flash = partsOf(graph, schedule, group)
  if (flash === undefined) return undefined
  const members = [...new Set([...flash.before, ...group.members])].sort((a, b) => a - b)
  const joined = merged(graph, schedule, index, { ...group, members, flash })
  // Results, and what a gradient reads, must be in memory.
  if ([...flash.before].some((id) => joined.stored[id] === 1)) return undefined
  const kernel = flashKernel(graph, joined, joined.groupOf[flash.product] as number, limits)
  return kernel === undefined || kernel.nodes.length > limits.maxBuffers ? undefined : joined
}

/** A schedule in which two products with a softmax between them are one group, on a device that likes that. */
export const joinFlash = (graph: Graph, schedule: Schedule, limits: ScheduleLimits): Schedule => {
  if (limits.flash === undefined) return schedule
  let done = schedule
  for (let index = 0; index < done.groups.length; index++) {
    const joined = join(graph, done, index, limits)
    if (joined === undefined) continue
    // Groups before this one are gone.
    index -= done.groups.length - joined.groups.length
    done = joined
  }
  return done
}
