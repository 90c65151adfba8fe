/**
 * The kernel of softmax(scores) · values without a matrix of scores: FlashAttention (Dao et al. 2022) in the Kernel IR. A point has a few
 * rows, and goes through the columns by blocks. For a block it computes the scores, then how far the largest one so far grows; the powers
 * of e; and adds their products with the values to sums that it keeps. When the largest score grows, what was summed shrinks by the same
 * factor. The sum of a row's powers divides at the end. Where a gradient reads the largest and the sum of each row, they are stored.
 *
 * Where scores are chosen by a condition from what is computed and a number, as by a mask, a block of which no score is computed is left
 * out, once the number is so far below the largest score that its powers are zero.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { range, sameShape } from '../../ir/shape.js'
import { indexOf, pointStatements, type LoweredKernel } from '../lower.js'
import { columnOf } from '../lowerRows.js'
import { withoutOnes, type Group, type Schedule } from '../schedule.js'
import type { Flash } from './matrix.js'
import { powerBlock, scoreBlock, unlessMasked, valueBlock, type Running } from './blocks.js'
import { begin, contextOf, finish, frameFor, kernelOf, togetherOf, type FlashTiling } from './frame.js'
import { elementAxes, f32, loop, partsFor, registers, type Registers, type Sum, type Writer } from './writer.js'

const groupOf = ({ context }: Writer): Group => context.schedule.groups[context.index] as Group

/** What scores are made of before the softmax, at a row and a column, from the sum of the first product. */
const biasedAt = (w: Writer, { scores, biased, before }: Flash, row: number, column: Scalar, sum: Scalar): Scalar => {
  const { context, misplaced } = w
  const axes = elementAxes(w, row, column)
  const { own, evaluate } = columnOf(context, axes, misplaced)
  const at = (id: number): Scalar[] => indexOf(context.b, nodeAt(context.graph, id).type.shape, axes)
  own.set(scores, sum)
  for (const id of groupOf(w).members) {
    if (id > biased) break
    if (before.has(id) && id !== scores) own.set(id, evaluate.compute(id, at(id)))
  }
  return own.get(biased) ?? evaluate.at(biased, at(biased))
}

/** The numbers of each row that others read. */
const finishRows = (w: Writer, { largest, total, before }: Flash, running: Running): Stmt[] => {
  const { context, sizes, rowAxes } = w
  const isRow = (id: number): boolean => sameShape(withoutOnes(nodeAt(context.graph, id).type.shape), sizes.extents)
  const members = groupOf(w).members.filter((id) => before.has(id) && isRow(id))
  if (members.every((id) => context.schedule.stored[id] !== 1)) return []
  const { reg } = f32(w.b)
  const written = range(sizes.rows).map((row) => {
    const own = new Map([
      [largest, reg(running.largest[row] as number)],
      [total, reg(running.sums[row] as number)],
    ])
    const place = { kind: 'axes', axes: rowAxes[row] as readonly Scalar[] } as const
    return pointStatements(context, { ...groupOf(w), members }, place, undefined, own)
  })
  return [...written.flatMap(({ lets }) => lets), ...written.flatMap(({ stores }) => stores)]
}

const statementsOf = (w: Writer, flash: Flash): readonly Stmt[] => {
  const { b, sizes } = w
  const { lit, mul, reg } = f32(b)
  const [largest, total] = [-Infinity, 0].map((value) => registers(w, sizes.rows, lit(value))) as [Registers, Registers]
  const running: Running = { largest: largest.ids, sums: total.ids }
  const biased = (row: number, column: Scalar, sum: Scalar): Scalar => biasedAt(w, flash, row, column, sum)
  const masking = {
    biased: (row: number, column: Scalar) => biased(row, column, reg(-1)),
    shift: (row: number) => reg(running.largest[row] as number),
  }
  const blocks = loop(w, sizes.columns / sizes.block, (step) => {
    const first = b.mul(step, b.int(sizes.block))
    const { stmts, shrunk } = powerBlock(w, running)
    const scored = scoreBlock(w, first, (row, column, sums) => [biased(row, column, sums.get(flash.scores) as Scalar)])
    return unlessMasked(w, first, masking, [...scored, ...stmts, ...valueBlock(w, first, shrunk)])
  })
  const after = groupOf(w).members.filter((id) => !flash.before.has(id))
  const shares = running.sums.map((id) => b.op('div', [lit(1), reg(id)], 'f32'))
  const results = finish(w, w.sums[0] as Sum, after, (value, row) => mul(value, shares[row] as Scalar))
  return [...begin(w), ...largest.stmts, ...total.stmts, ...blocks, ...results, ...finishRows(w, flash, running)]
}

/** The kernel of a group with a softmax between two products; undefined where lengths do not suit it, or a member is read at another place than its own. */
export const flashKernel = (graph: Graph, schedule: Schedule, index: number, tiling: FlashTiling): LoweredKernel | undefined => {
  const { extents, flash } = schedule.groups[index] as Group & { readonly flash: Flash }
  const parts = partsFor(graph, 'row', [flash.scores], [{ node: flash.product, factor: 0, block: 0 }], togetherOf(tiling))
  const columns = nodeAt(graph, flash.scores).type.shape.at(-1) as number
  const frame = frameFor(contextOf(graph, schedule, index), parts, { extents: extents.slice(0, -1), columns }, tiling)
  return frame && kernelOf(frame, statementsOf(frame.w, flash))
}

/** The kernel of a group with a softmax between two products, which has one. */
export const lowerFlash = (...args: Parameters<typeof flashKernel>): LoweredKernel => {
  const made = flashKernel(...args)
  if (made === undefined) throw new Error('a softmax between products is no kernel')
  return made
}
