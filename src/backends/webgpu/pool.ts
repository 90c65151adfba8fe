/** Device memory that is used again. Queues run in order, so a buffer may be handed on while earlier work still reads it. */

/** A range of a GPUBuffer and what it is known by. */
export interface Block {
  readonly buffer: GPUBuffer
  readonly offset: number
  readonly bytes: number
}

export interface Pool {
  /** A buffer of at least `bytes`, its contents undefined. */
  take(bytes: number): Block
  /** Memory for a result that is copied there from another buffer. A small one is a piece of a shared buffer, as WebGPU copies from no buffer to itself. */
  takeFor(bytes: number, source: GPUBuffer): Block
  give(block: Block): void
}

/** Free memory kept for later; beyond it, buffers are destroyed. */
const keptBytes = 128 * 2 ** 20

/** GPUBufferUsage, which Node does not define: STORAGE | COPY_SRC | COPY_DST. */
const storageUsage = 0x80 | 0x4 | 0x8

/** WebGPU's alignment of bindings. */
const alignment = 256

/** Results that take one piece of a shared buffer, and pieces of one: a loss that is read at each step and then forgotten needs a new buffer so rarely. */
const pieceBytes = alignment
const pieces = 256

/** Bytes that a buffer of that many takes: WebGPU's alignment of bindings, and never none. */
export const paddedBytes = (bytes: number): number => Math.max(alignment, Math.ceil(bytes / alignment) * alignment)

/** Small blocks, cut from shared buffers that are kept. */
const createPieces = (create: (bytes: number) => Block) => {
  const free: Block[] = []
  const all = new WeakSet<Block>()
  const cut = (): Block => {
    const { buffer } = create(pieces * pieceBytes)
    const made = Array.from({ length: pieces }, (_, i): Block => ({ buffer, offset: i * pieceBytes, bytes: pieceBytes }))
    for (const piece of made) all.add(piece)
    free.push(...made)
    return free.pop() as Block
  }
  return {
    holds: (block: Block): boolean => all.has(block),
    take: (source: GPUBuffer): Block => {
      const at = free.findLastIndex(({ buffer }) => buffer !== source)
      return free.splice(at, at < 0 ? 0 : 1)[0] ?? cut()
    },
    give: (block: Block): void => {
      free.push(block)
    },
  }
}

export const createPool = (device: GPUDevice): Pool => {
  const free = new Map<number, Block[]>()
  let freeBytes = 0
  const create = (bytes: number): Block => ({ buffer: device.createBuffer({ size: bytes, usage: storageUsage }), offset: 0, bytes })
  const small = createPieces(create)
  const take = (wanted: number): Block => {
    const bytes = paddedBytes(wanted)
    const found = free.get(bytes)?.pop()
    if (found === undefined) return create(bytes)
    freeBytes -= bytes
    return found
  }
  const give = (block: Block): void => {
    if (freeBytes + block.bytes > keptBytes) return block.buffer.destroy()
    freeBytes += block.bytes
    const list = free.get(block.bytes)
    if (list === undefined) free.set(block.bytes, [block])
    else list.push(block)
  }
  return {
    take,
    takeFor: (bytes, source) => (bytes > pieceBytes ? take(bytes) : small.take(source)),
    give: (block) => {
      if (small.holds(block)) small.give(block)
      else give(block)
    },
  }
}
