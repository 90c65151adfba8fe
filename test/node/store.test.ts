import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeWhole } from '../../src/node/store.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('writeWhole', () => {
  it('makes the folder, replaces the file and leaves nothing else behind', async () => {
    const path = join(folder, 'a', 'b', 'checkpoint')
    await writeWhole(path, Uint8Array.of(1, 2, 3))
    await writeWhole(path, Uint8Array.of(4))
    expect([...(await readFile(path))]).toEqual([4])
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['checkpoint'])
  })

  it('shows a reader one whole version or the other while it writes', async () => {
    const path = join(folder, 'checkpoint')
    const version = (x: number) => new Uint8Array(1 << 20).fill(x)
    await writeWhole(path, version(0))
    const writes = (async () => {
      for (let i = 1; i <= 10; i++) await writeWhole(path, version(i))
    })()
    for (let reads = 0; reads < 40; reads++) {
      const seen = await readFile(path)
      expect(seen.length).toBe(1 << 20)
      expect(seen.every((x) => x === seen[0])).toBe(true)
    }
    await writes
  })

  it('keeps the old file when the new one cannot be written', async () => {
    const path = join(folder, 'checkpoint')
    await writeWhole(path, 'old')
    await expect(writeWhole(join(path, 'inside'), 'new')).rejects.toThrow()
    expect(await readFile(path, 'utf8')).toBe('old')
  })
})
