/** How parameters begin: pure functions of a key and a shape, which trace like any other, so that parameters can be made on the device. */
import { ShapeError, UnsupportedError } from '../error.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { scan } from '../ops/control.js'
import { full } from '../ops/creation.js'
import { qr } from '../ops/linalg.js'
import { diag } from '../ops/matrix.js'
import { ge, mul, where } from '../ops/point.js'
import {
  normal as standardNormal,
  split,
  truncatedNormal as standardTruncated,
  uniform as standardUniform,
  type Key,
} from '../ops/random.js'
import { reshape, slice, swapAxes } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

/** How many numbers each unit reads, and is read by. */
export interface Fan {
  readonly in: number
  readonly out: number
}

/** A parameter's first value. The fan defaults to that of the shape (`fanOf`). */
export type Initializer = (key: Key, shape: Shape, fan?: Fan) => F32

/** The fan of a matrix [in, out], or of the kernel [out, in, *window] of a convolution. @throws ShapeError for fewer than two axes */
export const fanOf = (shape: Shape): Fan => {
  const [a, b, ...window] = shape
  if (a === undefined || b === undefined)
    throw new ShapeError({
      op: 'initializers',
      problem: `a shape of ${String(shape.length)} axes has no fan`,
      help: 'give the fan: { in, out }, or an initializer that needs none, such as zeros',
    })
  return window.length === 0 ? { in: a, out: b } : { in: b * sizeOf(window), out: a * sizeOf(window) }
}

const checkScale = (op: string, value: number): void => {
  if (Number.isFinite(value) && value >= 0) return
  throw new UnsupportedError({ op: `initializers.${op}`, problem: `a scale of ${String(value)}`, help: 'give a finite number from 0' })
}

/** Numbers that are drawn at once. */
const most = 2 ** 22

/**
 * Random numbers of a shape. Many are drawn in parts, each by a key of its own: on the way from a key to a number the words of the
 * generator are kept, which take four times what the numbers do.
 */
const drawn = (draw: (key: Key, shape: Shape) => F32, key: Key, shape: Shape): F32 => {
  const size = sizeOf(shape)
  const least = Math.ceil(size / most)
  if (least <= 1) return draw(key, shape)
  // Parts that come out even need no copy.
  const parts = Array.from({ length: least }, (_, i) => least + i).find((n) => size % n === 0) ?? least
  const each = Math.ceil(size / parts)
  const [, rows] = scan((none: readonly [], own: Key) => [none, draw(own, [each])] as const, [], split(key, parts) as Key)
  const all: F32 = reshape(rows, [parts * each])
  return reshape(parts * each === size ? all : slice(all, [0], [size]), shape)
}

export const zeros: Initializer = (_, shape) => full(shape, 0)

export const ones: Initializer = (_, shape) => full(shape, 1)

/** The same everywhere. */
export const constant =
  (value: number): Initializer =>
  (_, shape) =>
    full(shape, value)

/** Uniform on [-limit, limit). */
export const uniform = (limit: number): Initializer => {
  checkScale('uniform', limit)
  return (key, shape) => drawn((own, part) => standardUniform(own, part, { minval: -limit, maxval: limit }), key, shape)
}

/** Normal with mean 0 and the deviation given. */
export const normal = (deviation: number): Initializer => {
  checkScale('normal', deviation)
  return (key, shape) => drawn((own, part) => mul(standardNormal(own, part), deviation), key, shape)
}

/** Normal with mean 0, of which what is beyond two deviations is drawn again; scaled by `deviation`, which is that before truncation. */
export const truncatedNormal = (deviation: number): Initializer => {
  checkScale('truncatedNormal', deviation)
  return (key, shape) => drawn((own, part) => mul(standardTruncated(own, -2, 2, part), deviation), key, shape)
}

const byFan =
  (make: (scale: number) => Initializer, scale: (fan: Fan) => number): Initializer =>
  (key, shape, fan = fanOf(shape)) =>
    make(scale(fan))(key, shape)

/** Uniform with variance 2 / (in + out): the limit is √(6 / (in + out)) (Glorot & Bengio 2010). */
export const glorotUniform = byFan(uniform, (fan) => Math.sqrt(6 / (fan.in + fan.out)))

/** Normal with variance 2 / (in + out), not truncated. */
export const glorotNormal = byFan(normal, (fan) => Math.sqrt(2 / (fan.in + fan.out)))

/** Uniform with variance 2 / in: the limit is √(6 / in), for units of ReLU (He et al. 2015). */
export const heUniform = byFan(uniform, (fan) => Math.sqrt(6 / fan.in))

/** Normal with variance 2 / in, not truncated. */
export const heNormal = byFan(normal, (fan) => Math.sqrt(2 / fan.in))

/** Normal with variance 1 / in, for self-normalising units (LeCun et al. 1998). */
export const lecunNormal = byFan(normal, (fan) => Math.sqrt(1 / fan.in))

/** Uniform on ±1 / √in: what PyTorch's layers begin with. */
export const lecunUniform = byFan(uniform, (fan) => Math.sqrt(1 / fan.in))

/**
 * gain · Q, uniform among the matrices [shape[0], the rest] with orthonormal rows or columns, whichever are fewer: the Q of a QR
 * decomposition of normal numbers, with signs such that R has a diagonal of positive numbers (Saxe et al. 2013; Mezzadri 2006).
 */
export const orthogonal = (gain = 1): Initializer => {
  checkScale('orthogonal', gain)
  return (key, shape) => {
    const rows = fanRows(shape)
    const [tall, wide] = [Math.max(...rows), Math.min(...rows)]
    const [q, r] = qr(standardNormal(key, [tall, wide]))
    const d = diag(r)
    const unique: F32 = mul(q, where(ge(d, 0), 1, -1))
    return mul(reshape(rows[0] === tall ? unique : swapAxes(unique, 0, 1), shape), gain)
  }
}

const fanRows = (shape: Shape): readonly [number, number] => {
  const [rows, ...rest] = shape
  if (rows !== undefined && rest.length > 0) return [rows, sizeOf(rest)]
  throw new ShapeError({ op: 'initializers.orthogonal', problem: 'the shape is no matrix', help: 'give two axes or more' })
}
