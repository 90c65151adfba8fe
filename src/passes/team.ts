/**
 * Small loops as one kernel each. A loop's launches become points that a team shares out, one launch after another, in a
 * `for` of the kernel. What only the loop uses lies in one scratch buffer for each dtype.
 *
 * What it costs: a team is one workgroup, so of a launch with more points than members the rest waits. What it saves: a
 * dispatch for each launch and step. A dispatch takes about as long as 512 operations one after another, each of which
 * waits for its operands (5 µs, at 10 ns); a loop is fused where the operations that wait are fewer. Carries are still
 * copied after each step: one more pass over them by the team, and one barrier.
 */
import { pointsOf, type Kernel, type KernelBuffer, type Scalar, type Stmt } from '../ir/kernel/kernel.js'
import type { CountedLoop, Launch, Loop, Program, ProgramBuffer } from '../ir/kernel/program.js'
import { renameBody } from '../ir/kernel/walk.js'
import { range } from '../ir/shape.js'

/** What a device says of its teams. */
export interface TeamLimits {
  readonly maxBuffers: number
  /** Members of the largest team; absent where loops stay launches that repeat. */
  readonly team?: number
}

/** Operations in the time of a dispatch, and of a barrier. */
const perDispatch = 512
const perBarrier = 16

/** Operations one after another in one kernel, about a third of a second: systems stop kernels that run for two. */
const mostInRow = 2 ** 25

/** What a launch takes in a team, in operations. */
interface Cost {
  /** One after another. */
  readonly inRow: number
  /** Of these, those that other workgroups would have done at the same time. */
  readonly waiting: number
  readonly dispatches: number
}

const costOf = ({ grid, flops, arrays, members }: Kernel, team: number): Cost => {
  // A team has no arrays, and shares out points alone.
  if (arrays !== undefined || members !== undefined) return { inRow: Infinity, waiting: Infinity, dispatches: 1 }
  const points = pointsOf(grid)
  const rounds = Math.ceil(points / team)
  const each = 1 + flops / Math.max(1, points)
  return { inRow: rounds * each + perBarrier, waiting: (rounds - 1) * each, dispatches: 1 }
}

const times = (n: number, costs: readonly Cost[]): Cost => {
  const sum = (of: (cost: Cost) => number): number => n * costs.reduce((total, cost) => total + of(cost), 0)
  return { inRow: sum((c) => c.inRow), waiting: sum((c) => c.waiting), dispatches: sum((c) => c.dispatches) }
}

/** One alone does all points one after another anyway, and stops for nobody. */
const paysOff = ({ inRow, waiting, dispatches }: Cost, team: number): boolean =>
  inRow < Infinity && (team === 1 || (inRow <= mostInRow && waiting <= dispatches * perDispatch))

/** The program while loops are taken out of it. A fused loop is one launch where its first one was, and nothing where the others were. */
interface Work {
  readonly limits: TeamLimits
  readonly team: number
  readonly launches: (Launch | undefined)[]
  readonly buffers: ProgramBuffer[]
  /** How many launches bind each buffer. */
  readonly uses: number[]
  readonly costs: Map<Kernel, Cost>
  readonly loops: readonly Loop[]
  /** Those that stay loops, of those looked at so far. */
  readonly kept: Loop[]
}

/** A loop's launches, without those that count. */
interface Parts {
  /** The slots of what runs once, before the steps. */
  readonly before: readonly number[]
  readonly step: readonly number[]
}

/** How often a loop runs; once, where that is not known. */
const timesOf = (loop: Loop): number => ('times' in loop ? loop.times : 1)

const counterOf = (loop: Loop): number | undefined => ('counter' in loop ? loop.counter.buffer : undefined)

const partsOf = ({ launches }: Work, loop: Loop): Parts => {
  const { from, to, setup } = loop
  const counter = counterOf(loop)
  const counts = ({ kernel, bind }: Launch): boolean => bind.some((id, i) => id === counter && kernel.buffers[i]?.access !== 'read')
  const isPart = (slot: number): boolean => launches[slot] !== undefined && !counts(launches[slot])
  const between = (a: number, b: number): number[] => range(b - a).flatMap((i) => (isPart(a + i) ? [a + i] : []))
  return { before: between(from - setup, from), step: between(from, to) }
}

/** The buffers that a launch reads alone, or others. */
const boundBy = ({ kernel, bind }: Launch, reads: boolean): readonly number[] =>
  [...new Set(bind)].filter((id) => bind.every((other, i) => other !== id || kernel.buffers[i]?.access === 'read') === reads)

/**
 * The loop's parts with earlier launches that compute for it alone: what they write need not leave the kernel. `most` is
 * how many buffers such a launch may read, since each may be one more to bind.
 */
const withFeeders = (work: Work, loop: Loop, parts: Parts, most: number): Parts => {
  const { launches, buffers, uses, team } = work
  const begin = loop.from - loop.setup
  const start = Math.max(
    0,
    ...work.loops.filter((other) => other !== loop && other.from <= begin && other.to >= loop.to).map(({ from }) => from),
  )
  const repeats = (slot: number): boolean => work.kept.some(({ from, setup, to }) => slot >= from - setup && slot < to)
  const here = new Map(usesIn(parts, work))
  const before = [...parts.before]
  for (let slot = begin - 1; slot >= start; slot--) {
    const launch = launches[slot]
    if (launch === undefined || repeats(slot) || boundBy(launch, true).length > most) continue
    const isOurs = (id: number): boolean => buffers[id]?.role.kind === 'temp' && (here.get(id)?.count ?? 0) + 1 === uses[id]
    if (!boundBy(launch, false).every(isOurs) || !paysOff(costIn(work, launch), team)) continue
    before.unshift(slot)
    for (const [id, use] of usesIn({ before: [slot], step: [] }, work)) here.set(id, { ...use, count: (here.get(id)?.count ?? 0) + 1 })
  }
  return { ...parts, before }
}

const launchesOf = ({ launches }: Work, slots: readonly number[]): readonly Launch[] => slots.map((slot) => launches[slot] as Launch)

const costIn = ({ costs, team }: Work, { kernel }: Launch): Cost => costs.get(kernel) ?? costOf(kernel, team)

/** Where a buffer of the program is in the kernel. */
interface Spot {
  readonly buffer: number
  readonly offset: number
}

/** The kernel's buffers with the program's behind them, and where each of the program's is. Scratch buffers are new. */
interface Layout {
  readonly buffers: readonly KernelBuffer[]
  readonly bind: readonly number[]
  readonly spots: ReadonlyMap<number, Spot>
  readonly scratch: readonly ProgramBuffer[]
}

interface Use {
  readonly access: KernelBuffer['access']
  readonly count: number
}

/** How launches use each buffer, and how many do. */
const usesIn = ({ before, step }: Parts, work: Work): ReadonlyMap<number, Use> => {
  const uses = new Map<number, Use>()
  for (const { kernel, bind } of launchesOf(work, [...before, ...step]))
    bind.forEach((id, i) => {
      const { access } = kernel.buffers[i] as KernelBuffer
      const known = uses.get(id)
      const isFirst = bind.indexOf(id) === i
      const both = known === undefined || known.access === access ? access : 'readwrite'
      uses.set(id, { access: both, count: (known?.count ?? 0) + Number(isFirst) })
    })
  return uses
}

const layOut = (work: Work, parts: Parts, counter: number | undefined): Layout => {
  const { buffers, uses } = work
  const here = usesIn(parts, work)
  const bound = [...here.keys()].filter((id) => id !== counter)
  const isInner = (id: number): boolean => buffers[id]?.role.kind === 'temp' && here.get(id)?.count === uses[id]
  const outer = bound.filter((id) => !isInner(id))
  const spots = new Map<number, Spot>(outer.map((id, buffer) => [id, { buffer, offset: 0 }]))
  const sizes = new Map<ProgramBuffer['dtype'], number>()
  const inner = bound.filter(isInner)
  const dtypes = [...new Set(inner.map((id) => (buffers[id] as ProgramBuffer).dtype))]
  for (const id of inner) {
    const { dtype, size } = buffers[id] as ProgramBuffer
    const offset = sizes.get(dtype) ?? 0
    spots.set(id, { buffer: outer.length + dtypes.indexOf(dtype), offset })
    sizes.set(dtype, offset + size)
  }
  const scratch = dtypes.map((dtype): ProgramBuffer => ({ name: 'scratch', dtype, size: sizes.get(dtype) ?? 0, role: { kind: 'temp' } }))
  const seen = outer.map((id): KernelBuffer => {
    const { dtype, size } = buffers[id] as ProgramBuffer
    return { dtype, size, access: here.get(id)?.access ?? 'read' }
  })
  const own = scratch.map(({ dtype, size }): KernelBuffer => ({ dtype, size, access: 'readwrite' }))
  return { buffers: [...seen, ...own], bind: [...outer, ...scratch.map((_, i) => buffers.length + i)], spots, scratch }
}

const int = (value: number): Scalar => ({ k: 'lit', dtype: 'i32', value })

const integer = (op: 'add' | 'sub', x: Scalar, y: Scalar): Scalar => ({ k: 'op', op, args: [x, y], dtype: 'i32' })

/** Numbers of their own for what several kernels number alike. */
const numbering = (): (() => (n: number) => number) => {
  let next = 0
  return () => {
    const known = new Map<number, number>()
    return (n) => {
      const own = known.get(n) ?? next++
      known.set(n, own)
      return own
    }
  }
}

/** The number of a step, from the axis that counts it. */
const stepNumber = ({ first, by }: CountedLoop['counter'], axis: number): Scalar => {
  const at: Scalar = { k: 'axis', axis, dtype: 'i32' }
  return by === 1 && first === 0 ? at : integer(by === 1 ? 'add' : 'sub', int(first), at)
}

/** The statements of a loop: what prepares it, and the loop itself. */
const bodyOf = (work: Work, { before, step }: Parts, loop: Loop, { spots }: Layout): readonly Stmt[] => {
  const [ids, axes] = [numbering(), numbering()]
  const axis = axes()(0)
  const [counter, number] = 'counter' in loop ? [loop.counter.buffer, stepNumber(loop.counter, axis)] : []
  const spotOf = (id: number, index: Scalar) => {
    const { buffer, offset } = spots.get(id) as Spot
    return { buffer, at: offset === 0 ? index : integer('add', index, int(offset)) }
  }
  const statements = ({ kernel, bind }: Launch): readonly Stmt[] =>
    renameBody(kernel.team === undefined ? [{ k: 'each', grid: kernel.grid, body: kernel.body }] : kernel.body, {
      id: ids(),
      axis: axes(),
      element: (i, index) => spotOf(bind[i] as number, index),
      known: (i) => (bind[i] === counter ? number : undefined),
    })
  const [once = [], body = []] = [before, step].map((slots) => launchesOf(work, slots).flatMap(statements))
  if ('times' in loop) return [...once, { k: 'for', axis, extent: loop.times, body }]
  return [...once, { k: 'while', cond: { k: 'load', ...spotOf(loop.flag, int(0)), dtype: 'bool' }, body }]
}

const kernelOf = (work: Work, parts: Parts, loop: Loop, layout: Layout): Kernel => {
  const [before, step] = [parts.before, parts.step].map((slots) => launchesOf(work, slots).map(({ kernel }) => kernel)) as [
    Kernel[],
    Kernel[],
  ]
  const flops = (kernels: readonly Kernel[]): number => kernels.reduce((sum, kernel) => sum + kernel.flops, 0)
  const main = step.reduce<Kernel | undefined>(
    (most, kernel) => (most === undefined || kernel.flops > most.flops ? kernel : most),
    undefined,
  )
  return {
    name: `loop_${main?.name ?? 'nothing'}`,
    buffers: layout.buffers,
    grid: [],
    team: work.team,
    body: bodyOf(work, parts, loop, layout),
    flops: flops(before) + timesOf(loop) * flops(step),
  }
}

/** What launches that become one kernel were made from: those before a loop, and those of its step. */
const originsOf = ([before, step]: readonly [readonly Launch[], readonly Launch[]], times: number): NonNullable<Launch['parts']> =>
  [before, step].flatMap((list, i) =>
    list.flatMap(({ origin, parts = origin === undefined ? [] : [{ origin, runs: 1 }] }) =>
      parts.map((part) => ({ origin: part.origin, runs: part.runs * (i === 0 ? 1 : times) })),
    ),
  )

/** Puts one launch in the place of a loop's, where that pays off and may be. */
const fuse = (work: Work, loop: Loop): boolean => {
  const { limits, team, launches, buffers, uses, costs } = work
  const own = partsOf(work, loop)
  const cost = ({ before, step }: Parts): Cost => {
    const [once, each] = [before, step].map((slots) => launchesOf(work, slots).map((launch) => costIn(work, launch)))
    return times(1, [...(once ?? []), times(timesOf(loop), each ?? [])])
  }
  if (!paysOff(cost(own), team)) return false
  const choices = [Infinity, 1].map((most) => withFeeders(work, loop, own, most))
  const layouts = choices.map((parts) => layOut(work, parts, counterOf(loop)))
  const choice = layouts.findIndex(({ bind }) => bind.length <= limits.maxBuffers)
  const [parts, layout] = [choices[choice], layouts[choice]]
  if (parts === undefined || layout === undefined) return false
  const kernel = kernelOf(work, parts, loop, layout)
  const slots = [...parts.before, ...parts.step]
  const fused = [parts.before, parts.step].map((list) => launchesOf(work, list)) as [Launch[], Launch[]]
  costs.set(kernel, cost(parts))
  buffers.push(...layout.scratch)
  for (const { bind } of launchesOf(work, slots)) for (const id of new Set(bind)) uses[id] = (uses[id] as number) - 1
  for (const id of layout.bind) uses[id] = (uses[id] ?? 0) + 1
  for (const slot of slots) launches[slot] = undefined
  launches.fill(undefined, loop.from - loop.setup, loop.to)
  launches[loop.from - loop.setup] = { kernel, bind: layout.bind, parts: originsOf(fused, 'flag' in loop ? 1 : loop.times) }
  return true
}

/** The program without the holes that fused loops left: launches, and buffers that nothing uses any more. */
const compact = ({ launches, buffers, uses }: Work, { outputs, donated }: Program, loops: readonly Loop[]): Program => {
  let count = 0
  const before = [...launches.map((launch) => (launch === undefined ? count : count++)), count]
  const isKept = (id: number): boolean => buffers[id]?.role.kind !== 'temp' || (uses[id] ?? 0) > 0
  const kept = buffers.map((_, id) => id).filter(isKept)
  const placeOf = new Map(kept.map((id, place) => [id, place]))
  const place = (id: number): number => placeOf.get(id) as number
  const moved = (slot: number): number => before[slot] as number
  return {
    buffers: kept.map((id) => buffers[id] as ProgramBuffer),
    launches: launches.flatMap((launch) => (launch === undefined ? [] : [{ ...launch, bind: launch.bind.map(place) }])),
    loops: loops.map((loop) => ({
      ...loop,
      from: moved(loop.from),
      to: moved(loop.to),
      setup: moved(loop.from) - moved(loop.from - loop.setup),
      ...('flag' in loop ? { flag: place(loop.flag) } : { counter: { ...loop.counter, buffer: place(loop.counter.buffer) } }),
    })),
    outputs: outputs.map(place),
    donated,
  }
}

const usesOf = ({ buffers, launches }: Program): number[] => {
  const uses = buffers.map(() => 0)
  for (const { bind } of launches) for (const id of new Set(bind)) uses[id] = (uses[id] as number) + 1
  return uses
}

/** The program with every loop that is small enough as one kernel. Inner loops go first, so that those around them may follow. */
export const fuseLoops = (program: Program, limits: TeamLimits): Program => {
  const { launches, buffers, loops = [] } = program
  const { team } = limits
  if (team === undefined || loops.length === 0) return program
  const work: Work = {
    limits,
    team,
    launches: [...launches],
    buffers: [...buffers],
    uses: usesOf(program),
    costs: new Map(),
    loops,
    kept: [],
  }
  for (const loop of loops) {
    const holdsOther = work.kept.some(({ from, to }) => from >= loop.from - loop.setup && to <= loop.to)
    if (holdsOther || !fuse(work, loop)) work.kept.push(loop)
  }
  return work.kept.length === loops.length ? program : compact(work, program, work.kept)
}
