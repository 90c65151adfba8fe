/** A folder of each test's own for what is kept from one run to the next. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'

/** Gives the folder of the test that runs. */
export const withCache = (): (() => string) => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-cache-'))
    vi.stubEnv('FLUXION_CACHE', folder)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })
  return () => folder
}
