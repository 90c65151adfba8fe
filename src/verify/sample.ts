/** Runs of the reference under a model of error. */
import type { Graph } from '../ir/graph.js'
import type { Host } from '../ir/ops/op.js'
import { opDef } from '../ir/ops/table.js'
import type { Rng } from './random.js'
import type { Perturbation } from './model.js'

export interface Sample {
  readonly outputs: readonly Host[]
  /** Whether anything was perturbed: without it, every further sample is the same. */
  readonly touched: boolean
}

/** The results of a graph without sub-graphs, with every node's value as the model has it. */
export const sample = (graph: Graph, args: readonly Host[], perturb: Perturbation, rng: Rng): Sample => {
  const values: Host[] = []
  let touched = false
  graph.nodes.forEach((node, id) => {
    const inputs = node.args.map((arg) => values[arg] as Host)
    const data =
      node.op === 'param'
        ? (args[id] as Host).data
        : opDef(node.op).evaluate(inputs, { attrs: node.attrs, args: inputs.map((x) => x.type), type: node.type })
    const perturbed = perturb(id, node, inputs, data, rng)
    touched ||= perturbed !== data
    values.push({ type: node.type, data: perturbed })
  })
  return { outputs: graph.outputs.map((id) => values[id] as Host), touched }
}
