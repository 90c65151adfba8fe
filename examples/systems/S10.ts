/** Receptive fields: computed, and measured by the gradient of one output. */
import * as fx from '../../src/index.js'
import { receptiveField, sensitivity, type LayerSize } from '../../src/models.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [side, count] = [32, 16]

interface Layer extends LayerSize {
  readonly pool?: 'max' | 'avg'
}

const conv3: Layer = { kernel: 3 }

const networks: Readonly<Record<string, readonly Layer[]>> = {
  'three convolutions': [conv3, conv3, conv3],
  'with stride 2': [{ ...conv3, stride: 2 }, { ...conv3, stride: 2 }, conv3],
  'with gaps of 1, 2, 4': [conv3, { ...conv3, dilation: 2 }, { ...conv3, dilation: 4 }],
  'the mean of 2 × 2 between': [conv3, { kernel: 2, stride: 2, pool: 'avg' }, conv3, { kernel: 2, stride: 2, pool: 'avg' }, conv3],
  'the largest of 2 × 2 between': [conv3, { kernel: 2, stride: 2, pool: 'max' }, conv3, { kernel: 2, stride: 2, pool: 'max' }, conv3],
  'eight convolutions': Array.from({ length: 8 }, () => conv3),
}

/** Convolutions with all weights positive, so that nothing cancels. */
const applied = (x: F32, { kernel, stride = 1, dilation = 1, pool }: Layer): F32 => {
  const o = { window: kernel, strides: stride }
  if (pool !== undefined) return pool === 'max' ? fx.maxPool(x, o) : fx.avgPool(x, o)
  const w: F32 = fx.full([1, 1, kernel, kernel], 1 / kernel ** 2)
  return fx.conv(x, w, { strides: stride, dilation })
}

/** How much the middle output of layers depends on each pixel of each image: f32[n, side, side]. */
const look = (layers: readonly Layer[], images: F32): F32 => {
  const network = (x: F32): F32 => layers.reduce(applied, x)
  const [, , height = 1, width = 1] = network(images).shape
  const one = (image: F32): F32 => {
    const seen = sensitivity(network, fx.reshape(image, [1, 1, side, side]), [0, 0, height >> 1, width >> 1])
    return fx.reshape(seen, [side, side])
  }
  return fx.vmap(one)(images)
}

/** Rows that an output depends on, from the first to the last. */
const extent = (seen: ArrayLike<number>): number => {
  const rows = Array.from({ length: side }, (_, i) => i).filter((i) => Array.from({ length: side }, (__, j) => seen[i * side + j] as number).some((v) => v > 0)) // prettier-ignore
  return rows.length === 0 ? 0 : (rows.at(-1) as number) - (rows[0] as number) + 1
}

/** The gradient of max pooling: how far it is from 1 at the largest of each block and 0 elsewhere. */
const atLargest = (images: F32): F32 => {
  const blocks = (x: F32): F32 =>
    fx.reshape(fx.transpose(fx.reshape(x, [count, side / 2, 2, side / 2, 2]), [0, 1, 3, 2, 4]), [count * (side / 2) ** 2, 4])
  const slope = fx.grad((x: F32) => fx.sum(fx.maxPool(x, { window: 2 })))(images)
  const largest = fx.oneHot<fx.Shape, number>(fx.argmax(blocks(images), { axis: 1 }), 4)
  return fx.max(fx.abs(fx.sub(blocks(slope), largest)))
}

const draw = async (ctx: Context, seen: readonly fx.NDArray[]): Promise<void> => {
  // The square root shows what is small; the border is that of the image.
  const pictures = seen.map(({ data }) => {
    const most = Array.from(data).reduce((a, b) => Math.max(a, b))
    const shade = (i: number): number => 1 - Math.sqrt(Number(data[i]) / most)
    const edge = (i: number): boolean => i % side === 0 || i % side === side - 1 || i < side || i >= side * (side - 1)
    return { shape: [side, side], data: Float32Array.from(data, (_, i) => (edge(i) ? 0.6 : shade(i))) }
  })
  await ctx.plot.images('fields', pictures, { columns: 3, scale: 7 })
  const names = Object.keys(networks)
  const middle = side / 2
  const curves = names.map((name, k) => {
    const sums = Array.from({ length: side }, (_, j) => Array.from({ length: side }, (__, i) => Number(seen[k]?.data[i * side + j])).reduce((a, b) => a + b)) // prettier-ignore
    const total = sums.reduce((a, b) => a + b)
    return { name, points: sums.map((v, j) => [j - middle, v / total] as const) }
  })
  await ctx.plot.lines('profiles', { title: 'Where an output looks, summed over rows', x: 'pixels from the middle', y: 'share', curves })
}

export const system: System = {
  id: 'S10',
  title: 'Pooling, strides, gaps, receptive fields',
  metric: 'pixels_between_computed_and_measured_fields',
  target: '= 0',
  page: 'How far an output of a network sees: by the formula 1 + Σ dₗ (kₗ - 1) Π sᵢ, and by where the gradient of one output is not zero. Strides, gaps and pooling see further with as many weights. Each picture is one network’s gradient in the plane: a stack of convolutions looks mostly at its middle, as the bell of the eight shows; the largest of each block hands its gradient to one pixel alone, so that its picture has holes; over sixteen images all pixels of its field have their turn.',
  run: async (ctx) => {
    const noise = Float32Array.from({ length: count * side * side }, (_, i) => Math.sin(i * i * 0.7 + ctx.seed))
    const images = fx.ndarray(noise, { shape: [count, 1, side, side] })
    const program = await fx.compile(
      (x: F32) => {
        const seen = Object.values(networks).map((layers) => look(layers, x))
        // What the largest of a block hides in one image matters in another.
        return {
          any: seen.map((each) => fx.sum(each, { axis: 0 })),
          first: seen.map((each) => fx.reshape(fx.slice(each, [0, 0, 0], [1, side, side]), [side, side])),
          wrong: atLargest(x),
        }
      },
      [fx.specOf(images)] as const,
      { device: ctx.device },
    )
    const found = await program(images)
    const read = (fields: readonly fx.DeviceArray[]): Promise<fx.NDArray[]> => Promise.all(fields.map((field) => field.toNDArray()))
    const [any, first] = [await read(found.any), await read(found.first)]
    const apart = Object.entries(networks).map(([name, layers], k) => {
      const [computed, measured] = [receptiveField(layers), extent(any[k]?.data ?? [])]
      ctx.note(`${name}: sees ${String(computed)} pixels by the formula, ${String(measured)} by its gradient`)
      return Math.abs(computed - measured)
    })
    const wrong = await found.wrong.item()
    ctx.note(`the gradient of the largest goes to the largest alone, to ${String(wrong)}`)
    await draw(ctx, first)
    return Math.max(...apart) + wrong
  },
}
