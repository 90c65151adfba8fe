import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeWhole } from '../../examples/lib/checkpoint.js'
import { decodeTensors, encodeTensors } from '../../examples/lib/safetensors.js'
import { DecodeError, ndarray } from '../../src/index.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-'))
})
afterEach(() => rm(folder, { recursive: true }))

const tensors = {
  arrays: {
    w: ndarray([
      [1, -2.5],
      [3, 4],
    ]),
    t: ndarray(7),
    n: ndarray([1, -1], { dtype: 'i32' }),
    u: ndarray([4294967295], { dtype: 'u32' }),
    b: ndarray([true, false]),
    none: ndarray([]),
  },
  metadata: { step: '7' },
}

describe('safetensors', () => {
  it('decodes what it encodes', () => {
    expect(decodeTensors(encodeTensors(tensors))).toEqual(E.right(tensors))
  })

  it('starts the elements at a multiple of 8 bytes', () => {
    const bytes = encodeTensors(tensors)
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) % 8).toBe(0)
  })

  it('gives a DecodeError for every truncation', () => {
    const bytes = encodeTensors({ arrays: { w: ndarray([1, 2]) }, metadata: {} })
    for (let n = 0; n < bytes.length; n++) {
      const result = decodeTensors(bytes.subarray(0, n))
      expect(E.isLeft(result) && result.left).toBeInstanceOf(DecodeError)
    }
  })

  it('gives a DecodeError for other JSON', () => {
    const file = (header: string) => Uint8Array.from([header.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header)])
    for (const header of [
      '[]',
      '1',
      '{"w":1}',
      '{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,0]}}',
      '{"w":{"dtype":"F64","shape":[],"data_offsets":[0,0]}}',
      '{"__metadata__":1}',
      '{',
    ]) {
      const result = decodeTensors(file(header))
      expect(E.isLeft(result) && result.left, header).toBeInstanceOf(DecodeError)
    }
  })
})

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
