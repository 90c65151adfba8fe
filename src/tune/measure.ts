/** Which tiling of a kernel is fastest: each is run by itself on the device, and timed. */
import { alone } from '../backends/alone.js'
import type { Device, KernelSource, LoadRequest } from '../backends/backend.js'
import { isFluxionError } from '../error.js'
import { allocate } from '../ir/dtype.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import type { NDArray } from '../ir/ndarray.js'
import type { ProgramBuffer } from '../ir/kernel/program.js'
import { range, sizeOf } from '../ir/shape.js'
import type { Origin } from '../passes/draft.js'
import { noRows, type LoweredKernel } from '../passes/lower.js'
import { lowerAs, withChoice } from '../passes/program.js'
import { structureOf } from '../passes/structure.js'
import { digest } from './choose.js'
import type { KernelTiling, Tuning } from './tuning.js'

/** The kernels of one structure. */
interface Subject {
  readonly structure: string
  readonly origin: Origin
  /** How many launches are such. */
  readonly launches: number
}

/** A kernel in one of its forms. */
interface Form {
  readonly tiling: KernelTiling
  readonly lowered: LoweredKernel
  readonly source: KernelSource
}

/** Structures of a program's kernels outside of loops: a loop may become one kernel, whose parts are cut for a team. */
const subjectsOf = (origins: readonly Origin[]): readonly Subject[] => {
  const found = new Map<string, Subject>()
  for (const origin of origins) {
    if (origin.loops.length > 0) continue
    const structure = digest(structureOf(origin.graph, origin.schedule, origin.group).key)
    found.set(structure, { structure, origin: found.get(structure)?.origin ?? origin, launches: (found.get(structure)?.launches ?? 0) + 1 })
  }
  return [...found.values()]
}

const formOf = (device: Device, { graph, schedule, group }: Origin, tiling: KernelTiling): Form => {
  const lowered = lowerAs(graph, schedule, group, noRows, withChoice(device, tiling))
  return { tiling, lowered, source: device.print(lowered.kernel) }
}

/** The kernel as a program: what it reads are arguments, what it writes results. */
const requestOf = (graph: Graph, { lowered: { kernel, nodes }, source }: Form): LoadRequest => {
  let params = 0
  const buffers = kernel.buffers.map(({ dtype, size, access }, i): ProgramBuffer => {
    const role = access === 'read' ? ({ kind: 'param', index: params++ } as const) : ({ kind: 'output' } as const)
    return { name: `b${String(i)}`, dtype, size, role }
  })
  const outputs = range(buffers.length).filter((i) => buffers[i]?.role.kind === 'output')
  return alone({
    kernel,
    source,
    buffers,
    places: buffers.map(() => ({ kind: 'own' })),
    outputs,
    donated: [],
    types: outputs.map((i) => nodeAt(graph, nodes[i] as number).type),
  })
}

/** Ones: no denormals, and valid as indices. */
const argumentsFor = (graph: Graph, { lowered: { kernel, nodes } }: Form): NDArray[] =>
  nodes.flatMap((id, i) => {
    if (kernel.buffers[i]?.access !== 'read') return []
    const { shape, dtype } = nodeAt(graph, id).type
    const data = allocate(dtype, sizeOf(shape))
    data.fill(1)
    return [{ shape, dtype, data }]
  })

/** Runs once and says how long it took, in ms. */
type Run = () => Promise<number>

/** A form on the device, after a first run. Undefined where the device refuses it. */
const ready = async (device: Device, graph: Graph, form: Form): Promise<Run | undefined> => {
  try {
    const loaded = await device.load(requestOf(graph, form))
    const args = argumentsFor(graph, form)
    const run: Run = async () => (await loaded.profile(args)).reduce((sum, { milliseconds }) => sum + milliseconds, 0)
    await run()
    return run
  } catch (error) {
    if (isFluxionError(error) && error._tag !== 'DeviceLostError') return undefined
    throw error
  }
}

/** Rounds of runs, and the time in ms after which no more are begun. What has not won by then is given up. */
const fewestRounds = 3
const mostRounds = 9
const enough = 200

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1] ?? Infinity

/** What a run takes compared with another: the median over rounds in which both run, since machines are slower for a while and faster for a while. */
const ratioOf = async (run: Run, other: Run): Promise<number> => {
  const ratios: number[] = []
  const started = performance.now()
  const isOpen = (): boolean => performance.now() - started < enough && median(ratios) < 1
  while (ratios.length < mostRounds && (ratios.length < fewestRounds || isOpen())) {
    const before = await other()
    ratios.push((await run()) / before)
  }
  return median(ratios)
}

/** Kernels that take less than this part of all are left as they are: there is nothing to gain. */
const least = 0.01
/** What another form must save to be taken: less is noise. */
const gain = 0.9

interface Best extends Form {
  readonly run: Run
}

/** The best of what one part of the tiling can be, given the rest. Forms that print alike are one. */
const along = async (device: Device, origin: Origin, best: Best, known: Set<string>, tilings: readonly KernelTiling[]): Promise<Best> => {
  let found = best
  for (const tiling of tilings) {
    const form = formOf(device, origin, tiling)
    if (known.has(form.source.source)) continue
    known.add(form.source.source)
    const run = await ready(device, origin.graph, form)
    if (run === undefined) continue
    if ((await ratioOf(run, found.run)) < gain) found = { ...form, run }
  }
  return found
}

/** The parts of a tiling, one after the other: those that matter most come first. */
const descend = async (device: Device, origin: Origin, first: Best): Promise<KernelTiling> => {
  const { tile, panel, flash, stage, members, terms, elements, keeps, workgroup } = device.choices ?? {}
  const known = new Set([first.source.source])
  let best = first
  const parts: readonly [keyof KernelTiling, readonly unknown[] | undefined][] = [
    ['tile', tile],
    ['panel', panel],
    ['flash', flash],
    ['stage', stage],
    ['members', members],
    ['terms', terms],
    ['elements', elements],
    ['keeps', keeps],
    ['workgroup', workgroup],
  ]
  for (const [part, values = []] of parts) {
    const { tiling } = best
    best = await along(
      device,
      origin,
      best,
      known,
      values.map((value) => ({ ...tiling, [part]: value })),
    )
  }
  return best.tiling
}

/** What is fastest for each structure of a program that is not known yet; `{}` where it is what the device does by itself. */
export const measure = async (device: Device, origins: readonly Origin[], known: Tuning['kernels']): Promise<Tuning['kernels']> => {
  const firsts: { readonly subject: Subject; readonly best: Best; readonly time: number }[] = []
  for (const subject of subjectsOf(origins)) {
    if (Object.hasOwn(known, subject.structure)) continue
    const form = formOf(device, subject.origin, {})
    const run = await ready(device, subject.origin.graph, form)
    if (run === undefined) continue
    firsts.push({ subject, best: { ...form, run }, time: subject.launches * (await run()) })
  }
  const total = firsts.reduce((sum, { time }) => sum + time, 0)
  const found: Record<string, KernelTiling> = {}
  for (const { subject, best, time } of firsts)
    found[subject.structure] = time >= least * total ? await descend(device, subject.origin, best) : {}
  return found
}
