/** A graph being written at random: what a step may use, and how it makes operands fit. */
import { noAttrs, type GraphBuilder } from '../../src/ir/builder.js'
import type { DType } from '../../src/ir/dtype.js'
import type { AttrsOf, Graph, OpName } from '../../src/ir/graph.js'
import { range, sameShape, sizeOf, type Shape } from '../../src/ir/shape.js'
import type { TensorType } from '../../src/ir/type.js'

export interface Draft {
  readonly builder: GraphBuilder
  /** The nodes that steps may use, oldest first. */
  readonly ids: number[]
  /** Sub-graphs so far, to be called again. */
  readonly bodies: Graph[]
  /** Most elements of a node. */
  readonly limit: number
  /** What new values may be. */
  readonly dtypes: readonly DType[]
  /** How deep in sub-graphs. */
  readonly depth: number
}

/** The choices of one step, read off a list of numbers: small numbers are simple choices, and there is always a next. */
export interface Dice {
  /** A whole number below n. */
  upTo(n: number): number
  choose<T>(list: readonly T[]): T
}

export const diceOf = (numbers: readonly number[]): Dice => {
  let at = 0
  const upTo = (n: number): number => ((numbers[at++ % numbers.length] as number) + Math.floor(at / numbers.length)) % Math.max(1, n)
  return { upTo, choose: (list) => list[upTo(list.length)] as never }
}

export const add = <K extends OpName>({ builder }: Draft, op: K, args: readonly number[], attrs: AttrsOf[K]): number =>
  builder.add(op, args, attrs)

export const typeOf = ({ builder }: Draft, id: number): TensorType => builder.node(id).type

export const shapeOf = (draft: Draft, id: number): Shape => typeOf(draft, id).shape

/** Some node, half of the time one of the latest few. */
export const pick = ({ ids }: Draft, dice: Dice): number => {
  const n = dice.upTo(1 << 16)
  const back = (n >> 1) % (n % 2 === 0 ? Math.min(4, ids.length) : ids.length)
  return ids[ids.length - 1 - back] as number
}

/** Some node that passes, if there is one. */
export const pickWhere = (draft: Draft, dice: Dice, ok: (type: TensorType) => boolean): number | undefined => {
  const fitting = draft.ids.filter((id) => ok(typeOf(draft, id)))
  return fitting.length === 0 ? undefined : pick({ ...draft, ids: fitting }, dice)
}

/** Some node, cast where it must be. */
export const pickAs = (draft: Draft, dice: Dice, dtypes: readonly DType[]): number => {
  const id = pick(draft, dice)
  return dtypes.includes(typeOf(draft, id).dtype) ? id : castTo(draft, id, dtypes[0] as DType)
}

export const castTo = (draft: Draft, id: number, dtype: DType): number =>
  typeOf(draft, id).dtype === dtype ? id : add(draft, 'cast', [id], { dtype })

const broadcasts = (from: Shape, to: Shape): boolean =>
  from.length <= to.length && from.every((n, d) => n === 1 || n === to[d + to.length - from.length])

/** The elements of a node under any shape: broadcast where that fits, else cut or filled up. */
export const fitShape = (draft: Draft, id: number, shape: Shape): number => {
  const from = shapeOf(draft, id)
  if (sameShape(from, shape)) return id
  if (broadcasts(from, shape)) return add(draft, 'broadcast', [id], { shape })
  const [have, want] = [sizeOf(from), sizeOf(shape)]
  const flat = from.length === 1 ? id : add(draft, 'reshape', [id], { shape: [have] })
  const cut =
    have > want
      ? add(draft, 'slice', [flat], { starts: [0], limits: [want], strides: [1] })
      : have < want
        ? add(draft, 'pad', [flat], { low: [0], high: [want - have], interior: [0], value: 0 })
        : flat
  return sameShape(shapeOf(draft, cut), shape) ? cut : add(draft, 'reshape', [cut], { shape })
}

export const fit = (draft: Draft, id: number, { shape, dtype }: TensorType): number => fitShape(draft, castTo(draft, id, dtype), shape)

/** A shape with later axes set to 1 until it has at most so many elements. */
export const bounded = (shape: Shape, limit: number): Shape => {
  let size = 1
  return shape.map((n) => {
    if (size * n > limit) return 1
    size *= Math.max(1, n)
    return n
  })
}

/** Some axes, in order. */
export const pickAxes = (dice: Dice, rank: number): number[] => {
  const bits = dice.upTo(1 << rank)
  return range(rank).filter((d) => ((bits >> d) & 1) === 1)
}

export const plain = noAttrs
