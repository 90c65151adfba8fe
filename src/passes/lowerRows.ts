/**
 * A group with columns becomes a kernel with a point for each row. The point goes through the row in as many loops as it
 * must: a reduction whose terms need the result of another comes one loop later. What is computed from elements of the
 * row alone is computed again in each loop, so nothing as large as the operand is stored between them; what is dear to
 * compute is kept where the device has room for a row beside each point, or in a result that is stored later.
 */
import { nodeAt, type Graph } from '../ir/graph.js'
import { arrayBuffer, type GridAxis, type Kernel, type OwnArray, type Scalar, type ScalarType, type Stmt } from '../ir/kernel/kernel.js'
import { scalarBuilder } from '../ir/kernel/scalar.js'
import { postOrder } from '../ir/kernel/walk.js'
import { opDef } from '../ir/ops/table.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import { accumulate, fresh } from './kernel/accumulate.js'
import { bind } from './kernel/bind.js'
import { keepForLater, type Loop, type Shelf, type Shelves } from './kernel/keep.js'
import { flatten } from '../ir/ops/view.js'
import {
  bufferOf,
  evaluator,
  indexOf,
  kernelBuffer,
  nameOf,
  noRows,
  reductionOf,
  type Context,
  type LoweredKernel,
  type Rows,
} from './lower.js'
import type { Tiling } from './panel.js'
import { kindOf } from './place.js'
import { withoutOnes, type Group, type Schedule } from './schedule.js'

/** Multiplications from which on a value is kept rather than computed again: a store and a load of the nearest cache are less. */
const dear = 8

/** Multiplications that an op costs for one element. */
export const costOf = (graph: Graph, id: number): number => {
  const { lower } = opDef(nodeAt(graph, id).op)
  return lower.kind === 'point' || lower.kind === 'view' ? lower.cost : 0
}

/** Columns in a round of the innermost loop: with several, less of the time goes to the loop itself. */
const unrolled = (extent: number, most: number): number => [16, 8, 4, 2].find((n) => n <= most && extent % n === 0) ?? 1

/** A kernel that is being written. */
interface Writer {
  readonly context: Context
  readonly group: Group
  readonly rowAxes: readonly Scalar[]
  /** The columns of a round. */
  readonly points: readonly Column[]
  /** The first loop after which a register holds its result. */
  readonly known: Map<number, number>
  readonly loops: Growing[]
  readonly results: Result[]
  readonly afterwards: Stmt[]
}

interface Column {
  readonly axes: readonly Scalar[]
  readonly own: Map<number, Scalar>
  readonly evaluate: ReturnType<typeof evaluator>
}

/** A result with an element for each column, and the loop that stores it. */
interface Result extends Shelf {
  readonly loop: Growing
  readonly dtype: ScalarType
}

/** A loop that is being written. */
interface Growing extends Loop {
  readonly init: Stmt[]
  readonly update: Stmt[]
  readonly stores: Stmt[]
}

/** Whether a node has an element for each column, too. */
const isFull = (shape: Shape, { extents }: Group): boolean => withoutOnes(shape).length > extents.length

/** Members read at another place than their own, of which the kernel has no value. */
export type Misplaced = Set<number>

export const columnOf = (context: Context, axes: readonly Scalar[], misplaced: Misplaced): Column => {
  const { graph, b } = context
  const own = new Map<number, Scalar>()
  const check = (id: number, index: readonly Scalar[]): void => {
    const expected = indexOf(b, nodeAt(graph, id).type.shape, axes)
    if (expected.some((x, d) => x !== index[d])) misplaced.add(id)
  }
  return { axes, own, evaluate: evaluator(context, own, check) }
}

const newLoop = (): Growing => ({ init: [], update: [], stores: [] })

/** The loop in which an expression can be computed: after those that give what it reads. */
const loopOf = ({ known, loops }: Writer, values: readonly Scalar[]): Growing => {
  const registers = values.flatMap((value) => postOrder(value)).flatMap((x) => (x.k === 'reg' ? [known.get(x.id) ?? 0] : []))
  const index = Math.max(0, ...registers)
  while (loops.length <= index) loops.push(newLoop())
  return loops[index] as Growing
}

const reduceRow = (w: Writer, id: number): void => {
  const { context, rowAxes, points } = w
  const { graph, b } = context
  const node = nodeAt(graph, id)
  const reduction = reductionOf(graph, node)
  const at = indexOf(b, node.type.shape, rowAxes)
  const over = points.map(({ axes }) => indexOf(b, reduction.extents, axes.slice(rowAxes.length)))
  const terms = points.map(({ evaluate }, i) =>
    reduction.term(b, (arg, index) => evaluate.at(node.args[arg] as number, index), at, over[i] as readonly Scalar[]),
  )
  const loop = loopOf(w, terms)
  const cell = accumulate(context, node.type.dtype, reduction, terms, over)
  loop.init.push(...cell.init)
  loop.update.push(...cell.updates.flat())
  for (const stmt of cell.init) if (stmt.k === 'register') w.known.set(stmt.id, w.loops.indexOf(loop) + 1)
  for (const { own } of points) own.set(id, cell.value)
}

type Store = Extract<Stmt, { readonly k: 'store' }>

/** Keeps a value of a member. */
const storeOf = ({ context }: Writer, id: number, axes: readonly Scalar[], value: Scalar): Store => {
  const { graph, b } = context
  const { shape } = nodeAt(graph, id).type
  return { k: 'store', buffer: bufferOf(context, id), at: flatten(b, shape, indexOf(b, shape, axes)), value }
}

const storeColumns = (w: Writer, id: number, values: readonly Scalar[]): void => {
  const loop = loopOf(w, values)
  const stores = w.points.map(({ axes }, i) => storeOf(w, id, axes, values[i] as Scalar))
  loop.stores.push(...stores)
  const [{ buffer, value }] = stores as [Store]
  w.results.push({ loop, buffer, dtype: value.dtype, at: stores.map(({ at }) => at) })
}

const pointMember = (w: Writer, id: number): void => {
  const { context, group, rowAxes, points } = w
  const { shape } = nodeAt(context.graph, id).type
  const values = points.map(({ axes, own, evaluate }) => {
    const value = evaluate.compute(id, indexOf(context.b, shape, axes))
    own.set(id, value)
    return value
  })
  if (context.schedule.stored[id] !== 1) return
  if (isFull(shape, group)) storeColumns(w, id, values)
  else w.afterwards.push(storeOf(w, id, rowAxes, values[0] as Scalar))
}

const enter = (w: Writer, id: number): void => {
  const { context, rowAxes, points } = w
  if (kindOf(nodeAt(context.graph, id)) !== 'reduce') return pointMember(w, id)
  reduceRow(w, id)
  if (context.schedule.stored[id] === 1) w.afterwards.push(storeOf(w, id, rowAxes, points[0]?.own.get(id) as Scalar))
}

/** All that a round loads comes before what it stores. */
const named = (context: Context, stores: readonly Stmt[]): Stmt[] => {
  const lets: Stmt[] = []
  const kept = stores.map((stmt): Stmt => {
    if (stmt.k !== 'store') return stmt
    const id = fresh(context)
    lets.push({ k: 'let', id, value: stmt.value })
    return { ...stmt, value: { k: 'ref', id, dtype: stmt.value.dtype } }
  })
  return [...lets, ...kept]
}

const statementsOf = ({ context, afterwards }: Writer, loops: readonly Loop[], axes: readonly GridAxis[]): Stmt[] => [
  ...loops.flatMap(({ init, update, stores }) => {
    const body = [...update, ...named(context, stores)]
    const [loop] = axes.reduceRight<readonly Stmt[]>((inner, { axis, extent }) => [{ k: 'for', axis, extent, body: inner }], body)
    return body.length === 0 ? init : [...init, loop as Stmt]
  }),
  ...named(context, afterwards),
]

type Room = Pick<Tiling, 'keeps' | 'keepsInResults'>

/** Values of elements that are dear. */
const dearValues = ({ context: { graph }, group, points }: Writer): (readonly Scalar[])[] =>
  group.members
    .filter((id) => isFull(nodeAt(graph, id).type.shape, group) && costOf(graph, id) >= dear)
    .map((id) => points.map(({ own }) => own.get(id) as Scalar))

/** The loops with what is dear computed once where there is room: in arrays of the point's own, or lent by results. */
interface Kept {
  readonly loops: readonly Loop[]
  readonly arrays: readonly OwnArray[]
  readonly lent: ReadonlySet<number>
}

const keepDear = (w: Writer, columns: Shape, { keeps = 0, keepsInResults = false }: Room): Kept => {
  const { context, rowAxes, points, results, loops } = w
  const size = sizeOf(columns)
  const places = points.map(({ axes }) => flatten(context.b, columns, axes.slice(rowAxes.length)))
  const arrays: OwnArray[] = []
  const lent = new Set<number>()
  const own: Shelves = ({ dtype }) => ({ buffer: arrayBuffer(arrays.push({ dtype, size }) - 1), at: places })
  /** A result's elements are free until its loop stores them, which it does after the loads of a round. */
  const inResults: Shelves = ({ dtype }, until) => {
    const result = results.find((one) => one.dtype === dtype && !lent.has(one.buffer) && loops.indexOf(one.loop) >= until)
    if (result !== undefined) lent.add(result.buffer)
    return result
  }
  const shelves = size <= keeps ? own : keepsInResults ? inResults : undefined
  return { loops: shelves === undefined ? loops : keepForLater(context.b, loops, dearValues(w), shelves), arrays, lent }
}

/** What is computed at a row, `each` columns a round; undefined where a member is read elsewhere than at its own place in the row. */
const writeRows = (graph: Graph, schedule: Schedule, index: number, rows: Rows, each: number) => {
  const group = schedule.groups[index] as Group
  const columns = group.columns ?? []
  const context: Context = { graph, schedule, index, rows, b: scalarBuilder(), buffers: new Map(), nextId: 0 }
  const { b } = context
  const axisOf = (extent: number): GridAxis => ({ axis: fresh(context), extent })
  const grid = group.extents.map(axisOf)
  const loops = columns.map((extent, d) => axisOf(d === columns.length - 1 ? extent / each : extent))
  const rowAxes = grid.map(({ axis, extent }) => b.axis(axis, extent))
  const over = loops.map(({ axis, extent }) => b.axis(axis, extent))
  const last = b.mul(over.at(-1) ?? b.int(0), b.int(each))
  const misplaced: Misplaced = new Set()
  const points = Array.from({ length: each }, (_, i) =>
    columnOf(context, [...rowAxes, ...over.slice(0, -1), b.add(last, b.int(i))], misplaced),
  )
  const writer: Writer = { context, group, rowAxes, points, known: new Map(), loops: [], results: [], afterwards: [] }
  for (const id of group.members) enter(writer, id)
  return misplaced.size > 0 ? undefined : { writer, grid, loops }
}

/** How many buffers the kernel of a group with columns binds; undefined where there is none. */
export const buffersOfRows = (graph: Graph, schedule: Schedule, index: number): number | undefined =>
  writeRows(graph, schedule, index, noRows, 1)?.writer.context.buffers.size

/** The kernel of a group with columns, which has one. */
export const lowerRows = (
  graph: Graph,
  schedule: Schedule,
  index: number,
  rows: Rows,
  { elements = 4, ...room }: Pick<Tiling, 'elements'> & Room = {},
): LoweredKernel => {
  const group = schedule.groups[index] as Group
  const columns = group.columns ?? []
  const written = writeRows(graph, schedule, index, rows, unrolled(columns.at(-1) ?? 1, elements))
  if (written === undefined) throw new Error(`the rows of ${nameOf(graph, group)} are no kernel`)
  const { writer, grid, loops } = written
  const { context } = writer
  const kept = keepDear(writer, columns, room)
  const body = bind(statementsOf(writer, kept.loops, loops), grid, context.nextId)
  const nodes = [...context.buffers.keys()]
  const kernel: Kernel = {
    name: nameOf(graph, group),
    buffers: nodes.map((id, i) => ({ ...kernelBuffer(context, id), ...(kept.lent.has(i) ? { reread: true } : {}) })),
    ...(kept.arrays.length === 0 ? {} : { arrays: kept.arrays }),
    grid,
    body,
    flops: sizeOf(group.extents) * sizeOf(columns) * group.members.length,
  }
  return { kernel, nodes }
}
