/**
 * The kernel of products of which one factor is a matrix that is made, element by element, of other products: the gradients of attention,
 * as in FlashAttention (Dao et al. 2022). A point has a few rows of the matrix (or columns, where the sums are over rows), and goes through
 * the other axis by blocks: products, what is made of them, and what that adds to the sums. What the softmax needs of a row, its largest
 * score and its sum, is read. Blocks that a mask leaves out are not computed.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { indexOf, type LoweredKernel } from '../lower.js'
import { columnOf } from '../lowerRows.js'
import { withoutOnes, type Group, type Schedule } from '../schedule.js'
import type { Blocks } from './matrix.js'
import { scoreBlock, unlessMasked, valueBlock, type Sums } from './blocks.js'
import { begin, contextOf, finish, frameFor, kernelOf, togetherOf, type FlashTiling } from './frame.js'
import { productsUnder, isFill } from './softmax.js'
import { elementAxes, f32, loop, partsFor, type Parts, type Writer } from './writer.js'

/** The value of a node at an element of the matrix, where its products are known. */
const valueAt = (w: Writer, id: number, row: number, column: Scalar, sums: Sums): Scalar => {
  const { context, misplaced } = w
  const axes = elementAxes(w, row, column)
  const { own, evaluate } = columnOf(context, axes, misplaced)
  for (const [product, sum] of sums) own.set(product, sum)
  return evaluate.at(id, indexOf(context.b, nodeAt(context.graph, id).type.shape, axes))
}

/** Whether a node is zero where the powers are. */
const vanishes = (graph: Graph, id: number, powers: number): boolean => {
  const { op, args } = nodeAt(graph, id)
  const some = (...of: readonly number[]): boolean => of.some((i) => vanishes(graph, args[i] as number, powers))
  const isNothing = (i: number): boolean => isFill(graph, args[i], 0) || some(i)
  if (id === powers) return true
  if (op === 'mul') return some(0, 1)
  if (op === 'select') return isNothing(1) && isNothing(2)
  return (op === 'neg' || op === 'div') && some(0)
}

/** The matrices that are multiplied. */
const multiplied = ({ sums }: Blocks): readonly number[] => [...new Set(sums.map(({ matrix }) => matrix))]

const partsOf = (graph: Graph, blocks: Blocks, tiling: FlashTiling): Parts => {
  const { matrix, sums } = blocks
  const of = multiplied(blocks)
  const isNode = (id: number): boolean => matrix.nodes.has(id)
  const needed = new Set(of.flatMap((id) => [...productsUnder(graph, id, isNode)]))
  const products = matrix.products.filter((id) => needed.has(id))
  const read = sums.map((sum) => ({ node: sum.product, factor: sum.factor, block: of.indexOf(sum.matrix) }))
  return partsFor(graph, sums[0]?.axis ?? 'row', products, read, togetherOf(tiling))
}

const statementsOf = (w: Writer, blocks: Blocks): readonly Stmt[] => {
  const { b, sizes, context, products } = w
  const { softmax, scores } = blocks.matrix
  const of = multiplied(blocks)
  const unknown: Sums = new Map(products.map(({ node }) => [node, f32(b).reg(-1)]))
  const masking = {
    biased: (row: number, column: Scalar) => valueAt(w, softmax.biased, row, column, unknown),
    shift: (row: number, column: Scalar) => valueAt(w, softmax.shift, row, column, unknown),
  }
  const spares = unknown.has(scores) && of.every((id) => vanishes(context.graph, id, softmax.powers))
  const body = loop(w, sizes.columns / sizes.block, (step) => {
    const first = b.mul(step, b.int(sizes.block))
    const scored = scoreBlock(w, first, (row, column, sums) => of.map((id) => valueAt(w, id, row, column, sums)))
    const stmts = [...scored, ...valueBlock(w, first)]
    return spares ? unlessMasked(w, first, masking, stmts) : stmts
  })
  return [...begin(w), ...body, ...w.sums.flatMap((sum, i) => finish(w, sum, blocks.members[i] ?? [], (total) => total))]
}

/** The kernel of sums over a matrix; undefined where lengths do not suit it, or something is read at another place than its own. */
export const sumsKernel = (graph: Graph, schedule: Schedule, index: number, tiling: FlashTiling): LoweredKernel | undefined => {
  const { blocks } = schedule.groups[index] as Group & { readonly blocks: Blocks }
  const parts = partsOf(graph, blocks, tiling)
  const { shape } = blocks.matrix
  const [rows, columns] = shape.slice(-2) as [number, number]
  const [own, other] = parts.axis === 'row' ? [rows, columns] : [columns, rows]
  const lengths = { extents: [...withoutOnes(shape.slice(0, -2)), own], columns: other }
  const frame = frameFor(contextOf(graph, schedule, index), parts, lengths, tiling)
  return frame && kernelOf(frame, statementsOf(frame.w, blocks))
}

/** The kernel of sums over a matrix, which have one. */
export const lowerSums = (...args: Parameters<typeof sumsKernel>): LoweredKernel => {
  const made = sumsKernel(...args)
  if (made === undefined) throw new Error('sums over a matrix are no kernel')
  return made
}
