/**
 * Makes tfjs.json: a small layers model as TensorFlow.js saves it, quantised weights, and what TensorFlow.js answers.
 * Run where @tensorflow/tfjs 4.22 is installed: node makeTfjs.mjs
 */
import { writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'

await tf.setBackend('cpu')
const { layers } = tf
const conv = (name, filters, more = {}) =>
  layers.conv2d({
    name,
    filters,
    kernelSize: 3,
    padding: 'same',
    kernelInitializer: tf.initializers.randomNormal({ seed: name.length, stddev: 0.4 }),
    biasInitializer: tf.initializers.randomNormal({ seed: 7 }),
    ...more,
  })
const input = layers.input({ name: 'image', shape: [null, null, 2] })
const first = conv('first', 3).apply(input)
const active = layers.activation({ name: 'active', activation: 'relu' }).apply(first)
const wide = conv('wider', 2, { dilationRate: 2, activation: 'relu', useBias: false }).apply(active)
const both = layers.concatenate({ name: 'both', axis: 3 }).apply([first, wide])
const down = conv('downward', 2, { strides: 2, kernelSize: [3, 2] }).apply(both)
const up = layers.upSampling2d({ name: 'up', size: [2, 3] }).apply(down)
const one = conv('valid', 4, { padding: 'valid' }).apply(up)
const two = conv('again', 4, { padding: 'valid', kernelSize: [3, 3] }).apply(up)
const model = tf.model({ inputs: input, outputs: layers.add({ name: 'sum' }).apply([one, two, one]) })

const x = tf.randomNormal([2, 5, 7, 2], 0, 1, 'float32', 3)
const y = model.predict(x)
let saved
await model.save(tf.io.withSaveHandler((artifacts) => ((saved = artifacts), { modelArtifactsInfo: { dateSaved: new Date() } })))
const topology = {
  modelTopology: { model_config: saved.modelTopology.model_config ?? saved.modelTopology },
  weightsManifest: [{ paths: ['shard'], weights: saved.weightSpecs }],
}
const numbers = (t) => ({ shape: t.shape, data: Array.from(t.dataSync()) })
const specs = [
  { name: 'u8', shape: [2, 3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -3 } },
  { name: 'u16', shape: [2], dtype: 'float32', quantization: { dtype: 'uint16', scale: 0.001, min: 5 } },
  { name: 'f16', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
  { name: 'i32', shape: [1], dtype: 'int32' },
]
const bytes = Uint8Array.from([0, 1, 2, 127, 254, 255, 0, 0, 0x34, 0x12, 0, 0x3c, 0, 0xc1, 0xfe, 0xff, 0xff, 0xff])
const decoded = tf.io.decodeWeights(bytes.buffer, specs)
const base64 = (b) => Buffer.from(b).toString('base64')
writeFileSync(
  new URL('tfjs.json', import.meta.url),
  JSON.stringify({
    tfjs: tf.version.tfjs,
    model: JSON.stringify(topology),
    shard: base64(saved.weightData),
    x: numbers(x),
    y: numbers(y),
    quantised: {
      specs,
      bytes: base64(bytes),
      values: Object.fromEntries(Object.entries(decoded).map(([name, t]) => [name, Array.from(t.dataSync())])),
    },
  }) + '\n',
)
