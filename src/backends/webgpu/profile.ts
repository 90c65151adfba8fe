/** Times every launch of one run, on copies of what the run would change. */
import type { KernelTime } from '../backend.js'
import { placeArgs, type Ready } from './args.js'
import type { ReadyLaunch } from './launches.js'
import type { Block } from './pool.js'
import { encodeCopies, encodeLaunch, renewSlots, type Recording } from './recording.js'

/** WebGPU's limit on queries in one set. */
const maxQueries = 4096

const timestampBytes = 8

/** GPUBufferUsage.QUERY_RESOLVE | COPY_SRC. */
const resolveUsage = 0x200 | 0x4

const nanoseconds = async ({ context }: Recording, queries: GPUQuerySet): Promise<BigUint64Array> => {
  const { device, reader } = context
  const bytes = queries.count * timestampBytes
  const buffer = device.createBuffer({ size: bytes, usage: resolveUsage })
  const encoder = device.createCommandEncoder()
  encoder.resolveQuerySet(queries, 0, queries.count, buffer, 0)
  device.queue.submit([encoder.finish()])
  const times = new BigUint64Array(await reader.read({ buffer, offset: 0, bytes }, bytes))
  buffer.destroy()
  queries.destroy()
  return times
}

/** A pass of its own for every launch, with timestamps at both ends. */
const byTimestamps = async (recording: Recording, launches: readonly ReadyLaunch[]): Promise<readonly KernelTime[]> => {
  const { device } = recording.context
  const querySet = device.createQuerySet({ type: 'timestamp', count: launches.length * 2 })
  const encoder = device.createCommandEncoder()
  launches.forEach((launch, i) => {
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
    })
    encodeLaunch(pass, launch)
    pass.end()
  })
  device.queue.submit([encoder.finish()])
  const times = await nanoseconds(recording, querySet)
  return launches.map(({ name }, i) => ({ name, milliseconds: Math.max(0, Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)) / 1e6) }))
}

/** The wall clock around a submit for every launch: includes the way to the device and back. */
const byClock = async ({ context: { device, wait } }: Recording, launches: readonly ReadyLaunch[]): Promise<readonly KernelTime[]> => {
  const times: KernelTime[] = []
  await wait(device.queue.onSubmittedWorkDone())
  for (const launch of launches) {
    const start = performance.now()
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    encodeLaunch(pass, launch)
    pass.end()
    device.queue.submit([encoder.finish()])
    await wait(device.queue.onSubmittedWorkDone())
    times.push({ name: launch.name, milliseconds: performance.now() - start })
  }
  return times
}

const chunks = <T>(xs: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(xs.length / size) }, (_, i) => xs.slice(i * size, (i + 1) * size))

export const profileRun = async (recording: Recording, args: readonly Ready[]): Promise<readonly KernelTime[]> => {
  const { context, params, launches } = recording
  const loose = new Set<Block>()
  context.reader.flush()
  const copies = placeArgs(context, params, args, loose, true)
  renewSlots(recording, loose)
  const encoder = context.device.createCommandEncoder()
  encodeCopies(encoder, copies)
  context.device.queue.submit([encoder.finish()])
  const measure = context.device.features.has('timestamp-query') ? byTimestamps : byClock
  const times: KernelTime[] = []
  for (const part of chunks(launches, maxQueries / 2)) times.push(...(await measure(recording, part)))
  for (const block of loose) context.pool.give(block)
  return times
}
