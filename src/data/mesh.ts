/** Triangle meshes and point clouds: OBJ, OFF and PLY. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { decoding, type Fail } from './decode.js'

/** Vertices f32[n, 3] and triangles i32[m, 3] of their indices; a point cloud has none. */
export interface Mesh {
  readonly vertices: NDArray<'f32'>
  readonly faces: NDArray<'i32'>
}

/** The triangles of a polygon, as a fan around its first corner. */
const fan = (corners: readonly number[]): number[] =>
  corners.slice(2).flatMap((corner, i) => [corners[0] as number, corners[i + 1] as number, corner])

/** @throws what `fail` does where a polygon has less than three corners, or one that is no vertex */
export const meshOf = (
  vertices: readonly number[] | Float32Array<ArrayBuffer>,
  polygons: readonly (readonly number[])[],
  fail: Fail,
): Mesh => {
  const count = vertices.length / 3
  polygons.forEach((polygon, i) => {
    const bad = polygon.find((corner) => !(Number.isInteger(corner) && corner >= 0 && corner < count))
    if (polygon.length < 3 || bad !== undefined)
      fail(`face ${String(i)} is no polygon`, `its corners are ${polygon.join(' ')}`, `there are ${String(count)} vertices`)
  })
  const faces = Int32Array.from(polygons.flatMap(fan))
  return {
    vertices: ndarray(Float32Array.from(vertices), { shape: [count, 3], dtype: 'f32' }),
    faces: ndarray(faces, { shape: [faces.length / 3, 3], dtype: 'i32' }),
  }
}

/** @throws what `fail` does where a word is no finite number */
export const numberOf = (word: string | undefined, where: string, fail: Fail): number => {
  const value = word === undefined || word === '' ? NaN : Number(word)
  return Number.isFinite(value) ? value : fail(`'${word ?? ''}' is no number`, where)
}

const help = 'get the file again: it is damaged or is another format'

/** An OBJ corner is `v`, `v/vt`, `v//vn` or `v/vt/vn`; negative ones count from the last vertex so far. */
const cornerOf = (word: string, vertices: number, where: string, fail: Fail): number => {
  const index = numberOf(word.split('/')[0], where, fail)
  return index < 0 ? vertices + index : index - 1
}

/** Reads the vertices and faces of a Wavefront OBJ file; polygons become triangles, and all else is skipped. */
export const parseObj = (text: string): Either<DecodeError, Mesh> =>
  decoding('parseObj', help, (fail) => {
    const vertices: number[] = []
    const polygons: number[][] = []
    text.split('\n').forEach((line, i) => {
      const [kind, ...words] = line.trim().split(/\s+/)
      const where = `line ${String(i + 1)}`
      if (kind === 'v') for (let d = 0; d < 3; d++) vertices.push(numberOf(words[d], where, fail))
      if (kind === 'f') polygons.push(words.map((word) => cornerOf(word, vertices.length / 3, where, fail)))
    })
    return vertices.length === 0 ? fail('there are no vertices') : meshOf(vertices, polygons, fail)
  })

/** Reads an OFF file: counts, vertices, polygons. Colours are skipped. */
export const parseOff = (text: string): Either<DecodeError, Mesh> =>
  decoding('parseOff', help, (fail) => {
    const lines = text
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '')
    if (!/^(C|N|ST)*OFF\b/.test(lines[0] ?? '')) return fail('the file is no OFF', `it starts with ${JSON.stringify(text.slice(0, 16))}`)
    const head = (lines[0] as string).replace(/^(C|N|ST)*OFF\s*/, '')
    const rows = head === '' ? lines.slice(1) : [head, ...lines.slice(1)]
    const row = (i: number): number[] =>
      (rows[i] ?? fail('is truncated', `line ${String(i)} is missing`)).split(/\s+/).map((word) => numberOf(word, `row ${String(i)}`, fail))
    const [vertexCount = 0, faceCount = 0] = row(0)
    if (vertexCount + faceCount + 1 > rows.length)
      fail('the file is truncated', `${String(vertexCount)} vertices and ${String(faceCount)} faces in ${String(rows.length)} lines`)
    const vertices = Array.from({ length: vertexCount }, (_, i) => row(1 + i)).flatMap(([x = NaN, y = NaN, z = NaN], i) =>
      [x, y, z].every(Number.isFinite) ? [x, y, z] : fail(`vertex ${String(i)} has no three coordinates`),
    )
    const polygons = Array.from({ length: faceCount }, (_, i) => {
      const [corners = 0, ...rest] = row(1 + vertexCount + i)
      return rest.length < corners ? fail(`face ${String(i)} has fewer corners than it states`) : rest.slice(0, corners)
    })
    return meshOf(vertices, polygons, fail)
  })
