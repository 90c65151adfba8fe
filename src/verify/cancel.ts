/**
 * Where a shader compiler may see that operations undo each other, as in (x · y) / y or (x + y) - y. WGSL lets it put x
 * there: that is at least as accurate, but where y is zero or infinite it is not the same kind of number.
 */
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import type { Rng } from './random.js'

const reach = 6

const isArithmetic = ({ op }: Node): boolean => op === 'add' || op === 'sub' || op === 'mul' || op === 'div' || op === 'neg'

const isView = ({ op }: Node): boolean => opDef(op).lower.kind === 'view' || op === 'cast'

/** What a value is made of by arithmetic, sums and views, as far as a compiler would look. */
const partsOf = (graph: Graph, id: number, depth: number, parts: Set<number>): Set<number> => {
  const node = nodeAt(graph, id)
  const isMade = isArithmetic(node) || isView(node) || opDef(node.op).lower.kind === 'reduce'
  if (!isMade || node.args.length === 0) parts.add(id)
  else if (depth > 0) node.args.forEach((arg) => partsOf(graph, arg, depth - 1, parts))
  return parts
}

/** The nodes one operand of which may be undone by the other. */
export const cancelling = (graph: Graph): ReadonlySet<number> => {
  const found = new Set<number>()
  graph.nodes.forEach((node, id) => {
    const [x, y] = node.args
    if (!isArithmetic(node) || node.type.dtype !== 'f32' || x === undefined || y === undefined) return
    const [left, right] = [partsOf(graph, x, reach, new Set()), partsOf(graph, y, reach, new Set())]
    if ([...left].some((part) => right.has(part))) found.add(id)
  })
  return found
}

/** Any kind of number where the value is none. */
export const perturbKinds = (data: Float64Array, rng: Rng): Float64Array =>
  data.every(Number.isFinite) ? data : data.map((x) => (Number.isFinite(x) || rng() < 0.5 ? x : rng() < 0.5 ? 0 : NaN))
