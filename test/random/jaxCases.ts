/** What jax.random gives (jax.json, by make.py), and the same asked of `random`. */
import { readFileSync } from 'node:fs'
import * as fx from '../../src/index.js'
import * as random from '../../src/ops/random.js'
import { opCase, type OpCase, type Tolerance } from '../ops/opCase.js'

interface Plain {
  readonly shape: readonly number[]
  readonly dtype: fx.DType
  readonly data: readonly number[]
}

type Mode = 'byHalves' | 'byIndex'

const golden = JSON.parse(readFileSync(new URL('jax.json', import.meta.url), 'utf8')) as Readonly<
  Record<Mode, Readonly<Record<string, Plain>>>
>

/** Floats are written as their bits. */
const read = ({ shape, dtype, data }: Plain): fx.NDArray =>
  dtype === 'f32' ? fx.ndarray(new Float32Array(Uint32Array.from(data).buffer), { shape }) : fx.ndarray(data, { shape, dtype })

const f32 = (data: fx.Nested): fx.NDArray<'f32'> => fx.ndarray(data, { dtype: 'f32' })

const logits = f32([
  [0.1, 0.2, 0.7],
  [0.5, 0.25, 0.25],
])

const rows = (): fx.Tensor<fx.Shape, 'i32'> => fx.reshape(fx.iota(12), [4, 3])

/** XLA and a GPU have their own log, and multiply and add at once. */
const byLog: Tolerance = { ulps: 24, gpuUlps: 64 }
/** Bounds come from erf, which the last places of are spread over the range. */
const byErf: Tolerance = { ulps: 256, gpuUlps: 512 }
const fused: Tolerance = { ulps: 2, gpuUlps: 4 }

type Ask = (key: (seed: number) => random.Key, r: random.Samplers) => fx.Tensor

/** By the names in make.py. Exact unless a tolerance says more. */
const asked: Readonly<Record<string, readonly [Ask, Tolerance?]>> = {
  key: [(key) => key(1234567890)],
  'key of -1': [(key) => key(-1)],
  foldIn: [(key) => random.foldIn(key(3), 11)],
  'foldIn of a large number': [(key) => random.foldIn(key(3), 2 ** 32 - 2)],
  split: [(key, r) => r.split(key(0))],
  'split into 5': [(key, r) => r.split(key(9), 5)],
  'bits of 1701': [(key, r) => r.bits(key(1701), [3])],
  'bits, even': [(key, r) => r.bits(key(42), [2, 4])],
  'bits, odd': [(key, r) => r.bits(key(42), [3, 5])],
  'bits, scalar': [(key, r) => r.bits(key(5))],
  uniform: [(key, r) => r.uniform(key(0), [7])],
  'uniform, scalar': [(key, r) => r.uniform(key(0))],
  'uniform in a range': [(key, r) => r.uniform(key(1), [9], { minval: -2, maxval: 6 })],
  'uniform in ranges': [
    (key, r) => r.uniform(key(1), [2, 3], { minval: fx.constant(f32([0, 1, -4])), maxval: fx.constant(f32([[1], [8]])) }),
    fused,
  ],
  normal: [(key, r) => r.normal(key(0), [10]), byLog],
  'normal, scalar': [(key, r) => r.normal(key(42)), byLog],
  'normal, many': [(key, r) => r.normal(key(17), [500]), byLog],
  truncatedNormal: [(key, r) => r.truncatedNormal(key(2), -1, 2, [50]), byErf],
  'truncatedNormal, half open': [(key, r) => r.truncatedNormal(key(2), 0.5, Infinity, [50]), byErf],
  'truncatedNormal, ranges': [(key, r) => r.truncatedNormal(key(2), fx.constant(f32([-1, 0, 3])), fx.constant(f32([1, 0.125, 4]))), byErf],
  bernoulli: [(key, r) => r.bernoulli(key(4), 0.3, [40])],
  'bernoulli of probabilities': [(key, r) => r.bernoulli(key(4), fx.constant(f32([0, 0.5, 1])), [5, 3])],
  gumbel: [(key, r) => r.gumbel(key(6), [30]), byLog],
  categorical: [(key, r) => r.categorical(key(8), fx.log(fx.constant(logits)))],
  'categorical, many': [(key, r) => r.categorical(key(8), fx.log(fx.constant(logits)), { shape: [20, 2] })],
  'categorical on axis 0': [(key, r) => r.categorical(key(8), fx.log(fx.constant(logits)), { axis: 0, shape: [10, 3] })],
  'permutation of 10': [(key, r) => r.permutation(key(7), 10)],
  'permutation in two rounds': [
    (key, r) => fx.slice(r.permutation(key(7), fx.reshape(fx.iota(2048), [8, 256]), { independent: true }), [0, 0], [8, 6]),
  ],
  'permutation of rows': [(key, r) => r.permutation(key(3), rows())],
  'permutation of columns': [(key, r) => r.permutation(key(3), rows(), { axis: 1 })],
  'permutation, independent': [(key, r) => r.permutation(key(3), rows(), { axis: 1, independent: true })],
}

/** The keys of -1 … as arguments, so that nothing is computed at compile time. */
const casesOf = (mode: Mode, r: random.Samplers): OpCase[] =>
  Object.entries(asked).map(([name, [ask, tolerance]]) => {
    const seeds: number[] = []
    ask((seed) => (seeds.push(seed), random.key(seed)), r)
    const args = seeds.map((seed) => random.keyData(seed))
    return opCase(`${name}, ${mode}`, args, (...keys) => ask((seed) => keys[seeds.indexOf(seed)]!, r), read(golden[mode][name]!), tolerance)
  })

export const jaxCases: readonly OpCase[] = [...casesOf('byHalves', random), ...casesOf('byIndex', random.partitionable)]

/** The names of what JAX was asked: every one has a case. */
export const goldenNames = Object.keys(golden.byHalves)
export const askedNames = Object.keys(asked)
