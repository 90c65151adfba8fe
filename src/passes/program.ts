/** A scheduled graph as a program: kernels in order, and the buffers between them. */
import type { Graph } from '../ir/graph.js'
import type { Kernel } from '../ir/kernel/kernel.js'
import type { Launch, Program, ProgramBuffer } from '../ir/kernel/program.js'
import { range, sizeOf } from '../ir/shape.js'
import { pathsOf } from '../ir/tree.js'
import { lowerGroup, type LoweredKernel } from './lower.js'
import type { Schedule } from './schedule.js'
import { structureOf } from './structure.js'

/** Buffers by the node behind them: parameters first, in order; then constants and stored nodes. */
const buffersOf = (graph: Graph, schedule: Schedule): { readonly buffers: ProgramBuffer[]; readonly bufferOf: Map<number, number> } => {
  const names = pathsOf(graph.inTree)
  const paths = pathsOf(graph.outTree)
  const results = new Map(graph.outputs.map((id, i) => [id, paths[i] ?? ''] as const).reverse())
  const buffers: ProgramBuffer[] = []
  const bufferOf = new Map<number, number>()
  graph.nodes.forEach(({ op, attrs, type: { shape, dtype } }, id) => {
    const add = (name: string, role: ProgramBuffer['role']): void => {
      bufferOf.set(id, buffers.push({ name, dtype, size: sizeOf(shape), role }) - 1)
    }
    if (op === 'param') add(names[id] ?? '', { kind: 'param', index: id })
    else if (op === 'constant') add(`constant%${String(id)}`, { kind: 'constant', data: attrs.data })
    else if (schedule.stored[id] === 1) {
      const name = results.get(id)
      add(name ?? `${op}%${String(id)}`, name === undefined ? { kind: 'temp' } : { kind: 'output' })
    }
  })
  return { buffers, bufferOf }
}

/** Numbers distinct kernels of one name. */
const namer = () => {
  const counts = new Map<string, number>()
  return (kernel: Kernel): Kernel => {
    const count = (counts.get(kernel.name) ?? 0) + 1
    counts.set(kernel.name, count)
    return count === 1 ? kernel : { ...kernel, name: `${kernel.name}_${String(count)}` }
  }
}

/** The kernel of every group. Groups of one structure share one: the blocks of a deep network are lowered once. */
const lowerAll = (graph: Graph, schedule: Schedule, tile: readonly [number, number]): LoweredKernel[] => {
  const known = new Map<string, { readonly kernel: Kernel; readonly locals: readonly number[] }>()
  const rename = namer()
  return range(schedule.groups.length).map((index) => {
    const { key, nodes } = structureOf(graph, schedule, index)
    const found = known.get(key)
    if (found !== undefined) return { kernel: found.kernel, nodes: found.locals.map((local) => nodes[local] as number) }
    const lowered = lowerGroup(graph, schedule, index, tile)
    const kernel = rename(lowered.kernel)
    const places = new Map(nodes.map((id, local) => [id, local]))
    known.set(key, { kernel, locals: lowered.nodes.map((id) => places.get(id) as number) })
    return { kernel, nodes: lowered.nodes }
  })
}

/** `donated`: parameters whose memory the caller gives up. Kernels over nothing are left out. */
export const buildProgram = (graph: Graph, schedule: Schedule, tile: readonly [number, number], donated: readonly number[]): Program => {
  const { buffers, bufferOf } = buffersOf(graph, schedule)
  const launches: Launch[] = lowerAll(graph, schedule, tile)
    .filter(({ kernel }) => kernel.grid.every(({ extent }) => extent > 0))
    .map(({ kernel, nodes }) => ({ kernel, bind: nodes.map((id) => bufferOf.get(id) as number) }))
  return { buffers, launches, outputs: graph.outputs.map((id) => bufferOf.get(id) as number), donated }
}
