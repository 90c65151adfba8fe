/** Reads device memory back, all requests of one turn in one submit and one mapping. */
import { messageOf, validationError } from './errors.js'
import type { Wait } from './patience.js'
import type { Block } from './pool.js'

export interface Reader {
  /** Bytes of a block, from the first or from `from` on, as they are when all work submitted before this call, and none after, is done. */
  read(block: Block, bytes: number, from?: number): Promise<ArrayBuffer>
  /** Submits the copies of pending reads now: to be called before memory changes hands. */
  flush(): void
}

interface Request {
  readonly block: Block
  readonly bytes: number
  readonly from: number
  readonly offset: number
  readonly resolve: (data: ArrayBuffer) => void
  readonly reject: (cause: unknown) => void
}

/** GPUBufferUsage.MAP_READ | COPY_DST and GPUMapMode.READ. */
const stagingUsage = 0x1 | 0x8
const mapRead = 0x1

/** Staging buffers come in powers of two, so that few are ever made. */
const stagingBytes = (bytes: number): number => 2 ** Math.ceil(Math.log2(Math.max(4096, bytes)))

const copyOut = (staging: GPUBuffer, requests: readonly Request[]): void => {
  const mapped = staging.getMappedRange()
  for (const { offset, bytes, resolve } of requests) resolve(mapped.slice(offset, offset + bytes))
  staging.unmap()
}

const encodeCopies = (device: GPUDevice, staging: GPUBuffer, requests: readonly Request[]): void => {
  const encoder = device.createCommandEncoder()
  for (const { block, bytes, from, offset } of requests)
    encoder.copyBufferToBuffer(block.buffer, block.offset + from, staging, offset, bytes)
  device.queue.submit([encoder.finish()])
}

/** Staging buffers, a few of them kept. */
const createStaging = (device: GPUDevice) => {
  const idle: GPUBuffer[] = []
  return {
    take: (bytes: number): GPUBuffer => {
      const size = stagingBytes(bytes)
      const at = idle.findIndex((buffer) => buffer.size === size)
      return idle.splice(at, at < 0 ? 0 : 1)[0] ?? device.createBuffer({ size, usage: stagingUsage })
    },
    give: (buffer: GPUBuffer): void => {
      if (idle.length < 4) idle.push(buffer)
      else buffer.destroy()
    },
  }
}

/** `check` throws when the device is lost, which then is the reason that reads fail with. */
export const createReader = (device: GPUDevice, wait: Wait, check: () => void): Reader => {
  const idle = createStaging(device)
  let pending: Request[] = []
  let end = 0

  const reasonOf = (cause: unknown): unknown => {
    try {
      check()
      return validationError('toNDArray', messageOf(cause))
    } catch (lost) {
      return lost
    }
  }
  const flush = (): void => {
    if (pending.length === 0) return
    const [requests, staging] = [pending, idle.take(end)]
    pending = []
    end = 0
    encodeCopies(device, staging, requests)
    wait(staging.mapAsync(mapRead)).then(
      () => {
        copyOut(staging, requests)
        idle.give(staging)
      },
      async (cause: unknown) => {
        await Promise.resolve()
        for (const { reject } of requests) reject(reasonOf(cause))
      },
    )
  }
  const read = (block: Block, bytes: number, from = 0): Promise<ArrayBuffer> =>
    new Promise((resolve, reject) => {
      if (pending.length === 0) queueMicrotask(flush)
      pending.push({ block, bytes, from, offset: end, resolve, reject })
      end += Math.ceil(bytes / 8) * 8
    })
  return { read, flush }
}
