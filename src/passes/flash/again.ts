/**
 * Attention with its gradient, without matrices of rows by columns. Each product that reads scores, weights or their gradients computes
 * them again, block by block: softmax(scores) · values in one kernel that also gives the largest score and the sum of each row, products
 * that have the rows of the matrix in another, and those that have its columns in a third.
 */
import type { Graph } from '../../ir/graph.js'
import { sameShape } from '../../ir/shape.js'
import type { LoweredKernel } from '../lower.js'
import { joinRows } from '../rows.js'
import { schedule, withoutOnes, type Group, type Schedule, type ScheduleLimits } from '../schedule.js'
import { joinFlash } from './join.js'
import { flashKernel } from './kernel.js'
import { bytesOfMatrix, isBetterAgain } from './cost.js'
import { attended, matricesOf } from './matrices.js'
import type { Blocks, Flash, Matrix, MatrixSum } from './matrix.js'
import { groupOf, inOrder, isOnlyReduction, merged } from './merge.js'
import { sumOverFeatures } from './rowSums.js'
import { sumsKernel } from './sums.js'

/** A schedule as it is after one step; undefined where that makes no kernel. */
type Step = Schedule | undefined

const union = (...members: readonly (readonly number[])[]): number[] => [...new Set(members.flat())].sort((a, b) => a - b)

/** A group whose only reduction is this node. */
const groupFor = (graph: Graph, scheduled: Schedule, id: number): Group | undefined => {
  const group = groupOf(scheduled, id)
  const isFree = group !== undefined && group.flash === undefined && group.blocks === undefined && group.columns === undefined
  return isFree && isOnlyReduction(graph, group, id) ? group : undefined
}

const fits = (kernel: LoweredKernel | undefined, { maxBuffers }: ScheduleLimits): boolean =>
  kernel !== undefined && kernel.nodes.length <= maxBuffers

/** The softmax with what it multiplies as one group. */
const joinAttended = (graph: Graph, scheduled: Schedule, matrix: Matrix, limits: ScheduleLimits): Step => {
  const { softmax, scores, shape } = matrix
  const product = attended(matrix)?.product ?? -1
  const groups = [softmax.largest, softmax.total, product].map((id) => groupFor(graph, scheduled, id))
  const [largest, total, last] = groups
  if (largest === undefined || total === undefined || last === undefined) return undefined
  if (!sameShape(withoutOnes(shape.slice(0, -1)), last.extents.slice(0, -1))) return undefined
  const before = new Set(union(largest.members, total.members))
  const flash: Flash = { ...softmax, scores, product, before }
  const group: Group = { ...last, members: union([...before], last.members), flash }
  const joined = merged(graph, scheduled, scheduled.groupOf[product] as number, group)
  const made = flashKernel(graph, joined, joined.groupOf[product] as number, limits)
  return fits(made, limits) ? joined : undefined
}

/** Sums over a matrix as one group. */
const joinSums = (graph: Graph, scheduled: Schedule, matrix: Matrix, sums: readonly MatrixSum[], limits: ScheduleLimits): Step => {
  const groups = sums.map(({ product }) => groupFor(graph, scheduled, product))
  const known = groups.filter((group) => group !== undefined)
  const [first] = known
  if (first === undefined || known.length < groups.length) return undefined
  const members = known.map((group) => group.members)
  const blocks: Blocks = { matrix, sums, members }
  const product = sums[0]?.product as number
  const joined = merged(graph, scheduled, scheduled.groupOf[product] as number, { ...first, members: union(...members), blocks })
  const made = sumsKernel(graph, joined, joined.groupOf[product] as number, limits)
  return fits(made, limits) ? inOrder(graph, joined) : undefined
}

/** Sums of one axis in one kernel, or in one each. */
const joinAxis = (graph: Graph, scheduled: Schedule, matrix: Matrix, sums: readonly MatrixSum[], limits: ScheduleLimits): Step => {
  const each = (): Step => sums.reduce<Step>((done, sum) => done && joinSums(graph, done, matrix, [sum], limits), scheduled)
  return sums.length < 2 ? each() : (joinSums(graph, scheduled, matrix, sums, limits) ?? each())
}

const joinMatrix = (graph: Graph, scheduled: Schedule, matrix: Matrix, limits: ScheduleLimits): Step => {
  const others = matrix.sums.filter(({ product }) => product !== attended(matrix)?.product)
  const of = (axis: MatrixSum['axis']): readonly MatrixSum[] => others.filter((sum) => sum.axis === axis)
  const began = joinAttended(graph, scheduled, matrix, limits)
  const first = began && inOrder(graph, began)
  return [of('row'), of('column')].reduce<Step>((done, sums) => done && joinAxis(graph, done, matrix, sums, limits), first)
}

/** A graph and its schedule, in which some matrices are not kept; undefined where there are none, or all are better kept. `always`: whether that is not asked. */
export const withoutMatrices = (
  graph: Graph,
  limits: ScheduleLimits,
  always: boolean,
): { readonly graph: Graph; readonly schedule: Schedule } | undefined => {
  if (limits.flash === undefined || !graph.nodes.some(({ op }) => op === 'exp')) return undefined
  const summed = sumOverFeatures(graph)
  const { maxBufferBytes = Infinity } = limits
  const isAgain = (matrix: Matrix): boolean =>
    matrix.sums.length > 1 && (always || bytesOfMatrix(matrix) > maxBufferBytes || isBetterAgain(summed, matrix, limits.againCost))
  const matrices = matricesOf(summed).filter(isAgain)
  const scheduled = matrices.length === 0 ? undefined : scheduleAgain(summed, matrices, limits)
  return scheduled && { graph: summed, schedule: joinFlash(summed, scheduled, limits) }
}

/** The schedule of a graph in which some matrices are not kept; undefined where a kernel that would compute one again cannot be made. */
const scheduleAgain = (graph: Graph, matrices: readonly Matrix[], limits: ScheduleLimits): Schedule | undefined => {
  const inline = new Set(matrices.flatMap(({ nodes }) => [...nodes]))
  const scheduled = schedule(graph, limits, inline)
  if ([...inline].some((id) => scheduled.groupOf[id] !== -1)) return undefined
  const joined = joinRows(graph, scheduled, limits, inline)
  return matrices.reduce<Step>((done, matrix) => done && joinMatrix(graph, done, matrix, limits), joined)
}
