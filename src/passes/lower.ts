/** A group of nodes becomes a kernel: index arithmetic, loops and registers in place of tensors. */
import { wideOf, type DType } from '../ir/dtype.js'
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { arrayBuffer, type GridAxis, type Kernel, type KernelBuffer, type Scalar, type Stmt } from '../ir/kernel/kernel.js'
import { keyAt, scalarBuilder, type ScalarBuilder } from '../ir/kernel/scalar.js'
import type { Applied, Panel, Read, Reduction } from '../ir/ops/op.js'
import { opDef } from '../ir/ops/table.js'
import { flatten } from '../ir/ops/view.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import type { TensorType } from '../ir/type.js'
import { accumulate, fresh } from './kernel/accumulate.js'
import { bind } from './kernel/bind.js'
import { elementsFor, flatLoops, neighbours, roundsOf, tiledLoops, tilesOf, type Loops, type Place, type Points } from './kernel/loops.js'
import { inRounds, someNan, type Finish, type Summed } from './kernel/rounds.js'
import { fusedNodes } from './parts.js'
import { panelLoops, type PanelLoops, type Tiling } from './panel.js'
import { stagedLoops, type StagedLoops } from './stage.js'
import { kindOf } from './place.js'
import { isFlat, sumsBeside } from './points.js'
import { isTrivialReshape, type Group, type Schedule } from './schedule.js'

export interface LoweredKernel {
  readonly kernel: Kernel
  /** The node behind each buffer of the kernel. */
  readonly nodes: readonly number[]
}

/** Results that are one row of a larger buffer: the row is the value of a counter. */
export interface Rows {
  /** The node that holds the counter, an i32 scalar. */
  readonly counter: number
  /** How many rows there are, by node. */
  readonly lengths: ReadonlyMap<number, number>
}

export const noRows: Rows = { counter: -1, lengths: new Map() }

/** What lowering one group needs to know and make. */
export interface Context {
  readonly graph: Graph
  readonly schedule: Schedule
  readonly index: number
  readonly rows: Rows
  readonly b: ScalarBuilder
  /** Nodes behind the kernel's buffers, in order of first use. */
  readonly buffers: Map<number, number>
  nextId: number
}

export const appliedOf = (graph: Graph, node: Node): Applied<Node['attrs']> => ({
  attrs: node.attrs,
  args: node.args.map((arg) => nodeAt(graph, arg).type),
  type: node.type,
})

export const bufferOf = (context: Context, id: number): number => {
  const known = context.buffers.get(id) ?? context.buffers.size
  context.buffers.set(id, known)
  return known
}

/** The index into a node's own shape at a point of its group. */
export const indexOf = (b: ScalarBuilder, shape: Shape, axes: readonly Scalar[]): Scalar[] => {
  const rest = [...axes]
  return shape.map((n) => (n === 1 ? b.int(0) : (rest.shift() as Scalar)))
}

const isBuffer = ({ graph, schedule }: Context, id: number): boolean =>
  schedule.groupOf[id] !== -1 || opDef(nodeAt(graph, id).op).lower.kind === 'source'

/** The place in a node's buffer of an element of the node: in the row of the counter, where the buffer has rows. */
export const inRow = (context: Context, id: number, at: Scalar): Scalar => {
  const { graph, rows, b } = context
  if (!rows.lengths.has(id)) return at
  const row = b.load(bufferOf(context, rows.counter), b.int(0), 'i32')
  return b.add(b.mul(row, b.int(sizeOf(nodeAt(graph, id).type.shape))), at)
}

const load = (context: Context, id: number, at: Scalar): Scalar =>
  context.b.load(bufferOf(context, id), inRow(context, id, at), nodeAt(context.graph, id).type.dtype)

/** The values of a group's members at one point, for whoever reads them there. */
type Own = ReadonlyMap<number, Scalar>

/** Evaluates nodes at indices, once for each pair. `own` holds the values of the group's members at this point; `check` is told at which index one is read. */
export const evaluator = (context: Context, own: Own, check: (id: number, index: readonly Scalar[]) => void = () => undefined) => {
  const { graph, b } = context
  const at = (id: number, index: readonly Scalar[]): Scalar => {
    const known = own.get(id)
    if (known === undefined) return isBuffer(context, id) ? element(id, index) : compute(id, index)
    check(id, index)
    return known
  }
  const once = (make: (id: number, index: readonly Scalar[]) => Scalar) => {
    const known = new Map<string, Scalar>()
    return (id: number, index: readonly Scalar[]): Scalar => {
      const key = keyAt(b, id, index)
      const value = known.get(key) ?? make(id, index)
      known.set(key, value)
      return value
    }
  }
  const element = once((id, index) => load(context, id, flatten(b, nodeAt(graph, id).type.shape, index)))
  const compute = once((id, index) => emit(id, index))
  const emit = (id: number, index: readonly Scalar[]): Scalar => {
    const node = nodeAt(graph, id)
    const { lower } = opDef(node.op)
    const applied = appliedOf(graph, node)
    const [first] = node.args
    if (lower.kind === 'point')
      return lower.emit(
        b,
        node.args.map((arg) => at(arg, index)),
        applied,
      )
    // A buffer is flat: under another shape its elements stay where they are, and no index has to be split.
    if (node.op === 'reshape' && first !== undefined && isBuffer(context, first) && !own.has(first))
      return load(context, first, flatten(b, node.type.shape, index))
    return lower.kind === 'view' ? lower.emit(b, (i, inner) => at(node.args[i] as number, inner), index, applied) : unreachable(node)
  }
  return { at, compute, flat: flatEvaluator(context, own, compute) }
}

/** The same by one flat index, for groups where nothing needs more. */
const flatEvaluator = (context: Context, own: ReadonlyMap<number, Scalar>, compute: (id: number, index: readonly Scalar[]) => Scalar) => {
  const { graph, b } = context
  const memo = new Map<number, Scalar>()
  const flat = (id: number, index: Scalar, isRoot: boolean): Scalar => {
    const known = own.get(id) ?? memo.get(id)
    if (known !== undefined) return known
    const value = !isRoot && isBuffer(context, id) ? load(context, id, index) : emit(id, index)
    memo.set(id, value)
    return value
  }
  const emit = (id: number, index: Scalar): Scalar => {
    const node = nodeAt(graph, id)
    const { lower } = opDef(node.op)
    if (lower.kind === 'point')
      return lower.emit(
        b,
        node.args.map((arg) => flat(arg, index, false)),
        appliedOf(graph, node),
      )
    const [arg] = node.args
    if (arg !== undefined && isTrivialReshape(node, nodeAt(graph, arg))) return flat(arg, index, false)
    return compute(
      id,
      node.type.shape.map(() => b.int(0)),
    )
  }
  return flat
}

const unreachable = (node: Node): never => {
  throw new Error(`${node.op} has no place in a kernel`)
}

/** Loops over the terms of a reduction, and the index of the term of a round. */
const termLoops = (context: Context, { extents }: Reduction) => {
  const axes = extents.map((extent) => ({ axis: fresh(context), extent }))
  return { axes, over: axes.map(({ axis, extent }) => (extent === 1 ? context.b.int(0) : context.b.axis(axis, extent))) }
}

const looped = (axes: readonly GridAxis[], body: readonly Stmt[]): Stmt[] =>
  axes
    .filter(({ extent }) => extent !== 1)
    .reduceRight<Stmt[]>((inner, { axis, extent }) => [{ k: 'for', axis, extent, body: inner }], [...body])

/** Keeps the factors of columns in a point's array. */
const fillPanel = (context: Context, reduction: Reduction, { panel, fill }: PanelLoops, read: Read): Stmt[] => {
  const { axes, over } = termLoops(context, reduction)
  const stores = fill.map(({ column, place }): Stmt => {
    return { k: 'store', buffer: arrayBuffer(0), at: place(over), value: panel.pack(context.b, read, column, over) }
  })
  return looped(axes, stores)
}

/** A sum that is made: the index of its result, and the register that it is in. */
interface Sum {
  readonly index: readonly Scalar[]
  readonly init: readonly Stmt[]
}

/** Where one of some sums is NaN, it may be for a zero that stands for no term at all: they are summed again without these. */
const sumAgain = (context: Context, reduction: Reduction, read: Read, sums: readonly Sum[]): Stmt[] => {
  const { b } = context
  const { axes, over } = termLoops(context, reduction)
  const registers = sums.flatMap(({ index, init }) => init.flatMap((stmt) => (stmt.k === 'register' ? [{ ...stmt, index }] : [])))
  const sumOf = ({ id, dtype }: (typeof registers)[number]): Scalar => b.reg(id, dtype)
  const terms = registers.map((sum): Stmt => {
    const term = b.wide(reduction.term(b, read, sum.index, over))
    return { k: 'set', id: sum.id, value: b.op('add', [sumOf(sum), term], sum.dtype) }
  })
  const body: Stmt[] = [...registers.map(({ id, init }): Stmt => ({ k: 'set', id, value: init })), ...looped(axes, terms)]
  return [{ k: 'if', cond: someNan(b, registers.map(sumOf)), body }]
}

/** How a contraction takes its terms: as they are, from panels or by stages. */
interface Taking {
  readonly panels?: PanelLoops | undefined
  readonly staged?: StagedLoops | undefined
}

/** A term of the sum at a point, by its number and the index of its result. */
type TermOf = (point: number, index: readonly Scalar[], round: readonly Scalar[]) => Scalar

/** Terms as products of two factors: from where they were put, or, with `panel` alone, computed where they are multiplied. */
const productOf = ({ b }: Context, { panels, staged }: Taking, panel: Panel, read: Read, dtype: DType): TermOf => {
  const product = (x: Scalar, y: Scalar): Scalar => b.op('mul', [x, y], dtype)
  return (point, index, round) => {
    if (staged !== undefined) return product(...(staged.factors[point] as readonly [Scalar, Scalar]))
    const column = panels === undefined ? panel.pack(b, read, index, round) : b.load(arrayBuffer(0), panels.place(round), dtype)
    return product(column, panel.row(b, read, index, round))
  }
}

/** A group's reductions: they go through the same rounds. */
type Reduced = readonly { readonly id: number; readonly reduction: Reduction }[]

const reducedBy = (graph: Graph, { leader, members }: Group): Reduced =>
  leader === undefined
    ? []
    : members
        .map((id) => ({ id, node: nodeAt(graph, id) }))
        .filter(({ node }) => kindOf(node) === 'reduce')
        .map(({ id, node }) => ({ id, reduction: reductionOf(graph, node) }))

const plainTerm =
  (b: ScalarBuilder, { term }: Reduction, read: Read): TermOf =>
  (_, index, round) =>
    term(b, read, index, round)

/** How the arguments of nodes are read, by the node. */
export const reader = (context: Context): ((id: number) => Read) => {
  const { at } = evaluator(context, new Map())
  return (id) => {
    const { args } = nodeAt(context.graph, id)
    return (i, index) => at(args[i] as number, index)
  }
}

/** Whether where padding is, is asked once for all that a point multiplies: several rows share a column's factor. */
const asksOnce = ({ panel }: Reduction, points: number, isPlain: boolean, tiling: Tiling): boolean =>
  panel?.pads === true && (!isPlain || (tiling.panel === undefined && points > 1))

/** The statements of a group's reductions at several points, and their values at each; `again` makes them anew where one is NaN. With panels, the columns' factor is read from them; with stages, both are. */
const reduceAt = (
  context: Context,
  reduced: Reduced,
  points: Loops['points'],
  taking: Taking,
  tiling: Tiling,
): Summed & { readonly again: (() => Stmt[]) | undefined } => {
  const { graph, b } = context
  const { panels, staged } = taking
  const [{ id: leader, reduction: first }] = reduced as [Reduced[number]]
  const { axes, over } = termLoops(context, first)
  const readOf = reader(context)
  const isPlain = panels === undefined && staged === undefined
  const [loops, rounds] = isPlain ? roundsOf(b, axes, over, points.length, tiling.terms ?? 1) : [axes, [over]]
  const pads = asksOnce(first, points.length, isPlain, tiling)
  const sums = reduced.map(({ id, reduction }) => {
    const { shape, dtype } = nodeAt(graph, id).type
    const isProduct = reduction.panel !== undefined && (!isPlain || pads)
    const termOf = isProduct ? productOf(context, taking, reduction.panel, readOf(id), wideOf(dtype)) : plainTerm(b, reduction, readOf(id))
    return points.map(({ place }, i) => {
      const index = indexOf(b, shape, place.kind === 'axes' ? place.axes : [])
      const terms = rounds.map((round) => termOf(i, index, round))
      return { id, index, ...accumulate(context, dtype, reduction, terms, rounds) }
    })
  })
  const cells = sums.flat()
  // From panels, each by itself: a device that likes them runs their sums side by side.
  const anew = (some: typeof cells): Stmt[] => sumAgain(context, first, readOf(leader), some)
  const body = rounds.flatMap((_, round) => cells.flatMap((cell) => cell.updates[round] ?? []))
  const stmts = [
    ...(panels === undefined ? [] : fillPanel(context, first, panels, readOf(leader))),
    ...cells.flatMap((cell) => cell.init),
    ...(staged === undefined ? looped(loops, body) : staged.around(readOf(leader), body)),
  ]
  return {
    stmts,
    again: pads ? () => (panels === undefined ? [cells] : cells.map((cell) => [cell])).flatMap(anew) : undefined,
    values: points.map((_, i) => new Map(cells.filter((_, n) => n % points.length === i).map(({ id, value }) => [id, value]))),
  }
}

/** The values of a group's members at one point, and the stores of those that are kept. */
export const pointStatements = (
  context: Context,
  group: Group,
  place: Place,
  guard: Scalar | undefined,
  own: Map<number, Scalar>,
): { readonly lets: Stmt[]; readonly stores: Stmt[] } => {
  const { graph, schedule, b } = context
  const evaluate = evaluator(context, own)
  const lets: Stmt[] = []
  const stores: Stmt[] = []
  for (const id of group.members) {
    const { type } = nodeAt(graph, id)
    const index = place.kind === 'axes' ? indexOf(b, type.shape, place.axes) : []
    const value = own.get(id) ?? (place.kind === 'flat' ? evaluate.flat(id, place.flat, true) : evaluate.compute(id, index))
    own.set(id, value)
    if (schedule.stored[id] !== 1) continue
    const at = inRow(context, id, place.kind === 'flat' ? place.flat : flatten(b, type.shape, index))
    const bound = fresh(context)
    lets.push({ k: 'let', id: bound, value })
    stores.push({ k: 'store', buffer: bufferOf(context, id), at, value: { k: 'ref', id: bound, dtype: value.dtype } })
  }
  return { lets, stores: guard === undefined || stores.length === 0 ? stores : [{ k: 'if', cond: guard, body: stores }] }
}

/** A reduction over so few terms, as in pooling, is like an elementwise kernel: one grid point computes neighbours. */
const mostTerms = 16

/** Neighbours that a point sums up side by side, where a few points keep a device busy. */
const besideEachOther = 8

/** The loops of a group without panels. */
const loopsOf = (context: Context, group: Group, { tile, elements = 1, busy }: Tiling, reduction: Reduction | undefined): Loops => {
  const { graph, schedule, index } = context
  const { extents, leader } = group
  const isShort = reduction === undefined || (reduction.tile === undefined && sizeOf(reduction.extents) <= mostTerms)
  const nodes = isShort ? fusedNodes(graph, schedule, index).length * sizeOf(reduction?.extents ?? []) : 0
  const most = isShort ? elementsFor(elements, nodes) : busy !== undefined && sumsBeside(graph, leader) ? besideEachOther : 1
  if (isFlat(graph, schedule, group)) return flatLoops(context, sizeOf(extents), most)
  const tiles = reduction?.tile === undefined ? undefined : tilesOf(nodeAt(graph, leader as number).type.shape, reduction, tile)
  return tiledLoops(context, extents, tiles ?? new Map([[extents.length - 1, neighbours(extents, most)]]))
}

/** How a contraction is best taken, as far as the device has such ways. */
const takingOf = (context: Context, { shape, dtype }: TensorType, reduction: Reduction, tiling: Tiling): Taking => {
  const { panel, tile } = tiling
  const next = (): number => fresh(context)
  const staged = stagedLoops(context.b, shape, reduction, wideOf(dtype), tiling, next)
  if (staged !== undefined || panel === undefined) return { staged }
  return { panels: panelLoops(context.b, shape, reduction, { rows: tile[0], columns: panel }, next) }
}

/** The kernel of a group. All loads of a grid point come before its stores, so that a result may take an argument's memory. */
export const lowerGroup = (graph: Graph, schedule: Schedule, index: number, tiling: Tiling, rows: Rows): LoweredKernel => {
  const group = schedule.groups[index] as Group
  const context: Context = { graph, schedule, index, rows, b: scalarBuilder(), buffers: new Map(), nextId: 0 }
  const leader = group.leader === undefined ? undefined : nodeAt(graph, group.leader)
  const reduced = reducedBy(graph, group)
  const reduction = reduced[0]?.reduction
  const taking = leader === undefined || reduction === undefined ? {} : takingOf(context, leader.type, reduction, tiling)
  const { panels, staged } = taking
  const loops = staged ?? panels ?? loopsOf(context, group, tiling, reduction)
  const sums = reduction === undefined ? undefined : reduceAt(context, reduced, loops.points, taking, tiling)
  const finish: Finish = (points, own) => {
    const done = points.map(({ place, guard }, i) => pointStatements(context, group, place, guard, new Map(own[i])))
    return [...done.flatMap(({ lets }) => lets), ...done.flatMap(({ stores }) => stores)]
  }
  const again = sums?.again && ((points: Points) => reduceAt(context, reduced, points, {}, { ...tiling, terms: 1 }))
  const rounds =
    panels === undefined && staged === undefined ? inRounds(context, tiling, loops, sums?.values ?? [], finish, again) : undefined
  const finished = rounds?.stmts ?? [...(sums?.again?.() ?? []), ...finish(loops.points, sums?.values ?? [])]
  const stmts = [...(sums?.stmts ?? []), ...finished]
  const nodes = [...context.buffers.keys()]
  const kernel: Kernel = {
    name: nameOf(graph, group),
    buffers: nodes.map((id) => kernelBuffer(context, id)),
    ...(panels === undefined || leader === undefined ? {} : { arrays: [{ dtype: wideOf(leader.type.dtype), size: panels.size }] }),
    ...(staged === undefined ? rounds && { arrays: rounds.arrays } : { arrays: staged.arrays, workgroup: staged.workgroup }),
    grid: loops.grid,
    body: bind(stmts, loops.grid, context.nextId),
    flops: sizeOf(group.extents) * (group.members.length + 2 * reduced.length * sizeOf(reduction?.extents ?? [])),
  }
  return { kernel, nodes }
}

export const reductionOf = (graph: Graph, node: Node): Reduction => {
  const { lower } = opDef(node.op)
  return lower.kind === 'reduce' ? lower.reduction(appliedOf(graph, node)) : unreachable(node)
}

export const kernelBuffer = ({ graph, schedule, index, rows }: Context, id: number): KernelBuffer => {
  const { shape, dtype } = nodeAt(graph, id).type
  return { dtype, size: sizeOf(shape) * (rows.lengths.get(id) ?? 1), access: schedule.groupOf[id] === index ? 'write' : 'read' }
}

/** The ops of the members in order, runs shortened. */
export const nameOf = (graph: Graph, group: Group): string => {
  const names = group.members.map((id) => nodeAt(graph, id).op.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`))
  return [...new Set(names)].slice(0, 4).join('_')
}
