/** Where a program's memory peaks, and the error of one that needs too much. */
import { OutOfMemoryError } from '../error.js'
import { showBytes } from '../ir/dtype.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import type { MemoryPlan, Program, ProgramBuffer } from '../ir/kernel/program.js'
import { showType } from '../ir/type.js'
import { bytesOf } from './memory.js'

/** The moment at which the temps that are live take most, and who is live then. */
export interface Peak {
  readonly launch: number
  /** Buffers that take memory then, the largest first. */
  readonly live: readonly number[]
}

export const peakOf = ({ buffers, launches }: Program, { lifetimes, places }: MemoryPlan): Peak => {
  const change = new Float64Array(launches.length + 1)
  const takes = (id: number): boolean => places[id]?.kind !== 'alias'
  const isTemp = (id: number): boolean => places[id]?.kind === 'arena'
  buffers.forEach((buffer, id) => {
    if (!isTemp(id)) return
    const [first, last] = lifetimes[id] as readonly [number, number]
    change[first] = (change[first] as number) + bytesOf(buffer)
    change[last + 1] = (change[last + 1] as number) - bytesOf(buffer)
  })
  let [launch, most, bytes] = [0, -1, 0]
  launches.forEach((_, i) => {
    bytes += change[i] as number
    if (bytes > most) [launch, most] = [i, bytes]
  })
  const isLive = (id: number): boolean => {
    const [first, last] = lifetimes[id] as readonly [number, number]
    return takes(id) && (!isTemp(id) || (first <= launch && launch <= last))
  }
  const sizeOf = (id: number): number => bytesOf(buffers[id] as ProgramBuffer)
  const live = buffers.map((_, id) => id).filter(isLive)
  return { launch, live: live.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b) }
}

/** How many buffers an error names. */
const mostNamed = 8

export const overLimit = (
  { graph, program, memory }: { readonly graph: Graph; readonly program: Program; readonly memory: MemoryPlan },
  limit: number,
): OutOfMemoryError => {
  const { launch, live } = peakOf(program, memory)
  const describe = (id: number): string => {
    const buffer = program.buffers[id] as ProgramBuffer
    const type = buffer.node === undefined ? `${buffer.dtype}[${String(buffer.size)}]` : showType(nodeAt(graph, buffer.node).type)
    const name = buffer.name === '' ? 'the result' : buffer.name
    return `${showBytes(bytesOf(buffer))}: ${name} (${buffer.role.kind}), ${type}`
  }
  const rest = live.length - mostNamed
  return new OutOfMemoryError({
    op: 'compile',
    problem: `the program takes ${showBytes(memory.peakBytes)} at its peak, and the limit is ${showBytes(limit)}`,
    facts: [
      `the peak is in kernel ${String(launch)} of ${String(program.launches.length)}, ${program.launches[launch]?.kernel.name ?? 'none'}; live then:`,
      ...live.slice(0, mostNamed).map(describe),
      ...(rest > 0 ? [`and ${String(rest)} smaller`] : []),
    ],
    help: 'make the batch smaller, donate state that is updated, or raise memoryLimit',
  })
}
