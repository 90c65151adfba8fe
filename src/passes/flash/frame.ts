/** What begins and ends a kernel that goes through a matrix in blocks. */
import type { Graph } from '../../ir/graph.js'
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { scalarBuilder } from '../../ir/kernel/scalar.js'
import { allStatements, postOrder, rootsOf } from '../../ir/kernel/walk.js'
import { range, sizeOf } from '../../ir/shape.js'
import { fresh } from '../kernel/accumulate.js'
import { bind } from '../kernel/bind.js'
import { kernelBuffer, nameOf, noRows, pointStatements, type Context, type LoweredKernel } from '../lower.js'
import type { Tiling } from '../panel.js'
import type { Group, Schedule } from '../schedule.js'
import { rowFactor } from './blocks.js'
import { arraysOf, inArray, loadOwn, loop, sizesOf, sumAxes, type Parts, type Sum, type Writer } from './writer.js'

export type FlashTiling = Pick<Tiling, 'flash' | 'terms' | 'panel'>

const usualTiling = [1, 4] as const

/** Columns multiplied at a time. */
export const togetherOf = ({ flash: [, together] = usualTiling }: FlashTiling): number => together

/** The lengths of a matrix: the axes that rows have, and the columns. */
export interface Lengths {
  readonly extents: readonly number[]
  readonly columns: number
}

export const contextOf = (graph: Graph, schedule: Schedule, index: number): Context => {
  return { graph, schedule, index, rows: noRows, b: scalarBuilder(), buffers: new Map(), nextId: 0 }
}

export interface Frame {
  readonly w: Writer
  readonly grid: readonly GridAxis[]
}

/** A kernel as it is before anything is written; undefined where lengths do not suit it. */
export const frameFor = (
  context: Context,
  parts: Parts,
  { extents, columns }: Lengths,
  { flash = usualTiling, terms = 1, panel }: FlashTiling,
): Frame | undefined => {
  const { b } = context
  const keeps = panel !== undefined
  const sizes = sizesOf(parts, extents, columns, flash, keeps)
  if (sizes === undefined) return undefined
  const last = extents.length - 1
  const grid = extents.map((extent, d): GridAxis => ({ axis: fresh(context), extent: d === last ? extent / sizes.rows : extent }))
  const at = grid.map(({ axis, extent }) => b.axis(axis, extent))
  const first = b.mul(at[last] as Scalar, b.int(sizes.rows))
  const rowAxes = range(sizes.rows).map((row) => [...at.slice(0, -1), b.add(first, b.int(row))])
  return { w: { ...parts, context, b, sizes, rowAxes, misplaced: new Set(), keeps, terms }, grid }
}

/** The factors of a point's rows, and its sums while they are nothing. */
export const begin = (w: Writer): Stmt[] => {
  const { b, sizes, products, sums } = w
  const filled = products.flatMap((product) =>
    loop(w, product.depth, (term) =>
      range(sizes.rows).map((row): Stmt => {
        const value = rowFactor({ ...w, keeps: false }, product, row, term)
        return { k: 'store', ...inArray(w, product.kept, row, product.depth, term), value }
      }),
    ),
  )
  const zeros = sums.flatMap(({ features, totals }) =>
    loop(w, sizes.rows * features, (at) => [{ k: 'store', ...inArray(w, totals, 0, 0, at), value: b.lit('f32', 0) }]),
  )
  return [...(w.keeps ? filled : []), ...zeros]
}

/** The results of a sum, feature by feature, with what is made of them: these members of the group. */
export const finish = (w: Writer, sum: Sum, members: readonly number[], valueOf: (total: Scalar, row: number) => Scalar): Stmt[] => {
  const { context, b, sizes } = w
  const group: Group = { ...(context.schedule.groups[context.index] as Group), members }
  return loop(w, sum.features / sum.wide, (step) => {
    const written = range(sizes.rows * sum.wide).map((n) => {
      const [row, i] = [Math.floor(n / sum.wide), n % sum.wide]
      const feature = b.add(b.mul(step, b.int(sum.wide)), b.int(i))
      const own = new Map([[sum.node, valueOf(loadOwn(w, sum.totals, row, sum.features, feature), row)]])
      return pointStatements(context, group, { kind: 'axes', axes: sumAxes(w, sum, row, feature) }, undefined, own)
    })
    return [...written.flatMap(({ lets }) => lets), ...written.flatMap(({ stores }) => stores)]
  })
}

/** Whether a kernel reads what it writes, which another point may not have written yet. */
const readsOwn = ({ context }: Writer, stmts: readonly Stmt[]): boolean => {
  const written = new Set([...context.buffers].filter(([id]) => context.schedule.groupOf[id] === context.index).map(([, buffer]) => buffer))
  const seen = new Set<Scalar>()
  const isRead = (root: Scalar): boolean =>
    postOrder(root, (x) => seen.has(x)).some((x) => {
      seen.add(x)
      return x.k === 'load' && written.has(x.buffer)
    })
  return allStatements(stmts).some((stmt) => rootsOf(stmt).some(isRead))
}

/** The kernel of some statements; undefined where a member is read at another place than its own. */
export const kernelOf = ({ w, grid }: Frame, stmts: readonly Stmt[]): LoweredKernel | undefined => {
  const { context, sizes, products, sums } = w
  if (w.misplaced.size > 0 || readsOwn(w, stmts)) return undefined
  const nodes = [...context.buffers.keys()]
  const terms = [...products.map(({ depth }) => depth), ...sums.map(({ features }) => features)].reduce((a, n) => a + n, 0)
  const kernel: Kernel = {
    name: nameOf(context.graph, context.schedule.groups[context.index] as Group),
    buffers: nodes.map((id) => kernelBuffer(context, id)),
    arrays: arraysOf(w),
    grid,
    body: bind(stmts, grid, context.nextId),
    flops: 2 * sizeOf(sizes.extents) * sizes.columns * terms,
  }
  return { kernel, nodes }
}
