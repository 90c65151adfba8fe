/** `explain`: what was fused and why, what that saves, and where memory peaks. */
import { TraceError } from '../error.js'
import type { BufferReport, Executable, KernelReport } from '../executable.js'
import { graphBuilder } from '../ir/builder.js'
import { bodiesOf, type Graph } from '../ir/graph.js'
import { printOne } from '../ir/print.js'
import { range } from '../ir/shape.js'
import { peakOf } from '../passes/peak.js'
import type {
  Checkpointing,
  Explanation,
  Section,
  KernelExplanation,
  MemoryExplanation,
  Recomputed,
  StoredValue,
  Totals,
} from './explanation.js'
import { explainLoops, headOf } from './loops.js'
import { showExplanation } from './text.js'
import { bytesAlone, bytesOfNode, isFree, runsOf } from './traffic.js'
import { unitsOf, type Part, type Unit } from './units.js'

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

/** Steps of loops have results that no caller sees, and what a loop reads is stored as results are. */
const whyStored = ({ graph, schedule, loops }: Part['origin'], id: number): StoredValue['why'] => {
  const why = schedule.placings[id] ?? 'shared'
  if (why !== 'result') return why
  return loops.length > 0 ? 'step' : graph.outputs.includes(id) ? 'result' : 'enters'
}

/** The parts of a launch in order, those that run in turn equally often together. */
const sectionsOf = (exe: Executable, parts: readonly Part[], compiled: Graph): Section[] => {
  const sections: { readonly of: Part; readonly parts: Part[] }[] = []
  for (const part of parts) {
    const last = sections.at(-1)
    const { graph, loops } = part.origin
    if (last?.of.runs === part.runs && last.of.origin.graph === graph && last.of.origin.loops.join() === loops.join()) last.parts.push(part)
    else sections.push({ of: part, parts: [part] })
  }
  return sections.map(({ of, parts: own }) => ({
    loops: loopsOf(compiled, of.origin.loops),
    runs: of.runs,
    nodes: own.flatMap(({ origin, nodes }) => nodes.map((id) => nameOf(origin.graph, id))),
    ends: own.flatMap((part) => storedOf(exe, part)),
  }))
}

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
        why: whyStored(origin, id),
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
const loopsOf = (compiled: Graph, [outermost, ...inner]: readonly number[]): string[] =>
  outermost === undefined ? [] : [headOf(compiled, outermost), ...inner.map((id) => `an inner loop, %${String(id)}`)]

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

const explainKernels = (exe: Executable, units: readonly Unit[], runs: readonly number[], compiled: Graph): KernelExplanation[] => {
  const alone = aloneOf(units)
  return units.map(({ launch, parts }) => {
    const sections = sectionsOf(exe, parts, compiled)
    const { name, bytesRead, bytesWritten, flops, workgroups } = exe.kernels[launch] as KernelReport
    const [first] = parts
    const loops = parts.reduce<readonly number[]>((most, { origin }) => (origin.loops.length > most.length ? origin.loops : most), [])
    return {
      launch,
      name,
      runs: runs[launch] ?? 0,
      loops: loopsOf(compiled, loops),
      nodes: sections.flatMap(({ nodes }) => nodes),
      sections,
      reads: readNames(exe, launch),
      begins: first?.origin.schedule.openings[first.origin.group],
      ends: sections.flatMap(({ ends }) => ends),
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
  const runs = runsOf(program.program)
  const compiled = program.passes.at(-1)?.graph ?? program.graph
  const kernels = explainKernels(program, units, runs, compiled)
  const { buffers } = program.memory
  const explanation = {
    totals: totalsOf(program, kernels),
    kernels,
    loops: explainLoops(program, units, runs, compiled),
    recomputed: recomputedIn(byGraph(units)),
    inPlace: buffers.flatMap(({ name, alias, bytes }) => (alias === undefined ? [] : [{ result: name, param: alias, bytes }])),
    memory: explainMemory(program),
    checkpointing: explainCheckpoints(program.graph, compiled),
  }
  return { ...explanation, text: showExplanation(explanation) }
}
