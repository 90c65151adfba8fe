/**
 * Two products with a softmax between them become one group: the scores of rows by columns, their softmax over the columns, and the
 * sums of what belongs to the columns, weighted by it. Its kernel (`kernel.ts`) goes through the columns once and keeps no matrix of
 * rows by columns anywhere: FlashAttention (Dao et al. 2022). That is for programs in which nothing else reads the scores or the
 * weights; a gradient does, for which see `again.ts`.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { sameShape } from '../../ir/shape.js'
import { flashKernel } from './kernel.js'
import { withoutOnes, type Group, type Schedule, type ScheduleLimits } from '../schedule.js'
import type { Flash } from './matrix.js'
import { groupOf, isOnlyReduction, merged } from './merge.js'
import { bare, productsUnder, softmaxOf } from './softmax.js'

/** Whether a product is the only one of its group, of f32, and has several rows and columns. */
const isPlain = (graph: Graph, group: Group | undefined, id: number): boolean => {
  const { op, type } = nodeAt(graph, id)
  const [rows = 1, columns = 1] = type.shape.slice(-2)
  return op === 'matmul' && type.dtype === 'f32' && rows > 1 && columns > 1 && group !== undefined && isOnlyReduction(graph, group, id)
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
  const isFitting = [...before].every((id) => softmax.nodes.includes(id) || sameShape(nodeAt(graph, id).type.shape, shape))
  const hasRows = sameShape(withoutOnes(shape), [...extents.slice(0, -1), shape.at(-1) as number])
  if (!isFitting || !hasRows || !sameShape(nodeAt(graph, scores).type.shape, shape)) return undefined
  return { scores, ...softmax, product: leader, before }
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
