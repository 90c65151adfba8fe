/** Random loops and conditions. */
import { graphBuilder } from '../../src/ir/builder.js'
import type { Graph } from '../../src/ir/graph.js'
import { resultTypes } from '../../src/ir/ops/nest.js'
import { range } from '../../src/ir/shape.js'
import type { TensorType } from '../../src/ir/type.js'
import { attempt } from './attempt.js'
import { add, bounded, castTo, fit, fitShape, pick, shapeOf, typeOf, type Dice, type Draft } from './draft.js'
import type { Step } from './steps.js'

const mostNested = 2

/** A graph of a few steps on parameters of the types given; `choose` says what it returns. */
const graphOn = (
  outer: Draft,
  dice: Dice,
  types: readonly TensorType[],
  step: Step,
  choose: (inner: Draft) => readonly number[],
): Graph => {
  const builder = graphBuilder()
  const inner: Draft = {
    builder,
    ids: types.map((type) => builder.param(type)),
    bodies: [],
    limit: outer.limit / 4,
    dtypes: outer.dtypes,
    depth: outer.depth + 1,
  }
  for (let i = 1 + dice.upTo(4); i > 0; i--) {
    const id = attempt(() => step(inner, dice))
    if (id !== undefined) inner.ids.push(id)
  }
  const outputs = choose(inner)
  const leaves = (n: number) => range(n).map(() => '*' as const)
  return builder.build(outputs, leaves(types.length), leaves(outputs.length))
}

/** Reads all results of a node that carries graphs. */
const readAll = (draft: Draft, id: number): number | undefined => {
  const count = (resultTypes(draft.builder.node(id)) ?? []).length
  const items = range(count).map((index) => add(draft, 'item', [id], { index }))
  draft.ids.push(...items.slice(0, -1))
  return items.at(-1)
}

export const scanStep = (draft: Draft, dice: Dice, step: Step): number | undefined => {
  if (draft.depth >= mostNested) return undefined
  const length = dice.upTo(4)
  const [consts, carries, rows] = [dice.upTo(2), 1 + dice.upTo(2), dice.upTo(3)]
  const small = (id: number): number => fitShape(draft, id, bounded(shapeOf(draft, id).slice(0, 4), draft.limit / 8))
  const fixed = range(consts + carries).map(() => small(pick(draft, dice)))
  const arrays = range(rows).map(() => {
    const id = small(pick(draft, dice))
    return fitShape(draft, id, [length, ...shapeOf(draft, id)])
  })
  const args = [...fixed, ...arrays]
  const types = args.map((id, i) => {
    const { shape, dtype } = typeOf(draft, id)
    return i < fixed.length ? { shape, dtype } : { shape: shape.slice(1), dtype }
  })
  const body = graphOn(draft, dice, types, step, (inner) => [
    ...range(carries).map((i) => fit(inner, pick(inner, dice), types[consts + i] as TensorType)),
    ...range(dice.upTo(3)).map(() => pick(inner, dice)),
  ])
  return readAll(draft, add(draft, 'scan', args, { body, length, consts, carries, order: dice.choose(['forward', 'reverse'] as const) }))
}

export const condStep = (draft: Draft, dice: Dice, step: Step): number | undefined => {
  if (draft.depth >= mostNested) return undefined
  const condition = fit(draft, castTo(draft, pick(draft, dice), 'bool'), { shape: [], dtype: 'bool' })
  const args = range(1 + dice.upTo(2)).map(() => pick(draft, dice))
  const types = args.map((id) => typeOf(draft, id))
  const wanted = range(1 + dice.upTo(2)).map(() => types[dice.upTo(types.length)] as TensorType)
  const branch = (): Graph => graphOn(draft, dice, types, step, (inner) => wanted.map((type) => fit(inner, pick(inner, dice), type)))
  const [onTrue, onFalse] = [branch(), branch()]
  return readAll(draft, add(draft, 'cond', [condition, ...args], { onTrue, onFalse }))
}

/** A loop that a counter of its own ends after a few steps, or something else before. */
export const whileStep = (draft: Draft, dice: Dice, step: Step): number | undefined => {
  if (draft.depth >= mostNested) return undefined
  const [consts, others, most] = [dice.upTo(3), dice.upTo(3), dice.upTo(4)]
  const small = (id: number): number => fitShape(draft, id, bounded(shapeOf(draft, id).slice(0, 4), draft.limit / 8))
  const zero = add(draft, 'fill', [], { value: 0, shape: [], dtype: 'i32' })
  const args = [...range(consts).map(() => small(pick(draft, dice))), zero, ...range(others).map(() => small(pick(draft, dice)))]
  const types = args.map((id) => typeOf(draft, id))
  const number = (inner: Draft, value: number): number => add(inner, 'fill', [], { value, shape: [], dtype: 'i32' })
  const cond = graphOn(draft, dice, types, step, (inner) => {
    const goesOn = add(inner, 'lt', [consts, number(inner, most)], {})
    if (dice.upTo(2) === 0) return [goesOn]
    const other = fit(inner, castTo(inner, pick(inner, dice), 'bool'), { shape: [], dtype: 'bool' })
    return [add(inner, 'and', [goesOn, other], {})]
  })
  const body = graphOn(draft, dice, types, step, (inner) => [
    add(inner, 'add', [consts, number(inner, 1)], {}),
    ...range(others).map((i) => fit(inner, pick(inner, dice), types[consts + 1 + i] as TensorType)),
  ])
  return readAll(draft, add(draft, 'while', args, { cond, body, consts }))
}
