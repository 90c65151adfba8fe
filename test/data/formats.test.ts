import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { parseBvh } from '../../src/data/bvh.js'
import { parseCsv, tableNumbers } from '../../src/data/csv.js'
import { orThrow } from '../../src/data/decode.js'
import { crc32, crc32c, gunzip } from '../../src/data/gzip.js'
import { parseIdx, parseIdxBytes } from '../../src/data/idx.js'
import { arrayToImage, encodePng, flattenAlpha, imageToArray, parseImage, parsePng, resizeImage, type Image } from '../../src/data/image.js'
import { parseObj, parseOff } from '../../src/data/mesh.js'
import { parsePly } from '../../src/data/ply.js'
import { charTokenizer, parseText } from '../../src/data/text.js'
import { encodeWav, parseWav } from '../../src/data/wav.js'
import { DecodeError } from '../../src/error.js'
import { ndarray } from '../../src/ir/ndarray.js'
import { holds, holdsAsync } from '../harness/law.js'
import { bvh, idx, latin, obj, off, plyBinary, plyText, wav } from './files.js'

type Parsed = E.Either<DecodeError, unknown>

const problemOf = (result: Parsed): string => (E.isLeft(result) && result.left instanceof DecodeError ? result.left.detail.problem : 'none')

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

const checker: Image = {
  width: 3,
  height: 2,
  channels: 3,
  data: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 250, 251, 252, 253, 254, 255, 128, 129, 130]),
}

describe('idx', () => {
  it('reads shape and elements of every type', () => {
    expect(parseIdx(idx([2, 3], [1, 2, 3, 4, 5, 255]))).toEqual(E.right({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) }))
    expect(parseIdx(idx([1], [0xff, 0xfe], 0x0b))).toEqual(E.right({ shape: [1], data: Int16Array.of(-2) }))
    expect(parseIdx(idx([1], [0x3f, 0xc0, 0, 0], 0x0d))).toEqual(E.right({ shape: [1], data: Float32Array.of(1.5) }))
    expect(parseIdx(idx([2], [255, 1], 0x09))).toEqual(E.right({ shape: [2], data: Int8Array.of(-1, 1) }))
  })

  it('refuses another magic number, bytes after the end, and other elements where bytes are asked for', () => {
    expect(problemOf(parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0), 'x'))).toBe('x is not an IDX file')
    expect(problemOf(parseIdx(idx([2], [1, 2, 3]), 'x'))).toBe('x has bytes after its end')
    expect(problemOf(parseIdxBytes(idx([1], [0, 1], 0x0b), 'x'))).toBe('x holds no bytes')
  })

  it('does not trust a header that promises more than memory', () => {
    expect(problemOf(parseIdx(idx([0xffffffff, 0xffffffff, 0xffffffff], [1]), 'x'))).toBe('x is truncated')
  })
})

describe('gzip', () => {
  it('unpacks what zlib packed, and knows the published checksums', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 7)
    expect(orThrow(gunzip(gzipSync(bytes)))).toEqual(bytes)
    expect([crc32(latin('123456789')), crc32c(latin('123456789'))]).toEqual([0xcbf43926, 0xe3069283])
  })
})

describe('csv', () => {
  it('reads quotes, quoted line ends and any line ending', () => {
    expect(parseCsv('a,b\r\n1,"x ""y"",\nz"\n\n2,\n')).toEqual(
      E.right({
        columns: ['a', 'b'],
        rows: [
          ['1', 'x "y",\nz'],
          ['2', ''],
        ],
      }),
    )
    expect(parseCsv('1;2\n', { delimiter: ';', header: false })).toEqual(E.right({ columns: ['0', '1'], rows: [['1', '2']] }))
  })

  it('gives back any table that is written with quotes', () => {
    const cells = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 })
    holds('csv', cells, { runs: 300 }, (rows) => {
      const written = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')
      expect(orThrow(parseCsv(written, { header: false })).rows).toEqual(rows)
    })
  })

  it('makes numbers of columns, and says which cell is none', () => {
    const table = orThrow(parseCsv('x,name,y\n1,a,2.5\n-3,b,4e1\n'))
    expect(orThrow(tableNumbers(table, ['y', 'x']))).toEqual(
      ndarray([
        [2.5, 1],
        [40, -3],
      ]),
    )
    expect(problemOf(tableNumbers(table))).toBe("'a' is no number")
    expect(problemOf(tableNumbers(table, ['z']))).toBe("there is no column 'z'")
    expect(problemOf(parseCsv('a,b\n1\n'))).toBe('row 1 has 1 cells, not 2')
    expect(problemOf(parseCsv('a\n"1'))).toBe('a quoted cell has no end')
  })
})

describe('images', () => {
  const png = async (bytes: Uint8Array): Promise<Image> => orThrow(await parseImage(bytes)())

  it('reads what it writes, and what another library writes and reads', async () => {
    const bytes = await encodePng(checker)
    expect(await png(bytes)).toEqual(checker)
    const other = PNG.sync.read(Buffer.from(bytes))
    expect(flattenAlpha({ width: 3, height: 2, channels: 4, data: Uint8Array.from(other.data) })).toEqual(checker)
    const back = new PNG({ width: 3, height: 2 })
    back.data.set(other.data)
    expect(flattenAlpha(await png(PNG.sync.write(back)))).toEqual(checker)
  })

  it('reads palettes and samples of 1, 2, 4 and 16 bits', async () => {
    // 3 × 1 pixels each, as `pngjs` does not write them: built from chunks.
    const { deflateSync } = await import('node:zlib')
    const chunk = (name: string, body: Uint8Array): Uint8Array => {
      const all = Uint8Array.from([...latin(name), ...body])
      const word = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
      return Uint8Array.from([...word(body.length), ...all, ...word(crc32(all))])
    }
    const file = (depth: number, colour: number, row: readonly number[], palette?: readonly number[]): Uint8Array =>
      Uint8Array.from([
        ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
        ...chunk('IHDR', Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 1, depth, colour, 0, 0, 0)),
        ...(palette === undefined ? [] : chunk('PLTE', Uint8Array.from(palette))),
        ...chunk('IDAT', deflateSync(Uint8Array.of(0, ...row))),
        ...chunk('IEND', new Uint8Array()),
      ])
    expect([...(await png(file(1, 0, [0b10100000]))).data]).toEqual([255, 0, 255])
    expect([...(await png(file(2, 0, [0b00011100]))).data]).toEqual([0, 85, 255])
    expect([...(await png(file(4, 0, [0x0f, 0x80]))).data]).toEqual([0, 255, 136])
    expect([...(await png(file(16, 0, [1, 2, 250, 3, 128, 0]))).data]).toEqual([1, 250, 128])
    const coloured = await png(file(2, 3, [0b00011000], [1, 2, 3, 4, 5, 6, 7, 8, 9]))
    expect([coloured.channels, ...coloured.data]).toEqual([3, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('reads a JPEG to within its loss', async () => {
    const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 2) % 16 < 8 ? 40 : 200))
    const { width, height, channels, data } = orThrow(await parseImage(jpeg.encode({ width: 16, height: 16, data: pixels }, 95).data)())
    expect([width, height, channels]).toEqual([16, 16, 3])
    const worst = data.reduce((most, x, i) => Math.max(most, Math.abs(x - (pixels[Math.floor(i / 3) * 4] as number))), 0)
    expect(worst).toBeLessThan(8)
  })

  it('becomes an array and back', () => {
    const array = imageToArray(checker)
    expect(array.shape).toEqual([3, 2, 3])
    expect(array.data[1]).toBeCloseTo(3 / 255, 6)
    expect(arrayToImage(array)).toEqual(checker)
    expect([...arrayToImage(ndarray([[-1, 2, NaN]])).data]).toEqual([0, 255, 0])
  })

  it('keeps the mean when it shrinks by a whole factor, and all pixels when it grows by one', () => {
    const big = resizeImage(checker, 6, 4)
    expect(resizeImage(big, 3, 2)).toEqual(checker)
    expect([...resizeImage({ width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 100, 200, 100) }, 1, 1).data]).toEqual([100])
  })
})

describe('wav', () => {
  it('reads PCM of every width, floats, and skips chunks it does not know', () => {
    const read = (bytes: Uint8Array) => orThrow(parseWav(bytes)).samples
    expect(read(wav(1, 16, 1, [0, 0x80, 0, 0x40], true))).toEqual(ndarray([[-1], [0.5]]))
    expect(read(wav(1, 8, 2, [128, 0]))).toEqual(ndarray([[0, -1]]))
    expect(read(wav(1, 24, 1, [0, 0, 0x40, 0, 0, 0x80]))).toEqual(ndarray([[0.5], [-1]]))
    expect(read(wav(1, 32, 1, [0, 0, 0, 0xc0]))).toEqual(ndarray([[-0.5]]))
    expect(read(wav(3, 32, 1, [0, 0, 0x80, 0x3e]))).toEqual(ndarray([[0.25]]))
    expect(problemOf(parseWav(wav(85, 16, 1, [])))).toBe('the samples are in a format that is not read')
  })

  it('reads what it writes', () => {
    const samples = ndarray([
      [0.5, -0.25],
      [-1, 0.75],
    ])
    expect(parseWav(encodeWav({ sampleRate: 22050, samples }))).toEqual(E.right({ sampleRate: 22050, samples }))
    expect([...orThrow(parseWav(encodeWav({ sampleRate: 1, samples: ndarray([3, -3, NaN]) }))).samples.data]).toEqual([
      32767 / 32768,
      -1,
      0,
    ])
  })
})

describe('text', () => {
  it('is UTF-8, and says where it is not', () => {
    expect(parseText(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9, 13, 10))).toEqual(E.right('é\n'))
    expect(problemOf(parseText(Uint8Array.of(0xff)))).toBe('the text is not UTF-8')
  })

  it('has a token for every character', () => {
    const { size, encode, decode } = charTokenizer('hello 😀', '\n')
    expect(size).toBe(7)
    expect(decode(encode('hole 😀\n').data)).toBe('hole 😀\n')
    expect(() => encode('x')).toThrow(DecodeError)
    expect(() => decode([7])).toThrow(DecodeError)
  })
})

describe('bvh', () => {
  it('reads the skeleton as a list and the motion as rows', () => {
    const { joints, frames, frameTime } = orThrow(parseBvh(bvh))
    expect(joints.map(({ name, parent, channels }) => [name, parent, channels.length])).toEqual([
      ['Hips', -1, 6],
      ['Chest', 0, 3],
      ['Chest.Site', 1, 0],
    ])
    expect(joints[1]?.offset).toEqual([0, 5.5, 0])
    expect([frames.shape, frameTime, frames.data[17]]).toEqual([[2, 9], 0.008333, -9.5])
  })
})

describe('meshes', () => {
  it('reads OBJ: polygons, corners with textures, indices from the end', () => {
    const { vertices, faces } = orThrow(parseObj(obj))
    expect(vertices.shape).toEqual([4, 3])
    expect(faces).toEqual(
      ndarray(
        [
          [0, 1, 2],
          [0, 2, 3],
          [0, 1, 2],
        ],
        { dtype: 'i32' },
      ),
    )
    expect(problemOf(parseObj('v 0 0 0\nf 1 2 3'))).toBe('face 0 is no polygon')
    expect(problemOf(parseObj('v 0 zero 0'))).toBe("'zero' is no number")
  })

  it('reads OFF, its counts in either line', () => {
    const mesh = orThrow(parseOff(off))
    expect(mesh.faces).toEqual(
      ndarray(
        [
          [0, 1, 2],
          [0, 1, 2],
          [0, 2, 3],
        ],
        { dtype: 'i32' },
      ),
    )
    expect(parseOff(off.replace("OFF # a tetrahedron's corner\n", 'OFF '))).toEqual(E.right(mesh))
    expect(problemOf(parseOff('FFO'))).toBe('the file is no OFF')
  })

  it('reads PLY, as text and as binary of both orders, alike', () => {
    const ply = orThrow(parsePly(plyText))
    expect([ply.vertices.data[5], ply.faces.data.join(), ply.extraNames, [...ply.extra.data]]).toEqual([
      0.5,
      '0,1,2',
      ['red'],
      [255, 128, 0],
    ])
    expect(parsePly(plyBinary(true))).toEqual(E.right(ply))
    expect(parsePly(plyBinary(false))).toEqual(E.right(ply))
  })
})

/** Whole files, with their reader: what the properties below damage. */
const files: readonly (readonly [name: string, bytes: Uint8Array, parse: (bytes: Uint8Array) => Parsed | Promise<Parsed>])[] = [
  ['idx', idx([2, 2], [1, 2, 3, 4]), (bytes) => parseIdx(bytes)],
  ['gzip', gzipSync(Uint8Array.from({ length: 300 }, (_, i) => i % 17)), gunzip],
  ['wav', wav(1, 16, 2, [1, 2, 3, 4], true), parseWav],
  ['bvh', latin(bvh), (bytes) => parseBvh(text(bytes))],
  ['obj', latin(obj), (bytes) => parseObj(text(bytes))],
  ['off', latin(off), (bytes) => parseOff(text(bytes))],
  ['ply as text', plyText, parsePly],
  ['ply as binary', plyBinary(true), parsePly],
  ['png', await encodePng(checker), (bytes) => parsePng(bytes)()],
  [
    'jpeg',
    new Uint8Array(jpeg.encode({ width: 8, height: 8, data: new Uint8Array(256).fill(99) }, 80).data),
    (bytes) => parseImage(bytes)(),
  ],
  ['csv', latin('a,b\n"1",2\n3,"4\n"'), (bytes) => parseCsv(text(bytes))],
]

describe.each(files)('a damaged file: %s', (name, whole, parse) => {
  it('is whole before', async () => {
    expect(E.isRight(await parse(whole))).toBe(true)
  })

  it('gives a value or a DecodeError, whatever bytes are changed or cut off', async () => {
    const edits = fc.record({
      changes: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
    })
    await holdsAsync(`damaged ${name}`, edits, { runs: 400 }, async ({ changes, length }) => {
      const bytes = whole.slice()
      for (const [at, value] of changes) bytes[at] = value
      const result = await parse(bytes.subarray(0, length))
      if (E.isLeft(result)) expect(result.left).toBeInstanceOf(DecodeError)
    })
  })
})

it.each(files.filter(([name]) => !['obj', 'csv', 'jpeg', 'bvh', 'off', 'ply as text'].includes(name)))(
  'every truncation of %s is a DecodeError',
  async (_, whole, parse) => {
    for (let n = 0; n < whole.length; n++) expect(problemOf(await parse(whole.subarray(0, n)))).not.toBe('none')
  },
)
