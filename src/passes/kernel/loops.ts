/** The loops of a kernel: its grid, the points that one grid point computes, and the rounds of a reduction. */
import type { GridAxis, Scalar } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import type { Reduction } from '../../ir/ops/op.js'
import { unflatten } from '../../ir/ops/view.js'
import { range, sizeOf, type Shape } from '../../ir/shape.js'
import { fresh, type Counted } from './accumulate.js'

/** A point of the index space: axes for every axis of the group, or one flat index for all. */
export type Place = { readonly kind: 'axes'; readonly axes: readonly Scalar[] } | { readonly kind: 'flat'; readonly flat: Scalar }

/** Points that one grid point computes, each with the condition under which it exists. */
export type Points = readonly { readonly place: Place; readonly guard: Scalar | undefined }[]

export interface Loops {
  readonly grid: readonly GridAxis[]
  readonly points: Points
  /**
   * The same points in rounds, of a tile: how many, and the points of one. Round after round they come in the order of `points`; `one` has
   * the point of a number.
   */
  readonly rounds?: { readonly count: number; of(round: Scalar): Points; one(point: Scalar): Points } | undefined
}

/** Nodes times points of a kernel without a reduction: beyond, its text grows and nothing is gained. */
const mostText = 512

/** Grid points that are left, so that all of a device has work. */
const busy = 1024

/** Neighbouring elements for one grid point of a kernel of so many nodes, at most `most`. */
export const elementsFor = (most: number, nodes: number): number => Math.max(1, Math.min(most, Math.floor(mostText / Math.max(1, nodes))))

/** The largest power of two, at most `most`, that divides a length and leaves `rest` parts or more. */
export const dividing = (length: number, most: number, rest: number): number => {
  let n = 1
  while (2 * n <= most && length % (2 * n) === 0 && length / (2 * n) >= rest) n *= 2
  return n
}

/** Neighbours along the last axis that one grid point computes. */
export const neighbours = (extents: Shape, most: number): number => {
  const length = extents.at(-1) ?? 1
  return dividing(length, most, Math.ceil((busy * length) / Math.max(1, sizeOf(extents))))
}

export const flatLoops = (context: Counted, size: number, most: number): Loops => {
  const { b } = context
  const each = dividing(size, most, busy)
  const axis = { axis: fresh(context), extent: size / each }
  const first = b.mul(b.axis(axis.axis, axis.extent), b.int(each))
  return { grid: [axis], points: range(each).map((i) => ({ place: { kind: 'flat', flat: b.add(first, b.int(i)) }, guard: undefined })) }
}

/** A tile of at most `want` along an axis: no larger than as many tiles need to be. */
export const tileSize = (extent: number, want: number): number => (extent === 0 ? 1 : Math.ceil(extent / Math.ceil(extent / want)))

/** An index that steps of `step` may take beyond a length: one that is safe to read, and whether it is there. */
export const bounded = (
  b: ScalarBuilder,
  here: Scalar,
  length: number,
  step: number,
): { readonly index: Scalar; readonly inside: Scalar } =>
  length % step === 0
    ? { index: here, inside: b.lit('bool', 1) }
    : { index: b.clamp(here, length), inside: b.op('lt', [here, b.int(length)], 'bool') }

/** A point with the condition under which it exists, if it may not. */
export const pointAt = (axes: readonly Scalar[], inside: Scalar) => ({
  place: { kind: 'axes' as const, axes },
  guard: inside.k === 'lit' ? undefined : inside,
})

/** How many neighbours of a tile are finished in one round: a vector of them, or all. */
const neighboursOf = (size: number): number => [4, 3, 2].find((n) => size % n === 0) ?? size

/** One grid axis per axis of the group; those that the reduction can tile advance by several at once. */
export const tiledLoops = (context: Counted, extents: Shape, tiles: ReadonlyMap<number, number>): Loops => {
  const { b } = context
  const sizes = extents.map((extent, d) => tileSize(extent, tiles.get(d) ?? 1))
  const grid = extents.map((extent, d) => ({ axis: fresh(context), extent: Math.ceil(extent / (sizes[d] as number)) }))
  const pointsOver = (offsets: readonly (readonly Scalar[])[]): Points => {
    const along = grid.map(({ axis, extent }, d) => {
      const [size, length] = [sizes[d] as number, extents[d] as number]
      const base = b.mul(b.axis(axis, extent), b.int(size))
      return (offsets[d] as readonly Scalar[]).map((offset) => bounded(b, b.add(base, offset), length, size))
    })
    const points = along.reduce<{ readonly axes: readonly Scalar[]; readonly inside: Scalar }[]>(
      (all, choices) =>
        all.flatMap((point) => choices.map(({ index, inside }) => ({ axes: [...point.axes, index], inside: b.and(point.inside, inside) }))),
      [{ axes: [], inside: b.lit('bool', 1) }],
    )
    return points.map(({ axes, inside }) => pointAt(axes, inside))
  }
  const points = pointsOver(sizes.map((size) => range(size).map(b.int)))
  const last = sizes.findLastIndex((size) => size > 1)
  /** The points of a round, of so many neighbours along the last axis. */
  const roundOf =
    (each: number) =>
    (round: Scalar): Points => {
      const rounds = sizes.map((size, d) => (d === last ? size / each : size))
      const along = unflatten(b, rounds, round).map((at, d) =>
        d === last ? range(each).map((i) => b.add(b.mul(at, b.int(each)), b.int(i))) : [at],
      )
      return pointsOver(along)
    }
  const each = neighboursOf(sizes[last] ?? 1)
  return { grid, points, rounds: last === -1 ? undefined : { count: points.length / each, of: roundOf(each), one: roundOf(1) } }
}

/** A tile of at least `want` columns, or nearly, over the axes that make a column: the last first, and all of it before the one outside of it. */
const columnTiles = (shape: Shape, columns: readonly number[], want: number): readonly (readonly [number, number])[] => {
  const tiles: (readonly [number, number])[] = []
  let left = want
  for (const axis of columns.toReversed()) {
    const size = Math.min(shape[axis] as number, Math.max(1, Math.round(left)))
    tiles.push([axis, size])
    left = size < (shape[axis] as number) ? 1 : left / Math.max(1, size)
  }
  return tiles
}

/** The tile of each axis of the group, from the reduction's axes of its own shape. */
export const tilesOf = (
  shape: Shape,
  { tile, panel }: Reduction,
  [rows, columns]: readonly [number, number],
): ReadonlyMap<number, number> => {
  if (tile === undefined) return new Map()
  const place = (axis: number): number => shape.slice(0, axis).filter((n) => n !== 1).length
  const axes = [[tile[0], rows] as const, ...columnTiles(shape, panel?.columns ?? [tile[1]], columns)]
  return new Map(axes.filter(([axis]) => shape[axis] !== 1).map(([axis, size]) => [place(axis), size]))
}

/** A window's taps along its last axis are written out up to this many: neighbouring points read the same elements at other taps. */
const mostTaps = 4

/**
 * The axes that stay loops, and the indices of the terms of one round: of a tile over a window, those of a whole row of
 * taps; else `terms` neighbours along the last axis, where they divide it.
 */
export const roundsOf = (
  b: ScalarBuilder,
  axes: readonly GridAxis[],
  over: readonly Scalar[],
  points: number,
  terms: number,
): readonly [readonly GridAxis[], readonly (readonly Scalar[])[]] => {
  const last = axes.at(-1)
  if (last === undefined || last.extent < 2) return [axes, [over]]
  const before = over.slice(0, -1)
  if (points > 1 && axes.length > 1 && last.extent <= mostTaps)
    return [axes.slice(0, -1), range(last.extent).map((tap) => [...before, b.int(tap)])]
  const each = dividing(last.extent, terms, 1)
  if (each === 1) return [axes, [over]]
  const round = { axis: last.axis, extent: last.extent / each }
  const first = round.extent === 1 ? b.int(0) : b.mul(b.axis(round.axis, round.extent), b.int(each))
  return [[...axes.slice(0, -1), round], range(each).map((i) => [...before, b.add(first, b.int(i))])]
}
