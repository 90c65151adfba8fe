/** Where a program's memory peaks, and the error of one that needs too much. */
import { OutOfMemoryError } from '../error.js'
import { showBytes } from '../ir/dtype.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import type { MemoryPlan, Program, ProgramBuffer } from '../ir/kernel/program.js'
import { range } from '../ir/shape.js'
import { showType } from '../ir/type.js'
import { bytesOf } from './memory.js'

/** The moment at which the temps that are live take most, and who is live then. */
export interface Peak {
  /** -1 where no temp takes memory. */
  readonly launch: number
  /** Bytes of temps at each launch. */
  readonly timeline: readonly number[]
  /** Buffers that take memory at the peak, the largest first. */
  readonly live: readonly number[]
}

export const peakOf = ({ buffers, launches }: Program, { lifetimes, places }: MemoryPlan): Peak => {
  const change = new Float64Array(launches.length + 1)
  const isTemp = (id: number): boolean => places[id]?.kind === 'arena'
  buffers.forEach((buffer, id) => {
    if (!isTemp(id)) return
    const [first, last] = lifetimes[id] as readonly [number, number]
    change[first] = (change[first] as number) + bytesOf(buffer)
    change[last + 1] = (change[last + 1] as number) - bytesOf(buffer)
  })
  let bytes = 0
  const timeline = launches.map((_, i) => (bytes += change[i] as number))
  const most = timeline.reduce((a, b) => Math.max(a, b), 0)
  const launch = most === 0 ? -1 : timeline.indexOf(most)
  // What takes a donated argument's memory is not there twice.
  const isLive = (id: number): boolean => {
    const [first, last] = lifetimes[id] as readonly [number, number]
    return isTemp(id) ? first <= launch && launch <= last : places[id]?.kind === 'own'
  }
  const sizeOf = (id: number): number => bytesOf(buffers[id] as ProgramBuffer)
  const live = range(buffers.length).filter(isLive)
  return { launch, timeline, live: live.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b) }
}

/** How many buffers an error names. */
const mostNamed = 8

export const overLimit = (
  { graph, program, memory }: { readonly graph: Graph; readonly program: Program; readonly memory: MemoryPlan },
  limit: number,
): OutOfMemoryError => {
  const { launch: peak, live } = peakOf(program, memory)
  const launch = Math.max(0, peak)
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
