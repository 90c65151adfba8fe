/** Random contractions. */
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import { convLength } from '../../src/ir/ops/contract.js'
import { add, bounded, castTo, fitShape, pick, pickAs, plain, typeOf } from './draft.js'
import type { Step } from './steps.js'

const matmul: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'i32', 'u32', 'f16'])
  const { shape, dtype } = typeOf(draft, x)
  const left: Shape = shape.length >= 2 ? shape : [1 + dice.upTo(3), ...shape, ...(shape.length === 0 ? [1 + dice.upTo(5)] : [])]
  const [batch, m, k] = [left.slice(0, -2), left.at(-2) as number, left.at(-1) as number]
  const n = dice.choose([1, 2, 3, 5, 6, 0])
  if (sizeOf([...batch, m, n]) > draft.limit || sizeOf([...batch, k, n]) > draft.limit || sizeOf(left) > draft.limit) return undefined
  const y = castTo(draft, pick(draft, dice), dtype)
  return add(draft, 'matmul', [fitShape(draft, x, left), fitShape(draft, y, [...batch, k, n])], plain)
}

/** Convolutions in one or two spatial axes with every attribute at play; crops as well as pads. */
const conv: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'f16'])
  const w = castTo(draft, pick(draft, dice), typeOf(draft, x).dtype)
  const [n, g, c, o] = [1 + dice.upTo(2), 1 + dice.upTo(2), 1 + dice.upTo(3), 1 + dice.upTo(3)] as const
  const axes = range(1 + dice.upTo(2))
  const space = bounded([n, g, c, ...axes.map(() => dice.choose([3, 1, 5, 6, 2, 0]))], draft.limit)
  const window = [g, o, c, ...axes.map(() => 1 + dice.upTo(3))]
  const attrs = {
    strides: axes.map(() => 1 + dice.upTo(3)),
    low: axes.map(() => dice.choose([0, 1, 2, -1])),
    high: axes.map(() => dice.choose([0, 1, 2, -1])),
    inputDilation: axes.map(() => dice.choose([1, 1, 2])),
    dilation: axes.map(() => dice.choose([1, 1, 2])),
  }
  const positions = axes.map((d) => convLength(space[d + 3] as number, window[d + 3] as number, attrs, d))
  if (space[1] !== g || space[2] !== c || sizeOf([n, g, o, ...positions]) > draft.limit) return undefined
  return add(draft, 'conv', [fitShape(draft, x, space), fitShape(draft, w, window)], attrs)
}

export const linearSteps = { matmul, conv } as const satisfies Readonly<Record<string, Step>>
