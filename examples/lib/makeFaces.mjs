/**
 * Makes faces.json, what face-api.js 1.7.15 finds in the photographs that come with it and the 128 numbers that its own runtime gives each face, and
 * test/models/faceRecognition.json, the same network of other sizes with made-up weights and what it answers there.
 * Run where @vladmandic/face-api 1.7.15, @tensorflow/tfjs 4.22, @tensorflow/tfjs-backend-wasm 4.22 and jpeg-js are installed: node makeFaces.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(join(process.cwd(), 'here.js'))
const tf = require('@tensorflow/tfjs')
require('@tensorflow/tfjs-backend-wasm')
const jpeg = require('jpeg-js')
const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js')
const folder = dirname(require.resolve('@vladmandic/face-api/package.json'))
const { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = faceapi.nets

const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
const write = (path, value) => writeFileSync(new URL(path, import.meta.url), `${JSON.stringify(value)}\n`)

// Detection on wasm, which is quick; the numbers of the faces on the CPU backend, in plain JavaScript.
await tf.setBackend('wasm')
for (const net of [ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) await net.loadFromDisk(join(folder, 'model'))
const faces = []
for (let i = 1; i <= 6; i++) {
  const photo = `sample${i}.jpg`
  const { width, height, data } = jpeg.decode(readFileSync(join(folder, 'demo', photo)), { useTArray: true, formatAsRGBA: false })
  const picture = tf.tensor3d(Int32Array.from(data), [height, width, 3], 'int32')
  const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 20 })
  for (const { landmarks } of await faceapi.detectAllFaces(picture, options).withFaceLandmarks()) {
    const { x, y, width: size, height: tall } = landmarks.align(null, { useDlibAlignment: true })
    if (size !== tall || x < 0 || y < 0 || x + size > width || y + size > height || ![x, y, size].every(Number.isInteger))
      throw new Error('a box is no whole square inside of the photograph')
    faces.push({ photo, x, y, size, picture: picture.slice([y, x, 0], [size, size, 3]) })
  }
}
await tf.setBackend('cpu')
await faceRecognitionNet.loadFromDisk(join(folder, 'model'))
const described = []
for (const { picture, ...face } of faces)
  described.push({
    ...face,
    descriptor: base64(await faceRecognitionNet.computeFaceDescriptor(tf.tensor3d(await picture.data(), picture.shape))),
  })
write('faces.json', { package: '@vladmandic/face-api', version: '1.7.15', tfjs: tf.version.tfjs, faces: described })

// The same code with fewer maps. Its stages are fixed, its sizes come with the weights; its picture is made 150 × 150.
let state = 12345
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
const [maps, features] = [[1, 2, 4, 8], 5]
const shapes = []
const conv = (name, kernel, inputs, outputs) => {
  shapes.push([`${name}/conv/filters`, [kernel, kernel, inputs, outputs], 2 / Math.sqrt(kernel * kernel * inputs)])
  for (const [part, spread] of [['conv/bias', 0.2], ['scale/weights', 1], ['scale/biases', 0.4]]) shapes.push([`${name}/${part}`, [outputs], spread])
} // prettier-ignore
const block = (name, inputs, outputs) => (conv(`${name}/conv1`, 3, inputs, outputs), conv(`${name}/conv2`, 3, outputs, outputs))
conv('conv32_down', 7, 3, maps[0])
for (const [i, count] of [3, 3, 2, 2].entries()) {
  const n = 32 * 2 ** i
  if (i > 0) block(`conv${n}_down`, maps[i - 1], maps[i])
  for (let k = 1; k <= count; k++) block(`conv${n}_${k}`, maps[i], maps[i])
}
block('conv256_down_out', maps[3], maps[3])
shapes.push(['fc', [maps[3], features], 1])
const weights = {}
for (const [name, shape, spread] of shapes) {
  const count = shape.reduce((a, b) => a * b, 1)
  weights[name] = {
    shape,
    data: Float32Array.from({ length: count }, () => (random() - (name.endsWith('scale/weights') ? 0 : 0.5)) * spread),
  }
}
const small = new faceapi.FaceRecognitionNet()
small.loadFromWeightMap(Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)])))
const colour = (i, j, c) => 127.5 + 127.5 * Math.sin(0.07 * i * (c + 1) + 0.05 * j * (3 - c) + 0.001 * i * j)
const picture = tf.tensor3d(Float32Array.from({ length: 150 * 150 * 3 }, (_, at) => colour(Math.floor(at / 450), Math.floor(at / 3) % 150, at % 3)), [150, 150, 3]) // prettier-ignore
write('../../test/models/faceRecognition.json', {
  tfjs: tf.version.tfjs,
  maps,
  features,
  // Named by the maps that there are.
  weights: Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name.replace(/^conv(\d+)/, (_, n) => `conv${n / 32}`),
      { shape, data: base64(data) },
    ]),
  ),
  answer: Array.from(await small.computeFaceDescriptor(picture)),
})
