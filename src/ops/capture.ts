/** Functions as graphs that may use tensors from outside: these become arguments of their own. */
import type { Graph } from '../ir/graph.js'
import { freshParam, topological, type Tensor } from '../ir/tensor.js'
import { graphOf } from '../ir/trace.js'
import type { Flat, TreeDef } from '../ir/tree.js'
import type { TensorType } from '../ir/type.js'
import { tensorLeaves } from './leaves.js'

/** What a function derives from its parameters and from tensors outside. */
export interface Derived {
  readonly params: readonly Tensor[]
  readonly results: readonly Tensor[]
  readonly outTree: TreeDef
}

/** The leaves of what a traced function returns; nothing is an empty tree. @throws TraceError for other leaves than tensors and numbers */
export const resultLeaves = (op: string, result: unknown): Flat<Tensor> => tensorLeaves(op, "the function's result", result ?? [])

/** Calls a function on fresh parameters. */
export const derive = (op: string, types: readonly TensorType[], f: (params: readonly Tensor[]) => unknown): Derived => {
  const params = types.map(freshParam)
  const { leaves, tree } = resultLeaves(op, f(params))
  return { params, results: leaves, outTree: tree }
}

/** The tensors outside that derivations use: the largest parts of them that depend on no parameter. */
const outside = (derived: readonly Derived[]): Tensor[] => {
  const inside = new Set<Tensor>(derived.flatMap(({ params }) => params))
  const found = new Set<Tensor>()
  const results = derived.flatMap((d) => d.results)
  for (const tensor of topological(results, inside)) {
    if (tensor.args.some((arg) => inside.has(arg))) inside.add(tensor)
  }
  const take = (tensor: Tensor): void => {
    if (!inside.has(tensor) && !isKnown(tensor)) found.add(tensor)
  }
  for (const tensor of inside) tensor.args.forEach(take)
  results.forEach(take)
  return [...found]
}

/** Values that cost nothing inside: of no arguments, and views of these. A parameter of another function is one from outside. */
const isKnown = ({ op, args }: Tensor): boolean =>
  op === 'fill' || op === 'iota' || ((op === 'broadcast' || op === 'reshape') && args.every(isKnown))

/** Graphs of derivations, which take what they use from outside, all the same, before their parameters. */
export const close = (derived: readonly Derived[]): { readonly graphs: readonly Graph[]; readonly captured: readonly Tensor[] } => {
  const captured = outside(derived)
  const graphs = derived.map(({ params, results, outTree }) => {
    const all = [...captured, ...params]
    return graphOf(
      all,
      results,
      all.map((): TreeDef => '*'),
      outTree,
    )
  })
  return { graphs, captured }
}
