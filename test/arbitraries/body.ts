/** Random sub-graphs, called once or again. */
import { graphBuilder } from '../../src/ir/builder.js'
import { nodeAt, outputTypes, type Graph } from '../../src/ir/graph.js'
import { range } from '../../src/ir/shape.js'
import { add, fit, pick, typeOf, type Dice, type Draft } from './draft.js'
import { attempt } from './attempt.js'
import type { Step } from './steps.js'

export const mostNested = 2

/** A graph of a few steps on parameters like the nodes given, with one to three results. */
export const bodyOf = (outer: Draft, dice: Dice, args: readonly number[], step: Step): Graph => {
  const builder = graphBuilder()
  const inner: Draft = {
    builder,
    ids: args.map((id) => builder.param(typeOf(outer, id))),
    bodies: [],
    limit: outer.limit,
    dtypes: outer.dtypes,
    depth: outer.depth + 1,
  }
  for (let i = dice.upTo(4); i > 0; i--) {
    const id = attempt(() => step(inner, dice))
    if (id !== undefined) inner.ids.push(id)
  }
  const outputs = range(1 + dice.upTo(3)).map(() => pick(inner, dice))
  return builder.build(
    outputs,
    args.map(() => '*' as const),
    outputs.map(() => '*' as const),
  )
}

/** Calls a new sub-graph or an earlier one, and reads all of its results. */
export const callStep = (draft: Draft, dice: Dice, step: Step, op: 'call' | 'checkpoint' = 'call'): number | undefined => {
  if (draft.depth >= mostNested) return undefined
  const args = range(1 + dice.upTo(3)).map(() => pick(draft, dice))
  const body = draft.bodies.length > 0 && dice.upTo(2) === 1 ? dice.choose(draft.bodies) : bodyOf(draft, dice, args, step)
  if (!draft.bodies.includes(body)) draft.bodies.push(body)
  const fitted = range(body.params).map((i) => fit(draft, args[i % args.length] as number, nodeAt(body, i).type))
  const node = add(draft, op, fitted, { body })
  const items = outputTypes(body).map((_, index) => add(draft, 'item', [node], { index }))
  draft.ids.push(node, ...items.slice(0, -1))
  return items.at(-1)
}
