/** Augmentation of images on the device: pure functions of a key and f32[n, channels, height, width]. */
import { ShapeError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import { typed, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { iota } from '../ops/creation.js'
import { takeAlongAxis } from '../ops/index.js'
import type { Operand } from '../ops/operand.js'
import { add, cast, clamp, cos, div, eq, floor, mul, neg, sin, sub, where } from '../ops/point.js'
import { bernoulli, normal, split, uniform, type Key } from '../ops/random.js'
import { expandDims, flip, reshape, slice, stack } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

interface Size {
  readonly n: number
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** @throws ShapeError for what is no batch of images */
const sizeOfImages = (op: string, x: F32): Size => {
  const [n, channels, height, width] = x.shape
  if (x.ndim === 4) return { n, channels, height, width } as Size
  throw new ShapeError({
    op,
    problem: 'takes a batch of images',
    facts: [`x: ${showType(x)}`],
    help: 'give [n, channels, height, width]; reshape rows of pixels first',
  })
}

/** Mirrors each image with probability p (½), left to right, or along another axis. @throws ShapeError for what is no batch of images */
export const randomFlip = <S extends Shape>(
  key: Key,
  x: Tensor<S, 'f32'>,
  { axis = -1, p = 0.5 }: { readonly axis?: number; readonly p?: Operand<'f32'> } = {},
): Tensor<S, 'f32'> => {
  const { n } = sizeOfImages('randomFlip', x)
  return where(bernoulli(key, p, [n, 1, 1, 1]), flip(x as F32, { axis }), x as F32) as Tensor<S, 'f32'>
}

/** Adds normal noise of a standard deviation to an array of any shape. */
export const addNoise = <S extends Shape>(key: Key, x: Tensor<S, 'f32'>, deviation: Operand<'f32'>): Tensor<S, 'f32'> =>
  add(x as F32, mul(normal(key, x.shape), deviation)) as Tensor<S, 'f32'>

/** A coefficient of the maps, [n, 1]. */
const coefficient = (maps: F32, n: number, row: number, column: number): F32 =>
  reshape(slice(maps, [0, row, column], [n, row + 1, column + 1]), [n, 1])

/** Where each pixel of the results is read, in pixels from the top left: [n, height · width] for rows and for columns. */
const sources = (maps: F32, { n, height, width }: Size): readonly [F32, F32] => {
  const grid = (axis: 0 | 1, length: number): F32 =>
    reshape(sub(cast(iota([height, width], { axis }), 'f32'), (length - 1) / 2), [1, height * width])
  const [y, x] = [grid(0, height), grid(1, width)]
  const along = (row: 0 | 1, length: number): F32 =>
    add(
      add(mul(coefficient(maps, n, row, 0), y), mul(coefficient(maps, n, row, 1), x)),
      add(coefficient(maps, n, row, 2), (length - 1) / 2),
    )
  return [along(0, height), along(1, width)]
}

/** 1 at the places that are in the image, else 0. */
const inside = (at: F32, length: number): F32 => cast(eq(at, clamp(at, 0, length - 1)), 'f32')

/**
 * Each image seen through an affine map: pixel (y, x) of the result, counted from the centre, is the image at maps · (y, x, 1), by
 * linear interpolation between its four neighbours; outside of the image is 0. Differentiable in images and maps.
 * `maps` is f32[n, 2, 3].
 * @throws ShapeError where shapes do not fit
 */
export const affineWarp = <S extends Shape>(x: Tensor<S, 'f32'>, maps: Tensor<Shape, 'f32'>): Tensor<S, 'f32'> => {
  const size = sizeOfImages('affineWarp', x)
  const { n, channels, height, width } = size
  if (maps.shape.join() !== `${String(n)},2,3`)
    throw new ShapeError({
      op: 'affineWarp',
      problem: 'there is not one 2 × 3 map for each image',
      facts: [`x: ${showType(x)}`, `maps: ${showType(maps)}`],
      help: 'give maps of shape [n, 2, 3]',
    })
  const [y, u] = sources(maps, size)
  const pixels = reshape(x as F32, [n, channels, height * width])
  const corner = (down: 0 | 1, right: 0 | 1): F32 => {
    const [row, column] = [add(floor(y), down), add(floor(u), right)]
    const part = (at: F32, to: F32, far: 0 | 1): F32 => (far === 1 ? sub(at, floor(at)) : sub(add(to, 1), at))
    const weight = mul(mul(part(y, row, down), part(u, column, right)), mul(inside(row, height), inside(column, width)))
    const place = add(mul(clamp(row, 0, height - 1), width), clamp(column, 0, width - 1))
    return mul(takeAlongAxis(pixels, expandDims(cast(place, 'i32'), 1), { axis: 2 }), expandDims(weight, 1))
  }
  const seen = add(add(corner(0, 0), corner(0, 1)), add(corner(1, 0), corner(1, 1)))
  return typed(reshape(seen, x.shape as Shape))
}

/** Bounds of random maps. What is left out does not happen. */
export interface AffineOptions {
  /** Rotation by up to so many radians, either way. */
  readonly rotate?: number
  /** Size between two factors. */
  readonly scale?: readonly [number, number]
  /** Shift by up to so many pixels along each axis, either way. */
  readonly shift?: number
}

/** Random maps for `affineWarp`, f32[n, 2, 3]: the image rotated and scaled about its centre, then shifted. */
export const affineMaps = (key: Key, n: number, { rotate = 0, scale = [1, 1], shift = 0 }: AffineOptions): F32 => {
  const [forAngle, forSize, forRows, forColumns] = split(key, 4)
  const within = (from: Key, minval: number, maxval: number): F32 => uniform(from, [n], { minval, maxval })
  const [angle, factor] = [within(forAngle, -rotate, rotate), within(forSize, scale[0], scale[1])]
  const [c, s] = [div(cos(angle), factor), div(sin(angle), factor)]
  const [down, right] = [within(forRows, -shift, shift), within(forColumns, -shift, shift)]
  const row = (a: F32, b: F32): F32 => stack([a, b, neg(add(mul(a, down), mul(b, right)))], { axis: 1 })
  return stack([row(c, s), row(neg(s), c)], { axis: 1 })
}

/** Rotates, scales and shifts each image at random. @throws ShapeError for what is no batch of images */
export const randomAffine = <S extends Shape>(key: Key, x: Tensor<S, 'f32'>, options: AffineOptions): Tensor<S, 'f32'> =>
  affineWarp(x, affineMaps(key, sizeOfImages('randomAffine', x).n, options))
