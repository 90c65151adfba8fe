/** Computing at compile time what does not depend on the arguments, and computing once what is the same everywhere. */
import { fromNumbers, toNumbers } from '../../ir/dtype.js'
import { isPointOp, type Node, type OpName } from '../../ir/graph.js'
import { inferNode, noAttrs } from '../../ir/builder.js'
import type { Host } from '../../ir/ops/op.js'
import { opDef } from '../../ir/ops/table.js'
import { sameShape, sizeOf, type Shape } from '../../ir/shape.js'
import type { TensorType } from '../../ir/type.js'
import { arg, fillValue, rule, type Rule, type Site } from '../rewrite.js'

/** Constants up to this many elements are folded; larger ones would cost more to ship than to compute. */
const mostFolded = 1024

const hostOf = (node: Node): Host | undefined => {
  if (node.op === 'fill')
    return sizeOf(node.type.shape) <= mostFolded
      ? { type: node.type, data: new Float64Array(sizeOf(node.type.shape)).fill(node.attrs.value) }
      : undefined
  return node.op === 'constant' ? { type: node.type, data: Float64Array.from(toNumbers(node.type.dtype, node.attrs.data)) } : undefined
}

const makeFill = (site: Site, { shape, dtype }: TensorType, value: number): number => site.make('fill', [], { value, shape, dtype })

const typeOf = (site: Site, node: Node): TensorType =>
  inferNode(
    node.op,
    node.args.map((id) => site.at(id)),
    node.attrs,
  )

/** Any op of known data is known data. */
const foldConstants: Rule = {
  name: 'fold constants',
  reason: 'computed once, when compiling',
  rewrite: (site, node) => {
    if (node.args.length === 0 || opDef(node.op).lower.kind === 'graph') return undefined
    const args = node.args.map((id) => hostOf(site.at(id)))
    if (!args.every((x) => x !== undefined)) return undefined
    const type = typeOf(site, node)
    if (sizeOf(type.shape) > mostFolded) return undefined
    const values = opDef(node.op).evaluate(args, { attrs: node.attrs, args: args.map((x) => x.type), type })
    return makeData(site, type, values)
  },
}

const makeData = (site: Site, type: TensorType, values: Float64Array): number => {
  const first = values[0]
  if (first !== undefined && values.every((x) => Object.is(x, first))) return makeFill(site, type, first)
  const data = fromNumbers(type.dtype, values)
  return site.make('constant', [], { shape: type.shape, dtype: type.dtype, data })
}

const movesOnly: ReadonlySet<OpName> = new Set<OpName>(['reshape', 'transpose', 'broadcast', 'slice', 'flip', 'windows'])

/** A view of one value everywhere is that value everywhere. */
const viewOfFill: Rule = {
  name: 'view of fill',
  reason: 'one value everywhere stays so',
  rewrite: (site, node) => {
    if (!movesOnly.has(node.op)) return undefined
    const value = fillValue(site, arg(node))
    return value === undefined ? undefined : makeFill(site, typeOf(site, node), value)
  },
}

/** The shape that an operand was broadcast from, as far as an elementwise op is concerned. */
const sourceShape = (site: Site, id: number): Shape | undefined => {
  const node = site.at(id)
  return node.op === 'broadcast' ? site.at(arg(node)).type.shape : undefined
}

/** f(broadcast x, broadcast y, fill) = broadcast f(x, y, fill): computed once instead of for every copy. */
const hoistBroadcast: Rule = {
  name: 'hoist broadcast',
  reason: 'computed once instead of for every copy',
  rewrite: (site, node) => {
    if (!isPointOp(node.op) && node.op !== 'cast' && node.op !== 'bitcast') return undefined
    const shapes = node.args.map((id) => sourceShape(site, id))
    const small = shapes.find((s) => s !== undefined)
    if (small === undefined) return undefined
    const fits = node.args.every((id, i) => (shapes[i] === undefined ? site.at(id).op === 'fill' : sameShape(shapes[i], small)))
    const { shape } = site.at(node.args[0] as number).type
    if (!fits || sizeOf(small) > sizeOf(shape)) return undefined
    const args = node.args.map((id) => {
      const operand = site.at(id)
      return operand.op === 'fill' ? makeFill(site, { shape: small, dtype: operand.type.dtype }, operand.attrs.value) : arg(operand)
    })
    return site.make(
      'broadcast',
      [site.make(node.op as 'add', args, node.op === 'cast' || node.op === 'bitcast' ? (node.attrs as typeof noAttrs) : noAttrs)],
      { shape },
    )
  },
}

/** A sum over an empty axis is 0. Left to a device, its compiler might take what is multiplied with it for 0, too. */
const emptySum = rule('sum of nothing', 'reduceSum', 'there is nothing to add', (site, node) =>
  sizeOf(site.at(arg(node)).type.shape) === 0 ? makeFill(site, typeOf(site, node as never), 0) : undefined,
)

export const folding: readonly Rule[] = [
  emptySum,
  viewOfFill,
  foldConstants,
  hoistBroadcast,
  rule('pad fill', 'pad', 'more of the same value', (site, node) =>
    Object.is(fillValue(site, arg(node)), node.attrs.value) ? makeFill(site, typeOf(site, node), node.attrs.value) : undefined,
  ),
]
