/**
 * A reduction of much to one element by two: of parts, and of what they give. A kernel has one point for each result, so that without this
 * one point would go through everything while the rest of the device waits; where workgroups share out the rounds of a loop, that is not so.
 * Sums are also the more accurate for it: errors grow with the terms that are added one after another (Higham, The Accuracy of Floating
 * Point Summation, 1993).
 */
import { addAgain, rebuild } from '../ir/builder.js'
import { nodeAt, type Node } from '../ir/graph.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import type { Pass } from './pass.js'

/** Terms from which on two kernels are faster than one. */
const fewestTerms = 2 ** 14

/** Parts beyond which the second reduction would be long itself. */
const mostParts = 1024

/** Reductions over all of an operand that has axes to divide it by; f16 would be rounded between the two. */
const isWhole = (node: Node, from: Node | undefined): node is Extract<Node, { op: 'reduceSum' | 'reduceMax' | 'reduceMin' }> =>
  from !== undefined &&
  (node.op === 'reduceSum' || node.op === 'reduceMax' || node.op === 'reduceMin') &&
  node.attrs.axes.length === from.type.shape.length &&
  node.type.dtype !== 'f16' &&
  sizeOf(from.type.shape) >= fewestTerms

/** A shape with its last axis that is kept in two, where it was too long, and how many axes are parts. */
interface Parts {
  readonly shape: Shape
  readonly kept: number
}

/** The outermost axes as parts, as few as keep so many points busy; undefined where no axis can be divided so. */
const partsOf = (shape: Shape, fewest: number): Parts | undefined => {
  const kept = range(shape.length).find((n) => sizeOf(shape.slice(0, n + 1)) >= fewest)
  if (kept === undefined) return undefined
  const before = sizeOf(shape.slice(0, kept))
  const extent = shape[kept] as number
  if (before * extent <= mostParts) return { shape, kept: kept + 1 }
  const n = range(Math.floor(mostParts / before) + 1).find((k) => k > 0 && before * k >= fewest && extent % k === 0)
  return n === undefined ? undefined : { shape: [...shape.slice(0, kept), n, extent / n, ...shape.slice(kept + 1)], kept: kept + 1 }
}

/** Puts two in the place of such reductions, for a device that so many points keep busy. */
export const reduceByParts = (busy: number): Pass => ({
  name: 'reduceByParts',
  reason: 'a reduction to one element keeps more than one point busy',
  run: (graph) => {
    const argOf = ({ args }: Node): Node | undefined => (args.length === 1 ? nodeAt(graph, args[0] as number) : undefined)
    if (!graph.nodes.some((node) => isWhole(node, argOf(node)))) return graph
    return rebuild(graph, (builder, node, args) => {
      const from = argOf(node)
      const parts = from === undefined || !isWhole(node, from) ? undefined : partsOf(from.type.shape, 2 * busy)
      if (parts === undefined || !isWhole(node, from)) return addAgain(builder, graph, node, args)
      const { shape, kept } = parts
      const cut = shape === from?.type.shape ? (args[0] as number) : builder.add('reshape', args, { shape })
      const each = builder.add(node.op, [cut], { ...node.attrs, axes: range(shape.length - kept).map((d) => kept + d) })
      return builder.add(node.op, [each], { ...node.attrs, axes: range(kept) })
    })
  },
})
