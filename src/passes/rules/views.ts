/** Views of views, and views that change nothing. */
import type { Node } from '../../ir/graph.js'
import { sameShape, type Shape } from '../../ir/shape.js'
import { arg, rule, type Rule, type Site } from '../rewrite.js'

const shapeOf = (site: Site, id: number): Shape => site.at(id).type.shape

const isOrdered = (perm: readonly number[]): boolean => perm.every((d, i) => d === i)

const allEqual = (list: readonly number[], value: number): boolean => list.every((n) => n === value)

/** Whether two shapes differ in leading axes of length 1 alone. */
const sameButLeading = (a: Shape, b: Shape): boolean => {
  const strip = (s: Shape): Shape =>
    s.slice(
      Math.max(
        0,
        s.findIndex((n) => n !== 1),
      ),
    )
  return sameShape(strip(a), strip(b)) && a.some((n) => n !== 1) && b.some((n) => n !== 1)
}

const innerOf = <K extends Node['op']>(site: Site, node: Node, op: K): Extract<Node, { readonly op: K }> | undefined => {
  const inner = site.at(arg(node))
  return inner.op === op ? (inner as Extract<Node, { readonly op: K }>) : undefined
}

export const views: readonly Rule[] = [
  rule('reshape same', 'reshape', 'nothing changes', (site, node) =>
    sameShape(shapeOf(site, arg(node)), node.attrs.shape) ? arg(node) : undefined,
  ),
  rule('reshape reshape', 'reshape', 'the last shape wins', (site, node) => {
    const inner = innerOf(site, node, 'reshape')
    return inner && site.make('reshape', [arg(inner)], node.attrs)
  }),
  rule('transpose same', 'transpose', 'nothing moves', (_, node) => (isOrdered(node.attrs.perm) ? arg(node) : undefined)),
  rule('transpose transpose', 'transpose', 'permutations compose', (site, node) => {
    const inner = innerOf(site, node, 'transpose')
    return inner && site.make('transpose', [arg(inner)], { perm: node.attrs.perm.map((d) => inner.attrs.perm[d] as number) })
  }),
  rule('broadcast same', 'broadcast', 'nothing is repeated', (site, node) =>
    sameShape(shapeOf(site, arg(node)), node.attrs.shape) ? arg(node) : undefined,
  ),
  rule('broadcast broadcast', 'broadcast', 'the last shape wins', (site, node) => {
    const inner = innerOf(site, node, 'broadcast')
    return inner && site.make('broadcast', [arg(inner)], node.attrs)
  }),
  rule('broadcast reshape', 'broadcast', 'broadcasting adds leading axes by itself', (site, node) => {
    const inner = innerOf(site, node, 'reshape')
    if (inner === undefined || !sameButLeading(shapeOf(site, arg(inner)), inner.attrs.shape)) return undefined
    return shapeOf(site, arg(inner)).length <= node.attrs.shape.length ? site.make('broadcast', [arg(inner)], node.attrs) : undefined
  }),
  rule('slice all', 'slice', 'everything is kept', (site, node) =>
    allEqual(node.attrs.starts, 0) && allEqual(node.attrs.strides, 1) && sameShape(node.attrs.limits, shapeOf(site, arg(node)))
      ? arg(node)
      : undefined,
  ),
  rule('pad nothing', 'pad', 'nothing is added', (_, { args, attrs: { low, high, interior } }) =>
    allEqual(low, 0) && allEqual(high, 0) && allEqual(interior, 0) ? (args[0] as number) : undefined,
  ),
  rule('flip flip', 'flip', 'the same axes twice', (site, node) => {
    const inner = innerOf(site, node, 'flip')
    if (node.attrs.axes.length === 0) return arg(node)
    return inner && sameShape(inner.attrs.axes, node.attrs.axes) ? arg(inner) : undefined
  }),
  rule('concat one', 'concat', 'one part is the whole', (_, node) => (node.args.length === 1 ? arg(node) : undefined)),
]
