/** How much a sum may depend on the order and the width in which it is added up. */
import { isFloat, roundTo } from '../ir/dtype.js'
import type { Node } from '../ir/graph.js'
import type { Host } from '../ir/ops/op.js'
import { opDef } from '../ir/ops/table.js'
import { sizeOf } from '../ir/shape.js'
import { gridOfAll, ulpOf } from './float.js'
import type { Rng } from './random.js'

export type SumNode = Extract<Node, { readonly op: 'reduceSum' | 'matmul' | 'conv' | 'fold' }>

export const isSum = (node: Node): node is SumNode =>
  isFloat(node.type.dtype) && (node.op === 'reduceSum' || node.op === 'matmul' || node.op === 'conv' || node.op === 'fold')

const termsOf = (node: SumNode, inputs: readonly Host[]): number => {
  const [x, w] = inputs.map((input) => input.type.shape)
  if (node.op === 'reduceSum') return sizeOf(node.attrs.axes.map((d) => x?.[d] ?? 1))
  if (node.op === 'matmul') return x?.at(-1) ?? 1
  return node.op === 'conv' ? sizeOf(w?.slice(2) ?? []) : sizeOf(node.attrs.window)
}

/** The sum in f32, at every element, of terms that are changed by a function. */
const sumsOf = (node: SumNode, inputs: readonly Host[], change: (x: number) => number): Float64Array => {
  const args = inputs.map(({ type, data }): Host => ({ type, data: data.map(change) }))
  const type = { ...node.type, dtype: 'f32' as const }
  return opDef(node.op).evaluate(args, { attrs: node.attrs, args: args.map((x) => x.type), type })
}

const largest = 3.4028234663852886e38

/** How a backend adds up. */
export interface Accumulator {
  /** Bits of the terms and of the accumulator: where all partial sums are on a grid that they hold, there is one result. */
  readonly bits: 24 | 53
  /** What may be lost over so many terms, as a share of the sum of their absolute values. */
  readonly loss: (terms: number) => number
  /** Products and partial sums below this may be taken for zero. */
  readonly flush: number
}

/** Values that a sum may have. */
export const perturbSum = (
  node: SumNode,
  inputs: readonly Host[],
  data: Float64Array,
  { bits, loss, flush }: Accumulator,
  rng: Rng,
): Float64Array => {
  const n = termsOf(node, inputs)
  const grid = inputs.reduce((total, input) => total * gridOfAll(input.data), 1)
  const total = sumsOf(node, inputs, Math.abs)
  const isOne = n <= 1 && inputs.length === 1
  const fits = (sum: number): boolean => sum <= grid * 2 ** bits && (flush === 0 || grid >= flush) && sum < largest
  const isNan = (i: number): boolean =>
    Number.isNaN(total[i]) &&
    (inputs.length === 1 || !inputs.some(({ data: terms }) => terms.includes(Infinity) || terms.includes(-Infinity)))
  const isExact = (i: number): boolean => isOne || total[i] === 0 || isNan(i) || fits(total[i] as number)
  if (data.every((_, i) => isExact(i))) return data
  const isHalf = node.type.dtype === 'f16'
  const centers = isHalf ? sumsOf(node, inputs, (x) => x) : data
  return centers.map((x, i) => {
    const sum = total[i] as number
    if (isExact(i)) return data[i] as number
    if (bits === 24 && !(sum < largest * (1 - loss(n)))) return [x, Infinity, -Infinity, NaN][Math.floor(rng() * 4)] as number
    const near = Math.fround(x + (rng() * 2 - 1) * (loss(n) * sum + n * flush + ulpOf(x)))
    return isHalf ? roundTo.f16(near) : near
  })
}
