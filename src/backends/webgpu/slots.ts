/** Where the buffers of a program are: slots, which several buffers share when they are one memory. */
import type { LoadRequest } from '../backend.js'
import { OutOfMemoryError } from '../../error.js'
import type { MemoryPlan, Program, ProgramBuffer } from '../../ir/kernel/program.js'
import { toWords, wordBytes } from './array.js'
import { errorOf, type Context } from './context.js'
import { paddedBytes, type Block } from './pool.js'

/** A memory that bindings point into. `block` changes between runs for parameters and large outputs, which are `moving`. */
export interface Slot {
  readonly bytes: number
  readonly moving: boolean
  block: Block | undefined
}

/** A buffer of the program: a range of a slot. */
export interface Location {
  readonly slot: Slot
  readonly offset: number
  readonly bytes: number
}

/** Outputs up to this many bytes have memory of their own and are copied out; a larger one gets new memory at each run. */
const copiedBytes = 2 ** 20

/** WebGPU binds and copies whole words. */
const bytesOf = ({ size, dtype }: ProgramBuffer): number => wordBytes(dtype, Math.max(1, size))

/** The buffer whose memory a buffer uses. */
const rootOf = (plan: MemoryPlan, buffer: number): number => {
  const place = plan.places[buffer]
  return place?.kind === 'alias' ? rootOf(plan, place.of) : buffer
}

/** A slot for every buffer; `block` is still to be filled in. Buffers in the arena share the first. */
export const planSlots = ({ program, plan }: LoadRequest): { readonly arena: Slot; readonly locations: readonly Location[] } => {
  const arena: Slot = { bytes: plan.arenaBytes, moving: false, block: undefined }
  const own = program.buffers.map((buffer): Slot => {
    const bytes = bytesOf(buffer)
    return { bytes, moving: buffer.role.kind === 'param' || (buffer.role.kind === 'output' && bytes > copiedBytes), block: undefined }
  })
  const locations = program.buffers.map((buffer, i): Location => {
    const root = rootOf(plan, i)
    const place = plan.places[root]
    return place?.kind === 'arena'
      ? { slot: arena, offset: place.offset, bytes: bytesOf(buffer) }
      : { slot: own[root] as Slot, offset: 0, bytes: bytesOf(buffer) }
  })
  return { arena, locations }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const roleName = ({ role }: ProgramBuffer): string => (role.kind === 'param' ? `param ${String(role.index)}` : role.kind)

const largest = (program: Program): readonly string[] =>
  program.buffers
    .map((buffer) => ({
      bytes: bytesOf(buffer),
      text: `${buffer.name} (${roleName(buffer)}): ${buffer.dtype}, ${String(buffer.size)} elements, ${mebibytes(bytesOf(buffer))}`,
    }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 4)
    .map(({ text }) => text)

/** Refuses what the device could not hold, before anything is allocated. */
export const checkLimits = ({ program, plan }: LoadRequest, limits: GPUSupportedLimits): void => {
  const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
  const needed = Math.max(0, ...program.buffers.map(bytesOf))
  const fits = needed <= binding && paddedBytes(plan.arenaBytes) <= limits.maxBufferSize
  if (fits) return
  throw new OutOfMemoryError({
    op: 'compile',
    problem:
      needed > binding
        ? `one buffer takes ${mebibytes(needed)}, and this GPU binds at most ${mebibytes(binding)}`
        : `the intermediates take ${mebibytes(plan.arenaBytes)}, and this GPU's buffers hold at most ${mebibytes(limits.maxBufferSize)}`,
    facts: [`planned peak: ${mebibytes(plan.peakBytes)}`, ...largest(program)],
    help: 'make the batch or the largest array smaller, or compute it in parts',
  })
}

const fixedSlots = ({ program, plan }: LoadRequest, locations: readonly Location[]): readonly Slot[] => {
  const isFixed = (i: number): boolean => plan.places[i]?.kind === 'own' && program.buffers[i]?.role.kind !== 'param'
  return [...new Set(locations.filter((_, i) => isFixed(i)).map(({ slot }) => slot))].filter((slot) => !slot.moving)
}

const uploadConstants = ({ device }: Context, { program }: LoadRequest, locations: readonly Location[]): void => {
  program.buffers.forEach(({ role }, i) => {
    const block = locations[i]?.slot.block
    if (role.kind !== 'constant' || block === undefined) return
    const words = toWords(role.data)
    device.queue.writeBuffer(block.buffer, block.offset, words, 0, words.length)
  })
}

/** Gives memory to all slots that do not move, uploads the constants, and goes on; takes it all back if any of that fails. */
export const allocateThen = async <T>(
  context: Context,
  request: LoadRequest,
  arena: Slot,
  locations: readonly Location[],
  next: () => Promise<T>,
): Promise<T> => {
  const { device, pool } = context
  const slots = [...(arena.bytes > 0 ? [arena] : []), ...fixedSlots(request, locations)]
  device.pushErrorScope('out-of-memory')
  for (const slot of slots) slot.block = pool.take(slot.bytes)
  const scope = device.popErrorScope()
  try {
    uploadConstants(context, request, locations)
    const error = await scope
    if (error !== null) throw errorOf('compile', error)
    return await next()
  } catch (error) {
    for (const { block } of slots) if (block !== undefined) pool.give(block)
    throw error
  }
}
