/** Blocks of a linear memory, taken and given back. */
import { OutOfMemoryError } from '../../error.js'

/** A range of the memory. */
export interface Block {
  readonly offset: number
  readonly bytes: number
}

export interface Heap {
  readonly memory: WebAssembly.Memory
  /** A block of at least that many bytes, its contents undefined. @throws OutOfMemoryError where there is no room */
  take(bytes: number): Block
  give(block: Block): void
  /** Bytes in blocks that are taken. */
  used(): number
}

const pageBytes = 65536

/** Whether threads can share a heap's memory. */
export const isShared = ({ memory }: Pick<Heap, 'memory'>): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer

/** WebAssembly's limit: addresses have 32 bits. */
export const maxPages = 65536

/** Free at either end of the memory: what is read at the border of a buffer and not used may lie so far beyond it. */
export const marginBytes = 16_384

/** Blocks begin where cache lines do. */
const alignment = 64

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

export const outOfMemory = (op: string, wanted: number, used: number, facts: readonly string[] = []): OutOfMemoryError =>
  new OutOfMemoryError({
    op,
    problem: `there is no room for ${mebibytes(wanted)}: a WebAssembly memory holds at most ${mebibytes(maxPages * pageBytes)}`,
    facts: [`in use: ${mebibytes(used)}`, ...facts],
    help: 'make the batch smaller, donate state that is updated, or dispose() results that are no longer needed',
  })

export const paddedBytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / alignment)) * alignment

/** The free ranges, sorted by offset; neighbours are one. */
const freeList = (first: Block) => {
  const free: Block[] = [first]
  return {
    take: (bytes: number): Block | undefined => {
      let best = -1
      free.forEach((range, i) => {
        if (range.bytes >= bytes && (best < 0 || range.bytes < (free[best] as Block).bytes)) best = i
      })
      const range = free[best]
      if (range === undefined) return undefined
      const rest = { offset: range.offset + bytes, bytes: range.bytes - bytes }
      free.splice(best, 1, ...(rest.bytes > 0 ? [rest] : []))
      return { offset: range.offset, bytes }
    },
    give: ({ offset, bytes }: Block): void => {
      const found = free.findIndex((range) => range.offset > offset)
      const at = found < 0 ? free.length : found
      const [before, after] = [free[at - 1], free[at]]
      const joinsBefore = before !== undefined && before.offset + before.bytes === offset
      const joinsAfter = after?.offset === offset + bytes
      const start = joinsBefore ? before.offset : offset
      const end = joinsAfter ? after.offset + after.bytes : offset + bytes
      free.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), { offset: start, bytes: end - start })
    },
    /** Free bytes at the very end. */
    tail: (end: number): number => {
      const last = free.at(-1)
      return last !== undefined && last.offset + last.bytes === end ? last.bytes : 0
    },
  }
}

/** Blocks of a memory, which grows when it must. It never shrinks: WebAssembly has no way to. */
export const createHeap = (memory: WebAssembly.Memory): Heap => {
  let end = memory.buffer.byteLength - marginBytes
  let used = 0
  const free = freeList({ offset: marginBytes, bytes: end - marginBytes })
  const grow = (bytes: number): void => {
    const pages = Math.ceil((bytes - free.tail(end)) / pageBytes)
    if ((end + marginBytes) / pageBytes + pages > maxPages) throw outOfMemory('run', bytes, used)
    try {
      memory.grow(pages)
    } catch {
      throw outOfMemory('run', bytes, used, ['the system gave no more memory'])
    }
    free.give({ offset: end, bytes: pages * pageBytes })
    end += pages * pageBytes
  }
  return {
    memory,
    take: (wanted) => {
      const bytes = paddedBytes(wanted)
      let block = free.take(bytes)
      if (block === undefined) {
        grow(bytes)
        block = free.take(bytes) ?? { offset: 0, bytes: 0 }
      }
      used += bytes
      return block
    },
    give: (block) => {
      used -= block.bytes
      free.give(block)
    },
    used: () => used,
  }
}
