/**
 * Whether matrices of attention are kept, or computed again by each kernel that multiplies them.
 *
 * Kept, each product is computed once, and matrices go to memory and back: every product and every matrix that is multiplied is written
 * once, products are read once by the softmax, and what is multiplied by each of its readers. Computed again, nothing of that size moves, but
 * every kernel computes the products that it needs, of the blocks that no mask leaves out. The first takes
 *
 *     2 · elements · (Σ terms of products + Σ features of sums) + perByte · bytes
 *
 * operations and the second
 *
 *     againCost · 2 · elements · share · Σ over kernels (Σ terms of its products + Σ features of its sums),
 *
 * where `share` is the part of the blocks that a mask by position leaves, and `againCost` is the device's: in blocks fewer elements share
 * what is loaded.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { sizeOf } from '../../ir/shape.js'
import { reductionOf } from '../lower.js'
import { attended } from './matrices.js'
import type { Matrix, MatrixSum } from './matrix.js'
import { argsOf, productsUnder } from './softmax.js'
import { mostColumns } from './writer.js'

/** Operations in the time that a byte takes to memory or back, on processors: those with a preference for `flash`. */
const perByte = 2

const bytesOfElement = 4

const termsOf = (graph: Graph, product: number): number => reductionOf(graph, nodeAt(graph, product)).extents[0] as number

const featuresOf = (graph: Graph, { product, factor }: MatrixSum): number =>
  nodeAt(graph, product).type.shape.at(factor === 0 ? -1 : -2) as number

/** Whether a condition, or a part of it that must hold, is that a column comes no later than the row. */
const isCausal = (graph: Graph, cond: number | undefined): boolean => {
  if (cond === undefined) return false
  const { op, args, type } = nodeAt(graph, cond)
  if (op === 'broadcast') return isCausal(graph, args[0])
  if (op === 'and') return args.some((arg) => isCausal(graph, arg))
  const [first, second] = args.map((arg) => nodeAt(graph, arg))
  const n = type.shape.length
  return op === 'ge' && first?.op === 'iota' && second?.op === 'iota' && first.attrs.axis === n - 2 && second.attrs.axis === n - 1
}

/** The part of a matrix's blocks that is computed. */
const shareOf = (graph: Graph, { softmax, shape }: Matrix): number => {
  const [rows, columns] = shape.slice(-2) as [number, number]
  if (!isCausal(graph, argsOf(graph, softmax.biased, 'select')[0])) return 1
  const seen = Math.min(rows, columns)
  const below = seen * (seen + 1) * 0.5 + (rows - seen) * columns
  // Blocks along the diagonal are computed in full.
  return Math.min(1, (below + (seen * Math.min(mostColumns, columns)) / 2) / (rows * columns))
}

/** Operations for one element of the kernels that compute a matrix again: one for what the weights attend to, and one for each axis. */
const againFor = (graph: Graph, matrix: Matrix): number => {
  const first = attended(matrix)
  const others = matrix.sums.filter((sum) => sum !== first)
  const kernels = [
    first === undefined ? [] : [first],
    ...(['row', 'column'] as const).map((axis) => others.filter((sum) => sum.axis === axis)),
  ]
  const isNode = (id: number): boolean => matrix.nodes.has(id)
  return kernels.reduce((total, sums) => {
    const products = new Set(sums.flatMap((sum) => [...productsUnder(graph, sum.matrix, isNode)]))
    return total + totalOf([...products], (id) => termsOf(graph, id)) + totalOf(sums, (sum) => featuresOf(graph, sum))
  }, 0)
}

const totalOf = <T>(all: readonly T[], each: (one: T) => number): number => all.reduce((total, one) => total + each(one), 0)

/** Whether a matrix is better computed again than kept, where both can be. */
export const isBetterAgain = (graph: Graph, matrix: Matrix, againCost = 1): boolean => {
  const { products, sums } = matrix
  const written = products.length + new Set(sums.map(({ matrix: of }) => of)).size
  const moved = bytesOfElement * (written + products.length + sums.length)
  const once = totalOf(products, (id) => termsOf(graph, id)) + totalOf(sums, (sum) => featuresOf(graph, sum))
  return againCost * 2 * shareOf(graph, matrix) * againFor(graph, matrix) <= 2 * once + perByte * moved
}

/** Bytes of one matrix of f32. */
export const bytesOfMatrix = ({ shape }: Matrix): number => bytesOfElement * sizeOf(shape)
