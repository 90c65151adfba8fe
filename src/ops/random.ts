/**
 * Random numbers from explicit keys, u32[2] tensors: a function of a key gives the same numbers whenever it is called, on every
 * backend. The generator is Threefry-2x32, as `jax.random`'s, and the numbers are those of JAX with `jax_threefry_partitionable`
 * off, which most published values are of. `random.partitionable` has the same functions with it on, JAX's default since 0.5.
 * `key`, `foldIn` and `keyData` are the same in both.
 */
import { DTypeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { isTensor, type Tensor } from '../ir/tensor.js'
import type { Shape } from '../ir/shape.js'
import { constant } from './creation.js'
import { cast } from './point.js'
import { pad, reshape } from './shape.js'
import { openKey, samplers, type Key, type Samplers } from './random/samplers.js'
import { byHalves, byIndex, pair, threefry2x32 } from './random/threefry.js'

export type { Key, Keys, Samplers, UniformOptions } from './random/samplers.js'

type Whole = Tensor<Shape, 'i32'> | Tensor<Shape, 'u32'> | number

/** [0, data mod 2³²], as JAX makes of a 32-bit integer. @throws DTypeError */
const fromTensor = (op: string, x: Tensor): Key => {
  if (x.ndim === 0 && (x.dtype === 'i32' || x.dtype === 'u32')) return pad(reshape(cast(x, 'u32'), [1]), [[1, 0]])
  throw new DTypeError({
    op,
    problem: `takes a whole number, not ${x.dtype}[${x.shape.join(', ')}]`,
    help: 'give a number, or a scalar of i32 or u32',
  })
}

/**
 * The key of a seed, on the host: to be passed as an argument, so that a program serves any seed. A whole number: its upper and
 * lower 32 bits; a negative one is taken as 32 bits.
 * @throws DTypeError where it is not whole, below -2³¹ or beyond 2⁵³
 */
export const keyData = (seed: number): NDArray<'u32'> => {
  if (!Number.isSafeInteger(seed) || seed < -(2 ** 31))
    throw new DTypeError({ op: 'random.key', problem: `${String(seed)} is no seed`, help: 'give a whole number from -2³¹ to 2⁵³ - 1' })
  return ndarray(Uint32Array.of(seed < 0 ? 0 : seed / 2 ** 32, seed))
}

/** The key u32[2] of a seed: a number, as `keyData`'s, or a scalar of i32 or u32. @throws DTypeError */
export const key = (seed: Whole): Key => (isTensor(seed) ? fromTensor('random.key', seed) : constant(keyData(seed)))

/** A new key from a key and a whole number, such as a step or the index of a layer: taken mod 2³². @throws DTypeError */
export const foldIn = (from: Key, data: Whole): Key => {
  const words = openKey('random.foldIn', from)
  const count = isTensor(data) ? fromTensor('random.foldIn', data) : constant(ndarray(Uint32Array.of(0, keyData(data).data[1] as number)))
  return pair(threefry2x32(words, openKey('random.foldIn', count)))
}

export const { split, bits, uniform, normal, truncatedNormal, bernoulli, gumbel, categorical, permutation }: Samplers = samplers(byHalves)

/** The samplers with `jax_threefry_partitionable` on: each element depends on its own index alone, and not on how many there are. */
export const partitionable: Samplers = samplers(byIndex)
