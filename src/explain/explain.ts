/** `explain`: what was fused and why, what that saves, and where memory peaks. */
import { TraceError } from '../error.js'
import type { BufferReport, Executable, KernelReport } from '../executable.js'
import { graphBuilder } from '../ir/builder.js'
import { bodiesOf, type Graph } from '../ir/graph.js'
import { printOne } from '../ir/print.js'
import { range } from '../ir/shape.js'
import type { Origin } from '../passes/draft.js'
import { fusedNodes } from '../passes/parts.js'
import { peakOf } from '../passes/peak.js'
import type { Checkpointing, Explanation, KernelExplanation, MemoryExplanation, Recomputed, StoredValue, Totals } from './explanation.js'
import { showExplanation } from './text.js'
import { bytesAlone, bytesOfNode, isFree, runsOf } from './traffic.js'

/** What a launch computes: one group of nodes, or all those of a loop that is one kernel. */
interface Part {
  readonly launch: number
  readonly origin: Origin
  readonly nodes: readonly number[]
  /** How often in one run of the launch. */
  readonly runs: number
}

interface Unit {
  readonly launch: number
  readonly parts: readonly Part[]
}

const unitsOf = ({ program, origins }: Executable): readonly Unit[] =>
  program.launches.map(({ origin: own, parts = own === undefined ? [] : [{ origin: own, runs: 1 }] }, launch) => ({
    launch,
    parts: parts.flatMap(({ origin: at, runs }): Part[] => {
      const origin = origins[at]
      return origin === undefined ? [] : [{ launch, origin, runs, nodes: fusedNodes(origin.graph, origin.schedule, origin.group) }]
    }),
  }))

/** Parts by the graph they are in: the steps of loops have graphs of their own. */
const byGraph = (units: readonly Unit[]): ReadonlyMap<Graph, readonly Part[]> => {
  const found = new Map<Graph, Part[]>()
  for (const part of units.flatMap(({ parts }) => parts)) found.set(part.origin.graph, [...(found.get(part.origin.graph) ?? []), part])
  return found
}

const nameOf = (graph: Graph, id: number): string => printOne(graph, id).split('\n')[0] ?? ''

const readersOf = ({ program }: Executable, launch: number, buffer: number): number[] =>
  range(program.launches.length).filter((i) => {
    const { kernel, bind } = program.launches[i] as Executable['program']['launches'][number]
    const at = bind.indexOf(buffer)
    return i !== launch && at >= 0 && kernel.buffers[at]?.access !== 'write'
  })

const storedOf = (exe: Executable, { launch, origin, nodes }: Part): StoredValue[] => {
  const { graph, schedule, group } = origin
  const buffers = new Map(exe.program.buffers.map(({ node }, id) => [origin.loops.length === 0 ? node : undefined, id] as const))
  return nodes
    .filter((id) => schedule.groupOf[id] === group && schedule.stored[id] === 1)
    .map((id) => {
      const buffer = buffers.get(id)
      const named = buffer === undefined ? undefined : exe.program.buffers[buffer]
      return {
        node: nameOf(graph, id),
        result: named?.role.kind === 'output' ? named.name : undefined,
        bytes: bytesOfNode(graph, id),
        why: schedule.placings[id] ?? 'shared',
        readBy: buffer === undefined ? [] : readersOf(exe, launch, buffer),
      }
    })
}

const readNames = ({ program }: Executable, launch: number): string[] =>
  (program.launches[launch]?.bind ?? []).flatMap((id, i) => {
    const { name = '', role } = program.buffers[id] ?? {}
    if (program.launches[launch]?.kernel.buffers[i]?.access === 'write') return []
    return [role?.kind === 'param' ? `argument ${name}` : name === '' ? 'the result' : name]
  })

/** The outermost loop is a node of the compiled graph, the next one of its step, and so on. */
const loopsOf = (exe: Executable, loops: readonly number[]): string[] => {
  const compiled = exe.passes.at(-1)?.graph
  const [outermost] = loops
  return compiled === undefined || outermost === undefined
    ? []
    : [nameOf(compiled, outermost), ...loops.slice(1).map((id) => `an inner loop, %${String(id)}`)]
}

/** What each launch's nodes would move in kernels of their own; one that an earlier launch computes, too, counts there. */
const aloneOf = (units: readonly Unit[]): readonly number[] => {
  const counted = new Map<Graph, Set<number>>()
  return units.map(({ parts }) =>
    parts.reduce((total, { origin: { graph }, nodes, runs }) => {
      const seen = counted.get(graph) ?? new Set<number>()
      const fresh = nodes.filter((id) => !seen.has(id))
      counted.set(graph, new Set([...seen, ...nodes]))
      return total + runs * fresh.reduce((sum, id) => sum + bytesAlone(graph, id), 0)
    }, 0),
  )
}

const explainKernels = (exe: Executable, units: readonly Unit[], runs: readonly number[]): KernelExplanation[] => {
  const alone = aloneOf(units)
  return units.map(({ launch, parts }) => {
    const { name, bytesRead, bytesWritten, flops, workgroups } = exe.kernels[launch] as KernelReport
    const [first] = parts
    const loops = parts.reduce<readonly number[]>((most, { origin }) => (origin.loops.length > most.length ? origin.loops : most), [])
    return {
      launch,
      name,
      runs: runs[launch] ?? 0,
      loops: loopsOf(exe, loops),
      nodes: parts.flatMap(({ origin, nodes }) => nodes.map((id) => nameOf(origin.graph, id))),
      reads: readNames(exe, launch),
      begins: first?.origin.schedule.openings[first.origin.group],
      ends: parts.flatMap((part) => storedOf(exe, part)),
      bytesRead,
      bytesWritten,
      flops,
      bytesSaved: (alone[launch] ?? 0) - bytesRead - bytesWritten,
      workgroups,
    }
  })
}

const recomputedIn = (units: ReadonlyMap<Graph, readonly Part[]>): Recomputed[] =>
  [...units].flatMap(([graph, list]) =>
    range(graph.nodes.length).flatMap((id) => {
      const launches = list.filter(({ nodes }) => nodes.includes(id)).map(({ launch }) => launch)
      if (new Set(launches).size < 2 || isFree(graph, id)) return []
      return [{ node: nameOf(graph, id), launches, bytesSaved: bytesOfNode(graph, id) * (1 + launches.length) }]
    }),
  )

const explainMemory = ({ memory, program, plan }: Executable): MemoryExplanation => {
  const { launch: peakLaunch, timeline, live } = peakOf(program, plan)
  const alive = live
    .map((id) => memory.buffers[id] as BufferReport)
    .map(({ name, bytes, role }) => ({ name: name === '' ? 'the result' : name, bytes, role }))
  const { peakBytes, arenaBytes } = memory
  return { peakBytes, arenaBytes, fixedBytes: peakBytes - arenaBytes, timeline, peakLaunch, alive }
}

const countCheckpoints = ({ nodes }: Graph): number =>
  nodes.reduce(
    (sum, node) => sum + (node.op === 'checkpoint' ? 1 : 0) + bodiesOf(node).reduce((inner, [, body]) => inner + countCheckpoints(body), 0),
    0,
  )

/** Nodes that would be equal to earlier ones if nothing kept them apart: what is computed again. */
const explainCheckpoints = (traced: Graph, compiled: Graph): Checkpointing => {
  const builder = graphBuilder()
  const moved: number[] = []
  const seen = new Set<number>()
  let [again, bytesNotKept] = [0, 0]
  compiled.nodes.forEach((node, id) => {
    const args = node.args.map((arg) => moved[arg] as number)
    const at =
      node.op === 'param' ? builder.param(node.type) : node.op === 'barrier' ? (args[0] as number) : builder.add(node.op, args, node.attrs)
    moved.push(at)
    if (seen.has(at) && node.op !== 'barrier' && !isFree(compiled, id))
      [again, bytesNotKept] = [again + 1, bytesNotKept + bytesOfNode(compiled, id)]
    seen.add(at)
  })
  return { checkpoints: countCheckpoints(traced), again, bytesNotKept }
}

const totalsOf = (exe: Executable, kernels: readonly KernelExplanation[]): Totals => {
  const sum = (of: (kernel: KernelExplanation) => number): number => kernels.reduce((total, kernel) => total + of(kernel) * kernel.runs, 0)
  const [bytesRead, bytesWritten, bytesSaved] = [sum((k) => k.bytesRead), sum((k) => k.bytesWritten), sum((k) => k.bytesSaved)]
  return {
    opsTraced: exe.passes[0]?.nodes ?? 0,
    opsCompiled: exe.passes.at(-1)?.nodes ?? 0,
    launches: kernels.length,
    dispatches: sum(() => 1),
    distinctKernels: new Set(exe.program.launches.map(({ kernel }) => kernel)).size,
    bytesRead,
    bytesWritten,
    bytesUnfused: bytesSaved + bytesRead + bytesWritten,
    bytesSaved,
    flops: sum((k) => k.flops),
  }
}

const checkProgram = (exe: unknown): Executable => {
  if (typeof exe === 'function' && 'program' in exe && 'origins' in exe) return exe as unknown as Executable
  const what = exe === null ? 'null' : typeof exe === 'function' ? 'a function that is not compiled' : typeof exe
  throw new TraceError({ op: 'explain', problem: `${what} is no compiled program`, help: 'pass what `await compile(f, specs)` gives' })
}

/** See `explain` of lazy.ts, which users call. */
export const explain = async <A extends readonly unknown[], R>(exe: Executable<A, R>): Promise<Explanation> => {
  const program = checkProgram(exe)
  const units = unitsOf(program)
  const kernels = explainKernels(program, units, runsOf(program.program))
  const { buffers } = program.memory
  const explanation = {
    totals: totalsOf(program, kernels),
    kernels,
    recomputed: recomputedIn(byGraph(units)),
    inPlace: buffers.flatMap(({ name, alias, bytes }) => (alias === undefined ? [] : [{ result: name, param: alias, bytes }])),
    memory: explainMemory(program),
    checkpointing: explainCheckpoints(program.graph, program.passes.at(-1)?.graph ?? program.graph),
  }
  return { ...explanation, text: showExplanation(explanation) }
}
