/** Files as a store. */
import { appendFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Store } from '../train/store.js'

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** What was renamed is on the disk only when the folder is, too. Systems that cannot open a folder do without. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const writeThrough = async (path: string, data: string | Uint8Array): Promise<void> => {
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes under another name, waits for the disk, and renames: a file is whole whenever the process or the machine dies. */
export const writeWhole = async (path: string, data: string | Uint8Array): Promise<void> => {
  const folder = dirname(resolve(path))
  await mkdir(folder, { recursive: true })
  const draft = `${path}.draft`
  try {
    await writeThrough(draft, data)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** A folder as a store, made when it is first written to. One process at a time may write a name. */
export const fileStore = (folder: string): Store => ({
  read: async (name) => {
    try {
      return new Uint8Array(await readFile(join(folder, name)))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  },
  write: (name, bytes) => writeWhole(join(folder, name), bytes),
  append: async (name, bytes) => {
    await mkdir(folder, { recursive: true })
    await appendFile(join(folder, name), bytes)
  },
})
