/**
 * Models of TensorFlow.js: named weights in shards (https://github.com/tensorflow/tfjs, `io/types.ts`: groups of shards whose bytes follow
 * one another, perhaps quantised as x = q · scale + min), and layers models, which are a graph of Keras layers as JSON.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decoding, type Fail } from '../data/decode.js'
import type { DecodeError } from '../error.js'
import { fromHalfBits } from '../ir/half.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { sizeOf } from '../ir/shape.js'
import { arrayOfBytes, stored, type StoredType } from './elements.js'
import type { Tensors } from './safetensors.js'

/** The bytes of each shard by its path. */
export type Shards = Readonly<Record<string, Uint8Array>>

const Quantised = t.intersection([t.type({ dtype: t.string }), t.partial({ scale: t.number, min: t.number })])
const Weight = t.intersection([
  t.type({ name: t.string, shape: t.array(t.number), dtype: t.string }),
  t.partial({ quantization: Quantised }),
])
const Manifest = t.array(t.type({ paths: t.array(t.string), weights: t.array(Weight) }))

const typeOf: ReadonlyMap<string, StoredType> = new Map([
  ['float32', 'f32'],
  ['float16', 'f16'],
  ['int32', 'i32'],
  ['uint8', 'u8'],
  ['uint16', 'u16'],
  ['bool', 'bool'],
])

const help = 'get model.json and its shards again: they are damaged, do not belong together, or are another kind of model'

const json = (text: string, fail: Fail): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return fail('this is not JSON')
  }
}

const joined = (paths: readonly string[], shards: Shards, fail: Fail): Uint8Array => {
  const parts = paths.map((path) => (Object.hasOwn(shards, path) ? (shards[path] as Uint8Array) : fail(`the shard ${path} is missing`)))
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

/** Stored elements as what they stand for. */
const restored = ({ name, dtype, quantization }: t.TypeOf<typeof Weight>, array: NDArray, fail: Fail): NDArray => {
  if (quantization === undefined) return array
  const { scale = 1, min = 0 } = quantization
  if (dtype !== 'float32' || !Number.isFinite(scale) || !Number.isFinite(min))
    return fail(`${name} is quantised in a way that is not read`, `${dtype} as ${quantization.dtype} · ${String(scale)} + ${String(min)}`)
  const value = quantization.dtype === 'float16' ? fromHalfBits : (q: number): number => q * scale + min
  return ndarray(Float32Array.from(array.data, value), { shape: array.shape, dtype: 'f32' })
}

const readWeights = (manifest: unknown, shards: Shards, fail: Fail): Tensors['arrays'] => {
  if (!Manifest.is(manifest)) return fail('the manifest is no list of groups, each with paths and weights')
  const found = new Map<string, NDArray>()
  for (const { paths, weights } of manifest) {
    const bytes = joined(paths, shards, fail)
    let at = 0
    for (const weight of weights) {
      const { name, shape, dtype, quantization } = weight
      const kind = quantization?.dtype ?? dtype
      const type = typeOf.get(kind) ?? fail(`${name} has elements of a type that is not read`, kind)
      const end = at + (shape.every((n) => Number.isSafeInteger(n) && n >= 0) ? sizeOf(shape) : NaN) * stored[type].bytes
      if (!(end <= bytes.length)) fail(`${name} is not in its shards`, `to byte ${String(end)} of ${String(bytes.length)}`)
      if (found.has(name)) fail(`there are two weights called ${name}`)
      found.set(name, restored(weight, arrayOfBytes(name, type, shape, bytes.subarray(at, end), true, fail), fail))
      at = end
    }
    if (at !== bytes.length) fail('the shards do not end where their weights do', `${String(at)} of ${String(bytes.length)} bytes`)
  }
  return Object.fromEntries(found)
}

/** Reads the weights of a manifest, the JSON text of its groups. Quantised ones become f32. */
export const parseTfjsWeights = (manifest: string, shards: Shards): Either<DecodeError, Tensors['arrays']> =>
  decoding('parseTfjsWeights', help, (fail) => readWeights(json(manifest, fail), shards, fail))

/** What a layer does; images are [n, h, w, c] in the file's axes. */
export type TfjsOp =
  | { readonly kind: 'input' }
  | { readonly kind: 'activation'; readonly relu: boolean }
  | { readonly kind: 'add' }
  /** Along the channels. */
  | { readonly kind: 'concat' }
  | { readonly kind: 'upsample'; readonly factors: readonly [number, number] }
  | {
      readonly kind: 'conv'
      readonly strides: readonly number[]
      readonly dilation: readonly number[]
      readonly groups: number
      readonly padding: 'same' | 'valid'
      readonly relu: boolean
      /** [h, w, inputs / groups, outputs] */
      readonly kernel: NDArray<'f32'>
      /** [outputs] */
      readonly bias: NDArray<'f32'> | undefined
    }

export interface TfjsLayer {
  readonly name: string
  /** Names of layers before it. */
  readonly inputs: readonly string[]
  readonly op: TfjsOp
}

/** A graph of layers with one input and one output, each after what it reads. */
export interface TfjsLayers {
  readonly layers: readonly TfjsLayer[]
  readonly output: string
}

const Pair = t.tuple([t.number, t.number])
const Layer = t.type({ class_name: t.string, name: t.string, config: t.UnknownRecord, inbound_nodes: t.array(t.unknown) })
const Links = t.array(t.array(t.unknown))
const Network = t.type({ layers: t.array(Layer), input_layers: Links, output_layers: Links })
const Model = t.type({
  modelTopology: t.type({ model_config: t.type({ class_name: t.string, config: Network }) }),
  weightsManifest: t.unknown,
})
const Conv = t.intersection([
  t.partial({ groups: t.number }),
  t.type({
    kernel_size: Pair,
    strides: Pair,
    dilation_rate: Pair,
    padding: t.union([t.literal('same'), t.literal('valid')]),
    data_format: t.literal('channels_last'),
    activation: t.string,
    use_bias: t.boolean,
  }),
])
const Upsampling = t.type({ size: Pair, data_format: t.literal('channels_last'), interpolation: t.literal('nearest') })

type Config = Readonly<Record<string, unknown>>

interface Reading {
  readonly name: string
  readonly config: Config
  readonly arrays: Tensors['arrays']
  readonly fail: Fail
}

const isRelu = ({ name, config, fail }: Reading): boolean =>
  config.activation === 'relu' ||
  (config.activation !== 'linear' && fail(`layer ${name} has an activation that is not read`, String(config.activation)))

const weight = ({ name, arrays, fail }: Reading, part: string, rank: number): NDArray<'f32'> => {
  const array = arrays[`${name}/${part}`]
  if (array?.dtype !== 'f32' || array.shape.length !== rank)
    return fail(
      `layer ${name} has no ${part} of f32 and ${String(rank)} axes`,
      array === undefined ? 'none' : `[${array.shape.join(', ')}]`,
    )
  return array as NDArray<'f32'>
}

/** By the name of the Keras class. */
const readers: Readonly<Record<string, (reading: Reading) => TfjsOp>> = {
  InputLayer: () => ({ kind: 'input' }),
  Add: () => ({ kind: 'add' }),
  Activation: (reading) => ({ kind: 'activation', relu: isRelu(reading) }),
  Concatenate: ({ name, config, fail }) =>
    config.axis === 3 || config.axis === -1
      ? { kind: 'concat' }
      : fail(`layer ${name} is not along channels`, `axis ${String(config.axis)}`),
  UpSampling2D: ({ name, config, fail }) =>
    Upsampling.is(config) ? { kind: 'upsample', factors: config.size } : fail(`layer ${name} is an upsampling that is not read`),
  Conv2D: (reading) => {
    const { name, config, fail } = reading
    if (!Conv.is(config)) return fail(`layer ${name} is a convolution that is not read`)
    const kernel = weight(reading, 'kernel', 4)
    if (kernel.shape.slice(0, 2).join() !== config.kernel_size.join())
      fail(`layer ${name} and its kernel are not of one size`, `[${kernel.shape.join(', ')}]`)
    const bias = config.use_bias ? weight(reading, 'bias', 1) : undefined
    if (bias !== undefined && bias.shape[0] !== kernel.shape[3]) fail(`layer ${name} has a bias of another size than its kernel`)
    return {
      kind: 'conv',
      strides: config.strides,
      dilation: config.dilation_rate,
      groups: config.groups ?? 1,
      padding: config.padding,
      relu: isRelu(reading),
      kernel,
      bias,
    }
  },
}

/** Names in `[[name, node, tensor, …], …]`: of layers that are used once. */
const linked = (name: string, links: unknown, fail: Fail): readonly string[] =>
  Links.is(links)
    ? links.map(([from, node, tensor]) =>
        typeof from === 'string' && node === 0 && tensor === 0 ? from : fail(`layer ${name} reads what is not read here`),
      )
    : fail(`layer ${name} does not say what it reads`)

const counts: Readonly<Partial<Record<TfjsOp['kind'], readonly [least: number, most: number]>>> = {
  input: [0, 0],
  add: [2, Infinity],
  concat: [2, Infinity],
}

/** Reads a layers model of convolutions, relu, additions, concatenations and nearest upsampling, with one input and one output. */
export const parseTfjsLayers = (modelJson: string, shards: Shards): Either<DecodeError, TfjsLayers> =>
  decoding('parseTfjsLayers', help, (fail) => {
    const model = json(modelJson, fail)
    if (!Model.is(model)) return fail('this is no layers model with a topology and weights')
    const { class_name: kind, config: network } = model.modelTopology.model_config
    if (kind !== 'Functional' && kind !== 'Model') return fail('the model is no graph of layers', kind)
    const arrays = readWeights(model.weightsManifest, shards, fail)
    const seen = new Set<string>()
    const layers = network.layers.map(({ class_name: type, name, config, inbound_nodes: nodes }): TfjsLayer => {
      const read = Object.hasOwn(readers, type) ? readers[type] : undefined
      if (read === undefined) return fail(`layer ${name} is of a kind that is not read`, type)
      if (nodes.length > 1) fail(`layer ${name} is used more than once`)
      const inputs = nodes.length === 0 ? [] : linked(name, nodes[0], fail)
      const strange = inputs.find((input) => !seen.has(input))
      if (strange !== undefined) fail(`layer ${name} reads ${strange}, which is not before it`)
      if (seen.has(name)) fail(`there are two layers called ${name}`)
      seen.add(name)
      const op = read({ name, config, arrays, fail })
      const [least, most] = counts[op.kind] ?? [1, 1]
      if (inputs.length < least || inputs.length > most) fail(`layer ${name} cannot read ${String(inputs.length)} layers`, type)
      return { name, inputs, op }
    })
    const outputs = linked('the output', network.output_layers, fail)
    if (layers.filter(({ op }) => op.kind === 'input').length !== 1 || outputs.length !== 1 || !seen.has(outputs[0] as string))
      fail('the model has not one input and one output')
    return { layers, output: outputs[0] as string }
  })
