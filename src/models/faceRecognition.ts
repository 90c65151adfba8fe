/**
 * The residual network of dlib (King: Dlib-ml, 2009, and its face recognition of 2017) that tells faces apart, as face-api.js has it: pictures of
 * faces to 128 numbers, which are near for pictures of one person. It is ResNet-34 with fewer layers and half the maps (He et al. 2015), where
 * each convolution is followed by a scale and a shift for each map, and shortcuts that change the shape are means over windows and zeros.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { decoding, type Fail } from '../data/decode.js'
import { UnsupportedError, type DecodeError } from '../error.js'
import type { Tensors } from '../interop/safetensors.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { conv2d } from '../nn/conv.js'
import { dense } from '../nn/dense.js'
import { statelessLayer, type Layer } from '../nn/module.js'
import { constant, full, zeros } from '../ops/creation.js'
import { avgPool, matmul, maxPool } from '../ops/linear.js'
import { add, div, mul, relu, sub } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'
import { mean } from '../ops/reduce.js'
import { pad, reshape } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export interface FaceRecognitionConfig {
  /** Maps of each stage; each has twice as many as the one before. Default [32, 64, 128, 256]. */
  readonly maps?: readonly number[]
  /** Blocks of each stage that keep the shape. Default [3, 3, 2, 2]. */
  readonly blocks?: readonly number[]
  /** Numbers of a face. Default 128. */
  readonly features?: number
}

/** A convolution, w [outputs, inputs, h, w] and b [outputs], then for each map a scale and a shift [outputs]. */
interface ScaledConv<T> {
  readonly w: T
  readonly b: T
  readonly scale: T
  readonly shift: T
}

/** Convolutions by their names in the file, such as `conv32_down` and `conv64_1/conv2`; fc [maps, features]. */
export interface FaceRecognitionParams<T = F32> {
  readonly convs: Readonly<Record<string, ScaledConv<T>>>
  readonly fc: T
}

interface ConvSize {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  readonly kernel: number
  readonly stride: number
}

interface Block {
  readonly convs: readonly [ConvSize, ConvSize]
  readonly down: boolean
}

interface Plan {
  readonly stem: ConvSize
  readonly blocks: readonly Block[]
  readonly outputs: number
  readonly features: number
}

const blockOf = (name: string, inputs: number, outputs: number, down: boolean): Block => ({
  down,
  convs: [
    { name: `${name}/conv1`, inputs, outputs, kernel: 3, stride: down ? 2 : 1 },
    { name: `${name}/conv2`, inputs: outputs, outputs, kernel: 3, stride: 1 },
  ],
})

/** @throws UnsupportedError where stages do not fit */
const planOf = ({ maps = [32, 64, 128, 256], blocks = [3, 3, 2, 2], features = 128 }: FaceRecognitionConfig): Plan => {
  const whole = (n: number, least: number): boolean => Number.isInteger(n) && n >= least
  const doubled = maps.every((n, i) => i === 0 || n === 2 * (maps[i - 1] as number))
  if (maps.length === 0 || maps.length !== blocks.length || !doubled || ![...maps, features].every((n) => whole(n, 1)) || !blocks.every((n) => whole(n, 0)))
    throw new UnsupportedError({
      op: 'faceRecognition',
      problem: `maps are [${maps.join(', ')}], blocks [${blocks.join(', ')}], features ${String(features)}`,
      help: 'give whole numbers, as many blocks as maps, and twice the maps for each stage',
    }) // prettier-ignore
  const [first, last] = [maps[0] as number, maps.at(-1) as number]
  return {
    stem: { name: `conv${String(first)}_down`, inputs: 3, outputs: first, kernel: 7, stride: 2 },
    blocks: [
      ...maps.flatMap((n, i) => [
        ...(i === 0 ? [] : [blockOf(`conv${String(n)}_down`, n / 2, n, true)]),
        ...Array.from({ length: blocks[i] as number }, (_, k) => blockOf(`conv${String(n)}_${String(k + 1)}`, n, n, false)),
      ]),
      blockOf(`conv${String(last)}_down_out`, last, last, true),
    ],
    outputs: last,
    features,
  }
}

const convsOf = ({ stem, blocks }: Plan): readonly ConvSize[] => [stem, ...blocks.flatMap(({ convs }) => convs)]

/** The mean colour of pictures in training, from 0 to 255. */
const meanColour = [122.782, 117.001, 104.298] as const

const layerOf = ({ inputs, outputs, kernel, stride }: ConvSize) =>
  conv2d(inputs, outputs, kernel, { strides: stride, padding: stride === 1 ? 'same' : 'valid' })

const perMap = (v: F32): F32 => reshape(v, [v.size, 1, 1])

/** (w ∗ x + b) · scale + shift */
const scaled = (size: ConvSize, { convs }: FaceRecognitionParams, x: F32): F32 => {
  const { scale, shift, ...affine } = convs[size.name] as ScaledConv<F32>
  return add(mul(layerOf(size).apply(affine, x), perMap(scale)), perMap(shift))
}

/** Zeros after the end of each axis, up to the longer of both. */
const extended = (x: F32, other: F32): F32 =>
  pad(
    x,
    x.shape.map((n, axis) => [0, Math.max(n, other.shape[axis] as number) - n] as const),
  )

const applied = ({ convs: [one, two], down }: Block, params: FaceRecognitionParams, x: F32): F32 => {
  const y = scaled(two, params, relu(scaled(one, params, x)))
  if (!down) return relu(add(y, x))
  const short: F32 = avgPool(x, { window: 2 })
  return relu(add(extended(y, short), extended(short, y)))
}

const initial = (plan: Plan, key: Key): FaceRecognitionParams => {
  const sizes = convsOf(plan)
  const keys = split(key, sizes.length + 1) as unknown as readonly Key[]
  const convs = sizes.map((size, i) => {
    const { w, b = zeros([size.outputs]) } = layerOf(size).init(keys[i] as Key)
    return [size.name, { w, b, scale: full([size.outputs], 1), shift: zeros([size.outputs]) }] as const
  })
  return { convs: Object.fromEntries(convs), fc: dense(plan.outputs, plan.features).init(keys[sizes.length] as Key).w }
}

/**
 * Pictures of faces [n, 3, h, w] of red, green and blue from 0 to 255, as they were trained 150 × 150, to numbers [n, features] that are near
 * for pictures of one person: dlib calls distances below 0.6 one person. 5.6 million parameters.
 * @throws UnsupportedError where stages do not fit
 */
export const faceRecognition = (config: FaceRecognitionConfig = {}): Layer<FaceRecognitionParams> => {
  const plan = planOf(config)
  return statelessLayer(
    'faceRecognition',
    (key) => initial(plan, key),
    (params: FaceRecognitionParams, x: F32): F32 => {
      const colour: F32 = constant([...meanColour], { shape: [3, 1, 1] })
      const stem = relu(scaled(plan.stem, params, div(sub(x, colour), 255)))
      const pooled: F32 = maxPool(stem, { window: 3, strides: 2 })
      const maps = plan.blocks.reduce<F32>((y, block) => applied(block, params, y), pooled)
      return matmul(mean(maps, { axis: [2, 3] }), params.fc)
    },
  )
}

/** [h, w, inputs, outputs] as [outputs, inputs, h, w]. */
const filtersFirst = ({ shape, data }: NDArray<'f32'>): NDArray<'f32'> => {
  const [h, w, inputs, outputs] = shape as readonly [number, number, number, number]
  const turned = new Float32Array(data.length)
  for (let at = 0, o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let place = 0; place < h * w; place++) turned[at++] = data[(place * inputs + i) * outputs + o] as number
  return ndarray(turned, { shape: [outputs, inputs, h, w], dtype: 'f32' })
}

const readParams = (plan: Plan, arrays: Tensors['arrays'], fail: Fail): FaceRecognitionParams<NDArray<'f32'>> => {
  const unread = new Set(Object.keys(arrays))
  const weight = (name: string, shape: Shape): NDArray<'f32'> => {
    const array = Object.hasOwn(arrays, name) ? arrays[name] : fail(`there is no ${name}`)
    if (array?.dtype !== 'f32' || showShape(array.shape) !== showShape(shape))
      return fail(`${name} is not f32${showShape(shape)}`, array === undefined ? 'nothing' : `${array.dtype}${showShape(array.shape)}`)
    unread.delete(name)
    return array as NDArray<'f32'>
  }
  const convs = convsOf(plan).map(({ name, inputs, outputs, kernel }) => {
    const own = (part: string): NDArray<'f32'> => weight(`${name}/${part}`, [outputs])
    const w = filtersFirst(weight(`${name}/conv/filters`, [kernel, kernel, inputs, outputs]))
    return [name, { w, b: own('conv/bias'), scale: own('scale/weights'), shift: own('scale/biases') }] as const
  })
  const fc = weight('fc', [plan.outputs, plan.features])
  if (unread.size > 0) fail('there are weights that the network does not have', [...unread].slice(0, 3).join(', '))
  return { convs: Object.fromEntries(convs), fc }
}

/**
 * Parameters of `faceRecognition` of the weights by name that face-api.js has, as `parseTfjsWeights` of `fluxion/interop` reads them from
 * `face_recognition_model-weights_manifest.json`. @throws UnsupportedError where stages do not fit
 */
export const faceRecognitionParams = (
  arrays: Tensors['arrays'],
  config: FaceRecognitionConfig = {},
): Either<DecodeError, FaceRecognitionParams<NDArray<'f32'>>> => {
  const plan = planOf(config)
  const help = 'give the weights of face_recognition_model of face-api.js, and the configuration that they were trained with'
  return decoding('faceRecognitionParams', help, (fail) => readParams(plan, arrays, fail))
}
