import { describe, expect, it } from 'vitest'
import { addAgain, graphBuilder, noAttrs } from '../../src/ir/builder.js'
import { nodeAt, type Graph } from '../../src/ir/graph.js'

/** The negative of a vector of so many elements. */
const negative = (n: number): Graph => {
  const builder = graphBuilder()
  const x = builder.param({ shape: [n], dtype: 'f32' })
  return builder.build([builder.add('neg', [x], noAttrs)], ['*'], '*')
}

describe('a node that is added again', () => {
  const graph = negative(2)
  const node = nodeAt(graph, 1)

  it('has its type where its arguments have theirs', () => {
    const builder = graphBuilder()
    const x = builder.param({ shape: [3], dtype: 'f32' })
    const same = builder.add('abs', [x], noAttrs)
    const again = addAgain(builder, { ...graph, nodes: [builder.node(same), node] }, node, [same])
    expect(builder.node(again).type).toBe(node.type)
  })

  it('has the type that its op gives other arguments', () => {
    const builder = graphBuilder()
    const x = builder.param({ shape: [3], dtype: 'f32' })
    expect(builder.node(addAgain(builder, graph, node, [x])).type).toEqual({ shape: [3], dtype: 'f32' })
  })
})
