/** The passes over graphs, in order. */
import { rebuild } from '../ir/builder.js'
import type { Graph } from '../ir/graph.js'
import { inlineCalls } from './inline.js'
import type { Pass } from './pass.js'
import { rewriteGraph, type Rule } from './rewrite.js'
import { algebra } from './rules/algebra.js'
import { folding } from './rules/fold.js'
import { views } from './rules/views.js'

const keep = (graph: Graph): Graph => rebuild(graph, (builder, node, args) => builder.add(node.op, args, node.attrs))

export const rules: readonly Rule[] = [...algebra, ...views, ...folding]

export const passes: readonly Pass[] = [
  { name: 'inline', reason: 'a graph within the graph is scheduled with what surrounds it', run: inlineCalls },
  { name: 'algebra', reason: 'identities of arithmetic leave less to compute', run: (graph) => rewriteGraph(graph, algebra) },
  {
    name: 'simplify',
    reason: 'views compose, known data is computed now, and each simplification may open another',
    run: (graph) => rewriteGraph(graph, rules),
  },
  { name: 'cse', reason: 'nodes that became equal are one', run: keep },
  { name: 'deadCode', reason: 'nodes that nothing reads any more are gone', run: keep },
]

/** A graph after all passes, for graphs within graphs. */
export const simplify = (graph: Graph): Graph => passes.reduce((done, pass) => pass.run(done), graph)
