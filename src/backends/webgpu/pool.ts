/** Device memory that is used again. Queues run in order, so a buffer may be handed on while earlier work still reads it. */

/** A GPUBuffer and what it is known by. */
export interface Block {
  readonly buffer: GPUBuffer
  readonly bytes: number
}

export interface Pool {
  /** A block of at least `bytes`, its contents undefined. */
  take(bytes: number): Block
  give(block: Block): void
}

/** Free memory kept for later; beyond it, buffers are destroyed. */
const keptBytes = 128 * 2 ** 20

/** GPUBufferUsage, which Node does not define: STORAGE | COPY_SRC | COPY_DST. */
const storageUsage = 0x80 | 0x4 | 0x8

/** Bytes that a buffer of that many takes: WebGPU's alignment of bindings, and never none. */
export const paddedBytes = (bytes: number): number => Math.max(256, Math.ceil(bytes / 256) * 256)

export const createPool = (device: GPUDevice): Pool => {
  const free = new Map<number, Block[]>()
  let freeBytes = 0
  return {
    take: (wanted) => {
      const bytes = paddedBytes(wanted)
      const found = free.get(bytes)?.pop()
      if (found === undefined) return { buffer: device.createBuffer({ size: bytes, usage: storageUsage }), bytes }
      freeBytes -= bytes
      return found
    },
    give: (block) => {
      if (freeBytes + block.bytes > keptBytes) return block.buffer.destroy()
      freeBytes += block.bytes
      const list = free.get(block.bytes)
      if (list === undefined) free.set(block.bytes, [block])
      else list.push(block)
    },
  }
}
