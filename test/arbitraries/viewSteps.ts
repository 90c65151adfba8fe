/** Random views: every attribute takes every kind of value. */
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import { add, bounded, fit, fitShape, pick, pickAs, pickAxes, shapeOf, typeOf, type Dice } from './draft.js'
import type { Step } from './steps.js'
import { edges } from './value.js'

const mostAxes = 5

/** Another shape of the same size: flat, with axes of length 1 more or fewer, two axes merged or one split. */
const reshaped = (shape: Shape, dice: Dice): Shape => {
  const kind = dice.upTo(5)
  const d = dice.upTo(Math.max(1, shape.length))
  if (kind === 0) return [sizeOf(shape)]
  if (kind === 1 && shape.length < mostAxes) return [...shape.slice(0, d), 1, ...shape.slice(d)]
  if (kind === 2) return shape.filter((n) => n !== 1)
  if (kind === 3 && d + 1 < shape.length)
    return [...shape.slice(0, d), (shape[d] as number) * (shape[d + 1] as number), ...shape.slice(d + 2)]
  const divisors = range((shape[d] ?? 0) + 1).filter((n) => n > 1 && (shape[d] as number) % n === 0)
  if (divisors.length === 0 || shape.length >= mostAxes) return [...shape].reverse()
  const n = dice.choose(divisors)
  return [...shape.slice(0, d), n, (shape[d] as number) / n, ...shape.slice(d + 1)]
}

/** The axes in some order. */
const permutation = (dice: Dice, rank: number): number[] => {
  const left = range(rank)
  return range(rank).map(() => left.splice(dice.upTo(left.length), 1)[0] as number)
}

/** Most windows of one axis: elements, and how far apart. */
const windowOf = (dice: Dice) => ({ window: 1 + dice.upTo(3), strides: 1 + dice.upTo(3), dilation: 1 + dice.upTo(2) })

const list = (axes: readonly ReturnType<typeof windowOf>[]) => ({
  window: axes.map((a) => a.window),
  strides: axes.map((a) => a.strides),
  dilation: axes.map((a) => a.dilation),
})

const windows: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const shape = shapeOf(draft, x)
  const n = Math.min(dice.upTo(3), shape.length, mostAxes - shape.length + 1)
  const axes = range(Math.max(0, n)).map(() => windowOf(dice))
  const size = sizeOf(shape) * axes.reduce((total, a) => total * a.window, 1)
  return size > draft.limit ? undefined : add(draft, 'windows', [x], list(axes))
}

/** The last axes of x are taken for windows, those before for positions. */
const fold: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'i32', 'u32', 'f16'])
  const shape = shapeOf(draft, x)
  const n = Math.min(1 + dice.upTo(2), Math.floor(shape.length / 2))
  const lead = shape.length - 2 * n
  if (n === 0 || shape.slice(lead + n).includes(0)) return undefined
  const axes = range(n).map((d) => ({ ...windowOf(dice), window: shape[lead + n + d] as number }))
  const space = axes.map(({ window, strides, dilation }, d) => {
    const [positions, reach] = [shape[lead + d] as number, (window - 1) * dilation]
    return positions === 0 ? dice.upTo(reach + 1) : (positions - 1) * strides + reach + 1 + dice.upTo(strides)
  })
  return sizeOf([...shape.slice(0, lead), ...space]) > draft.limit ? undefined : add(draft, 'fold', [x], { ...list(axes), shape: space })
}

const slice: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const shape = shapeOf(draft, x)
  const starts = shape.map((n) => Math.min(dice.upTo(3), n))
  const limits = shape.map((n, d) => Math.max(starts[d] as number, n - dice.upTo(3)))
  return add(draft, 'slice', [x], { starts, limits, strides: shape.map(() => 1 + dice.upTo(3)) })
}

const pad: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const { shape, dtype } = typeOf(draft, x)
  const width = (): number[] => shape.map(() => Math.max(0, dice.upTo(4) - 1))
  const attrs = { low: width(), high: width(), interior: width(), value: dice.choose([0, ...edges[dtype]]) }
  const grown = shape.reduce(
    (total, n, d) =>
      total * (n + (attrs.low[d] as number) + (attrs.high[d] as number) + Math.max(0, n - 1) * (attrs.interior[d] as number)),
    1,
  )
  return grown > draft.limit ? undefined : add(draft, 'pad', [x], attrs)
}

/** Parts of one kind, some of them cut along the axis. */
const concat: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const { shape, dtype } = typeOf(draft, x)
  if (shape.length === 0) return undefined
  const axis = dice.upTo(shape.length)
  const most = Math.max(1, Math.floor(draft.limit / Math.max(1, sizeOf(shape))))
  const parts = range(Math.min(most - 1, dice.upTo(5))).map(() => {
    const part = fit(draft, pick(draft, dice), { shape, dtype })
    if (dice.upTo(2) === 0) return part
    const starts = shape.map((n, d) => (d === axis ? Math.min(n, dice.upTo(3)) : 0))
    return add(draft, 'slice', [part], { starts, limits: shape, strides: shape.map(() => 1) })
  })
  return add(draft, 'concat', [x, ...parts], { axis })
}

/** Leading axes more, and axes of length 1 repeated. */
const broadcast: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const shape = shapeOf(draft, x)
  const lead = range(Math.min(dice.upTo(3), mostAxes - shape.length)).map(() => 1 + dice.upTo(4))
  const grown = [...lead, ...shape.map((n) => (n === 1 ? dice.choose([1, 2, 3, 0, 5]) : n))]
  if (sizeOf(grown) <= draft.limit) return add(draft, 'broadcast', [x], { shape: grown })
  return fitShape(draft, x, bounded(shape, draft.limit))
}

export const viewSteps = {
  reshape: (draft, dice) => {
    const x = pick(draft, dice)
    return add(draft, 'reshape', [x], { shape: reshaped(shapeOf(draft, x), dice) })
  },
  transpose: (draft, dice) => {
    const x = pick(draft, dice)
    return add(draft, 'transpose', [x], { perm: permutation(dice, shapeOf(draft, x).length) })
  },
  flip: (draft, dice) => {
    const x = pick(draft, dice)
    return add(draft, 'flip', [x], { axes: pickAxes(dice, shapeOf(draft, x).length) })
  },
  broadcast,
  slice,
  pad,
  concat,
  windows,
  fold,
} as const satisfies Readonly<Record<string, Step>>
