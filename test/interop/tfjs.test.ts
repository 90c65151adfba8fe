import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { orThrow } from '../../src/data.js'
import { parseTfjsLayers, parseTfjsWeights } from '../../src/interop.js'
import { layersModel } from '../../src/models.js'
import { apart, numbersOf } from '../models/numbers.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** What TensorFlow.js made: see makeTfjs.mjs. */
const made = JSON.parse(readFileSync(new URL('tfjs.json', import.meta.url), 'utf8')) as {
  readonly model: string
  readonly shard: string
  readonly x: Numbers
  readonly y: Numbers
  readonly quantised: { readonly specs: readonly unknown[]; readonly bytes: string; readonly values: Readonly<Record<string, readonly number[]>> }
} // prettier-ignore

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

const shard = bytesOf(made.shard)

const problemOf = (result: E.Either<fx.DecodeError, unknown>): string => {
  if (E.isRight(result)) throw new Error('this was read')
  expect(result.left).toBeInstanceOf(fx.DecodeError)
  return result.left.message
}

type Json = Record<string, unknown>

interface Topology {
  modelTopology: { model_config: { class_name: string; config: { layers: { class_name: string; name: string; config: Json; inbound_nodes: unknown[] }[]; output_layers: unknown } } } // prettier-ignore
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[]
}

/** The same model with one thing changed. */
const changed = (change: (model: Topology) => void): string => {
  const model = JSON.parse(made.model) as Topology
  change(model)
  return JSON.stringify(model)
}

const layerOf = (model: Topology, name: string) => model.modelTopology.model_config.config.layers.find((layer) => layer.name === name)!

describe('a layers model', () => {
  it('answers what TensorFlow.js answers: strides, dilation, both paddings, additions, concatenations, upsampling', () => {
    const model = layersModel(orThrow(parseTfjsLayers(made.model, { shard })))
    const x = fx.ndarray(Float32Array.from(made.x.data), { shape: [...made.x.shape] })
    const [y] = numbersOf((v: fx.Tensor<fx.Shape, 'f32'>) => {
      const params = model.init(fx.random.key(0))
      return [fx.transpose(model.apply(params, fx.transpose(v, [0, 3, 1, 2])), [0, 2, 3, 1])]
    }, x) as [number[]]
    expect(apart(y, made.y.data)).toBeLessThan(1e-5)
  })

  it('has its parameters by the names of its layers, which can be replaced', () => {
    const model = layersModel(orThrow(parseTfjsLayers(made.model, { shard })))
    const shapes = fx.trace(() => model.init(fx.random.key(0)))
    expect(shapes.outputs).toHaveLength(9)
    const x = fx.ndarray(Float32Array.from(made.x.data.slice(0, 70)), { shape: [1, 2, 5, 7] })
    const [zero] = numbersOf((v: fx.Tensor<fx.Shape, 'f32'>) => {
      const params = model.init(fx.random.key(0))
      const nothing = (name: string) => ({ w: fx.mul(params[name]!.w, 0), b: fx.full([4], name === 'valid' ? 1 : 0.5) })
      return [model.apply({ ...params, valid: nothing('valid'), again: nothing('again') }, v)]
    }, x) as [number[]]
    expect(new Set(zero)).toEqual(new Set([2.5]))
  })

  it.each<[string, RegExp, (model: Topology) => void]>([
    ['a kind of layer', /layer up is of a kind that is not read/, (m) => (layerOf(m, 'up').class_name = 'DepthwiseConv2D')],
    ['a kind that is a word of JavaScript', /layer up is of a kind that is not read/, (m) => (layerOf(m, 'up').class_name = 'toString')],
    ['an activation', /layer active has an activation that is not read/, (m) => (layerOf(m, 'active').config.activation = 'tanh')],
    ['an activation of a convolution', /layer first has an activation that is not read/, (m) => (layerOf(m, 'first').config.activation = 'elu')],
    ['another upsampling', /layer up is an upsampling that is not read/, (m) => (layerOf(m, 'up').config.interpolation = 'bilinear')],
    ['another layout', /layer first is a convolution that is not read/, (m) => (layerOf(m, 'first').config.data_format = 'channels_first')],
    ['another axis', /layer both is not along channels/, (m) => (layerOf(m, 'both').config.axis = 1)],
    ['a layer used twice', /layer up is used more than once/, (m) => layerOf(m, 'up').inbound_nodes.push([['first', 0, 0, {}]])],
    ['what is not there', /layer up reads nowhere, which is not before it/, (m) => (layerOf(m, 'up').inbound_nodes = [[['nowhere', 0, 0, {}]]])],
    ['two inputs of one', /layer up cannot read 2 layers/, (m) => (layerOf(m, 'up').inbound_nodes = [[['first', 0, 0, {}], ['first', 0, 0, {}]]])],
    ['a weight that is missing', /layer first has no kernel/, (m) => (m.weightsManifest[0]!.weights[0]!.name = 'other/kernel')],
    ['no output', /the model has not one input and one output/, (m) => (m.modelTopology.model_config.config.output_layers = [])],
    ['another model', /the model is no graph of layers/, (m) => (m.modelTopology.model_config.class_name = 'Sequential')],
    ['a kernel of another size', /layer first and its kernel are not of one size/, (m) => (layerOf(m, 'first').config.kernel_size = [5, 5])],
  ])('%s is refused by name', (_, problem, change) => {
    expect(problemOf(parseTfjsLayers(changed(change), { shard }))).toMatch(problem)
  }) // prettier-ignore

  it('that is cut off or has other shards is refused', () => {
    for (const end of [0, 1, 40, made.model.length - 1])
      expect(problemOf(parseTfjsLayers(made.model.slice(0, end), { shard }))).toMatch(/JSON/)
    for (const end of [0, 3, 4, shard.length - 1])
      expect(problemOf(parseTfjsLayers(made.model, { shard: shard.subarray(0, end) }))).toMatch(/is not in its shards/)
    expect(problemOf(parseTfjsLayers(made.model, {}))).toMatch(/the shard shard is missing/)
    expect(problemOf(parseTfjsLayers(made.model, { shard: Uint8Array.from([...shard, 0]) }))).toMatch(/do not end where/)
    expect(problemOf(parseTfjsLayers('{}', { shard }))).toMatch(/no layers model/)
  })
})

describe('weights', () => {
  const { specs, bytes, values } = made.quantised
  const manifest = (weights: readonly unknown[], paths = ['a']): string => JSON.stringify([{ paths, weights }])

  it('quantised ones are what TensorFlow.js makes of them: q · scale + min, and halves', () => {
    const arrays = orThrow(parseTfjsWeights(manifest(specs), { a: bytesOf(bytes) }))
    expect(Object.keys(arrays)).toEqual(Object.keys(values))
    for (const [name, want] of Object.entries(values)) expect(apart(Array.from(arrays[name]!.data), want)).toBeLessThan(1e-6)
    expect([arrays.u8?.dtype, arrays.u8?.shape, arrays.i32?.dtype]).toEqual(['f32', [2, 3], 'i32'])
  })

  it('may be spread over shards, anywhere', () => {
    const all = bytesOf(bytes)
    const whole = orThrow(parseTfjsWeights(manifest(specs), { a: all }))
    for (const cut of [1, 7, 9])
      expect(orThrow(parseTfjsWeights(manifest(specs, ['a', 'b']), { a: all.subarray(0, cut), b: all.subarray(cut) }))).toEqual(whole)
  })

  it.each<[string, RegExp, readonly unknown[]]>([
    ['an unknown type', /w has elements of a type that is not read/, [{ name: 'w', shape: [1], dtype: 'complex64' }]],
    ['an unknown quantisation', /w has elements of a type/, [{ name: 'w', shape: [1], dtype: 'float32', quantization: { dtype: 'int4' } }]],
    ['quantised integers', /w is quantised in a way/, [{ name: 'w', shape: [18], dtype: 'int32', quantization: { dtype: 'uint8', scale: 1, min: 0 } }]],
    ['a shape that is none', /w is not in its shards/, [{ name: 'w', shape: [-1], dtype: 'float32' }]],
    ['one name twice', /two weights called w/, [9, 9].map((n) => ({ name: 'w', shape: [n], dtype: 'uint8' }))],
    ['no name', /no list of groups/, [{ shape: [1], dtype: 'float32' }]],
  ])('%s is refused', (_, problem, weights) => {
    expect(problemOf(parseTfjsWeights(manifest(weights), { a: bytesOf(bytes) }))).toMatch(problem)
  }) // prettier-ignore
})
