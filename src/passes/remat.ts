/**
 * Fits a program into a given memory. Values that are kept over the moment of the highest peak are not kept but computed
 * again just before they are next read, from those that are: the fewest that suffice, and elementwise work before
 * contractions. What is computed again is behind a barrier, so that nothing merges it with what was computed before.
 *
 * Kept values split what is dropped into runs; a run is there in full while the backward pass goes through it. So the
 * peak falls with shorter runs until the kept ones outweigh them: in a chain of n equal blocks, at about √n of each
 * (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).
 */
import { isFluxionError } from '../error.js'
import { graphBuilder, noAttrs, rebuild } from '../ir/builder.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import type { MemoryPlan, Program } from '../ir/kernel/program.js'
import type { Origin } from './draft.js'
import { bytesOf } from './memory.js'
import { peakOf } from './peak.js'
import { kindOf } from './place.js'
import type { Schedule } from './schedule.js'

/** A graph that is planned. */
export interface Planned {
  readonly graph: Graph
  readonly schedule: Schedule
  /** In its final order. */
  readonly program: Program
  readonly memory: MemoryPlan
  readonly origins: readonly Origin[]
}

/** A value that is kept over the peak. */
interface Kept {
  readonly node: number
  readonly bytes: number
  readonly written: number
}

/** The launch that computes each group of the graph; -1 where there is none. */
const launchesOf = ({ graph, schedule, program, origins }: Planned): Int32Array => {
  const launches = new Int32Array(schedule.groups.length).fill(-1)
  program.launches.forEach(({ origin, parts = origin === undefined ? [] : [{ origin }] }, launch) => {
    for (const { origin: at } of parts) {
      const { graph: of, group, loops } = origins[at] as Origin
      if (of === graph) launches[group] = launch
      else if (loops[0] !== undefined) launches[schedule.groupOf[loops[0]] as number] = launch
    }
  })
  return launches
}

/** What computing a node again takes, up to values in memory: whether a contraction or a loop is among it. */
const isHeavy = ({ graph, schedule }: Planned): Uint8Array => {
  const heavy = new Uint8Array(graph.nodes.length)
  graph.nodes.forEach((node, id) => {
    const kind = kindOf(node)
    const isFrom = (arg: number): boolean => schedule.stored[arg] !== 1 && heavy[arg] === 1
    heavy[id] = kind === 'reduce' || kind === 'graph' || node.args.some(isFrom) ? 1 : 0
  })
  return heavy
}

/** The values kept over the peak that could be computed again, in the order in which they are written. */
const keptOver = ({ graph, program, memory }: Planned, peak: number): readonly Kept[] =>
  program.buffers
    .flatMap((buffer, id) => {
      const [first, last] = memory.lifetimes[id] as readonly [number, number]
      const { role, node } = buffer
      const isKept = role.kind === 'temp' && node !== undefined && first <= peak && last > peak && kindOf(nodeAt(graph, node)) !== 'graph'
      return isKept ? [{ node, bytes: bytesOf(buffer), written: first }] : []
    })
    .sort((a, b) => a.written - b.written || a.node - b.node)

/** Drops runs of values of at most so many bytes, and keeps one between two runs. */
const inRuns = (kept: readonly Kept[], most: number): ReadonlySet<number> => {
  const dropped = new Set<number>()
  let run = 0
  for (const { node, bytes } of kept) {
    run = run + bytes > most ? 0 : run + bytes
    if (run > 0) dropped.add(node)
  }
  return dropped
}

/** What runs after the peak, and what that still needs. */
interface After {
  isLate(id: number): boolean
  /** What is between some nodes and values in memory, in topological order. */
  missing(wanted: readonly number[]): readonly number[]
  /** The newest value written after the peak that a node reads anyway: what is computed again for it waits for that. */
  trigger(id: number): number | undefined
}

const after = ({ graph, schedule }: Planned, launches: Int32Array, peak: number, dropped: ReadonlySet<number>): After => {
  const timeOf = (id: number): number => launches[schedule.groupOf[id] as number] ?? -1
  const isLate = (id: number): boolean => timeOf(id) > peak
  const isThere = (id: number): boolean => isLate(id) || (schedule.stored[id] === 1 && !dropped.has(id))
  const missing = (wanted: readonly number[]): readonly number[] => {
    const found = new Set<number>()
    const stack = [...wanted]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (found.has(id) || isThere(id) || kindOf(nodeAt(graph, id)) === 'source') continue
      found.add(id)
      stack.push(...nodeAt(graph, id).args)
    }
    return [...found].sort((a, b) => a - b)
  }
  const trigger = (id: number): number | undefined =>
    [id, ...missing(nodeAt(graph, id).args)]
      .flatMap((inner) => nodeAt(graph, inner).args)
      .filter((arg) => isLate(arg) && schedule.stored[arg] === 1)
      .reduce<number | undefined>((a, b) => (a === undefined || timeOf(b) > timeOf(a) ? b : a), undefined)
  return { isLate, missing, trigger }
}

/** The graph with dropped values computed again for what runs after the peak. */
const repeated = ({ graph, schedule }: Planned, { isLate, missing, trigger }: After): Graph => {
  const builder = graphBuilder()
  const made: number[] = []
  const again = new Map<number, number>()
  const repeat = (id: number, signal: number | undefined): void => {
    const { op, args, attrs } = nodeAt(graph, id)
    const isComputed = schedule.groupOf[id] !== -1
    const behind = (arg: number): number => {
      const [at, signalled] = [made[arg] as number, signal === undefined ? undefined : made[signal]]
      return isComputed && signalled !== undefined ? builder.add('barrier', [at, signalled], noAttrs) : at
    }
    if (isComputed || args.some((arg) => again.has(arg))) {
      const moved = args.map((arg) => again.get(arg) ?? behind(arg))
      again.set(id, builder.add(op, moved, attrs))
    }
  }
  let latest: number | undefined
  const copy = (id: number): number => {
    const node = nodeAt(graph, id)
    if (node.op === 'param') return builder.param(node.type)
    const isReader = isLate(id)
    if (isReader) {
      const signal = trigger(id) ?? latest
      for (const inner of missing(node.args)) if (!again.has(inner)) repeat(inner, signal)
    }
    if (isReader && schedule.stored[id] === 1) latest = id
    const args = node.args.map((arg) => (isReader ? again.get(arg) : undefined) ?? (made[arg] as number))
    return builder.add(node.op, args, node.attrs)
  }
  for (let id = 0; id < graph.nodes.length; id++) made.push(copy(id))
  const outputs = graph.outputs.map((id) => made[id] as number)
  const whole = builder.build(outputs, graph.inTree, graph.outTree)
  return rebuild(whole, (to, node, args) => to.add(node.op, args, node.attrs))
}

/** Sets of values to drop, those that cost least first. */
const choices = (planned: Planned, peak: number): readonly ReadonlySet<number>[] => {
  const kept = keptOver(planned, peak)
  const heavy = isHeavy(planned)
  const light = kept.filter(({ node }) => heavy[node] === 0)
  const sizes = (of: readonly Kept[]): readonly number[] => {
    const total = of.reduce((sum, { bytes }) => sum + bytes, 0)
    const doublings = Math.ceil(Math.log2(of.length + 1))
    return Array.from({ length: doublings + 1 }, (_, i) => total / 2 ** (doublings - i))
  }
  return [light, kept].flatMap((of) => sizes(of).map((most) => inRuns(of, most))).filter(({ size }) => size > 0)
}

/** A plan, or none where a barrier makes a kernel read more than the device binds. */
const attempt = (make: () => Planned): Planned | undefined => {
  try {
    return make()
  } catch (error) {
    if (isFluxionError(error) && error._tag === 'UnsupportedError') return undefined
    throw error
  }
}

/** How often a peak that has fallen is looked at again. */
const mostRounds = 4

/**
 * A plan that takes at most so many bytes, if computing values again gives one; else the smallest that was found. `replan`
 * plans a graph anew.
 */
export const fitMemory = (first: Planned, limit: number, replan: (graph: Graph) => Planned): Planned => {
  let best = first
  for (let round = 0; round < mostRounds && best.memory.peakBytes > limit; round++) {
    const from = best
    const { launch } = peakOf(from.program, from.memory)
    const launches = launchesOf(from)
    for (const dropped of choices(from, launch)) {
      const next = attempt(() => replan(repeated(from, after(from, launches, launch, dropped))))
      if (next !== undefined && next.memory.peakBytes < best.memory.peakBytes) best = next
      if (best.memory.peakBytes <= limit) break
    }
    if (best === from) break
  }
  return best
}
