/** What kernels that go through a matrix in blocks are written with: their sizes, arrays and registers. */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { arrayBuffer, type OwnArray, type Scalar, type Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { range } from '../../ir/shape.js'
import { fresh } from '../kernel/accumulate.js'
import { dividing } from '../kernel/loops.js'
import { reductionOf, type Context } from '../lower.js'
import type { Misplaced } from '../lowerRows.js'

/** Columns of a block, at most: their scores lie in the nearest memory. */
export const mostColumns = 32

/** Fewer would not be worth what begins and ends a block. */
const fewestColumns = 8

/** Elements of a point's arrays: WGSL has room for 8192 bytes. */
const mostKept = 2048

/** The sizes of a kernel. */
export interface Sizes {
  /** The axes that rows have, and how many rows a point has. */
  readonly extents: readonly number[]
  readonly rows: number
  readonly columns: number
  /** Columns of a block, and of those multiplied at a time. */
  readonly block: number
  readonly each: number
}

/** A product whose elements are computed, and the array in which a point keeps its rows' factors. */
export interface Product {
  readonly node: number
  /** Terms of an element. */
  readonly depth: number
  readonly kept: number
}

/** A product of which one factor is what is computed: sums over the columns. */
export interface Sum {
  readonly node: number
  /** Which factor that is. */
  readonly factor: 0 | 1
  /** Features of a result, and of those summed at a time. */
  readonly features: number
  readonly wide: number
  /** The arrays of a block of that factor, and of the sums. */
  readonly block: number
  readonly totals: number
}

/** What a kernel computes. */
export interface Parts {
  /** The axis of the matrix that a point's rows are of: its columns are of the other. */
  readonly axis: 'row' | 'column'
  readonly products: readonly Product[]
  readonly sums: readonly Sum[]
  /** Arrays with an element for each row and column of a block. */
  readonly blocks: number
}

/** Numbers the arrays of a point: of blocks; then of sums; then of the factors of its rows. */
export const partsFor = (
  graph: Graph,
  axis: Parts['axis'],
  products: readonly number[],
  sums: readonly Pick<Sum, 'node' | 'factor' | 'block'>[],
  together: number,
): Parts => {
  const blocks = 1 + Math.max(...sums.map(({ block }) => block))
  return {
    axis,
    blocks,
    products: products.map((node, i) => {
      return { node, depth: reductionOf(graph, nodeAt(graph, node)).extents[0] as number, kept: blocks + sums.length + i }
    }),
    sums: sums.map((sum, i) => {
      const features = nodeAt(graph, sum.node).type.shape.at(sum.factor === 0 ? -1 : -2) as number
      return { ...sum, features, wide: dividing(features, together, 1), totals: blocks + i }
    }),
  }
}

/** The largest divisor of a length, at most `most`. */
const divisor = (length: number, most: number): number =>
  range(most)
    .map((i) => most - i)
    .find((n) => length % n === 0) ?? 1

/** Elements that a point keeps for each row, beside its blocks. */
const keptFor = ({ products, sums }: Parts, keeps: boolean): number =>
  sums.reduce((n, { features }) => n + features, 0) + (keeps ? products.reduce((n, { depth }) => n + depth, 0) : 0)

/** The sizes for so many rows and columns at a time; undefined where blocks would be short, or a point would keep too much. */
export const sizesOf = (
  parts: Parts,
  extents: readonly number[],
  columns: number,
  [rows, together]: readonly [number, number],
  keeps: boolean,
): Sizes | undefined => {
  const each = dividing(columns, together, 1)
  const block = each * divisor(columns / each, mostColumns / each)
  const most = Math.floor(mostKept / (block * parts.blocks + keptFor(parts, keeps)))
  if (block < Math.min(fewestColumns, columns) || most === 0) return undefined
  return { extents, rows: dividing(extents.at(-1) as number, Math.min(rows, most), 1), columns, block, each }
}

/** A kernel that is being written. */
export interface Writer extends Parts {
  readonly context: Context
  readonly b: ScalarBuilder
  readonly sizes: Sizes
  /** The axes of each row. */
  readonly rowAxes: readonly (readonly Scalar[])[]
  readonly misplaced: Misplaced
  /** Whether a point keeps the factors of its rows in an array: where points lie side by side, their elements do there, too. */
  readonly keeps: boolean
  readonly terms: number
}

/** The axes of an element of the matrix. */
export const elementAxes = ({ axis, rowAxes }: Writer, row: number, column: Scalar): readonly Scalar[] => {
  const axes = rowAxes[row] as readonly Scalar[]
  return axis === 'row' ? [...axes, column] : [...axes.slice(0, -1), column, axes.at(-1) as Scalar]
}

/** The axes of a sum's result. */
export const sumAxes = ({ rowAxes }: Writer, { factor, features }: Sum, row: number, feature: Scalar): readonly Scalar[] => {
  const axes = rowAxes[row] as readonly Scalar[]
  if (features === 1) return axes
  return factor === 0 ? [...axes, feature] : [...axes.slice(0, -1), feature, axes.at(-1) as Scalar]
}

/** A loop, and what is done in each round. */
export const loop = ({ context, b }: Writer, extent: number, body: (at: Scalar) => readonly Stmt[]): Stmt[] => {
  if (extent === 1) return [...body(b.int(0))]
  const axis = fresh(context)
  return [{ k: 'for', axis, extent, body: body(b.axis(axis, extent)) }]
}

export interface Registers {
  readonly ids: readonly number[]
  /** What declares them. */
  readonly stmts: readonly Stmt[]
}

/** So many registers of one first value. */
export const registers = ({ context }: Writer, count: number, init: Scalar): Registers => {
  const ids = range(count).map(() => fresh(context))
  return { ids, stmts: ids.map((id) => ({ k: 'register', id, dtype: init.dtype, init })) }
}

export const f32 = (b: ScalarBuilder) => ({
  lit: (value: number): Scalar => b.lit('f32', value),
  add: (x: Scalar, y: Scalar): Scalar => b.op('add', [x, y], 'f32'),
  sub: (x: Scalar, y: Scalar): Scalar => b.op('sub', [x, y], 'f32'),
  mul: (x: Scalar, y: Scalar): Scalar => b.op('mul', [x, y], 'f32'),
  max: (x: Scalar, y: Scalar): Scalar => b.op('max', [x, y], 'f32'),
  exp: (x: Scalar): Scalar => b.op('exp', [x], 'f32'),
  reg: (id: number): Scalar => b.reg(id, 'f32'),
})

/** The arrays of a point. */
export const arraysOf = ({ blocks, products, sums, sizes: { rows, block }, keeps }: Writer): readonly OwnArray[] => [
  ...range(blocks).map((): OwnArray => ({ dtype: 'f32', size: rows * block, changes: true })),
  ...sums.map(({ features }): OwnArray => ({ dtype: 'f32', size: rows * features, changes: true })),
  ...(keeps ? products.map(({ depth }): OwnArray => ({ dtype: 'f32', size: rows * depth })) : []),
]

/** An element of an array, of which each row has so many. */
export const inArray = ({ b }: Writer, array: number, row: number, size: number, at: Scalar) => ({
  buffer: arrayBuffer(array),
  at: b.add(b.int(row * size), at),
})

export const loadOwn = (w: Writer, array: number, row: number, size: number, at: Scalar): Scalar => {
  const element = inArray(w, array, row, size, at)
  return w.b.load(element.buffer, element.at, 'f32')
}
