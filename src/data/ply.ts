/** PLY files, as Greg Turk describes them ("The PLY Polygon File Format", 1994): any elements with any properties. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { decoding, scalars, viewOf, type Fail, type Scalar } from './decode.js'
import { meshOf, numberOf, type Mesh } from './mesh.js'

const types: { readonly [name: string]: Scalar } = {
  char: scalars.i8,
  int8: scalars.i8,
  uchar: scalars.u8,
  uint8: scalars.u8,
  short: scalars.i16,
  int16: scalars.i16,
  ushort: scalars.u16,
  uint16: scalars.u16,
  int: scalars.i32,
  int32: scalars.i32,
  uint: scalars.u32,
  uint32: scalars.u32,
  float: scalars.f32,
  float32: scalars.f32,
  double: scalars.f64,
  float64: scalars.f64,
}

interface Property {
  readonly name: string
  readonly type: Scalar
  /** What counts a list; undefined for a single number. */
  readonly count: Scalar | undefined
}

interface Element {
  readonly name: string
  readonly count: number
  readonly properties: readonly Property[]
}

interface Header {
  readonly format: 'ascii' | 'binary_little_endian' | 'binary_big_endian'
  readonly elements: readonly Element[]
  readonly bytes: number
}

/** What a PLY file holds besides its mesh. */
export interface Ply extends Mesh {
  /** f32[n, k] of the vertices' further numbers, such as normals and colours; `extraNames` says which. */
  readonly extra: NDArray<'f32'>
  readonly extraNames: readonly string[]
}

const endMark = /end_header\r?\n/

/** Headers are short; what follows one may be anything. */
const mostHeader = 1 << 16

const propertyOf = (words: readonly string[], line: string, fail: Fail): Property => {
  const typeOf = (name: string | undefined): Scalar =>
    (Object.hasOwn(types, name ?? '') ? types[name ?? ''] : undefined) ?? fail(`the type of a property is not known`, line)
  return words[0] === 'list'
    ? { count: typeOf(words[1]), type: typeOf(words[2]), name: words[3] ?? '' }
    : { count: undefined, type: typeOf(words[0]), name: words[1] ?? '' }
}

const formats = ['ascii', 'binary_little_endian', 'binary_big_endian'] as const

const readHeader = (bytes: Uint8Array, fail: Fail): Header => {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, mostHeader))
  const end = endMark.exec(start)
  if (!/^ply\r?\n/.test(start) || end === null) return fail('the file is no PLY', 'a PLY starts with ply and has end_header')
  const elements: { name: string; count: number; properties: Property[] }[] = []
  let format: Header['format'] | undefined
  for (const line of start.slice(0, end.index).split(/\r?\n/)) {
    const [kind, ...words] = line.trim().split(/\s+/)
    if (kind === 'format') format = formats.find((name) => name === words[0])
    if (kind === 'element') elements.push({ name: words[0] ?? '', count: numberOf(words[1], line, fail), properties: [] })
    if (kind === 'property')
      (elements.at(-1) ?? fail('a property comes before all elements', line)).properties.push(propertyOf(words, line, fail))
  }
  const bad = elements.find(({ count }) => !Number.isInteger(count) || count < 0)
  if (bad !== undefined) fail(`${bad.name} has a count that is no whole number`, String(bad.count))
  return { format: format ?? fail('the format is not known'), elements, bytes: end.index + end[0].length }
}

/** Gives one number after another, each of the type asked for. */
type Source = (type: Scalar) => number

const binarySource = (body: Uint8Array, littleEndian: boolean, fail: Fail): Source => {
  const view = viewOf(body)
  let at = 0
  return (type) => {
    at += type.bytes
    return at > body.length
      ? fail('the file is truncated', `after ${String(body.length)} bytes`)
      : type.get(view, at - type.bytes, littleEndian)
  }
}

const textSource = (body: Uint8Array, fail: Fail): Source => {
  const words = new TextDecoder('latin1')
    .decode(body)
    .split(/\s+/)
    .filter((word) => word !== '')
  let at = 0
  return () =>
    at < words.length ? numberOf(words[at], `word ${String(at++)}`, fail) : fail('the file is truncated', `after ${String(at)} numbers`)
}

interface Row {
  readonly [name: string]: number | readonly number[]
}

const readList = (next: Source, count: Scalar, type: Scalar, most: number, fail: Fail): number[] => {
  const n = next(count)
  if (!Number.isInteger(n) || n < 0 || n > most) fail('a list has a length that cannot be', String(n))
  return Array.from({ length: n }, () => next(type))
}

const readElement = (next: Source, { properties, count }: Element, most: number, fail: Fail): Row[] => {
  if (count > most) fail('the file is truncated', `${String(count)} elements are promised in ${String(most)} bytes`)
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      properties.map(({ name, type, count: lengths }) => [
        name,
        lengths === undefined ? next(type) : readList(next, lengths, type, most, fail),
      ]),
    ),
  )
}

const cell = (row: Row, name: string, fail: Fail): number => {
  const value = row[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : fail(`a vertex has no finite ${name}`)
}

const isList = (x: Row[string] | undefined): x is readonly number[] => Array.isArray(x)

/** Reads a PLY file, as text or binary of either byte order: its vertices, faces, and the vertices' further numbers. */
export const parsePly = (bytes: Uint8Array): Either<DecodeError, Ply> =>
  decoding('parsePly', 'get the file again: it is damaged or is another format', (fail) => {
    const header = readHeader(bytes, fail)
    const body = bytes.subarray(header.bytes)
    const next = header.format === 'ascii' ? textSource(body, fail) : binarySource(body, header.format === 'binary_little_endian', fail)
    const rows = new Map(header.elements.map((element) => [element.name, readElement(next, element, body.length, fail)]))
    const vertices = rows.get('vertex') ?? fail('the file has no vertices')
    const points = vertices.flatMap((row) => ['x', 'y', 'z'].map((name) => cell(row, name, fail)))
    const polygons = (rows.get('face') ?? []).map(
      (row) => [row.vertex_indices, row.vertex_index].find(isList) ?? fail('a face has no vertex_indices'),
    )
    const properties = header.elements.find(({ name }) => name === 'vertex')?.properties ?? []
    const extraNames = properties
      .filter(({ name, count }) => count === undefined && !['x', 'y', 'z'].includes(name))
      .map(({ name }) => name)
    const extra = Float32Array.from(vertices.flatMap((row) => extraNames.map((name) => cell(row, name, fail))))
    return {
      ...meshOf(points, polygons, fail),
      extra: ndarray(extra, { shape: [vertices.length, extraNames.length], dtype: 'f32' }),
      extraNames,
    }
  })
