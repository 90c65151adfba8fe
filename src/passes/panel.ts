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

/** The loops of a contraction by panels, or undefined where they do not pay. */
export const panelLoops = (
  b: ScalarBuilder,
  shape: Shape,
  { panel, tile, extents }: Reduction,
  size: PanelTile,
  fresh: () => number,
): PanelLoops | undefined => {
  const row = tile?.[0]
  if (panel === undefined || row === undefined) return undefined
  const { columns } = panel
  const roles: Roles = { row, columns, batch: shape.map((_, d) => d).filter((d) => d !== row && !columns.includes(d)) }
  const [rows, across, batch] = [shape[row] as number, pick(shape, columns), pick(shape, roles.batch)]
  if (!isWorth(rows, sizeOf(across), sizeOf(extents), sizeOf(batch))) return undefined
  const total = sizeOf(across)
  const panels = Math.ceil(total / size.columns)
  const layout = [...batch, panels, ...extents, size.columns]

  /** Axes of the batch, the panels, and the columns of one. */
  const axesFor = (c: ScalarBuilder, name: () => number) => {
    const outer = [...batch, panels].map((extent): GridAxis => ({ axis: name(), extent }))
    const column: GridAxis = { axis: name(), extent: size.columns }
    const indices = outer.map((axis) => axisOf(c, axis))
    const lane = c.axis(column.axis, column.extent)
    const flat = c.add(c.mul(indices.at(-1) as Scalar, c.int(size.columns)), lane)
    const isRagged = total % size.columns !== 0
    const position = unflatten(c, across, isRagged ? c.clamp(flat, total) : flat)
    return { outer, column, indices, lane, flat, isRagged, position }
  }
  const { outer, column, indices, lane, flat, isRagged, position } = axesFor(b, fresh)
  const step: GridAxis = { axis: fresh(), extent: Math.ceil(rows / size.rows) }
  const first = b.mul(axisOf(b, step), b.int(size.rows))
  const inColumns = isRagged ? b.op('lt', [flat, b.int(total)], 'bool') : b.lit('bool', 1)
  const points = Array.from({ length: Math.min(rows, size.rows) }, (_, i) => {
    const here = b.add(first, b.int(i))
    const isWhole = rows % size.rows === 0
    const inRows = isWhole ? b.lit('bool', 1) : b.op('lt', [here, b.int(rows)], 'bool')
    const guard = b.and(inRows, inColumns)
    const axes = assemble(shape, roles, indices.slice(0, -1), isWhole ? here : b.clamp(here, rows), position)
    return {
      place: { kind: 'axes' as const, axes: axes.filter((_, d) => shape[d] !== 1) },
      guard: guard.k === 'lit' ? undefined : guard,
    }
  })
  const used = (axes: readonly GridAxis[]): GridAxis[] => axes.filter(({ extent }) => extent !== 1)
  return {
    panel,
    grid: [...used([...outer, step]), column],
    points,
    place: (c, over) => flatten(c, layout, [...indices, ...over, lane]),
    pack: (c, read, name) => {
      const own = axesFor(c, name)
      const terms = extents.map((extent): GridAxis => ({ axis: name(), extent }))
      const over = terms.map((axis) => axisOf(c, axis))
      return {
        grid: [...used([...own.outer, ...terms]), own.column],
        value: panel.pack(c, read, assemble(shape, roles, own.indices.slice(0, -1), c.int(0), own.position), over),
        place: flatten(c, layout, [...own.indices, ...over, own.lane]),
        size: sizeOf(layout),
      }
    },
  }
}
