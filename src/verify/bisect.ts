/** Finds what is to blame where a program and the reference part: a pass, a node, the fusion of several, a loop, or memory. */
import type { Device } from '../backends/backend.js'
import { evaluate, fromHost, toHost } from '../backends/reference/evaluate.js'
import type { Executable, KernelReport } from '../executable.js'
import { bodiesOf, nodeAt, type Graph } from '../ir/graph.js'
import { sameArray, type NDArray } from '../ir/ndarray.js'
import type { Host } from '../ir/ops/op.js'
import { printOne } from '../ir/print.js'
import { range } from '../ir/shape.js'
import { inlineCalls } from '../passes/inline.js'
import { fusedNodes, partOf, type Part } from '../passes/parts.js'
import { isRight, judge, worstOf, type ResultElement } from './judge.js'
import { isolate } from './kernel.js'
import { listed, stepsOf, whileSteps, withItems } from './loops.js'
import { findSpoiled, isWriter, overlaps } from './memory.js'
import { compiledGraph, isWrong, modelOf, readAll, tryGraph, tryPart, tryProgram, valuesOf, type Trial } from './trial.js'

/**
 * `pass`: a rewrite changed what the graph means. `node`: one op by itself. `fusion`: nodes that are right one by one, in
 * one kernel. `kernel`: only the kernel as it is in this program. `loop`: a loop whose step is right. `memory`: a value
 * is spoiled between the launch that writes it and one that reads it. `unstable`: a second run was right.
 */
export type BlameKind = 'pass' | 'node' | 'fusion' | 'kernel' | 'loop' | 'memory' | 'unstable'

/** A launch that is to blame, or in which a node is. */
export interface BlamedKernel {
  readonly launch: number
  readonly report: KernelReport
  /** What is bound: names and sizes of buffers. */
  readonly bindings: readonly string[]
  /** The nodes that it computes, as text. */
  readonly members: readonly string[]
}

export interface Blame {
  readonly kind: BlameKind
  /** What is wrong, in a sentence. */
  readonly problem: string
  /** The loops it is in, outermost first, each with a step. */
  readonly within: readonly string[]
  /** The node, as `print` has it; undefined where no single one is to blame. */
  readonly node: string | undefined
  /** The worst element of what was computed. */
  readonly element: ResultElement | undefined
  readonly kernel: BlamedKernel | undefined
  /** The smallest program that shows it, with its arguments and what it gave; undefined where it takes the whole one. */
  readonly trial: Trial | undefined
}

interface Search {
  readonly exe: Executable
  readonly device: Device
  readonly graph: Graph
  readonly args: readonly NDArray[]
  readonly values: readonly Host[]
  readonly within: readonly string[]
}

const blame = (search: Search, kind: BlameKind, problem: string, rest: Partial<Blame> = {}): Blame => ({
  kind,
  problem,
  within: search.within,
  node: undefined,
  kernel: undefined,
  trial: undefined,
  element: rest.trial === undefined ? undefined : worstOf(rest.trial.verdict),
  ...rest,
})

/** The first pass after which the reference itself gives something else. */
const blamePass = (search: Search): Blame | undefined => {
  const { exe, args } = search
  const want = evaluate(exe.graph, args)
  for (const { name, graph } of exe.passes) {
    const results = evaluate(graph, args)
    if (results.every((array, i) => sameArray(array, want[i] as NDArray))) continue
    const run = { graph: exe.graph, compiled: inlineCalls(exe.graph), args, results }
    const verdict = judge(run, modelOf(exe.device))
    if (isRight(verdict)) continue
    return blame(search, 'pass', `pass ${name} changes what the graph means`, { trial: { run, verdict, exe: undefined } })
  }
  return undefined
}

const describeKernel = ({ exe }: Search, launch: number, graph: Graph, members: readonly number[]): BlamedKernel => ({
  launch,
  report: exe.kernels[launch] as KernelReport,
  members: members.map((id) => printOne(graph, id)),
  bindings: (exe.program.launches[launch]?.bind ?? []).map((id, i) => {
    const buffer = exe.program.buffers[id]
    const place = exe.plan.places[id]
    const where =
      place?.kind === 'arena' ? `arena + ${String(place.offset)}` : place?.kind === 'alias' ? 'in a donated parameter' : 'own memory'
    const access = exe.program.launches[launch]?.kernel.buffers[i]?.access ?? ''
    return `b${String(i)} ${access}: ${buffer?.name ?? ''} (${buffer?.role.kind ?? ''}), ${buffer?.dtype ?? ''} x ${String(buffer?.size)}, ${where}`
  }),
})

interface Fused {
  readonly launch: number
  readonly nodes: readonly number[]
  /** Those whose values leave the group. */
  readonly stored: readonly number[]
}

/** The groups of the compiled graph itself, by launch. What is within loops has other graphs. */
const fusedOf = ({ exe }: Search): readonly Fused[] =>
  exe.program.launches.flatMap(({ origin, parts = origin === undefined ? [] : [{ origin, runs: 1 }] }, launch) =>
    parts.flatMap((part) => {
      const from = exe.origins[part.origin]
      if (from === undefined || from.loops.length > 0) return []
      const nodes = fusedNodes(from.graph, from.schedule, from.group)
      return [{ launch, nodes, stored: nodes.filter((id) => from.schedule.groupOf[id] === from.group && from.schedule.stored[id] === 1) }]
    }),
  )

/** The kernel itself, on what the reference says that it reads; where it is part of a loop's, its nodes compiled anew. */
const tryKernel = async ({ exe, device, graph, values }: Search, { launch, nodes, stored }: Fused): Promise<Trial> => {
  const alone = isolate(exe, graph, launch)
  if (!alone?.writes.every((id) => nodes.includes(id))) return tryPart(device, partOf(graph, nodes, stored), values)
  const part = partOf(graph, nodes, alone.writes)
  const valueOf = (id: number): NDArray => fromHost(values[id] as Host)
  const loaded = await device.load(alone.request)
  const results = await readAll(await loaded.run(alone.reads.map(valueOf)))
  const run = { graph: part.graph, compiled: part.graph, args: part.params.map(valueOf), results }
  return { run, verdict: judge(run, modelOf(device)), exe: undefined }
}

/** The nodes among `nodes` that one depends on, and itself. */
const upTo = (graph: Graph, nodes: readonly number[], id: number): readonly number[] => {
  const needed = new Set([id])
  for (const at of [...nodes].reverse()) if (needed.has(at)) nodeAt(graph, at).args.forEach((arg) => needed.add(arg))
  return nodes.filter((at) => needed.has(at))
}

const firstWrong = async (
  { device, values }: Search,
  parts: readonly Part[],
): Promise<{ readonly at: number; readonly trial: Trial } | undefined> => {
  for (const [at, part] of parts.entries()) {
    const trial = await tryPart(device, part, values)
    if (isWrong(trial)) return { at, trial }
  }
  return undefined
}

/** Which of a wrong kernel's nodes is wrong by itself; else up to which node they are wrong together. */
const blameKernel = async (search: Search, fused: Fused, trial: Trial): Promise<Blame> => {
  const { graph } = search
  const { launch, nodes } = fused
  const kernel = describeKernel(search, launch, graph, nodes)
  const at = (i: number): string => printOne(graph, nodes[i] as number)
  const alone = await firstWrong(
    search,
    nodes.map((id) => partOf(graph, [id], [id])),
  )
  if (alone !== undefined) {
    return blame(search, 'node', 'this node by itself is not what the reference says', { node: at(alone.at), kernel, trial: alone.trial })
  }
  const together = await firstWrong(
    search,
    nodes.map((id) => partOf(graph, upTo(graph, nodes, id), [id])),
  )
  if (together !== undefined) {
    const problem = 'every node of the kernel is right by itself; fused up to this node they are wrong'
    return blame(search, 'fusion', problem, { node: at(together.at), kernel, trial: together.trial })
  }
  const problem = 'compiled anew, the nodes of this kernel are right, one by one and fused; the kernel of this program is wrong'
  return blame(search, 'kernel', problem, { kernel, trial })
}

/** What is wrong within a loop: its step, or what goes on between steps. */
const blameLoop = async (search: Search, id: number, trial: Trial): Promise<Blame> => {
  const { graph, device, values, within } = search
  const node = nodeAt(graph, id)
  const [line = ''] = printOne(graph, id).split('\n')
  if (node.op === 'scan' || node.op === 'while') {
    const args = node.args.map((arg) => values[arg] as Host)
    for (const step of node.op === 'scan' ? stepsOf(node, args) : whileSteps(node, args)) {
      const inner = await tryGraph(device, listed(node.attrs.body), step.args.map(fromHost))
      if (!isWrong(inner) || inner.exe === undefined) continue
      return bisect(inner.exe, inner.run.args, [...within, `step ${String(step.number)} of ${line}`])
    }
  }
  const problem = 'every step of this loop is right by itself; the loop is wrong'
  return blame(search, 'loop', problem, { node: printOne(graph, id), trial })
}

/** A kernel or a loop that is wrong on what the reference says that it reads: the first in the order of the graph. */
const blameUnit = async (search: Search): Promise<Blame | undefined> => {
  const { graph, device, values } = search
  const loops = range(graph.nodes.length).filter((id) => bodiesOf(nodeAt(graph, id)).length > 0)
  const units = [
    ...loops.map((id) => ({ id, fused: undefined })),
    ...fusedOf(search).map((fused) => ({ id: fused.nodes.at(-1) ?? 0, fused })),
  ]
  for (const { id, fused } of units.sort((a, b) => a.id - b.id)) {
    if (fused === undefined) {
      const nodes = withItems(graph, id)
      const trial = await tryPart(device, partOf(graph, nodes, nodes.length > 1 ? nodes.slice(1) : nodes), values)
      if (isWrong(trial)) return blameLoop(search, id, trial)
    } else {
      const trial = await tryKernel(search, fused)
      if (isWrong(trial)) return blameKernel(search, fused, trial)
    }
  }
  return undefined
}

/** Every kernel is right by itself: one spoils what another has written. */
const blameMemory = async (search: Search): Promise<Blame> => {
  const { exe, args, graph } = search
  const found = await findSpoiled(exe, args)
  if (found === undefined) {
    const again = await tryProgram(exe, args)
    const problem = 'a second run, of the program or of its parts, agrees: the device does not always give the same'
    return isWrong(again)
      ? blame(search, 'memory', 'every kernel is right by itself, and every value when it was written; the results are not', {
          trial: again,
        })
      : blame(search, 'unstable', problem)
  }
  const { launches, buffer, node, element } = found
  const [from] = launches
  const names = [...new Set(exe.kernels.slice(...launches).map(({ name }) => name))].join(', ')
  const name = exe.program.buffers[buffer]?.name ?? ''
  const shared = overlaps(exe, launches, buffer) ? 'the memory plan lets them share bytes' : 'by the memory plan they share no bytes'
  const problem = isWriter(exe.program, launches, buffer)
    ? `every kernel is right by itself, but launch ${String(from)} (${names}) leaves ${name} wrong: it reads or writes other memory than its own`
    : `every kernel is right by itself, but launch ${String(from)} (${names}) overwrites ${name}, which is still needed: ${shared}`
  const origin = exe.program.launches[from]?.origin
  const members = fusedOf(search).find(({ launch }) => launch === from)?.nodes ?? []
  const kernel = describeKernel(search, from, graph, origin === undefined ? [] : members)
  return blame(search, 'memory', problem, { node: printOne(graph, node), kernel, element })
}

const searchOf = (exe: Executable, args: readonly NDArray[], within: readonly string[]): Search => {
  const graph = compiledGraph(exe)
  return { exe, device: exe.device, graph, args, within, values: valuesOf(graph, args.map(toHost)) }
}

/** What is to blame for the wrong results of a program. */
export const bisect = async (exe: Executable, args: readonly NDArray[], within: readonly string[] = []): Promise<Blame> => {
  const search = searchOf(exe, args, within)
  return blamePass(search) ?? (await blameUnit(search)) ?? (await blameMemory(search))
}

/** The first kernel or loop that is wrong by itself, whatever the results are. */
export const inspect = async (exe: Executable, args: readonly NDArray[]): Promise<Blame | undefined> => {
  const search = searchOf(exe, args, [])
  return blamePass(search) ?? (await blameUnit(search))
}
