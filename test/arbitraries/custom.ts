/** Random functions with derivatives of their own, whose residuals are read or not. */
import { graphBuilder } from '../../src/ir/builder.js'
import { isFloat } from '../../src/ir/dtype.js'
import { outputTypes, paramTypes, type Graph } from '../../src/ir/graph.js'
import { cotangentType } from '../../src/ir/ops/nest.js'
import { range } from '../../src/ir/shape.js'
import { bodyOf, mostNested } from './body.js'
import { add, pick, type Dice, type Draft } from './draft.js'
import type { Step } from './steps.js'

const leaves = (n: number) => range(n).map(() => '*' as const)

/** The body's results, then its arguments as residuals. */
const forwardOf = (body: Graph): Graph => ({
  ...body,
  outputs: [...body.outputs, ...range(body.params)],
  outTree: leaves(body.outputs.length + body.params),
})

/** Gives the arguments for their cotangents: of the right types, which is all that is asked of it. */
const backwardOf = (body: Graph): Graph => {
  const builder = graphBuilder()
  const types = paramTypes(body)
  const residuals = types.map((type) => builder.param(type))
  outputTypes(body).forEach((type) => builder.param(cotangentType(type)))
  const outputs = residuals.filter((_, i) => isFloat(types[i]?.dtype ?? 'bool'))
  return builder.build(outputs, leaves(types.length + body.outputs.length), leaves(outputs.length))
}

export const customStep = (draft: Draft, dice: Dice, step: Step): number | undefined => {
  if (draft.depth >= mostNested) return undefined
  const args = range(1 + dice.upTo(3)).map(() => pick(draft, dice))
  const body = bodyOf(draft, dice, args, step)
  const node = add(draft, 'customVjp', args, { body, fwd: forwardOf(body), bwd: backwardOf(body) })
  const count = body.outputs.length + (dice.upTo(2) === 1 ? args.length : 0)
  const items = range(count).map((index) => add(draft, 'item', [node], { index }))
  draft.ids.push(node, ...items.slice(0, -1))
  return items.at(-1)
}
