/**
 * Contractions by panels: a grid point computes the factor of its column once, keeps it in an array of its own, and
 * multiplies it with several rows. On a device that takes columns side by side and rows in turn, the arrays of a few
 * columns are a panel: the innermost loop reads it in order, and it is written once for all rows.
 */
import type { GridAxis, Scalar } from '../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../ir/kernel/scalar.js'
import type { Panel, Reduction } from '../ir/ops/op.js'
import { flatten, unflatten } from '../ir/ops/view.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import { bounded, pointAt, tileSize } from './kernel/loops.js'

/** How a kernel is cut into grid points: what a device says of those it likes, or what was found best for one. */
export interface Tiling {
  /** Rows and columns of outputs for each grid point. */
  readonly tile: readonly [number, number]
  /** Products of a contraction from which on it gets whole tiles: those of fewer get tiles of half the rows and columns. Default 0. */
  readonly fewestProducts?: number
  /** Columns of a panel, where contractions read one operand from panels. */
  readonly panel?: number
  /** Neighbouring elements that one grid point computes, at most, where there is no contraction; default 1. */
  readonly elements?: number
  /** Terms of a sum in one round of its innermost loop, at most; default 1. */
  readonly terms?: number
  /** Elements of a row that a point may keep for itself rather than compute again, at most; default none. */
  readonly keeps?: number
  /** Whether it may keep them in a result that it stores later; default false. */
  readonly keepsInResults?: boolean
  /** Whether a point that computes a tile finishes its results in rounds of a loop, from an array that it keeps their sums in; not with `stage` or `members`; default false. */
  readonly inRounds?: boolean
  /** Rows of a point, and columns at a time, where two products with a softmax between them are one kernel. */
  readonly flash?: readonly [number, number]
  /** Terms for which the points of a workgroup fetch what they multiply together, into arrays that they share; default none. */
  readonly stage?: number
  /** Members of a workgroup that share out the loops of a point where these are long and points few, at most; default none. */
  readonly members?: number
  /** Grid points that keep the device busy; of fewer, tiles are halved, and grids of few get smaller workgroups, twice as many as this. Default none. */
  readonly busy?: number
  /** Grid points that run side by side on WebGPU; default 64. */
  readonly workgroup?: number
}

/** The loops of a contraction by panels. */
export interface PanelLoops {
  readonly panel: Panel
  readonly grid: readonly GridAxis[]
  readonly points: readonly {
    readonly place: { readonly kind: 'axes'; readonly axes: readonly Scalar[] }
    readonly guard: Scalar | undefined
  }[]
  /** Elements of a point's array: the factors of its own column, and of those that are as far from it as panels are. */
  readonly size: number
  /** Where in the array the factor of a term is. */
  place(over: readonly Scalar[]): Scalar
  /** The columns of a point's array. */
  readonly fill: readonly {
    /** The index of a result in the column, of whatever row. */
    readonly column: readonly Scalar[]
    place(over: readonly Scalar[]): Scalar
  }[]
}

/** Below these, panels cost more than they save: a panel that is not full is multiplied all the same. */
const fewestRows = 2
const fewestColumns = 5
const fewestTerms = 4
/** A panel of more would be in no cache. */
const mostTerms = 2 ** 18
/** Elements of panels that are written together. */
const mostTogether = 2 ** 15
/** Panels end with lines of the result where at most a part like this of them is empty then. */
const mostEmpty = 1 / 8

export interface PanelTile {
  /** Rows that one grid point computes. */
  readonly rows: number
  /** Columns of a panel. */
  readonly columns: number
}

/** A shape's axes by what they are to a contraction: `columns` are taken apart by panels, `batch` one by one. */
export interface Roles {
  readonly batch: readonly number[]
  readonly row: number
  readonly columns: readonly number[]
}

export const pick = (shape: Shape, axes: readonly number[]): number[] => axes.map((d) => shape[d] as number)

export const axisOf = (b: ScalarBuilder, { axis, extent }: GridAxis): Scalar => (extent === 1 ? b.int(0) : b.axis(axis, extent))

/** One index per axis of the result, from those of its batch, its row and its columns. */
export const assemble = (
  shape: Shape,
  { batch, row, columns }: Roles,
  ofBatch: readonly Scalar[],
  ofRow: Scalar,
  ofColumns: readonly Scalar[],
): Scalar[] => shape.map((_, d) => (d === row ? ofRow : ((ofBatch[batch.indexOf(d)] ?? ofColumns[columns.indexOf(d)]) as Scalar)))

const isWorth = (rows: number, columns: number, terms: number): boolean =>
  rows >= fewestRows && columns >= fewestColumns && terms >= fewestTerms && terms <= mostTerms

/**
 * Roles by which neighbours in a panel are neighbours in memory: panels end with lines, if little of them is empty then. Else they are
 * made along an axis that they fill, as images of a batch: neighbours are then as far from one another everywhere.
 */
const rolesOf = (shape: Shape, row: number, columns: readonly number[], width: number): Roles => {
  const fills = (axis: number): boolean => {
    const length = shape[axis] as number
    const padded = Math.ceil(length / width) * width
    return (padded - length) / padded <= mostEmpty
  }
  const along = [...columns].reverse().find(fills)
  const taken = along === undefined ? columns : [along]
  return { row, columns: taken, batch: shape.map((_, d) => d).filter((d) => d !== row && !taken.includes(d)) }
}

/** How many panels are written before any is read: a line of memory often holds more than one panel's columns. They stay in the cache. */
const together = (panels: number, elements: number): number => [4, 2].find((n) => panels % n === 0 && n * elements <= mostTogether) ?? 1

/** The columns of a contraction, taken apart. */
interface Columns {
  readonly shape: Shape
  readonly roles: Roles
  readonly across: Shape
  readonly total: number
  readonly width: number
  readonly panels: number
  /** Panels that are written before any is read. */
  readonly group: number
}

const columnsOf = (shape: Shape, roles: Roles, terms: number, width: number): Columns => {
  const across = pick(shape, roles.columns)
  const total = sizeOf(across)
  const panels = Math.ceil(total / width)
  return { shape, roles, across, total, width, panels, group: together(panels, terms * width) }
}

/** The column that a lane of a panel stands for: where it is, and whether there is one. */
export const columnAt = (
  b: ScalarBuilder,
  { across, total, width }: Pick<Columns, 'across' | 'total' | 'width'>,
  panel: Scalar,
  lane: Scalar,
) => {
  const flat = b.add(b.mul(panel, b.int(width)), lane)
  const { index, inside } = bounded(b, flat, total, width)
  return { position: unflatten(b, across, index), inside }
}

export const longAxes = (axes: readonly GridAxis[]): GridAxis[] => axes.filter(({ extent }) => extent !== 1)

/** The rows that one grid point computes, and the conditions under which they exist. */
const rowPoints = (
  b: ScalarBuilder,
  { shape, roles }: Columns,
  batch: readonly Scalar[],
  { position, inside }: ReturnType<typeof columnAt>,
  step: Scalar,
  tile: number,
): PanelLoops['points'] => {
  const rows = shape[roles.row] as number
  const first = b.mul(step, b.int(tile))
  return range(Math.min(rows, tile)).map((i) => {
    const row = bounded(b, b.add(first, b.int(i)), rows, tile)
    const index = assemble(shape, roles, batch, row.index, position)
    return pointAt(
      index.filter((_, d) => shape[d] !== 1),
      b.and(row.inside, inside),
    )
  })
}

/** The grid of a contraction by panels: batch, groups of panels, rows, panels of a group, columns of a panel. */
const layOut = (b: ScalarBuilder, columns: Columns, extents: Shape, tile: PanelTile, fresh: () => number): Omit<PanelLoops, 'panel'> => {
  const { shape, roles, panels, group, width } = columns
  const axis = (extent: number): GridAxis => ({ axis: fresh(), extent })
  const batch = pick(shape, roles.batch).map(axis)
  const [block, step, which] = [panels / group, Math.ceil((shape[roles.row] as number) / tile.rows), group].map(axis) as [
    GridAxis,
    GridAxis,
    GridAxis,
  ]
  const lane = axis(width)
  const [at, first, side] = [batch.map((x) => axisOf(b, x)), b.mul(axisOf(b, block), b.int(group)), b.axis(lane.axis, width)]
  const columnIn = (panel: Scalar): ReturnType<typeof columnAt> => columnAt(b, columns, b.add(first, panel), side)
  const place = (panel: Scalar, over: readonly Scalar[]): Scalar => flatten(b, [group, ...extents], [panel, ...over])
  const read = axisOf(b, which)
  return {
    grid: [...longAxes([...batch, block, step, which]), lane],
    points: rowPoints(b, columns, at, columnIn(read), axisOf(b, step), tile.rows),
    size: group * sizeOf(extents),
    place: (over) => place(read, over),
    fill: range(group).map((i) => ({
      column: assemble(shape, roles, at, b.int(0), columnIn(b.int(i)).position),
      place: (over) => place(b.int(i), over),
    })),
  }
}

/** The loops of a contraction by panels, or undefined where they do not pay. */
export const panelLoops = (
  b: ScalarBuilder,
  shape: Shape,
  { panel, tile: axes, extents }: Reduction,
  tile: PanelTile,
  fresh: () => number,
): PanelLoops | undefined => {
  const row = axes?.[0]
  if (panel === undefined || row === undefined) return undefined
  if (!isWorth(shape[row] as number, sizeOf(pick(shape, panel.columns)), sizeOf(extents))) return undefined
  const columns = columnsOf(shape, rolesOf(shape, row, panel.columns, tile.columns), sizeOf(extents), tile.columns)
  return { panel, ...layOut(b, columns, extents, { ...tile, rows: tileSize(shape[row] as number, tile.rows) }, fresh) }
}
