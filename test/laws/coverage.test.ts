/** The random graphs are what the laws need: every op, every rank, empty axes, all dtypes, sub-graphs. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dtypes } from '../../src/ir/dtype.js'
import { bodiesOf, nodeAt, outputTypes, type Graph } from '../../src/ir/graph.js'
import { opNames } from '../../src/ir/ops/table.js'
import { verify } from '../../src/ir/verify.js'
import { anyCase, longCase } from '../arbitraries/graph.js'

const graphs = fc.sample(anyCase, { numRuns: 2600, seed: 20_260_000 }).map(({ graph }) => graph)

const within = (graph: Graph): readonly Graph[] => [
  graph,
  ...graph.nodes.flatMap((node) => bodiesOf(node).flatMap(([, body]) => within(body))),
]

const share = (of: readonly Graph[], has: (graph: Graph) => boolean): number => of.filter(has).length / of.length

describe('random graphs', () => {
  it('are well formed', () => {
    graphs.forEach(verify)
  })

  it('hold every op many times', () => {
    const counts = new Map<string, number>()
    for (const graph of graphs.flatMap(within)) for (const { op } of graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1)
    const rare = opNames.filter((op) => (counts.get(op) ?? 0) < 20)
    expect(rare).toEqual([])
  })

  it('hold every rank, dtype, and axes of length 0 and 1', () => {
    const types = graphs.flatMap((graph) => graph.nodes.map((node) => node.type))
    for (let rank = 0; rank <= 5; rank++) expect(types.filter(({ shape }) => shape.length === rank).length).toBeGreaterThan(300)
    for (const dtype of dtypes) expect(types.filter((type) => type.dtype === dtype).length).toBeGreaterThan(1000)
    for (const length of [0, 1]) expect(types.filter(({ shape }) => shape.includes(length)).length).toBeGreaterThan(1000)
  })

  it('return parameters, constants, one node twice, and truth values', () => {
    const returns = (is: (graph: Graph, id: number) => boolean) => share(graphs, (graph) => graph.outputs.some((id) => is(graph, id)))
    expect(returns((graph, id) => nodeAt(graph, id).op === 'param')).toBeGreaterThan(0.05)
    expect(returns((graph, id) => nodeAt(graph, id).op === 'constant')).toBeGreaterThan(0.01)
    expect(share(graphs, ({ outputs }) => new Set(outputs).size < outputs.length)).toBeGreaterThan(0.05)
    expect(share(graphs, (graph) => outputTypes(graph).some(({ dtype }) => dtype === 'bool'))).toBeGreaterThan(0.05)
  })

  it('are large enough, and use nodes more than once', () => {
    const average = graphs.reduce((total, { nodes }) => total + nodes.length, 0) / graphs.length
    expect(average).toBeGreaterThan(6)
    const isShared = ({ nodes }: Graph): boolean => nodes.some((_, id) => nodes.filter(({ args }) => args.includes(id)).length > 1)
    expect(share(graphs, isShared)).toBeGreaterThan(0.3)
    const long = fc.sample(longCase, { numRuns: 100, seed: 1 }).map(({ graph }) => graph.nodes.length)
    expect(Math.max(...long)).toBeGreaterThan(60)
  })
})
