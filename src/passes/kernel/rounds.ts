/** A tile's results in rounds of a loop: what is computed of its sums is written once for all rounds. */
import { arrayBuffer, type OwnArray, type Scalar, type Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { range } from '../../ir/shape.js'
import { fresh, type Counted } from './accumulate.js'
import type { Tiling } from '../panel.js'
import type { Loops, Points } from './loops.js'

/** Points of a tile from which on they are finished in rounds: fewer are little code. */
const fewest = 16

/** By the node, the sums of a point. */
type Sums = ReadonlyMap<number, Scalar>

/** The statements that finish points from their sums. */
export type Finish = (points: Points, sums: readonly Sums[]) => Stmt[]

/** Statements that sum, and the sums of each point. */
export interface Summed {
  readonly stmts: Stmt[]
  readonly values: readonly Sums[]
}

/** Whether one of some sums is NaN: their sum is, then. */
export const someNan = (b: ScalarBuilder, sums: readonly Scalar[]): Scalar =>
  b.op('isNan', [sums.reduce((x, y) => b.op('add', [x, y], x.dtype))], 'bool')

/** Keeps sums that are made again, point by point: that is done seldom, so that little code counts for more than little work. */
const keepAgain = (context: Counted, sums: readonly Sums[], one: (point: Scalar) => Points, again: (points: Points) => Summed): Stmt => {
  const { b } = context
  const point = { axis: fresh(context), extent: sums.length }
  const at = b.axis(point.axis, point.extent)
  const { stmts, values } = again(one(at))
  const keeps = [...(values[0]?.values() ?? [])].map((value, k): Stmt => ({ k: 'store', buffer: arrayBuffer(k), at, value }))
  const all = sums.flatMap((own) => [...own.values()])
  return { k: 'if', cond: someNan(b, all), body: [{ k: 'for', ...point, body: [...stmts, ...keeps] }] }
}

/**
 * Puts the sums of each point into arrays, one for each reduction, and finishes the points from there; undefined where the device does not
 * want that, where its workgroups share other arrays or loops, and where there is no such tile, or a sum that is not f32. `again` makes sums
 * anew where one is NaN.
 */
export const inRounds = (
  context: Counted,
  tiling: Tiling,
  { points, rounds }: Loops,
  sums: readonly Sums[],
  finish: Finish,
  again?: (points: Points) => Summed,
): { readonly stmts: readonly Stmt[]; readonly arrays: readonly OwnArray[] } | undefined => {
  const { b } = context
  const ids = [...(sums[0]?.keys() ?? [])]
  const isWanted = tiling.inRounds === true && tiling.members === undefined && (tiling.stage ?? 0) === 0
  if (!isWanted || rounds === undefined || ids.length === 0 || points.length < fewest) return undefined
  if (sums.some((own) => [...own.values()].some(({ dtype }) => dtype !== 'f32'))) return undefined
  const round = { axis: fresh(context), extent: rounds.count }
  const each = points.length / rounds.count
  const index = b.axis(round.axis, round.extent)
  const keeps = sums.flatMap((own, i) =>
    ids.map((id, k): Stmt => ({ k: 'store', buffer: arrayBuffer(k), at: b.int(i), value: own.get(id) as Scalar })),
  )
  const kept = (i: number): Sums =>
    new Map(ids.map((id, k) => [id, b.load(arrayBuffer(k), b.add(b.mul(index, b.int(each)), b.int(i)), 'f32')]))
  return {
    stmts: [
      ...keeps,
      ...(again === undefined ? [] : [keepAgain(context, sums, rounds.one, again)]),
      { k: 'for', ...round, apart: true, body: finish(rounds.of(index), range(each).map(kept)) },
    ],
    arrays: ids.map(() => ({ dtype: 'f32', size: points.length })),
  }
}
