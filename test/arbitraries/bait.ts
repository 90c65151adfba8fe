/** Steps that make what rewrite rules look for, which chance alone seldom does. */
import { isFloat, type DType } from '../../src/ir/dtype.js'
import type { PointOp } from '../../src/ir/graph.js'
import { convLength } from '../../src/ir/ops/contract.js'
import { range, sizeOf } from '../../src/ir/shape.js'
import { add, castTo, fitShape, pick, pickAs, pickAxes, plain, shapeOf, typeOf, type Draft } from './draft.js'
import { cases } from './graph.js'
import { randomStep, steps, type Step } from './steps.js'

const fill = (draft: Draft, like: number, value: number): number => add(draft, 'fill', [], { ...typeOf(draft, like), value })

/** An operation with a value on one side that may do nothing. */
const neutral: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'i32', 'u32', 'f16'])
  const op = dice.choose(['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'ne', 'eq'] as const satisfies readonly PointOp[])
  const value = dice.choose(isFloat(typeOf(draft, x).dtype) ? [0, -0, 1, 2, -1, Infinity] : [0, 1, 2])
  const known = fill(draft, x, value)
  return add(draft, op, dice.upTo(2) === 0 ? [x, known] : [known, x], plain)
}

/** The same op twice. */
const twice: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const rank = shapeOf(draft, x).length
  const op = dice.choose(['neg', 'not', 'flip', 'reshape', 'transpose', 'broadcast'] as const)
  if (op === 'neg' || op === 'not') {
    const y = op === 'neg' ? pickAs(draft, dice, ['f32', 'i32', 'u32', 'f16']) : pickAs(draft, dice, ['bool', 'i32', 'u32'])
    return add(draft, op, [add(draft, op, [y], plain)], plain)
  }
  if (op === 'flip') {
    const axes = pickAxes(dice, rank)
    return add(draft, op, [add(draft, op, [x], { axes })], { axes: dice.upTo(3) === 0 ? pickAxes(dice, rank) : axes })
  }
  const first = steps[op](draft, dice)
  return first === undefined ? undefined : steps[op]({ ...draft, ids: [first] }, dice)
}

/** A view that changes nothing, or a choice that is no choice. */
const idle: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const { shape, dtype } = typeOf(draft, x)
  const zeros = shape.map(() => 0)
  return dice.choose([
    () => add(draft, 'reshape', [x], { shape }),
    () => add(draft, 'broadcast', [x], { shape }),
    () => add(draft, 'transpose', [x], { perm: shape.map((_, d) => d) }),
    () => add(draft, 'slice', [x], { starts: zeros, limits: shape, strides: shape.map(() => 1) }),
    () => add(draft, 'pad', [x], { low: zeros, high: zeros, interior: zeros, value: 0 }),
    () => add(draft, 'flip', [x], { axes: [] }),
    () => (shape.length === 0 ? undefined : add(draft, 'concat', [x], { axis: 0 })),
    () => add(draft, 'cast', [x], { dtype }),
    () => add(draft, 'select', [fill(draft, castTo(draft, x, 'bool'), dice.upTo(2)), x, fill(draft, x, 1)], plain),
    () => add(draft, 'select', [castTo(draft, x, 'bool'), x, x], plain),
    () => add(draft, 'reduceSum', [castTo(draft, x, 'f32')], { axes: [] }),
    () => add(draft, 'stopGradient', [x], plain),
    () => add(draft, 'alias', [x], plain),
  ])()
}

/** A truth value through numbers. */
const truth: Step = (draft, dice) => {
  const number = castTo(draft, pickAs(draft, dice, ['bool']), dice.choose(['f32', 'i32', 'u32'] as const))
  return dice.upTo(2) === 0
    ? add(draft, 'ne', [number, fill(draft, number, 0)], plain)
    : add(draft, 'cast', [number], { dtype: dice.choose(draft.dtypes) })
}

/** An elementwise op of things broadcast alike. */
const copies: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'i32'])
  const shape = [1 + dice.upTo(3), ...shapeOf(draft, x)]
  if (sizeOf(shape) > draft.limit || shape.length > 5) return undefined
  const wide = add(draft, 'broadcast', [x], { shape })
  const y = castTo(draft, pick(draft, dice), typeOf(draft, x).dtype)
  const other = dice.upTo(2) === 0 ? fill(draft, wide, 2) : add(draft, 'broadcast', [fitShape(draft, y, shapeOf(draft, x))], { shape })
  return dice.upTo(4) === 0
    ? add(draft, 'cast', [wide], { dtype: 'u32' })
    : add(draft, dice.choose(['add', 'mul', 'max', 'lt'] as const), [wide, other], plain)
}

/** Anything of one known value. */
const known: Step = (draft, dice) => {
  const dtype = dice.choose<DType>(['f32', 'i32', 'bool'])
  const values = dtype === 'f32' ? [1, 0, -0] : [1, 0]
  const x = add(draft, 'fill', [], { shape: dice.choose([[2], [3, 1], [], [2, 2]]), dtype, value: dice.choose(values) })
  const op = dice.choose([
    ...(['reshape', 'transpose', 'broadcast', 'slice', 'flip', 'windows', 'reduceSum', 'concat', 'exp', 'neg', 'matmul', 'take'] as const),
    'pad',
    'pad',
  ] as const)
  if (op !== 'pad') return steps[op]({ ...draft, ids: [x] }, dice)
  const ones = shapeOf(draft, x).map(() => 1)
  return add(draft, 'pad', [x], { low: ones, high: ones, interior: ones, value: dice.choose(values) })
}

/** x + (-y), and powers. */
const negated: Step = (draft, dice) => {
  const x = pickAs(draft, dice, ['f32', 'i32', 'u32', 'f16'])
  return add(draft, dice.choose(['add', 'sub', 'mul'] as const), [x, add(draft, 'neg', [x], plain)], plain)
}

const baited: Step = (draft, dice) =>
  dice.choose([neutral, twice, idle, truth, copies, known, negated, randomStep, randomStep])(draft, dice)

/** Random graphs full of what simplifies. */
export const simplifiableCase = cases({ step: baited, maxSteps: 12 })

/** A convolution whose positions meet few taps: of a dilated input, or of one pixel that is padded all around. */
const fewTaps: Step = (draft, dice) => {
  const [x, w] = [castTo(draft, pick(draft, dice), 'f32'), castTo(draft, pick(draft, dice), 'f32')]
  const [n, g, c, o] = [1 + dice.upTo(2), 1 + dice.upTo(2), 1 + dice.upTo(2), 1 + dice.upTo(2)] as const
  const axes = range(1 + dice.upTo(2))
  const isPixel = dice.upTo(2) === 0
  const window = axes.map(() => 1 + dice.upTo(3))
  const ones = axes.map(() => 1)
  const around = axes.map((d) => (isPixel ? (window[d] as number) - 1 : dice.choose([0, 1, 2, -1])))
  const attrs = {
    strides: ones,
    dilation: ones,
    low: around,
    high: around,
    inputDilation: axes.map(() => (isPixel ? 1 : 1 + dice.upTo(3))),
  }
  const space = axes.map(() => (isPixel ? 1 : 1 + dice.upTo(3)))
  const positions = axes.map((d) => convLength(space[d] as number, window[d] as number, attrs, d))
  if (sizeOf([n, g, o, ...positions]) > draft.limit) return undefined
  return add(draft, 'conv', [fitShape(draft, x, [n, g, c, ...space]), fitShape(draft, w, [g, o, c, ...window])], attrs)
}

/** A sum of windows with strides. */
const strided: Step = (draft, dice) => {
  const shape = range(1 + dice.upTo(2)).map(() => 2 + dice.upTo(4))
  const attrs = { window: shape.map(() => 1 + dice.upTo(2)), strides: shape.map(() => 1 + dice.upTo(3)), dilation: shape.map(() => 1) }
  const x = fitShape(draft, castTo(draft, pick(draft, dice), dice.choose(['f32', 'i32'] as const)), shape)
  return add(draft, 'fold', [add(draft, 'windows', [x], attrs)], { ...attrs, shape })
}

const tapped: Step = (draft, dice) => dice.choose([fewTaps, fewTaps, strided, randomStep])(draft, dice)

/** Random graphs full of taps that meet nothing. */
export const fewTapsCase = cases({ step: tapped, maxSteps: 6 })
