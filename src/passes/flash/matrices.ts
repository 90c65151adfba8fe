/**
 * Matrices of rows by columns that attention and its gradient need not keep: scores, their gradients and what is made of them, element by
 * element. Where they are read by products and by their softmax alone, each kernel that multiplies them computes them again, block by block,
 * from the factors of the products that they are made of and a few numbers a row.
 */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { range, sameShape, type Shape } from '../../ir/shape.js'
import { kindOf } from '../place.js'
import { isTrivialReshape } from '../schedule.js'
import type { Matrix, MatrixSum, Softmax } from './matrix.js'
import { productsUnder, softmaxOf } from './softmax.js'

/** Operations for one element that are repeated by each kernel, at most. */
const mostRepeated = 48

const readersIn = (graph: Graph): readonly (readonly number[])[] => {
  const readers = graph.nodes.map((): number[] => [])
  graph.nodes.forEach(({ args }, id) => {
    for (const arg of new Set(args)) readers[arg]?.push(id)
  })
  return readers
}

/** Whether a view of a matrix has rows and columns in each other's place, and what it is a view of; undefined for other views. */
const viewed = (graph: Graph, id: number): { readonly matrix: number; readonly isSwapped: boolean } | undefined => {
  const node = nodeAt(graph, id)
  if (kindOf(node) !== 'view') return { matrix: id, isSwapped: false }
  const [from] = node.args as readonly [number]
  const inner = viewed(graph, from)
  if (inner === undefined || isTrivialReshape(node, nodeAt(graph, from))) return inner
  if (node.op !== 'transpose') return undefined
  const n = node.type.shape.length
  const expected = [...range(n - 2), n - 1, n - 2]
  return node.attrs.perm.every((axis, d) => axis === expected[d]) ? { ...inner, isSwapped: !inner.isSwapped } : undefined
}

/** A product that reads a matrix, if that is one factor of it alone. */
const sumOf = (graph: Graph, id: number, nodes: ReadonlySet<number>, shape: Shape): MatrixSum | undefined => {
  const { args, type } = nodeAt(graph, id)
  const factor = nodes.has(args[0] as number) ? 0 : 1
  const of = viewed(graph, args[factor] as number)
  const fits = type.dtype === 'f32' && sameShape(type.shape.slice(0, -2), shape.slice(0, -2))
  if (of === undefined || !fits || nodes.has(args[1 - factor] as number)) return undefined
  return { product: id, matrix: of.matrix, factor, axis: (factor === 0) === of.isSwapped ? 'column' : 'row' }
}

/** A matrix while it grows from its scores. */
class Growing {
  readonly nodes = new Set<number>()
  readonly products = new Set<number>()
  readonly sums = new Set<number>()

  constructor(
    private readonly graph: Graph,
    private readonly readers: readonly (readonly number[])[],
    private readonly softmax: Softmax,
    private readonly shape: Shape,
  ) {}

  private hasShape(id: number): boolean {
    return sameShape(nodeAt(this.graph, id).type.shape, this.shape)
  }

  /** Adds a product and all that is made of it. Whether nothing else than products and the softmax reads that. */
  grow(product: number): boolean {
    if (this.products.has(product)) return true
    this.products.add(product)
    return this.follow(product)
  }

  private follow(id: number): boolean {
    if (this.nodes.has(id)) return true
    this.nodes.add(id)
    return (this.readers[id] as readonly number[]).every((reader) => this.read(reader, id))
  }

  private read(reader: number, from: number): boolean {
    const { graph, softmax } = this
    const node = nodeAt(graph, reader)
    if (reader === softmax.largest || reader === softmax.total) return true
    if (node.op === 'matmul') return this.sums.add(reader).has(reader)
    if (kindOf(node) === 'view') return viewed(graph, reader) !== undefined && this.follow(reader)
    if (kindOf(node) !== 'point' || kindOf(nodeAt(graph, from)) === 'view' || !this.hasShape(reader)) return false
    const products = productsUnder(graph, reader, (id) => this.hasShape(id))
    return this.follow(reader) && [...products].every((id) => !this.hasShape(id) || this.grow(id))
  }
}

const isPoint = (graph: Graph, id: number): boolean => kindOf(nodeAt(graph, id)) === 'point'

/** The matrix of a softmax, if it need not be kept. */
const matrixOf = (graph: Graph, readers: readonly (readonly number[])[], softmax: Softmax): Matrix | undefined => {
  const { shape } = nodeAt(graph, softmax.weights).type
  const [rows = 1, columns = 1] = shape.slice(-2)
  const [scores, ...others] = productsUnder(graph, softmax.biased, (id) => sameShape(nodeAt(graph, id).type.shape, shape))
  if (scores === undefined || others.length > 0 || rows === 1 || columns === 1) return undefined
  const { nodes, products, sums: reading, ...growing } = grown(graph, readers, softmax, shape, scores)
  const isKept = graph.outputs.some((id) => nodes.has(id)) || !growing.isAlone
  const isOther = [...products].some((id) => {
    const { type, args } = nodeAt(graph, id)
    return type.dtype !== 'f32' || !sameShape(type.shape, shape) || args.some((arg) => nodes.has(arg))
  })
  if (isKept || isOther || [...nodes].filter((id) => isPoint(graph, id)).length > mostRepeated) return undefined
  const sums = [...reading].sort((a, b) => a - b).map((id) => sumOf(graph, id, nodes, shape))
  const known = sums.filter((sum) => sum !== undefined)
  return known.length < sums.length
    ? undefined
    : { softmax, shape, scores, products: [...products].sort((a, b) => a - b), nodes, sums: known }
}

const grown = (graph: Graph, readers: readonly (readonly number[])[], softmax: Softmax, shape: Shape, scores: number) => {
  const growing = new Growing(graph, readers, softmax, shape)
  const isAlone = growing.grow(scores)
  const { nodes, products, sums } = growing
  return { nodes, products, sums, isAlone }
}

/** The product softmax(scores) · values. */
export const attended = ({ softmax, sums }: Matrix): MatrixSum | undefined =>
  sums.find(({ matrix, factor, axis }) => matrix === softmax.weights && factor === 0 && axis === 'row')

/** The matrices of a graph that need not be kept, and of which the softmax multiplies values. */
export const matricesOf = (graph: Graph): readonly Matrix[] => {
  const readers = readersIn(graph)
  return graph.nodes.flatMap((_, id) => {
    const softmax = softmaxOf(graph, id)
    const matrix = softmax === undefined ? undefined : matrixOf(graph, readers, softmax)
    return matrix !== undefined && attended(matrix) !== undefined ? [matrix] : []
  })
}
