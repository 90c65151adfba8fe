/**
 * Contractions by stages: the points of a workgroup compute a block of results, and fetch what they multiply together. For a stage of
 * terms, the factors of the block's rows and of its columns are put into two arrays that all of them read: each factor is loaded from
 * memory once for the block, rather than once for each point that needs it.
 */
import { arrayBuffer, type GridAxis, type OwnArray, type Scalar, type ScalarType, type Stmt } from '../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../ir/kernel/scalar.js'
import type { Panel, Read, Reduction } from '../ir/ops/op.js'
import { unflatten } from '../ir/ops/view.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import { bounded, pointAt, type Loops } from './kernel/loops.js'
import { assemble, axisOf, columnAt, longAxes, pick, type Roles, type Tiling } from './panel.js'

/** The loops of a contraction by stages. `points[i]` has the factors of its row and column at `factors[i]`. */
export interface StagedLoops {
  readonly grid: readonly GridAxis[]
  readonly points: Loops['points']
  readonly workgroup: number
  readonly arrays: readonly OwnArray[]
  /** What a point multiplies in a round of the innermost loop. */
  readonly factors: readonly (readonly [row: Scalar, column: Scalar])[]
  /** The stages around what is done in a round. */
  around(read: Read, body: readonly Stmt[]): readonly Stmt[]
}

/** Points of a workgroup along rows and columns, where nothing else is asked for: the larger block is fetched less often. */
const sides: readonly (readonly [number, number])[] = [
  [16, 16],
  [8, 8],
]

/** Workgroups that keep a device busy: a block is not so large that there are fewer, if a smaller one will do. */
const busy = 64

/** Bytes of shared arrays that every adapter of WebGPU has. */
const mostBytes = 16384

interface Block {
  /** Points of the workgroup, and results of the block, along rows and columns. */
  readonly points: readonly [number, number]
  readonly rows: number
  readonly columns: number
  readonly terms: number
}

/** What is contracted: results along rows and columns, times those of the batch; and terms of each. */
interface Extent {
  readonly rows: number
  readonly columns: number
  readonly batch: number
  readonly terms: number
}

const squarest = (points: number): readonly [number, number] => {
  const rows = 2 ** Math.floor(Math.log2(points) / 2)
  return [rows, points / rows]
}

/** The block that suits a contraction; undefined where there are too few rows, columns or terms to fill one. */
const blockFor = ({ tile, workgroup, stage = 0 }: Tiling, { rows, columns, batch, terms }: Extent): Block | undefined => {
  const blocks = (workgroup === undefined ? sides : [squarest(workgroup)])
    .map((points): Block => ({ points, rows: points[0] * tile[0], columns: points[1] * tile[1], terms: stage }))
    .filter((block) => block.rows <= rows && block.columns <= columns && 4 * stage * (block.rows + 1 + block.columns) <= mostBytes)
  if (stage < 2 || terms < 2 * stage) return undefined
  return blocks.find((block) => batch * Math.ceil(rows / block.rows) * Math.ceil(columns / block.columns) >= busy) ?? blocks.at(-1)
}

/** The loops of a contraction by stages, or undefined where they do not pay or are not asked for. */
export const stagedLoops = (
  b: ScalarBuilder,
  shape: Shape,
  { panel, tile: axes, extents }: Reduction,
  dtype: ScalarType,
  tiling: Tiling,
  fresh: () => number,
): StagedLoops | undefined => {
  const row = axes?.[0]
  if (panel === undefined || row === undefined) return undefined
  const roles: Roles = { row, columns: panel.columns, batch: shape.map((_, d) => d).filter((d) => d !== row && !panel.columns.includes(d)) }
  const across = pick(shape, roles.columns)
  const [rows, total, terms] = [shape[row] as number, sizeOf(across), sizeOf(extents)]
  const block = blockFor(tiling, { rows, columns: total, batch: sizeOf(pick(shape, roles.batch)), terms })
  return block && layOut(b, { shape, roles, panel, extents, across, rows, total, terms, dtype, block, tile: tiling.tile }, fresh)
}

interface Plan {
  readonly shape: Shape
  readonly roles: Roles
  readonly panel: Panel
  readonly extents: Shape
  readonly across: Shape
  readonly rows: number
  readonly total: number
  readonly terms: number
  readonly dtype: ScalarType
  readonly block: Block
  readonly tile: readonly [number, number]
}

/** The axes of the grid and of the loops, and where they lead. */
interface Axes {
  readonly grid: readonly GridAxis[]
  readonly stages: GridAxis
  readonly round: GridAxis
  readonly ofBatch: readonly Scalar[]
  /** A point's own rows and columns, within the block. */
  readonly ownRows: readonly Scalar[]
  readonly ownColumns: readonly Scalar[]
  /** A row of the block among all, and whether there is one. */
  rowAt(local: Scalar): ReturnType<typeof bounded>
  /** The place of a column of the block, and whether there is one. */
  columnAt(local: Scalar): ReturnType<typeof columnAt>
}

const axesOf = (b: ScalarBuilder, { shape, roles, rows, total, across, block, tile, terms }: Plan, fresh: () => number): Axes => {
  const axis = (extent: number): GridAxis => ({ axis: fresh(), extent })
  const batch = pick(shape, roles.batch).map(axis)
  const [down, right] = [axis(Math.ceil(rows / block.rows)), axis(Math.ceil(total / block.columns))]
  const [below, beside] = block.points.map(axis) as [GridAxis, GridAxis]
  const first = b.mul(axisOf(b, down), b.int(block.rows))
  const own = (side: GridAxis, n: number): Scalar[] => range(n).map((i) => b.add(b.mul(b.axis(side.axis, side.extent), b.int(n)), b.int(i)))
  return {
    grid: [...longAxes([...batch, down, right]), below, beside],
    stages: axis(Math.ceil(terms / block.terms)),
    round: axis(block.terms),
    ofBatch: batch.map((x) => axisOf(b, x)),
    ownRows: own(below, tile[0]),
    ownColumns: own(beside, tile[1]),
    rowAt: (local) => bounded(b, b.add(first, local), rows, block.rows),
    columnAt: (local) => columnAt(b, { across, total, width: block.columns }, axisOf(b, right), local),
  }
}

/** How elements of a shared array lie: those of a term, one after the other, and those of the next term so much further on. */
interface Layout {
  readonly array: number
  readonly size: number
  readonly pitch: number
}

/** Of rows the terms lie one more apart than there are rows, so that what is stored at a time goes to different banks. */
const layoutsOf = ({ rows, columns }: Block): readonly [Layout, Layout] => [
  { array: 0, size: rows, pitch: rows + 1 },
  { array: 1, size: columns, pitch: columns },
]

/** Puts the factors of a stage into an array. In memory, terms are next to one another in a row, and columns in a column. */
const fill = (
  b: ScalarBuilder,
  { block, terms, extents, dtype }: Plan,
  stages: GridAxis,
  { array, size, pitch }: Layout,
  filled: GridAxis,
  factor: (over: readonly Scalar[], local: Scalar) => Scalar,
): Stmt => {
  const flat = b.axis(filled.axis, filled.extent)
  const [local, term] = array === 0 ? [b.div(flat, block.terms), b.rem(flat, block.terms)] : [b.rem(flat, size), b.div(flat, size)]
  const { index, inside } = bounded(b, b.add(b.mul(axisOf(b, stages), b.int(block.terms)), term), terms, block.terms)
  const value = b.select(inside, factor(unflatten(b, extents, index), local), b.lit(dtype, 0))
  const at = b.add(b.mul(term, b.int(pitch)), local)
  return { k: 'for', ...filled, together: true, body: [{ k: 'store', buffer: arrayBuffer(array), at, value }] }
}

const layOut = (b: ScalarBuilder, plan: Plan, fresh: () => number): StagedLoops => {
  const { shape, roles, across, block, dtype, panel } = plan
  const { grid, stages, round, ofBatch, ownRows, ownColumns, ...at } = axesOf(b, plan, fresh)
  const layouts = layoutsOf(block)
  const term = b.axis(round.axis, round.extent)
  const load = ({ array, pitch }: Layout, local: Scalar): Scalar =>
    b.load(arrayBuffer(array), b.add(b.mul(term, b.int(pitch)), local), dtype)
  const indexOf = (row: Scalar, column: readonly Scalar[]): Scalar[] => assemble(shape, roles, ofBatch, row, column)
  const cells = ownRows.flatMap((row) => ownColumns.map((column) => [row, column] as const))
  const [nowhere, filled] = [across.map(() => b.int(0)), layouts.map(({ size }) => ({ axis: fresh(), extent: size * block.terms }))]
  const fills = (read: Read): readonly Stmt[] =>
    layouts.map((layout, i) =>
      fill(b, plan, stages, layout, filled[i] as GridAxis, (over, local) =>
        i === 0
          ? panel.row(b, read, indexOf(at.rowAt(local).index, nowhere), over)
          : panel.pack(b, read, indexOf(b.int(0), at.columnAt(local).position), over),
      ),
    )
  return {
    grid,
    points: cells.map(([ownRow, ownColumn]) => {
      const [row, column] = [at.rowAt(ownRow), at.columnAt(ownColumn)]
      const axes = indexOf(row.index, column.position).filter((_, d) => shape[d] !== 1)
      return pointAt(axes, b.and(row.inside, column.inside))
    }),
    workgroup: block.points[0] * block.points[1],
    arrays: layouts.map(({ pitch }) => ({ dtype, size: pitch * block.terms, shared: true })),
    factors: cells.map(([row, column]) => [load(layouts[0], row), load(layouts[1], column)]),
    around: (read, body) => [{ k: 'for', ...stages, body: [...fills(read), { k: 'for', ...round, body }] }],
  }
}
