/** A scheduled graph as a program: kernels in order, and the buffers between them. */
import { nodeAt, type Graph } from '../ir/graph.js'
import { pointsOf, workgroupSize, type Kernel } from '../ir/kernel/kernel.js'
import type { Program, ProgramBuffer } from '../ir/kernel/program.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import { pathsOf } from '../ir/tree.js'
import { emitLoop } from './loop.js'
import type { Draft, Origin, Placed, Target } from './draft.js'
import { lowerGroup, noRows, reductionOf, type LoweredKernel, type Rows } from './lower.js'
import { shareLoops } from './kernel/share.js'
import { lowerFlash } from './flash/kernel.js'
import { lowerSums } from './flash/sums.js'
import { lowerRows } from './lowerRows.js'
import type { Tiling } from './panel.js'
import type { Group, Schedule } from './schedule.js'
import { structureOf } from './structure.js'

/** Buffers by the node behind them: parameters first, in order; then constants and stored nodes. */
const addBuffers = ({ buffers }: Draft, graph: Graph, schedule: Schedule): Map<number, number> => {
  const names = pathsOf(graph.inTree)
  const paths = pathsOf(graph.outTree)
  const results = new Map(graph.outputs.map((id, i) => [id, paths[i] ?? ''] as const).reverse())
  const bufferOf = new Map<number, number>()
  graph.nodes.forEach(({ op, attrs, type: { shape, dtype } }, id) => {
    const add = (name: string, role: ProgramBuffer['role']): void => {
      bufferOf.set(id, buffers.push({ name, dtype, size: sizeOf(shape), role, node: id }) - 1)
    }
    if (op === 'param') add(names[id] ?? '', { kind: 'param', index: id })
    else if (op === 'constant') add(`constant%${String(id)}`, { kind: 'constant', data: attrs.data })
    else if (schedule.stored[id] === 1) {
      const name = results.get(id)
      add(name ?? `${op}%${String(id)}`, name === undefined ? { kind: 'temp' } : { kind: 'output' })
    }
  })
  return bufferOf
}

const namer = () => {
  const counts = new Map<string, number>()
  return (kernel: Kernel): Kernel => {
    const count = (counts.get(kernel.name) ?? 0) + 1
    counts.set(kernel.name, count)
    return count === 1 ? kernel : { ...kernel, name: `${kernel.name}_${String(count)}` }
  }
}

const halved = ([rows, columns]: Tiling['tile']): Tiling['tile'] => [Math.ceil(rows / 2), Math.ceil(columns / 2)]

/** The tile of a contraction. In a loop, which a team may run, it is small enough that every member has a point. */
const tileOf = ({ tile, team = 1 }: Pick<Target, 'tile' | 'team'>, extents: Shape): readonly [number, number] => {
  const [rows, columns] = tile
  const isSmall = rows * columns > 1 && sizeOf(extents) < team * rows * columns
  return isSmall ? tileOf({ team, tile: halved(tile) }, extents) : tile
}

/** A team shares out points; its kernels have nothing else in common. */
const withoutSharing = ({ members: _, stage: __, ...rest }: Target): Target => rest

/** How a group in a loop is cut: what repeats may be a team's, whose members should all have a point and have no arrays. */
const repeatedTiling = (target: Target, group: Group | undefined): Tiling =>
  group?.columns === undefined
    ? { ...withoutSharing(target), tile: tileOf(target, group?.extents ?? []), elements: 1, inRounds: false }
    : withoutSharing(target)

/** A device's tiling with what was chosen for a kernel: a tile that was chosen is taken as it is. */
export const withChoice = (tiling: Tiling, choice: Partial<Tiling> = {}): Tiling => ({
  ...tiling,
  ...choice,
  ...(choice.tile === undefined ? {} : { fewestProducts: 0 }),
})

/** Whether a group's kernel computes tiles of a contraction. */
const hasTiles = (graph: Graph, group: Group | undefined): boolean =>
  group?.leader !== undefined && reductionOf(graph, nodeAt(graph, group.leader)).tile !== undefined

/** The tile of a contraction, a quarter of the usual where it has little to do. */
const tileFor = (graph: Graph, group: Group | undefined, { tile, fewestProducts = 0 }: Tiling): Tiling['tile'] => {
  const node = group?.leader === undefined ? undefined : nodeAt(graph, group.leader)
  const isSmall = node !== undefined && sizeOf(node.type.shape) * sizeOf(reductionOf(graph, node).extents) < fewestProducts
  return isSmall ? halved(tile) : tile
}

/** The kernel of a group, in tiles that are halved while it would have fewer points than keep the device busy. */
const lowerBusy = (graph: Graph, schedule: Schedule, index: number, tiling: Tiling, rows: Rows): LoweredKernel => {
  const lowered = lowerGroup(graph, schedule, index, tiling, rows)
  const isSmall = pointsOf(lowered.kernel.grid) < (tiling.busy ?? 0) && Math.min(...tiling.tile) > 2
  return isSmall && hasTiles(graph, schedule.groups[index])
    ? lowerBusy(graph, schedule, index, { ...tiling, tile: halved(tiling.tile) }, rows)
    : lowered
}

/** Points of a workgroup where there are so many that each does little: less time goes to beginning workgroups. */
const largeWorkgroup = 256
const manyPoints = 2 ** 15

/** How many points a workgroup has, where the device is kept busy by several workgroups: fewer of a small grid, and more of a large one. */
const workgroupFor = ({ grid, arrays }: Kernel, { workgroup, busy }: Tiling): number | undefined => {
  if (workgroup !== undefined || busy === undefined) return workgroup
  const points = pointsOf(grid)
  if (points >= manyPoints && arrays === undefined) return largeWorkgroup
  const most = 2 ** Math.floor(Math.log2(Math.max(4, points / (2 * busy))))
  return most < workgroupSize ? most : undefined
}

/** The kernel of a group, cut as the tiling says. */
export const lowerAs = (graph: Graph, schedule: Schedule, index: number, rows: Rows, tiling: Tiling): LoweredKernel => {
  const group = schedule.groups[index]
  if (group?.flash !== undefined) return lowerFlash(graph, schedule, index, tiling)
  if (group?.blocks !== undefined) return lowerSums(graph, schedule, index, tiling)
  const isRow = group?.columns !== undefined
  const { kernel, nodes } = isRow
    ? lowerRows(graph, schedule, index, rows, tiling)
    : lowerBusy(graph, schedule, index, { ...tiling, tile: tileFor(graph, group, tiling) }, rows)
  const shared = tiling.members === undefined ? kernel : shareLoops(kernel, tiling.members, isRow)
  const { workgroup = workgroupFor(shared, tiling) } = shared
  return { kernel: workgroup === undefined || shared.members !== undefined ? shared : { ...shared, workgroup }, nodes }
}

/** Lowers groups. Those of one structure share a kernel: the blocks of a deep network are lowered once. */
const lowerer = (draft: Draft, { graph, schedule, rows, repeats }: Placed): ((index: number) => LoweredKernel) => {
  const known = new Map<string, LoweredKernel>()
  const chosen = (key: string): Tiling => withChoice(draft.target, draft.target.choose?.(key))
  return (index) => {
    const { key, nodes } = structureOf(graph, schedule, index)
    const full = `${key}|${nodes.map((id) => rows.lengths.get(id) ?? '').join()}`
    const found = known.get(full)
    // The counter of rows is no part of the structure.
    const all = rows.counter < 0 ? nodes : [...nodes, rows.counter]
    const globalOf = (local: number): number => all[local] ?? local
    if (found !== undefined) return renumber(found, globalOf)
    const lowered = lowerAs(graph, schedule, index, rows, repeats ? repeatedTiling(draft.target, schedule.groups[index]) : chosen(key))
    const named: LoweredKernel = { ...lowered, kernel: draft.rename(lowered.kernel) }
    const places = new Map([...all.entries()].reverse().map(([local, id]) => [id, local]))
    known.set(
      full,
      renumber(named, (id) => places.get(id) ?? id),
    )
    return named
  }
}

const renumber = (lowered: LoweredKernel, of: (node: number) => number): LoweredKernel => ({ ...lowered, nodes: lowered.nodes.map(of) })

/** Writes the launches of all groups, in order. Kernels over nothing are left out. */
export const emitGroups = (draft: Draft, placed: Placed): void => {
  const lower = lowerer(draft, placed)
  placed.schedule.groups.forEach(({ loop }, index) => {
    if (loop !== undefined) {
      emitLoop(draft, placed, loop, emitGroups)
      return
    }
    const lowered = lower(index)
    if (lowered.kernel.grid.some(({ extent }) => extent === 0)) return
    const origin = draft.origins.push({ graph: placed.graph, schedule: placed.schedule, group: index, loops: placed.loops }) - 1
    draft.launches.push({ kernel: lowered.kernel, bind: lowered.nodes.map((id) => placed.bufferOf.get(id) as number), origin })
  })
}

/** A program, and what its launches were made from. */
export interface Written {
  readonly program: Program
  readonly origins: readonly Origin[]
}

/** `donated`: parameters whose memory the caller gives up. */
export const writeProgram = (graph: Graph, schedule: Schedule, target: Target, donated: readonly number[]): Written => {
  const draft: Draft = { target, buffers: [], launches: [], loops: [], origins: [], rename: namer() }
  const bufferOf = addBuffers(draft, graph, schedule)
  emitGroups(draft, { graph, schedule, rows: noRows, bufferOf, repeats: false, loops: [] })
  const { buffers, launches, loops, origins } = draft
  return { program: { buffers, launches, loops, outputs: graph.outputs.map((id) => bufferOf.get(id) as number), donated }, origins }
}

/** The program alone. */
export const buildProgram = (...args: Parameters<typeof writeProgram>): Program => writeProgram(...args).program
