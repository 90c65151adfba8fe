/** Where a run keeps what must outlive it: files in Node, memory in a test, whatever a page has. */
export interface Store {
  /** The bytes under a name; undefined where there are none. */
  readonly read: (name: string) => Promise<Uint8Array | undefined>
  /** Replaces all at once: whoever reads sees the old bytes or the new, whenever the writer dies. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>
  /** Adds to the end. */
  readonly append: (name: string, bytes: Uint8Array) => Promise<void>
}

/** A store that is forgotten with the process. */
export const memoryStore = (): Store & { readonly names: () => readonly string[] } => {
  const files = new Map<string, Uint8Array>()
  return {
    names: () => [...files.keys()],
    read: async (name) => files.get(name),
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    append: async (name, bytes) => {
      const before = files.get(name) ?? new Uint8Array()
      const after = new Uint8Array(before.length + bytes.length)
      after.set(before)
      after.set(bytes, before.length)
      files.set(name, after)
    },
  }
}
