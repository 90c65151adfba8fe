/** The passes over graphs, in order. */
import { addAgain, liveNodes, rebuild } from '../ir/builder.js'
import type { Graph } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { sizeOf } from '../ir/shape.js'
import { inlineCalls } from './inline.js'
import type { Pass } from './pass.js'
import { rewriteGraph, type Rule } from './rewrite.js'
import { algebra } from './rules/algebra.js'
import { folding } from './rules/fold.js'
import { convolutions } from './rules/conv.js'
import { views } from './rules/views.js'

const keep = (graph: Graph, order?: readonly number[]): Graph =>
  rebuild(graph, (builder, node, args) => addAgain(builder, graph, node, args), order)

/** What is made of scalars alone comes right after the parameters: a learning rate, or the corrections of an optimiser. */
const scalarsFirst = (graph: Graph): Graph => {
  const isEarly = new Uint8Array(graph.nodes.length)
  graph.nodes.forEach(({ op, args, type }, id) => {
    const { kind } = opDef(op).lower
    if (sizeOf(type.shape) === 1 && kind !== 'graph' && args.every((arg) => isEarly[arg] === 1)) isEarly[id] = 1
  })
  const rank = (id: number): number => (id < graph.params ? 0 : isEarly[id] === 1 ? 1 : 2)
  const order = [...graph.nodes.keys()].sort((a, b) => rank(a) - rank(b) || a - b)
  return keep(graph, order)
}

export { convolutions }

/** Those that never leave more nodes or elements. */
export const rules: readonly Rule[] = [...algebra, ...views, ...folding]

const hasTaps = ({ nodes }: Graph): boolean => nodes.some(({ op }) => op === 'conv' || op === 'fold')

export const passes: readonly Pass[] = [
  { name: 'inline', reason: 'a graph within the graph is scheduled with what surrounds it', run: inlineCalls },
  { name: 'algebra', reason: 'identities of arithmetic leave less to compute', run: (graph) => rewriteGraph(graph, algebra) },
  {
    name: 'simplify',
    reason: 'views compose, known data is computed now, and each simplification may open another',
    run: (graph) => rewriteGraph(graph, rules),
  },
  {
    name: 'taps',
    reason: 'taps that meet no element are left out',
    run: (graph) => (hasTaps(graph) ? rewriteGraph(graph, [...rules, ...convolutions]) : graph),
  },
  { name: 'cse', reason: 'nodes that became equal are one', run: keep },
  {
    name: 'deadCode',
    reason: 'nodes that nothing reads any more are gone',
    run: (graph) => (liveNodes(graph).includes(0) ? keep(graph) : graph),
  },
  {
    name: 'scalarsFirst',
    reason: 'a kernel that reads a scalar cannot join an earlier one than the scalar is from',
    run: scalarsFirst,
  },
]

/** A graph after all passes, for graphs within graphs. */
export const simplify = (graph: Graph): Graph => passes.reduce((done, pass) => pass.run(done), graph)
