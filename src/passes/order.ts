/**
 * The order of launches. A graph's own order follows the results, so the gradients of all weights would come last and
 * keep every activation alive. Here a launch runs as soon as it can where that frees at least as much as it takes.
 */
import type { Launch, Program } from '../ir/kernel/program.js'
import { bytesOf } from './memory.js'

interface Access {
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}

const accessOf = ({ kernel, bind }: Launch): Access => ({
  reads: [...new Set(bind.filter((_, i) => kernel.buffers[i]?.access === 'read'))],
  writes: bind.filter((_, i) => kernel.buffers[i]?.access !== 'read'),
})

/** What is known while launches are being put in order. */
interface Progress {
  readonly program: Program
  readonly accesses: readonly Access[]
  /** Launches that read each buffer. */
  readonly readers: readonly (readonly number[])[]
  /** How many of them are still to come. */
  readonly left: number[]
  /** How many of a launch's inputs are not written yet. */
  readonly waiting: number[]
  readonly done: Uint8Array
  readonly donated: ReadonlySet<number>
}

const begin = (program: Program): Progress => {
  const accesses = program.launches.map(accessOf)
  const readers = program.buffers.map((): number[] => [])
  const written = new Set(accesses.flatMap(({ writes }) => writes))
  accesses.forEach(({ reads }, launch) => reads.forEach((buffer) => readers[buffer]?.push(launch)))
  return {
    program,
    accesses,
    readers,
    left: readers.map((list) => list.length),
    waiting: accesses.map(({ reads }) => reads.filter((buffer) => written.has(buffer)).length),
    done: new Uint8Array(accesses.length),
    donated: new Set(program.donated),
  }
}

/** Whether running a launch now frees at least as much as it takes. A donated parameter that others still read must wait for its update. */
const paysOff = ({ program: { buffers }, donated, accesses, left }: Progress, launch: number): boolean => {
  const { reads, writes } = accesses[launch] as Access
  const isLast = (buffer: number): boolean => left[buffer] === 1
  const given = reads.filter((buffer) => donated.has(buffer))
  if (!given.every(isLast)) return false
  const bytes = (ids: readonly number[]): number => ids.reduce((total, id) => total + bytesOf(buffers[id] as Program['buffers'][number]), 0)
  const freed = bytes([...reads.filter((buffer) => buffers[buffer]?.role.kind === 'temp' && isLast(buffer)), ...given])
  return freed > 0 && freed >= bytes(writes)
}

/** Marks a launch as run; gives those that this makes worth a look. */
const finish = ({ accesses, readers, left, waiting, done }: Progress, launch: number): number[] => {
  const { reads, writes } = accesses[launch] as Access
  done[launch] = 1
  for (const buffer of reads) left[buffer] = (left[buffer] as number) - 1
  for (const reader of writes.flatMap((buffer) => readers[buffer] ?? [])) waiting[reader] = (waiting[reader] as number) - 1
  const lastReaders = reads
    .filter((buffer) => left[buffer] === 1)
    .flatMap((buffer) => (readers[buffer] ?? []).filter((reader) => done[reader] === 0))
  return [...writes.flatMap((buffer) => readers[buffer] ?? []), ...lastReaders]
}

/** Launches that should run before one that updates what they read, so that it may do so in place: they are ready, and update nothing themselves. */
const rivals = ({ program: { buffers }, donated, accesses, readers, waiting, done }: Progress, launch: number): readonly number[] => {
  const updates = (i: number): boolean => (accesses[i]?.writes ?? []).some((buffer) => buffers[buffer]?.role.kind === 'output')
  if (!updates(launch)) return []
  const given = (accesses[launch]?.reads ?? []).filter((buffer) => donated.has(buffer))
  return given.flatMap((buffer) => readers[buffer] ?? []).filter((i) => i !== launch && done[i] === 0 && waiting[i] === 0 && !updates(i))
}

/** The program with its launches in an order that needs less memory. Linear in what launches bind. */
export const orderLaunches = (program: Program): Program => {
  // A loop's launches keep their places.
  if ((program.loops ?? []).length > 0) return program
  const progress = begin(program)
  const order: number[] = []
  const run = (launch: number): void => {
    const queue = [launch]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const isAsked = next === launch
      if (progress.done[next] === 1 || (!isAsked && (progress.waiting[next] !== 0 || !paysOff(progress, next)))) continue
      order.push(next)
      queue.push(...finish(progress, next).reverse())
    }
  }
  program.launches.forEach((_, launch) => {
    if (progress.done[launch] === 0) rivals(progress, launch).forEach(run)
    run(launch)
  })
  return { ...program, launches: order.map((launch) => program.launches[launch] as Launch) }
}
