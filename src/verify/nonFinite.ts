/** Finds where NaN or infinity first arises in a program, by running it again with its inner values as results. */
import type { Executable } from '../executable.js'
import { isFloat, toNumbers } from '../ir/dtype.js'
import { bodiesOf, nodeAt, type Graph } from '../ir/graph.js'
import type { NDArray } from '../ir/ndarray.js'
import { printOne } from '../ir/print.js'
import { range } from '../ir/shape.js'
import { pathsOf } from '../ir/tree.js'
import { enter, nestOf } from './enter.js'
import { runLeaves } from './trial.js'

/** What kinds of number that are no real ones an array has, and the range of the others. */
export interface Census {
  readonly nans: number
  readonly infinities: number
  readonly min: number
  readonly max: number
}

/** The first value of a program that is not finite though what it is made of is. */
export interface NonFinite {
  /** The node as `print` has it, or the argument that was bad already. */
  readonly node: string
  /** The loops and other graphs it is in, outermost first, of loops with the step. */
  readonly within: readonly string[]
  readonly elements: number
  readonly census: Census
  /** The values that it is computed from. */
  readonly inputs: readonly { readonly node: string; readonly census: Census }[]
}

export const censusOf = (array: NDArray): Census => {
  let [nans, infinities, min, max] = [0, 0, Infinity, -Infinity]
  for (const x of toNumbers(array.dtype, array.data)) {
    if (x !== x) nans++
    else if (Math.abs(x) === Infinity) infinities++
    else [min, max] = [Math.min(min, x), Math.max(max, x)]
  }
  return { nans, infinities, min, max }
}

/** Values that are computed: results of one program of their own, some at a time, so that their memory stays small. */
const chunk = 48

const isComputed = (graph: Graph, id: number): boolean => {
  const { op, type } = nodeAt(graph, id)
  return isFloat(type.dtype) && !['param', 'constant', 'fill', 'iota'].includes(op)
}

/** Nodes as results, computed on the device by a program that ends with them. */
const valuesAt = async (exe: Executable, ids: readonly number[], args: readonly NDArray[]): Promise<readonly NDArray[]> => {
  const { compile } = await import('../compile.js')
  const part: Graph = { ...exe.graph, outputs: ids, outTree: ids.map(() => '*' as const) }
  return runLeaves(await compile(part, { device: exe.device }), args)
}

type Kind = 'nan' | 'infinity'

const has = ({ nans, infinities }: Census, kind: Kind): boolean => (kind === 'nan' ? nans > 0 : nans + infinities > 0)

const sourceCensus = (graph: Graph, id: number, args: readonly NDArray[]): Census => {
  const node = nodeAt(graph, id)
  if (node.op === 'param') return censusOf(args[node.attrs.index] as NDArray)
  if (node.op === 'constant') return censusOf(node.attrs)
  if (node.op === 'fill') return censusOf({ shape: [1], dtype: 'f32', data: Float32Array.of(node.attrs.value) })
  return { nans: 0, infinities: 0, min: 0, max: 0 }
}

/** A node as text; a parameter by its place among the arguments. */
const nameOf = (graph: Graph, id: number): string => {
  const node = nodeAt(graph, id)
  return node.op === 'param' ? `argument ${pathsOf(graph.inTree)[node.attrs.index] ?? ''}` : printOne(graph, id)
}

const report = (graph: Graph, id: number, array: NDArray, known: ReadonlyMap<number, Census>): NonFinite => ({
  node: printOne(graph, id),
  within: [],
  elements: array.data.length,
  census: known.get(id) as Census,
  inputs: nodeAt(graph, id).args.map((arg) => ({ node: nameOf(graph, arg), census: known.get(arg) as Census })),
})

const badArgument = (graph: Graph, args: readonly NDArray[], kind: Kind): NonFinite | undefined => {
  const at = args.findIndex((array) => has(censusOf(array), kind))
  const array = args[at]
  if (array === undefined) return undefined
  const name = `argument ${pathsOf(graph.inTree)[at] ?? String(at)}`
  return { node: name, within: [], elements: array.data.length, census: censusOf(array), inputs: [] }
}

/** Of a node that carries graphs, what within it is bad first. */
const inside = async (exe: Executable, id: number, args: readonly NDArray[], kind: Kind, whole: NonFinite): Promise<NonFinite> => {
  const { graph, device } = exe
  const nest = nestOf(graph, id)
  if (bodiesOf(nodeAt(graph, nest)).length === 0) return whole
  const given = await valuesAt(exe, nodeAt(graph, nest).args, args)
  const entered = await enter(device, graph, nest, given, (array) => has(censusOf(array), kind))
  if (entered === undefined) return whole
  const { compile } = await import('../compile.js')
  const found = await search(await compile(entered.graph, { device }), entered.args, kind)
  return { ...(found ?? whole), within: [entered.within, ...(found?.within ?? [])] }
}

const search = async (exe: Executable, args: readonly NDArray[], kind: Kind): Promise<NonFinite | undefined> => {
  const { graph } = exe
  const argument = badArgument(graph, args, kind)
  if (argument !== undefined) return argument
  const known = new Map<number, Census>()
  range(graph.nodes.length).forEach((id) => known.set(id, sourceCensus(graph, id, args)))
  const ids = range(graph.nodes.length).filter((id) => isComputed(graph, id))
  for (let from = 0; from < ids.length; from += chunk) {
    const part = ids.slice(from, from + chunk)
    const values = await valuesAt(exe, part, args)
    part.forEach((id, i) => known.set(id, censusOf(values[i] as NDArray)))
    const at = part.findIndex(
      (id) => has(known.get(id) as Census, kind) && !nodeAt(graph, id).args.some((arg) => has(known.get(arg) as Census, kind)),
    )
    if (at >= 0) return inside(exe, part[at] as number, args, kind, report(graph, part[at] as number, values[at] as NDArray, known))
  }
  return undefined
}

/**
 * The first value, in the order in which they are computed, that is NaN though what it is made of is not; failing that, the first
 * that is infinite so. An infinity that is put in on purpose, as a mask is, is not one. Undefined where all is finite.
 */
export const firstNonFinite = async (exe: Executable, args: readonly NDArray[]): Promise<NonFinite | undefined> =>
  (await search(exe, args, 'nan')) ?? (await search(exe, args, 'infinity'))
