import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orThrow } from '../../src/data/decode.js'
import { DecodeError } from '../../src/error.js'
import { encodeNpy, encodeNpz, parseNpy, parseNpz } from '../../src/interop/npy.js'
import { encodeSafetensors, parseSafetensors } from '../../src/interop/safetensors.js'
import { dtypes, fromNumbers, toNumbers } from '../../src/ir/dtype.js'
import { ndarray, type NDArray } from '../../src/ir/ndarray.js'
import { holds } from '../harness/law.js'
import { root } from '../harness/built.js'

interface Published {
  readonly npy: readonly {
    readonly file: string
    readonly shape: readonly number[]
    readonly values: readonly number[]
    readonly descr: string
  }[]
  readonly npz: string
  readonly compressed: string
  readonly refused: readonly string[]
}

const published = JSON.parse(readFileSync(join(root, 'test/interop/numpy.json'), 'utf8')) as Published

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

const problemOf = (result: E.Either<DecodeError, unknown>): string =>
  E.isLeft(result) && result.left instanceof DecodeError ? result.left.detail.problem : 'none'

const arrays: fc.Arbitrary<NDArray> = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(3), { maxLength: 3 }), fc.infiniteStream(fc.integer({ min: 0, max: 1 })))
  .map(([dtype, shape, stream]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return ndarray(
      fromNumbers(
        dtype,
        Array.from({ length: size }, () => stream.next().value as number),
      ),
      { shape, dtype },
    )
  })

const trees = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && name !== '__metadata__'),
  arrays,
  { maxKeys: 4 },
)

const tensors = {
  arrays: {
    w: ndarray([
      [1, -2.5],
      [3, 4],
    ]),
    t: ndarray(7),
    n: ndarray([1, -1], { dtype: 'i32' }),
    u: ndarray([4294967295], { dtype: 'u32' }),
    h: ndarray([0.5, 65504, Infinity], { dtype: 'f16' }),
    b: ndarray([true, false, true]),
    none: ndarray([]),
  },
  metadata: { step: '7', ключ: 'é' },
}

describe('safetensors', () => {
  it('decodes what it encodes', () => {
    expect(parseSafetensors(encodeSafetensors(tensors))).toEqual(E.right(tensors))
    holds('safetensors', trees, { runs: 200 }, (named) => {
      expect(orThrow(parseSafetensors(encodeSafetensors({ arrays: named, metadata: {} }))).arrays).toEqual(named)
    })
  })

  it('aligns every array to its elements', () => {
    const bytes = encodeSafetensors(tensors)
    const start = 8 + new DataView(bytes.buffer).getUint32(0, true)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<
      string,
      { dtype: string; data_offsets: number[] }
    >
    for (const [name, { data_offsets: offsets }] of Object.entries(header).filter(([key]) => key !== '__metadata__'))
      expect((start + (offsets[0] as number)) % tensors.arrays[name as 'w'].data.BYTES_PER_ELEMENT).toBe(0)
  })

  /** A file of a header as text and a body. */
  const file = (header: string, body: readonly number[] = []): Uint8Array => {
    const bytes = new TextEncoder().encode(header)
    return Uint8Array.from([bytes.length, 0, 0, 0, 0, 0, 0, 0, ...bytes, ...body])
  }
  const one = (dtype: string, shape: string, body: readonly number[]) =>
    parseSafetensors(file(`{"w":{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[0,${String(body.length)}]}}`, body))

  it('reads types that fluxion does not have as those that hold them', () => {
    const data = (result: ReturnType<typeof one>) => orThrow(result).arrays.w
    expect(data(one('BF16', '2', [0x80, 0x3f, 0x20, 0xc1]))).toEqual(ndarray([1, -10]))
    expect(data(one('F64', '', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]))).toEqual(ndarray(1.5))
    expect(data(one('I64', '1', [254, 255, 255, 255, 255, 255, 255, 255]))).toEqual(ndarray([-2], { dtype: 'i32' }))
    expect(data(one('U8', '2', [3, 255]))).toEqual(ndarray([3, 255], { dtype: 'u32' }))
    expect(problemOf(one('I64', '1', [0, 0, 0, 128, 0, 0, 0, 0]))).toBe('w holds 2147483648, which no i32 is')
    expect(problemOf(one('F8_E4M3', '1', [0]))).toBe('w has elements of a type that is not read')
  })

  it('refuses gaps, overlaps and bytes after the end', () => {
    const two = (a: string, b: string) =>
      problemOf(
        parseSafetensors(
          file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":${a}},"b":{"dtype":"U8","shape":[2],"data_offsets":${b}}}`, [1, 2, 3, 4, 5]),
        ),
      )
    expect(two('[0,2]', '[2,4]')).toBe('the file does not end where its arrays do')
    expect(two('[0,2]', '[3,5]')).toBe('the arrays overlap or have gaps between')
    expect(two('[0,2]', '[1,3]')).toBe('the arrays overlap or have gaps between')
    expect(two('[0,2]', '[4,6]')).toBe('b is not in the file')
  })

  it('refuses other JSON', () => {
    for (const header of [
      '[]',
      '1',
      '{"w":1}',
      '{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}',
      '{"__metadata__":1}',
      '{',
      '\u00ff',
    ])
      expect(problemOf(parseSafetensors(file(header, [0, 0, 0, 0])))).not.toBe('none')
  })
})

describe('npy', () => {
  it.each(published.npy.map((one) => [one.descr, one.shape, one] as const))(
    'reads what NumPy wrote: %s %j',
    (_, shape, { file, values }) => {
      const array = orThrow(parseNpy(bytesOf(file)))
      expect(array.shape).toEqual(shape)
      expect([...toNumbers(array.dtype, array.data)]).toEqual(values.map(Math.fround))
    },
  )

  it('reads archives, packed or not', () => {
    for (const archive of [published.npz, published.compressed]) {
      const { weights, bias } = orThrow(parseNpz(bytesOf(archive)))
      expect([weights?.shape, weights?.data[9], [...(bias?.data ?? [])]]).toEqual([[2, 3, 4], 9 / 8, [0, 1, 2]])
    }
  })

  it('says what it does not read', () => {
    for (const file of published.refused) expect(problemOf(parseNpy(bytesOf(file)))).toMatch(/type that is not read|no i32 is/)
  })

  it('decodes what it encodes, by itself and in archives', () => {
    holds('npy', arrays, { runs: 200 }, (array) => expect(parseNpy(encodeNpy(array))).toEqual(E.right(array)))
    const names = fc.dictionary(
      fc.stringMatching(/^[a-z.]{1,8}$/).filter((name) => !name.endsWith('.npy')),
      arrays,
      { maxKeys: 4 },
    )
    holds('npz', fc.tuple(names, fc.boolean()), { runs: 200 }, ([named, compress]) => {
      expect(parseNpz(encodeNpz(named, { compress }))).toEqual(E.right(named))
    })
    expect(encodeNpz(tensors.arrays)).toEqual(encodeNpz(tensors.arrays))
  })

  it('writes what NumPy writes, byte for byte', () => {
    const own = published.npy.filter(
      ({ descr, file }) => /^(<f4|<f2|<i4|<u4|.b1)$/.test(descr) && !atob(file).includes("'fortran_order': True"),
    )
    expect(own.length).toBeGreaterThan(6)
    for (const { file } of own) expect(encodeNpy(orThrow(parseNpy(bytesOf(file))))).toEqual(bytesOf(file))
  })
})

const files: readonly (readonly [name: string, bytes: Uint8Array, parse: (bytes: Uint8Array) => E.Either<DecodeError, unknown>])[] = [
  ['safetensors', encodeSafetensors(tensors), parseSafetensors],
  ['npy', encodeNpy(tensors.arrays.w), parseNpy],
  ['npz', encodeNpz(tensors.arrays), parseNpz],
  ['npz, packed', bytesOf(published.compressed), parseNpz],
]

describe.each(files)('a damaged file: %s', (name, whole, parse) => {
  it('is a DecodeError wherever it is cut off', () => {
    for (let n = 0; n < whole.length; n++) expect(problemOf(parse(whole.subarray(0, n)))).not.toBe('none')
  })

  it('is a value or a DecodeError, whatever bytes are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    holds(`damaged ${name}`, changes, { runs: 1000 }, (edits) => {
      const bytes = whole.slice()
      for (const [at, value] of edits) bytes[at] = value
      const result = parse(bytes)
      if (E.isLeft(result)) expect(result.left).toBeInstanceOf(DecodeError)
    })
  })
})
