/** How every op is put into a random graph. A new op without a step is an error of `tsc`. */
import { dtypes, isFloat, isNumeric, roundTo, type DType } from '../../src/ir/dtype.js'
import type { OpName, PointOp } from '../../src/ir/graph.js'
import type { Takes } from '../../src/ir/ops/check.js'
import { pointNames, signatures } from '../../src/ir/ops/point.js'
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import { callStep } from './body.js'
import { customStep } from './custom.js'
import { add, bounded, fit, fitShape, pick, pickAs, pickAxes, plain, shapeOf, typeOf, type Dice, type Draft } from './draft.js'
import { indexSteps } from './indexSteps.js'
import { linearSteps } from './linearSteps.js'
import { condStep, scanStep, whileStep } from './loops.js'
import { arrayOf, edges, rngOf } from './value.js'
import { viewSteps } from './viewSteps.js'

/** Adds a node for an op, and perhaps others that make its operands fit. Undefined where nothing fits. */
export type Step = (draft: Draft, dice: Dice) => number | undefined

const accepted: { readonly [K in Takes]: readonly DType[] } = {
  float: ['f32', 'f16'],
  numeric: ['f32', 'i32', 'u32', 'f16'],
  integer: ['i32', 'u32'],
  bool: ['bool'],
  bits: ['i32', 'u32', 'bool'],
  any: dtypes,
}

const pointStep =
  (op: PointOp): Step =>
  (draft, dice) => {
    const { takes, arity } = signatures[op]
    const first = pickAs(draft, dice, accepted[takes])
    const type = typeOf(draft, first)
    const others = range(Math.min(2, arity) - 1).map(() => fit(draft, pick(draft, dice), type))
    if (op !== 'select') return add(draft, op, [first, ...others], plain)
    const condition = fit(draft, pick(draft, dice), { ...type, dtype: 'bool' })
    return add(draft, op, [condition, first, fit(draft, pick(draft, dice), type)], plain)
  }

const pointSteps = Object.fromEntries(pointNames.map((op) => [op, pointStep(op)])) as { readonly [K in PointOp]: Step }

/** The shape of some node, or a new one. */
const someShape = (draft: Draft, dice: Dice): Shape =>
  dice.upTo(2) === 0
    ? shapeOf(draft, pick(draft, dice))
    : bounded(
        range(dice.upTo(4)).map(() => dice.upTo(5)),
        draft.limit,
      )

/** Values that rules look for, and those at the edges. */
const someValue = (dice: Dice, dtype: DType): number =>
  roundTo[dtype](isFloat(dtype) ? dice.choose([0, 1, -0, 2, ...edges[dtype]]) : dice.choose(edges[dtype]))

const reduceStep =
  (op: 'reduceSum' | 'reduceMax' | 'reduceMin'): Step =>
  (draft, dice) => {
    const x = pickAs(draft, dice, accepted.numeric)
    const { shape } = typeOf(draft, x)
    const axes = pickAxes(dice, shape.length)
    if (op === 'reduceSum') return add(draft, op, [x], { axes })
    const isEmpty = axes.some((d) => shape[d] === 0) && !shape.some((n, d) => n === 0 && !axes.includes(d))
    return isEmpty ? undefined : add(draft, op, [x], { axes, ties: dice.choose(['share', 'first'] as const) })
  }

const argStep =
  (op: 'argmax' | 'argmin'): Step =>
  (draft, dice) => {
    const x = pickAs(draft, dice, accepted.numeric)
    const { shape } = typeOf(draft, x)
    const axis = dice.upTo(shape.length)
    return shape.length === 0 || shape[axis] === 0 ? undefined : add(draft, op, [x], { axis })
  }

export const steps: { readonly [K in Exclude<OpName, 'param' | 'item'>]: Step } = {
  ...pointSteps,
  ...viewSteps,
  ...linearSteps,
  constant: (draft, dice) => {
    const [shape, dtype] = [someShape(draft, dice), dice.choose(draft.dtypes)]
    const [style, rng] = [dice.choose([0, 1, 3] as const), rngOf(dice.upTo(1000))]
    return add(draft, 'constant', [], arrayOf({ shape, dtype }, style, rng))
  },
  fill: (draft, dice) => {
    const [shape, dtype] = [someShape(draft, dice), dice.choose(draft.dtypes)]
    return add(draft, 'fill', [], { shape, dtype, value: someValue(dice, dtype) })
  },
  iota: (draft, dice) => {
    const shape = someShape(draft, dice)
    const full = shape.length === 0 ? [1 + dice.upTo(6)] : shape
    return add(draft, 'iota', [], { shape: full, axis: dice.upTo(full.length), dtype: dice.choose(draft.dtypes.filter(isNumeric)) })
  },
  cast: (draft, dice) => add(draft, 'cast', [pick(draft, dice)], { dtype: dice.choose(draft.dtypes) }),
  bitcast: (draft, dice) =>
    add(draft, 'bitcast', [pickAs(draft, dice, accepted.numeric)], { dtype: dice.choose(['f32', 'i32', 'u32'] as const) }),
  stopGradient: (draft, dice) => add(draft, 'stopGradient', [pick(draft, dice)], plain),
  alias: (draft, dice) => add(draft, 'alias', [pick(draft, dice)], plain),
  barrier: (draft, dice) => add(draft, 'barrier', [pick(draft, dice), ...range(dice.upTo(3)).map(() => pick(draft, dice))], plain),
  take: (draft, dice) => {
    const [x, raw] = [pick(draft, dice), pickAs(draft, dice, accepted.integer)]
    const shape = shapeOf(draft, x)
    const axis = dice.upTo(shape.length)
    if (shape.length === 0 || shape[axis] === 0) return undefined
    const rest = Math.max(1, sizeOf(shape) / (shape[axis] as number))
    const index = fitShape(draft, raw, bounded(shapeOf(draft, raw).slice(0, Math.max(0, 6 - shape.length)), draft.limit / rest))
    return add(draft, 'take', [x, index], { axis })
  },
  ...indexSteps,
  reduceSum: reduceStep('reduceSum'),
  reduceMax: reduceStep('reduceMax'),
  reduceMin: reduceStep('reduceMin'),
  argmax: argStep('argmax'),
  argmin: argStep('argmin'),
  call: (draft, dice) => callStep(draft, dice, randomStep),
  scan: (draft, dice) => scanStep(draft, dice, randomStep),
  while: (draft, dice) => whileStep(draft, dice, randomStep),
  cond: (draft, dice) => condStep(draft, dice, randomStep),
  checkpoint: (draft, dice) => callStep(draft, dice, randomStep, 'checkpoint'),
  customVjp: (draft, dice) => customStep(draft, dice, randomStep),
}

/** Steps by family, each with its share: elementwise ops are many and would crowd out the rest. */
const families: readonly (readonly [number, readonly (keyof typeof steps)[]])[] = [
  [4, ['add', 'sub', 'mul', 'div', 'min', 'max', 'neg', 'abs', 'sqrt', 'exp', 'tanh', 'select']],
  [4, pointNames],
  [1, ['cast', 'bitcast', 'stopGradient', 'alias', 'barrier']],
  [4, ['reshape', 'transpose', 'broadcast', 'slice', 'pad', 'flip', 'concat']],
  [3, ['reduceSum', 'reduceMax', 'reduceMin', 'argmax', 'argmin']],
  [2, ['matmul', 'conv', 'windows', 'fold', 'take', 'takeAlong', 'dynamicSlice']],
  [1, ['fill', 'constant', 'iota']],
  [1, ['call', 'scan', 'while', 'cond', 'customVjp', 'checkpoint']],
]

const slots = families.flatMap(([share, ops]) => range(share).map(() => ops))

/** Any step. */
export const randomStep: Step = (draft, dice) => steps[dice.choose(dice.choose(slots))](draft, dice)

/** Every other step a loop or a condition, where it is not within one. */
export const flowStep: Step = (draft, dice) =>
  dice.upTo(2) === 1 && draft.depth === 0 ? steps[dice.choose(['scan', 'while', 'cond'] as const)](draft, dice) : randomStep(draft, dice)

/** Ops whose result is as large as their argument, for long chains. */
export const chainStep: Step = (draft, dice) => {
  if (dice.upTo(12) === 11) return randomStep(draft, dice)
  return steps[
    dice.choose(pointNames.filter((op) => signatures[op].takes === 'numeric' || signatures[op].takes === 'float' || op === 'select'))
  ](draft, dice)
}
