/** What a kernel of softmax(scores) · values is written with: its sizes, arrays and registers. */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { arrayBuffer, type OwnArray, type Scalar, type Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { range } from '../../ir/shape.js'
import { fresh } from '../kernel/accumulate.js'
import { dividing } from '../kernel/loops.js'
import { reductionOf, type Context } from '../lower.js'
import type { Misplaced } from '../lowerRows.js'
import type { Flash, Group } from '../schedule.js'

/** Columns of a block, at most: their scores lie in the nearest memory. */
const mostColumns = 32

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
  /** Terms of a score. */
  readonly depth: number
  /** Features of a result, and of those summed at a time. */
  readonly features: number
  readonly wide: number
}

/** The largest divisor of a length, at most `most`. */
const divisor = (length: number, most: number): number =>
  range(most)
    .map((i) => most - i)
    .find((n) => length % n === 0) ?? 1

/** The sizes for so many rows and columns at a time; undefined where blocks would be short, or a point would keep too much. */
export const sizesOf = (
  graph: Graph,
  { extents, flash }: Group,
  [rows, together]: readonly [number, number],
  keeps: boolean,
): Sizes | undefined => {
  const { scores, product } = flash as Flash
  const columns = nodeAt(graph, scores).type.shape.at(-1) as number
  const depth = reductionOf(graph, nodeAt(graph, scores)).extents[0] as number
  const features = nodeAt(graph, product).type.shape.at(-1) as number
  const each = dividing(columns, together, 1)
  const block = each * divisor(columns / each, mostColumns / each)
  const most = Math.floor(mostKept / (block + features + (keeps ? depth : 0)))
  if (block < Math.min(fewestColumns, columns) || most === 0) return undefined
  return {
    extents: extents.slice(0, -1),
    rows: dividing(extents.at(-2) as number, Math.min(rows, most), 1),
    columns,
    block,
    each,
    depth,
    features,
    wide: dividing(features, together, 1),
  }
}

/** A kernel that is being written. */
export interface Writer {
  readonly context: Context
  readonly b: ScalarBuilder
  readonly flash: Flash
  readonly sizes: Sizes
  /** The axes of each row. */
  readonly rowAxes: readonly (readonly Scalar[])[]
  readonly misplaced: Misplaced
  /** Whether a point keeps the factors of its rows in an array: where points lie side by side, their elements do there, too. */
  readonly keeps: boolean
  readonly terms: number
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

/** The arrays of a point: the powers of a block, where its scores were before; what its values are summed to; the factors of its rows. */
export const [powers, totals, factors] = [0, 1, 2] as const

export const arraysOf = ({ rows, depth, features, block }: Sizes, keeps: boolean): readonly OwnArray[] => [
  { dtype: 'f32', size: rows * block, changes: true },
  { dtype: 'f32', size: rows * features, changes: true },
  ...(keeps ? [{ dtype: 'f32', size: rows * depth } as const] : []),
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
