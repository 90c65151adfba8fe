/** Where tunings are kept from one run to the next: a file in Node, a database of the browser in a page, nowhere else. */
import { decodeTuning } from './choose.js'
import type { Tuning } from './tuning.js'

export interface TuningCache {
  /** Undefined where nothing is kept, or nothing that can be read. */
  readonly read: (name: string) => Promise<string | undefined>
  /** Keeps a text; where it cannot be kept, it is not. */
  readonly write: (name: string, text: string) => Promise<void>
}

interface Files {
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>
  readonly readFile: (path: string, encoding: 'utf8') => Promise<string>
  readonly writeFile: (path: string, text: string) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
}

interface NodeProcess {
  readonly pid: number
  readonly platform: string
  readonly env: { readonly [name: string]: string | undefined }
  /** Since Node 20.16. No bundler looks for what it names. */
  getBuiltinModule?(name: 'node:fs/promises'): Files | undefined
}

const host = globalThis as { readonly process?: NodeProcess; readonly indexedDB?: IDBFactory }

const none: TuningCache = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() }

const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work()
  } catch {
    return undefined
  }
}

/** The system's folder for what programs may lose: `FLUXION_CACHE` says another. */
const folderOf = ({ env, platform }: NodeProcess): string | undefined => {
  if (env.FLUXION_CACHE !== undefined) return env.FLUXION_CACHE
  if (env.XDG_CACHE_HOME !== undefined) return `${env.XDG_CACHE_HOME}/fluxion`
  if (platform === 'win32') return env.LOCALAPPDATA === undefined ? undefined : `${env.LOCALAPPDATA}/fluxion/cache`
  if (env.HOME === undefined) return undefined
  return platform === 'darwin' ? `${env.HOME}/Library/Caches/fluxion` : `${env.HOME}/.cache/fluxion`
}

/** A file for each name. It is whole at any moment: another process may read it. */
const inFolder = (files: Files, folder: string, pid: number): TuningCache => ({
  read: (name) => attempt(() => files.readFile(`${folder}/${name}.json`, 'utf8')),
  write: async (name, text) => {
    await attempt(async () => {
      await files.mkdir(folder, { recursive: true })
      const draft = `${folder}/${name}.${String(pid)}.draft`
      await files.writeFile(draft, text)
      await files.rename(draft, `${folder}/${name}.json`)
    })
  },
})

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result)
    }
    request.onerror = () => {
      reject(request.error ?? new Error('the database refused'))
    }
  })

const table = 'tunings'

const inDatabase = (factory: IDBFactory): TuningCache => {
  const open = async (): Promise<IDBDatabase> => {
    const request = factory.open('fluxion', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(table)
    }
    return asked(request)
  }
  const within = <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> =>
    attempt(async () => {
      const database = await open()
      try {
        return await asked(work(database.transaction(table, mode).objectStore(table)))
      } finally {
        database.close()
      }
    })
  return {
    read: (name) => within<string | undefined>('readonly', (store) => store.get(name) as IDBRequest<string | undefined>),
    write: async (name, text) => {
      await within('readwrite', (store) => store.put(text, name))
    },
  }
}

/** The cache of this place. */
export const defaultCache = (): TuningCache => {
  if (host.indexedDB !== undefined) return inDatabase(host.indexedDB)
  const files = host.process?.getBuiltinModule?.('node:fs/promises')
  const folder = host.process === undefined ? undefined : folderOf(host.process)
  return files === undefined || folder === undefined || host.process === undefined ? none : inFolder(files, folder, host.process.pid)
}

/** The tuning kept under a name, if there is one. One that cannot be read is as none: it is measured again. */
export const readTunings = async (cache: TuningCache, name: string): Promise<readonly Tuning[]> => {
  const text = await cache.read(name)
  if (text === undefined) return []
  try {
    return [decodeTuning(JSON.parse(text))]
  } catch {
    return []
  }
}
