/** The systems that there are: a file each in examples/systems. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/paths.js'
import type { System } from './system.js'

const folder = join(root, 'examples/systems')

/** In order. */
export const systemIds = async (): Promise<readonly string[]> =>
  (await readdir(folder))
    .filter((name) => /^(S\d+|[a-z]+)\.ts$/.test(name))
    .map((name) => name.slice(0, -3))
    .sort()

export const systemOf = async (id: string): Promise<System> =>
  ((await import(join(folder, `${id}.ts`))) as { readonly system: System }).system
