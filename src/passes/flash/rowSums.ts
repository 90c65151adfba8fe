/**
 * A softmax's derivative takes, of each row, the sum of its powers times their gradient. Where the weights p = powers / total multiply
 * values v, and the gradient of p is do vᵀ, that is total · Σ do · o with o = p v: a sum over features, and not over columns.
 */
import { addAgain, noAttrs, rebuild, type GraphBuilder } from '../../ir/builder.js'
import { nodeAt, type Graph } from '../../ir/graph.js'
import { argsOf, powersOf } from './softmax.js'

/** A node with its last two axes in each other's place; what is one already undone. */
const swapped = (builder: GraphBuilder, id: number): number => {
  const { op, args, attrs, type } = builder.node(id)
  const n = type.shape.length
  const swap = (perm: readonly number[]): number[] => [...perm.slice(0, -2), perm[n - 1] as number, perm[n - 2] as number]
  const [from, before] = op === 'transpose' ? [args[0] as number, attrs.perm] : [id, [...type.shape.keys()]]
  const perm = swap(before)
  return perm.every((axis, d) => axis === d) ? from : builder.add('transpose', [from], { perm })
}

/** A sum of powers times their gradient: the factors of that gradient, the powers, and their own sum. */
interface RowSum {
  readonly gradient: number
  readonly values: number
  readonly powers: number
  readonly total: number
}

/** The sums over the last axis, by what they sum. */
const sumsOf = (graph: Graph): ReadonlyMap<number, number> =>
  new Map(
    graph.nodes.flatMap((node, id) => {
      const [from = -1] = node.args
      const isLast = node.op === 'reduceSum' && node.attrs.axes.length === 1 && node.attrs.axes[0] === nodeAt(graph, from).type.shape.length - 1 // prettier-ignore
      return isLast ? [[from, id] as const] : []
    }),
  )

const rowSumsOf = (graph: Graph): ReadonlyMap<number, RowSum> => {
  const sums = sumsOf(graph)
  const found = new Map<number, RowSum>()
  for (const [summed, id] of sums) {
    const factors = argsOf(graph, summed, 'mul')
    const powers = factors.find((factor) => powersOf(graph, factor) !== undefined)
    const total = powers === undefined ? undefined : sums.get(powers)
    const [gradient, values] = argsOf(
      graph,
      factors.find((factor) => factor !== powers),
      'matmul',
    )
    if (powers === undefined || total === undefined || gradient === undefined || values === undefined) continue
    if (total < id) found.set(id, { gradient, values, powers, total })
  }
  return found
}

/** The graph with such sums taken over features. */
export const sumOverFeatures = (graph: Graph): Graph => {
  const found = rowSumsOf(graph)
  if (found.size === 0) return graph
  const moved: number[] = []
  const write = (builder: GraphBuilder, { gradient, values, powers, total }: RowSum): number => {
    const [g, v, p, sum] = [gradient, values, powers, total].map((id) => moved[id] as number) as [number, number, number, number]
    const { shape } = builder.node(p).type
    const column = [...shape.slice(0, -1), 1]
    const one = builder.add('fill', [], { value: 1, shape: column, dtype: 'f32' })
    const share = builder.add('div', [one, builder.add('reshape', [sum], { shape: column })], noAttrs)
    const weights = builder.add('mul', [p, builder.add('broadcast', [share], { shape })], noAttrs)
    const product = builder.add('matmul', [weights, swapped(builder, v)], noAttrs)
    const each = builder.add('mul', [g, product], noAttrs)
    return builder.add('mul', [builder.add('reduceSum', [each], { axes: [shape.length - 1] }), sum], noAttrs)
  }
  const ids = new Map(graph.nodes.map((node, id) => [node, id]))
  return rebuild(graph, (builder, node, args) => {
    const id = ids.get(node) as number
    node.args.forEach((arg, i) => (moved[arg] = args[i] as number))
    const sum = found.get(id)
    moved[id] = sum === undefined ? addAgain(builder, graph, node, args) : write(builder, sum)
    return moved[id]
  })
}
