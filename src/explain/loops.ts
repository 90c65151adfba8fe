/** Loops: how often they go round, what a round moves, what they keep, and what they compute again. */
import type { Executable } from '../executable.js'
import { graphBuilder } from '../ir/builder.js'
import { nodeAt, type Graph, type Node, type NodeOf } from '../ir/graph.js'
import { printOne } from '../ir/print.js'
import { range } from '../ir/shape.js'
import type { KeptRows, LoopExplanation } from './explanation.js'
import { bytesOfNode, isFree, trafficOf } from './traffic.js'
import type { Part, Unit } from './units.js'

/** `%5 = scan(%1, %2)`, of a node's text. */
export const headOf = (graph: Graph, id: number): string => (printOne(graph, id).split('\n')[0] ?? '').split(' {')[0] ?? ''

const keyOf = (loops: readonly number[]): string => loops.join()

interface Found {
  readonly loops: readonly number[]
  readonly parts: readonly Part[]
}

/** Loops in the order in which they begin, each with the parts of its own step and of loops within it. */
const foundIn = (units: readonly Unit[]): readonly Found[] => {
  const found = new Map<string, { readonly loops: readonly number[]; readonly parts: Part[] }>()
  for (const part of units.flatMap(({ parts }) => parts))
    part.origin.loops.forEach((_, depth, all) => {
      const loops = all.slice(0, depth + 1)
      const loop = found.get(keyOf(loops)) ?? { loops, parts: [] }
      loop.parts.push(part)
      found.set(keyOf(loops), loop)
    })
  return [...found.values()]
}

/** The graph that a loop is a node of: the compiled one, or the step of the loop around it, which it has parts of its own in. */
const graphAround = (compiled: Graph, loops: readonly number[], all: readonly Found[]): Graph | undefined => {
  const [around, id] = [loops.slice(0, -1), loops.at(-1) as number]
  if (around.length === 0) return compiled
  const own = all.find((loop) => keyOf(loop.loops) === keyOf(around))?.parts.filter(({ origin }) => keyOf(origin.loops) === keyOf(around))
  return own?.map(({ origin }) => origin.graph).find((graph) => ['scan', 'while'].includes(graph.nodes[id]?.op ?? ''))
}

/** The stacks of rows that a loop leaves to what comes after it. */
const keptBy = (graph: Graph, id: number): KeptRows[] => {
  const loop = nodeAt(graph, id)
  if (loop.op !== 'scan') return []
  const { carries } = loop.attrs
  return graph.nodes.flatMap((node, at) =>
    node.op === 'item' && node.args[0] === id && node.attrs.index >= carries
      ? [{ node: headOf(graph, at), op: node.op, type: node.type, bytes: bytesOfNode(graph, at) }]
      : [],
  )
}

/** Of parts in the order in which they run, those of one round: what asks before the first round is left out. */
const roundOf = (parts: readonly Part[], asksFirst: boolean): readonly Part[] => {
  if (!asksFirst) return parts
  const first = parts.findIndex(({ origin }) => origin.graph !== parts[0]?.origin.graph)
  return first < 0 ? parts : parts.slice(first)
}

/** The loops of a program. `runs` is how often each launch runs in a call. */
export const explainLoops = (exe: Executable, units: readonly Unit[], runs: readonly number[], compiled: Graph): LoopExplanation[] => {
  const all = foundIn(units)
  const again = againIn(compiled)
  const total = ({ launch, runs: within }: Part): number => within * (runs[launch] as number)
  return all.map(({ loops, parts }) => {
    const [graph, id] = [graphAround(compiled, loops, all), loops.at(-1) as number]
    const node = graph === undefined ? undefined : nodeAt(graph, id)
    const own = parts.filter(({ origin }) => origin.loops.length === loops.length)
    const rounds = Math.max(1, ...own.map(total))
    const launches = [...new Set(parts.map(({ launch }) => launch))]
    const moved = roundOf(parts, node?.op === 'while').map((part) => {
      const { bytesRead, bytesWritten } = trafficOf(part.origin, part.nodes)
      const share = total(part) / rounds
      return [bytesRead * share, bytesWritten * share] as const
    })
    const isTop = loops.length === 1
    return {
      node: graph === undefined ? `an inner loop, %${String(id)}` : headOf(graph, id),
      depth: loops.length,
      rounds: node?.op === 'scan' ? node.attrs.length : undefined,
      launches,
      isOneKernel: launches.every((launch) => exe.program.launches[launch]?.parts !== undefined),
      bytesRead: moved.reduce((sum, [read]) => sum + read, 0),
      bytesWritten: moved.reduce((sum, [, written]) => sum + written, 0),
      keeps: graph === undefined ? [] : keptBy(graph, id),
      again: isTop ? (again.get(id) ?? []) : [],
    }
  })
}

/** A round of a loop in a graph that has one round of every loop: what it was given, and what it gave. */
interface Round {
  readonly carried: readonly number[]
  readonly results: readonly number[]
  readonly length: number
}

/** Ops that move what is there already, or only name it. */
const moves = new Set(['alias', 'barrier', 'item', 'slice', 'transpose', 'pad', 'concat', 'flip'])

/**
 * What rounds of a loop compute that the same rounds of an earlier loop have computed: one round of each is written into one
 * graph, where equal nodes are one. Rows that a loop has left are what its round computed.
 */
const againIn = (compiled: Graph): ReadonlyMap<number, readonly KeptRows[]> => {
  const builder = graphBuilder()
  const moved: number[] = []
  const rounds = new Map<number, Round>()
  const rows = new Map<number, number>()
  const again = new Map<number, readonly KeptRows[]>()
  const seen = new Set<number>()

  const rowOf = (arg: number, { type }: Node, length: number): number => {
    const source = nodeAt(compiled, arg)
    const known = source.op === 'item' ? rowLeft(rounds.get(source.args[0] as number), source.attrs.index, length) : undefined
    const row = known ?? rows.get(arg) ?? builder.param(type)
    rows.set(arg, row)
    return row
  }

  const round = (id: number, { args, attrs: { body, consts, carries, length } }: NodeOf<'scan'>): void => {
    const carried = range(carries).map((k) => builder.param(nodeAt(body, consts + k).type))
    const given = [...args.slice(0, consts).map((arg) => moved[arg] as number), ...carried]
    const inner: number[] = []
    const add = (node: Node, at: number): number => {
      if (at < body.params) return given[at] ?? rowOf(args[at] as number, node, length)
      const from = node.args.map((arg) => inner[arg] as number)
      return node.op === 'alias' || node.op === 'barrier' ? (from[0] as number) : builder.add(node.op, from, node.attrs)
    }
    body.nodes.forEach((node, at) => inner.push(add(node, at)))
    again.set(id, seenIn(body, inner, seen, length))
    // A node that stands twice in one body is not computed again.
    inner.forEach((here) => seen.add(here))
    rounds.set(id, { carried, results: body.outputs.map((at) => inner[at] as number), length })
  }

  compiled.nodes.forEach((node, id) => {
    if (node.op === 'scan') round(id, node)
    const args = node.args.map((arg) => moved[arg] as number)
    moved.push(node.op === 'param' ? builder.param(node.type) : builder.add(node.op, args, node.attrs))
  })
  return again
}

/** The nodes of a step that are computed already, of those that compute. */
const seenIn = (body: Graph, inner: readonly number[], seen: ReadonlySet<number>, length: number): KeptRows[] =>
  body.nodes.flatMap((node, at) =>
    at < body.params || !seen.has(inner[at] as number) || isFree(body, at) || moves.has(node.op)
      ? []
      : [{ node: headOf(body, at), op: node.op, type: node.type, bytes: length * bytesOfNode(body, at) }],
  )

/** The value in a round that the rows of a loop's result come from: what it stacks, or what a carry was before. */
const rowLeft = (round: Round | undefined, index: number, length: number): number | undefined =>
  round?.length !== length || index < round.carried.length
    ? undefined
    : (round.results[index] ?? round.carried[index - round.results.length])
