/** Decides which nodes are computed once, in a group, and which inline, by every kernel that reads them. */
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { sizeOf } from '../ir/shape.js'

/**
 * Why a node is computed once, in a group, rather than by every kernel that reads it: it is a `reduction`, a `loop` or a
 * `result`; it is `shared` by several places, would be `repeated` by a reader, the `limit` of buffers asks for it, the expression
 * would be `large`, or it is `transposed` and read in order many times.
 */
export type Placing = 'reduction' | 'loop' | 'result' | 'shared' | 'repeated' | 'limit' | 'large' | 'transposed'

/** Work up to this (see `cost` in the op table) is repeated rather than stored. */
const nearlyFree = 1
/** Work up to this is repeated when its inputs are this many times smaller than it. */
const cheap = 8
const muchSmaller = 2
export const kindOf = (node: Node): 'source' | 'graph' | 'point' | 'view' | 'reduce' => opDef(node.op).lower.kind

const costOf = (node: Node): number => {
  const { lower } = opDef(node.op)
  return lower.kind === 'point' || lower.kind === 'view' ? lower.cost : 0
}

/** Whether an element of an argument may be read many times. */
const repeats = (node: Node, i: number, from: Node): boolean => {
  const { lower } = opDef(node.op)
  if (lower.kind !== 'view' && lower.kind !== 'reduce') return false
  return lower.repeats.includes(i) && (lower.kind === 'reduce' || sizeOf(node.type.shape) > sizeOf(from.type.shape))
}

/** What is known of a node before anything is placed. */
interface Estimates {
  /** Work to compute one element from sources and reductions. */
  readonly cost: Float64Array
  /** Elements of the sources and reductions read. */
  readonly inputs: Float64Array
  /** How many sources and reductions are read. */
  readonly loads: Float64Array
}

const estimate = (graph: Graph): Estimates => {
  const n = graph.nodes.length
  const [cost, inputs, loads] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  graph.nodes.forEach((node, id) => {
    cost[id] = costOf(node)
    for (const arg of new Set(node.args)) {
      const from = nodeAt(graph, arg)
      const isStored = kindOf(from) !== 'point' && kindOf(from) !== 'view'
      cost[id] = Math.min(1e9, cost[id] + (isStored ? 0 : (cost[arg] as number)))
      inputs[id] = (inputs[id] as number) + (isStored ? sizeOf(from.type.shape) : (inputs[arg] as number))
      loads[id] = (loads[id] as number) + (isStored ? 1 : (loads[arg] as number))
    }
  })
  return { cost, inputs, loads }
}

/** Where the value of a node goes: nowhere yet, one place (a number of its own), or several. */
const nowhere = 0
const several = -1

/**
 * Where an argument goes through one of its readers. A reader in a group is a place (each operand of a reduction
 * another, since they are read at other indices); an inline elementwise reader passes on its own place; an inline view
 * reads at another index, so it is a place by itself.
 */
const placeThrough = (node: Node, id: number, i: number, placed: number, own: number): number => {
  if (placed === 1) return 1 + 4 * id + (kindOf(node) === 'reduce' ? Math.min(i, 3) : 0)
  return kindOf(node) === 'point' || own === several ? own : -2 - id
}

const placingOf = (kind: ReturnType<typeof kindOf>, isResult: boolean, isRepeated: boolean): Placing =>
  kind === 'reduce' ? 'reduction' : kind === 'graph' ? 'loop' : isResult ? 'result' : isRepeated ? 'repeated' : 'shared'

/** Columns of a product from which on its rows are copied into the order of its terms, where they are not. */
const manyColumns = 128

/** The views that a product would read a row of with a stride, once for each panel of columns. */
const stridedRows = (graph: Graph): ReadonlySet<number> =>
  new Set(
    graph.nodes.flatMap(({ op, args, type }) => {
      const [row = -1] = args
      const view = op === 'matmul' && (type.shape.at(-1) as number) >= manyColumns ? nodeAt(graph, row) : undefined
      return view?.op === 'transpose' && view.attrs.perm.at(-1) !== view.attrs.perm.length - 1 ? [row] : []
    }),
  )

/** 1 for every node that is computed in a group rather than inline, and why. `panels`: products read one operand from panels, and the other by rows. `inline`: nodes that are to be, whatever they are. */
export const place = (
  graph: Graph,
  panels = false,
  inline: ReadonlySet<number> = new Set(),
): { readonly placed: Uint8Array; readonly placings: (Placing | undefined)[] } => {
  const { cost, inputs, loads } = estimate(graph)
  const n = graph.nodes.length
  const placed = new Uint8Array(n)
  const goesTo = new Float64Array(n).fill(nowhere)
  const repeated = new Uint8Array(n)
  const placings = new Array<Placing | undefined>(n).fill(undefined)
  // Loops read and write buffers alone.
  const results = new Set([
    ...graph.outputs,
    ...graph.nodes.flatMap((node) => (node.op === 'scan' || node.op === 'while' ? node.args : [])),
  ])
  const strided = panels ? stridedRows(graph) : new Set<number>()
  for (let id = n - 1; id >= 0; id--) {
    const node = nodeAt(graph, id)
    const kind = kindOf(node)
    const isFree = (cost[id] as number) <= nearlyFree && (loads[id] as number) <= 1
    const isBlownUp =
      (cost[id] as number) <= cheap && (loads[id] as number) <= 2 && sizeOf(node.type.shape) >= muchSmaller * (inputs[id] as number)
    const mayRepeat = costOf(node) === 0 || isBlownUp
    const isBusy = results.has(id) || (!mayRepeat && ((goesTo[id] === several && !isFree) || repeated[id] === 1))
    placed[id] = kind === 'reduce' || kind === 'graph' || (kind !== 'source' && isBusy) || strided.has(id) ? 1 : 0
    if (inline.has(id)) placed[id] = 0
    if (placed[id] === 1)
      placings[id] = strided.has(id) && !results.has(id) ? 'transposed' : placingOf(kind, results.has(id), repeated[id] === 1)
    node.args.forEach((arg, i) => {
      const there = placeThrough(node, id, i, placed[id] as number, goesTo[id] as number)
      goesTo[arg] = goesTo[arg] === nowhere || goesTo[arg] === there ? there : several
      if (repeats(node, i, nodeAt(graph, arg)) || (placed[id] === 0 && repeated[id] === 1)) repeated[arg] = 1
    })
  }
  return { placed, placings }
}
