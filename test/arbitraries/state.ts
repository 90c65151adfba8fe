/** Random steps: every result has the type of the parameter in its place, so that it can be given back as the next argument. */
import * as fc from 'fast-check'
import { rebuild } from '../../src/ir/builder.js'
import { nodeAt, type Graph, type Node } from '../../src/ir/graph.js'
import { range } from '../../src/ir/shape.js'
import { graphBuilder } from '../../src/ir/builder.js'
import { diceOf, fit, pickWhere, type Draft } from './draft.js'
import { sameType } from '../../src/ir/type.js'
import { cases, common, type Case, type GraphOptions } from './graph.js'
import { showCase } from './show.js'
import { chainStep } from './steps.js'

/** The graph with results of the types of its parameters: nodes that have them, or others made to fit. */
const stateful = (graph: Graph, choices: readonly number[]): Graph => {
  const builder = graphBuilder()
  const ids: number[] = []
  graph.nodes.forEach((node: Node) => {
    ids.push(
      node.op === 'param'
        ? builder.param(node.type)
        : builder.add(
            node.op,
            node.args.map((id) => ids[id] as number),
            node.attrs,
          ),
    )
  })
  const draft: Draft = { builder, ids: [...ids], bodies: [], limit: 72, dtypes: common, depth: 0 }
  const outputs = range(graph.params).map((i) => {
    const { type } = nodeAt(graph, i)
    const dice = diceOf([choices[i % choices.length] as number])
    return (
      pickWhere({ ...draft, ids: draft.ids.slice(graph.params) }, dice, (t) => sameType(t, type)) ??
      fit(draft, draft.ids.at(-1 - i) ?? i, type)
    )
  })
  const made = builder.build(outputs, graph.inTree, graph.inTree)
  return rebuild(made, (to, node, args) => to.add(node.op, args, node.attrs))
}

const toState = ([value, choices]: readonly [Case, readonly number[]]): Case => {
  const graph = stateful(value.graph, choices)
  return { ...value, graph, [fc.toStringMethod]: () => showCase(graph, value.args) }
}

const choices = fc.array(fc.nat({ max: 1000 }), { minLength: 4, maxLength: 4 })

/** Updates of state, mixed and elementwise. */
const stateCases = (options: GraphOptions): fc.Arbitrary<Case> =>
  fc
    .oneof(fc.tuple(cases({ ...options, maxSteps: 10 }), choices), fc.tuple(cases({ ...options, step: chainStep, maxSteps: 12 }), choices))
    .map(toState)

export const stateCase = stateCases({})
export const commonStateCase = stateCases({ dtypes: common })
