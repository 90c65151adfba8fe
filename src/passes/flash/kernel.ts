/**
 * The kernel of softmax(scores) · values without a matrix of scores: FlashAttention (Dao et al. 2022) in the Kernel IR. A point has a few
 * rows, and goes through the columns by blocks. For a block it computes the scores, then how far the largest one so far grows; the powers
 * of e; and adds their products with the values to sums that it keeps. When the largest score grows, what was summed shrinks by the same
 * factor. The sum of a row's powers divides at the end.
 *
 * Where scores are chosen by a condition from what is computed and a number, as by a mask, a block of which no score is computed is left
 * out, once the number is so far below the largest score that its powers are zero.
 */
import type { Graph } from '../../ir/graph.js'
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { scalarBuilder } from '../../ir/kernel/scalar.js'
import { range, sizeOf } from '../../ir/shape.js'
import { fresh } from '../kernel/accumulate.js'
import { bind } from '../kernel/bind.js'
import { kernelBuffer, nameOf, noRows, pointStatements, type Context, type LoweredKernel } from '../lower.js'
import type { Tiling } from '../panel.js'
import type { Flash, Group, Schedule } from '../schedule.js'
import { powerBlock, rowFactor, scoreBlock, unlessMasked, valueBlock, type Running } from './blocks.js'
import { arraysOf, f32, factors, inArray, loadOwn, loop, registers, sizesOf, totals, type Registers, type Writer } from './writer.js'

/** The results, feature by feature, with what is made of them. */
const finish = (w: Writer, { sums }: Running): Stmt[] => {
  const { context, b, sizes, flash } = w
  const { lit, mul, reg } = f32(b)
  const group = context.schedule.groups[context.index] as Group
  const after: Group = { ...group, members: group.members.filter((id) => !flash.before.has(id)) }
  const shares = sums.map((id) => b.op('div', [lit(1), reg(id)], 'f32'))
  return loop(w, sizes.features / sizes.wide, (step) => {
    const written = range(sizes.rows * sizes.wide).map((n) => {
      const [row, i] = [Math.floor(n / sizes.wide), n % sizes.wide]
      const feature = b.add(b.mul(step, b.int(sizes.wide)), b.int(i))
      const own = new Map([[flash.product, mul(loadOwn(w, totals, row, sizes.features, feature), shares[row] as Scalar)]])
      return pointStatements(context, after, { kind: 'axes', axes: [...(w.rowAxes[row] as readonly Scalar[]), feature] }, undefined, own)
    })
    return [...written.flatMap(({ lets }) => lets), ...written.flatMap(({ stores }) => stores)]
  })
}

/** The factors of a point's rows, and its sums while they are nothing. */
const begin = (w: Writer): Stmt[] => {
  const { b, sizes } = w
  const fill = (term: Scalar): Stmt[] =>
    range(sizes.rows).map((row) => {
      const value = rowFactor({ ...w, keeps: false }, row, term)
      return { k: 'store', ...inArray(w, factors, row, sizes.depth, term), value }
    })
  return [
    ...(w.keeps ? loop(w, sizes.depth, fill) : []),
    ...loop(w, sizes.rows * sizes.features, (at) => [{ k: 'store', ...inArray(w, totals, 0, 0, at), value: b.lit('f32', 0) }]),
  ]
}

/** The kernel as it is before anything is written; undefined where lengths do not suit it. */
const writerFor = (context: Context, group: Group, { flash = [1, 4], terms = 1, panel }: FlashTiling) => {
  const { b } = context
  const keeps = panel !== undefined
  const sizes = sizesOf(context.graph, group, flash, keeps)
  if (sizes === undefined) return undefined
  const last = sizes.extents.length - 1
  const grid = sizes.extents.map((extent, d): GridAxis => ({ axis: fresh(context), extent: d === last ? extent / sizes.rows : extent }))
  const at = grid.map(({ axis, extent }) => b.axis(axis, extent))
  const first = b.mul(at[last] as Scalar, b.int(sizes.rows))
  const rowAxes = range(sizes.rows).map((row) => [...at.slice(0, -1), b.add(first, b.int(row))])
  const w: Writer = { context, b, flash: group.flash as Flash, sizes, rowAxes, misplaced: new Set(), keeps, terms }
  return { w, grid }
}

const statementsOf = (w: Writer): readonly Stmt[] => {
  const { b, sizes } = w
  const [largest, sums] = [-Infinity, 0].map((value) => registers(w, sizes.rows, b.lit('f32', value))) as [Registers, Registers]
  const running: Running = { largest: largest.ids, sums: sums.ids }
  const blocks = loop(w, sizes.columns / sizes.block, (step) => {
    const first = b.mul(step, b.int(sizes.block))
    const { stmts, shrunk } = powerBlock(w, running)
    return unlessMasked(w, first, running, [...scoreBlock(w, first), ...stmts, ...valueBlock(w, first, shrunk)])
  })
  return [...begin(w), ...largest.stmts, ...sums.stmts, ...blocks, ...finish(w, running)]
}

type FlashTiling = Pick<Tiling, 'flash' | 'terms' | 'panel'>

/** The kernel of a group with a softmax between two products; undefined where lengths do not suit it, or a member is read at another place than its own. */
export const flashKernel = (graph: Graph, schedule: Schedule, index: number, tiling: FlashTiling): LoweredKernel | undefined => {
  const group = schedule.groups[index] as Group
  const context: Context = { graph, schedule, index, rows: noRows, b: scalarBuilder(), buffers: new Map(), nextId: 0 }
  const made = writerFor(context, group, tiling)
  if (made === undefined) return undefined
  const { w, grid } = made
  const stmts = statementsOf(w)
  if (w.misplaced.size > 0) return undefined
  const { sizes } = w
  const nodes = [...context.buffers.keys()]
  const kernel: Kernel = {
    name: nameOf(graph, group),
    buffers: nodes.map((id) => kernelBuffer(context, id)),
    arrays: arraysOf(sizes, w.keeps),
    grid,
    body: bind(stmts, grid, context.nextId),
    flops: 2 * sizeOf(sizes.extents) * sizes.columns * (sizes.depth + sizes.features),
  }
  return { kernel, nodes }
}

/** The kernel of a group with a softmax between two products, which has one. */
export const lowerFlash = (...args: Parameters<typeof flashKernel>): LoweredKernel => {
  const made = flashKernel(...args)
  if (made === undefined) throw new Error('a softmax between products is no kernel')
  return made
}
