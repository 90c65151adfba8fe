/** One launch of a program as a program of its own: the very kernel, on arguments of choice. */
import { alone } from '../backends/alone.js'
import type { LoadRequest } from '../backends/backend.js'
import type { Executable } from '../executable.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import type { Place, ProgramBuffer } from '../ir/kernel/program.js'

export interface Isolated {
  readonly request: LoadRequest
  /** The nodes whose values are its arguments, and those whose values are its results. */
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}

/** How one buffer of a kernel takes part: the nodes behind what it reads and what it writes. */
interface Slot {
  readonly buffer: ProgramBuffer
  readonly read: number | undefined
  readonly write: number | undefined
}

/** The nodes behind a bound buffer. One that is read and written is a parameter in whose memory a result is. */
const slotOf = ({ program, plan }: Executable, id: number, access: 'read' | 'write' | 'readwrite'): Slot | undefined => {
  const buffer = program.buffers[id] as ProgramBuffer
  if (access !== 'readwrite') {
    if (buffer.node === undefined) return undefined
    return { buffer, read: access === 'read' ? buffer.node : undefined, write: access === 'write' ? buffer.node : undefined }
  }
  const place = plan.places[id]
  const home = place?.kind === 'alias' ? place.of : id
  const result = plan.places.findIndex((other) => other.kind === 'alias' && other.of === home)
  const [read, write] = [program.buffers[home]?.node, program.buffers[result]?.node]
  return read === undefined || write === undefined ? undefined : { buffer, read, write }
}

/** Parameters for what is read, results for what is written; one that is both is updated in place, as in the whole program. */
const buffersOf = (slots: readonly Slot[]): { readonly buffers: ProgramBuffer[]; readonly places: Place[]; readonly outputs: number[] } => {
  const [buffers, places, outputs]: [ProgramBuffer[], Place[], number[]] = [[], [], []]
  const add = (buffer: ProgramBuffer, role: ProgramBuffer['role'], place: Place): number => {
    places.push(place)
    return buffers.push({ ...buffer, role }) - 1
  }
  let params = 0
  for (const { buffer, read } of slots)
    if (buffer.role.kind === 'constant') add(buffer, buffer.role, { kind: 'own' })
    else add(buffer, read === undefined ? { kind: 'output' } : { kind: 'param', index: params++ }, { kind: 'own' })
  slots.forEach(({ buffer, read, write }, i) => {
    if (write !== undefined) outputs.push(read === undefined ? i : add(buffer, { kind: 'output' }, { kind: 'alias', of: i }))
  })
  return { buffers, places, outputs }
}

/** The launch by itself, or undefined where it works on what is no node's value: within a loop. */
export const isolate = (exe: Executable, graph: Graph, index: number): Isolated | undefined => {
  const launch = exe.program.launches[index]
  const source = exe.kernels[index]
  if (launch === undefined || source === undefined) return undefined
  const slots = launch.bind.map((id, i) => slotOf(exe, id, launch.kernel.buffers[i]?.access ?? 'read'))
  if (slots.includes(undefined)) return undefined
  const known = slots as readonly Slot[]
  const { buffers, places, outputs } = buffersOf(known)
  const donated = places.flatMap((place) => {
    const role = place.kind === 'alias' ? buffers[place.of]?.role : undefined
    return role?.kind === 'param' ? [role.index] : []
  })
  const writes = known.flatMap(({ write }) => (write === undefined ? [] : [write]))
  return {
    reads: known.flatMap(({ buffer, read }) => (read === undefined || buffer.role.kind === 'constant' ? [] : [read])),
    writes,
    request: alone({ kernel: launch.kernel, source, buffers, places, outputs, donated, types: writes.map((id) => nodeAt(graph, id).type) }),
  }
}
