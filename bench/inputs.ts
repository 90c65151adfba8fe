/** Numbers for the workloads where what is computed does not matter, only how: the shapes are those of the peer benchmarks. */
import type { Shape } from '../src/index.js'
import type { Batch, Initial, Inputs } from './workloads.js'

const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1)

const wave = (n: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, (_, i) => 0.1 * Math.sin(i))

const mlp = { w1: [784, 512], b1: [512], w2: [512, 512], b2: [512], w3: [512, 10], b3: [10] }

const cnn = { w1: [16, 1, 3, 3], b1: [16], w2: [32, 16, 3, 3], b2: [32], w3: [1568, 10], b3: [10] }

const block = { g1: [128], c1: [128], wqkv: [128, 384], bqkv: [384], wo: [128, 128], bo: [128], g2: [128], c2: [128] }

const perceptron = { w1: [128, 512], b1: [512], w2: [512, 128], b2: [128] }

const gpt = {
  tok: [96, 128],
  pos: [64, 128],
  ...Object.fromEntries(
    [0, 1].flatMap((l) => Object.entries({ ...block, ...perceptron }).map(([name, shape]) => [`l${String(l)}_${name}`, shape])),
  ),
  gf: [128],
  cf: [128],
  head: [128, 96],
}

const models: Readonly<Record<string, Readonly<Record<string, Shape>>>> = { mlp, cnn, gpt }

/** Whether a workload is a training step. */
export const isTraining = (name: string): boolean => name in models

export const initialOf = (name: string): Initial =>
  Object.fromEntries(Object.entries(models[name] ?? {}).map(([key, shape]) => [key, [shape, wave(sizeOf(shape))] as const]))

export const batchOf = (name: string): Batch => {
  const labels = (n: number, k: number): Int32Array<ArrayBuffer> => Int32Array.from({ length: n }, (_, i) => i % k)
  if (name === 'gpt') return { x: labels(512, 96), y: labels(512, 96), k: 96 }
  const n = name === 'cnn' ? 64 : 128
  return { x: wave(n * 784), y: labels(n, 10), k: 10 }
}

export const inputsOf = (shapes: Readonly<Record<string, Shape>>): Inputs =>
  Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, wave(sizeOf(shape))]))
