/**
 * Contractions by panels: the factor of the columns is computed once and laid out so that the innermost loop reads it in
 * order, a few columns side by side. A kernel of its own writes the panels; the contraction multiplies each with all rows.
 */
import type { GridAxis, Kernel, Scalar, ScalarType } from '../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../ir/kernel/scalar.js'
import type { Panel, Read, Reduction } from '../ir/ops/op.js'
import { flatten, unflatten } from '../ir/ops/view.js'
import { sizeOf, type Shape } from '../ir/shape.js'

/** Stands for the panels among the nodes behind a kernel's buffers. */
export const packedNode = -2

/** The kernel that writes panels, and what it writes: its last buffer. */
export interface Packing {
  readonly kernel: Kernel
  readonly nodes: readonly number[]
  readonly dtype: ScalarType
  readonly size: number
}

/** What a device says of the contractions it likes. */
export interface Tiling {
  /** Rows and columns of outputs for each grid point. */
  readonly tile: readonly [number, number]
  /** Columns of a panel, where contractions read one operand from panels. */
  readonly panel?: number
  /** Neighbouring elements that one grid point computes, at most, where there is no contraction; default 1. */
  readonly elements?: number
  /** Terms of a sum in one round of its innermost loop, at most; default 1. */
  readonly terms?: number
}

interface Packed {
  readonly grid: readonly GridAxis[]
  readonly value: Scalar
  readonly place: Scalar
  readonly size: number
}

/** The loops of a contraction that reads panels. */
export interface PanelLoops {
  readonly panel: Panel
  readonly grid: readonly GridAxis[]
  readonly points: readonly {
    readonly place: { readonly kind: 'axes'; readonly axes: readonly Scalar[] }
    readonly guard: Scalar | undefined
  }[]
  /** Where the factor of this grid point's column lies. */
  place(b: ScalarBuilder, over: readonly Scalar[]): Scalar
  /** The factor of the columns at every place of the panels, over a grid of its own. */
  pack(b: ScalarBuilder, read: Read, fresh: () => number): Packed
}

/**
 * Below these, panels cost more than they save: writing an element of a panel takes about as long as multiplying it with
 * four rows, and a panel that is not full is multiplied all the same.
 */
const fewestRows = 8
const fewestColumns = 5
const fewestTerms = 4
/** Most elements of all panels. */
const mostElements = 2 ** 27

export interface PanelTile {
  /** Rows that one grid point computes. */
  readonly rows: number
  /** Columns of a panel. */
  readonly columns: number
}

/** A shape's axes by what they are to a contraction. */
interface Roles {
  readonly batch: readonly number[]
  readonly row: number
  readonly columns: readonly number[]
}

const pick = (shape: Shape, axes: readonly number[]): number[] => axes.map((d) => shape[d] as number)

const axisOf = (b: ScalarBuilder, { axis, extent }: GridAxis): Scalar => (extent === 1 ? b.int(0) : b.axis(axis, extent))

/** One index per axis of the result, from those of its batch, its row and its columns. */
const assemble = (
  shape: Shape,
  { batch, row, columns }: Roles,
  ofBatch: readonly Scalar[],
  ofRow: Scalar,
  ofColumns: readonly Scalar[],
): Scalar[] => shape.map((_, d) => (d === row ? ofRow : ((ofBatch[batch.indexOf(d)] ?? ofColumns[columns.indexOf(d)]) as Scalar)))

const isWorth = (rows: number, columns: number, terms: number, batch: number): boolean =>
  rows >= fewestRows && columns >= fewestColumns && terms >= fewestTerms && columns * terms * batch <= mostElements

/** A contraction with its sizes. */
interface Sizes {
  readonly shape: Shape
  readonly roles: Roles
  readonly batch: readonly number[]
  /** Lengths of the axes that make a column, and how many columns that is. */
  readonly across: readonly number[]
  readonly total: number
  readonly extents: readonly number[]
  readonly width: number
  readonly panels: number
}

const sizesOf = (shape: Shape, { panel, tile, extents }: Reduction, width: number): Sizes | undefined => {
  const row = tile?.[0]
  if (panel === undefined || row === undefined) return undefined
  const { columns } = panel
  const roles: Roles = { row, columns, batch: shape.map((_, d) => d).filter((d) => d !== row && !columns.includes(d)) }
  const [across, batch] = [pick(shape, columns), pick(shape, roles.batch)]
  const total = sizeOf(across)
  const sizes: Sizes = { shape, roles, batch, across, total, extents, width, panels: Math.ceil(total / width) }
  return isWorth(shape[row] as number, total, sizeOf(extents), sizeOf(batch)) ? sizes : undefined
}

/** Batch, panels, terms, columns of a panel: the shape of what is packed. */
const layoutOf = ({ batch, panels, extents, width }: Sizes): Shape => [...batch, panels, ...extents, width]

/** Axes of the batch, the panels, and the columns of one, with the indices that they stand for. */
const columnAxes = (b: ScalarBuilder, { batch, panels, across, total, width }: Sizes, fresh: () => number) => {
  const outer = [...batch, panels].map((extent): GridAxis => ({ axis: fresh(), extent }))
  const column: GridAxis = { axis: fresh(), extent: width }
  const indices = outer.map((axis) => axisOf(b, axis))
  const lane = b.axis(column.axis, column.extent)
  const flat = b.add(b.mul(indices.at(-1) as Scalar, b.int(width)), lane)
  const isRagged = total % width !== 0
  return {
    outer,
    column,
    indices,
    lane,
    position: unflatten(b, across, isRagged ? b.clamp(flat, total) : flat),
    inside: isRagged ? b.op('lt', [flat, b.int(total)], 'bool') : b.lit('bool', 1),
  }
}

type ColumnAxes = ReturnType<typeof columnAxes>

const longAxes = (axes: readonly GridAxis[]): GridAxis[] => axes.filter(({ extent }) => extent !== 1)

/** The rows that one grid point computes, and the conditions under which they exist. */
const rowPoints = (b: ScalarBuilder, { shape, roles }: Sizes, axes: ColumnAxes, step: GridAxis, tile: number): PanelLoops['points'] => {
  const rows = shape[roles.row] as number
  const first = b.mul(axisOf(b, step), b.int(tile))
  return Array.from({ length: Math.min(rows, tile) }, (_, i) => {
    const here = b.add(first, b.int(i))
    const isWhole = rows % tile === 0
    const guard = b.and(isWhole ? b.lit('bool', 1) : b.op('lt', [here, b.int(rows)], 'bool'), axes.inside)
    const index = assemble(shape, roles, axes.indices.slice(0, -1), isWhole ? here : b.clamp(here, rows), axes.position)
    return {
      place: { kind: 'axes' as const, axes: index.filter((_, d) => shape[d] !== 1) },
      guard: guard.k === 'lit' ? undefined : guard,
    }
  })
}

const packed = (b: ScalarBuilder, panel: Panel, sizes: Sizes, read: Read, fresh: () => number): Packed => {
  const axes = columnAxes(b, sizes, fresh)
  const terms = sizes.extents.map((extent): GridAxis => ({ axis: fresh(), extent }))
  const over = terms.map((axis) => axisOf(b, axis))
  const index = assemble(sizes.shape, sizes.roles, axes.indices.slice(0, -1), b.int(0), axes.position)
  const layout = layoutOf(sizes)
  return {
    grid: [...longAxes([...axes.outer, ...terms]), axes.column],
    value: panel.pack(b, read, index, over),
    place: flatten(b, layout, [...axes.indices, ...over, axes.lane]),
    size: sizeOf(layout),
  }
}

/** The loops of a contraction by panels, or undefined where they do not pay. */
export const panelLoops = (
  b: ScalarBuilder,
  shape: Shape,
  reduction: Reduction,
  tile: PanelTile,
  fresh: () => number,
): PanelLoops | undefined => {
  const { panel } = reduction
  const sizes = sizesOf(shape, reduction, tile.columns)
  if (panel === undefined || sizes === undefined) return undefined
  const axes = columnAxes(b, sizes, fresh)
  const step: GridAxis = { axis: fresh(), extent: Math.ceil((shape[sizes.roles.row] as number) / tile.rows) }
  return {
    panel,
    grid: [...longAxes([...axes.outer, step]), axes.column],
    points: rowPoints(b, sizes, axes, step, tile.rows),
    place: (c, over) => flatten(c, layoutOf(sizes), [...axes.indices, ...over, axes.lane]),
    pack: (c, read, name) => packed(c, panel, sizes, read, name),
  }
}
