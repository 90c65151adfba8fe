import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

/**
 * Writes a whole file or none: a temporary file, fsync, rename. So a reader never sees half of one, whenever the
 * process dies, and a checkpoint on disk stays whole while its successor is written.
 */
export const writeWhole = async (path: string, data: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength))
}
