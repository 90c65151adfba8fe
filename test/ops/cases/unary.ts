/** Elementwise functions of one f32: numbers from NumPy in f64, rounded. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase, type Tolerance } from '../opCase.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Row extends Tolerance {
  readonly name: string
  readonly op: (x: F32) => fx.Tensor
  readonly x: readonly number[]
  readonly y: readonly number[]
}

const rows: readonly Row[] = [
  {
    name: 'exp',
    op: fx.exp,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 88, 89, -87, -104, 20],
    y: [NaN, Infinity, 0, 1, 1, 2.7182817, 0.36787945, 1.6487212, 0.60653067, 12.182494, 0.082085, 1, 1, 1.6516363e38, Infinity, 1.6458115e-38, 0, 485165200], ulps: 1, gpuUlps: 2,
  },
  {
    name: 'expm1',
    op: fx.expm1,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 88, 89, -20, 1e-5],
    y: [NaN, Infinity, -1, 0, -0, 1.7182819, -0.63212055, 0.6487213, -0.39346933, 11.182494, -0.917915, 1e-10, -1e-10, 1.6516363e38, Infinity, -1, 1.000005e-5], ulps: 1, gpuUlps: 2,
  },
  {
    name: 'log',
    op: fx.log,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 3, 1e30, 1e-30, 0.99999],
    y: [NaN, Infinity, NaN, -Infinity, -Infinity, 0, NaN, -0.6931472, NaN, 0.91629076, NaN, -23.02585, NaN, 1.0986123, 69.07755, -69.07755, -1.001363e-5], ulps: 1, gpuUlps: 2,
  },
  {
    name: 'log1p',
    op: fx.log1p,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, -0.5, -2, 1e-10, 1e-5, 1e30],
    y: [NaN, Infinity, NaN, 0, -0, 0.6931472, -Infinity, -0.6931472, NaN, 1e-10, 9.99995e-6, 69.07755], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'sqrt',
    op: fx.sqrt,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, 4, 1e30, 1e-30],
    y: [NaN, Infinity, NaN, 0, -0, 1, NaN, 1.4142135, 2, 1000000000000000, 1e-15], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'rsqrt',
    op: fx.rsqrt,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, 4, 1e30, 1e-30],
    y: [NaN, 0, NaN, Infinity, -Infinity, 1, NaN, 0.70710677, 0.5, 1e-15, 1000000000000000], ulps: 2, gpuUlps: 6,
  },
  {
    name: 'square',
    op: fx.square,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 1e30, 3],
    y: [NaN, Infinity, Infinity, 0, 0, 1, 1, 0.25, 0.25, 6.25, 6.25, 1.00000005e-20, 1.00000005e-20, Infinity, 9], ulps: 1, gpuUlps: 1,
  },
  {
    name: 'reciprocal',
    op: fx.reciprocal,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 1e30, 3],
    y: [NaN, 0, -0, Infinity, -Infinity, 1, -1, 2, -2, 0.4, -0.4, 10000000000, -10000000000, 1e-30, 0.33333334], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'sin',
    op: fx.sin,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 3.1415927, 100, -10],
    y: [NaN, NaN, NaN, 0, -0, 0.84147096, -0.84147096, 0.47942555, -0.47942555, 0.5984721, -0.5984721, 1e-10, -1e-10, -8.742278e-8, -0.50636566, 0.5440211], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'cos',
    op: fx.cos,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 3.1415927, 1.5707964, 100, -10],
    y: [NaN, NaN, NaN, 1, 1, 0.5403023, 0.5403023, 0.87758255, 0.87758255, -0.8011436, -0.8011436, 1, 1, -1, -4.371139e-8, 0.8623189, -0.8390715], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'tan',
    op: fx.tan,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 0.7853982, 10],
    y: [NaN, NaN, NaN, 0, -0, 1.5574077, -1.5574077, 0.5463025, -0.5463025, -0.7470223, 0.7470223, 1e-10, -1e-10, 1, 0.64836085], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'asin',
    op: fx.asin,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, 1e-10],
    y: [NaN, NaN, NaN, 0, -0, 1.5707964, -1.5707964, 0.5235988, -0.5235988, NaN, 1e-10], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'acos',
    op: fx.acos,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, 1e-10],
    y: [NaN, NaN, NaN, 1.5707964, 1.5707964, 0, 3.1415927, 1.0471976, 2.0943952, NaN, 1.5707964], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'atan',
    op: fx.atan,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 10000000000, -10000000000],
    y: [NaN, 1.5707964, -1.5707964, 0, -0, 0.7853982, -0.7853982, 0.4636476, -0.4636476, 1.19029, -1.19029, 1e-10, -1e-10, 1.5707964, -1.5707964], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'sinh',
    op: fx.sinh,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 88, 90, -90],
    y: [NaN, Infinity, -Infinity, 0, -0, 1.1752012, -1.1752012, 0.5210953, -0.5210953, 6.0502043, -6.0502043, 1e-10, -1e-10, 8.2581813e37, Infinity, -Infinity], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'cosh',
    op: fx.cosh,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 88, 90, -90],
    y: [NaN, Infinity, Infinity, 1, 1, 1.5430807, 1.5430807, 1.127626, 1.127626, 6.1322894, 6.1322894, 1, 1, 8.2581813e37, Infinity, Infinity], ulps: 1, gpuUlps: 3,
  },
  {
    name: 'tanh',
    op: fx.tanh,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 10, -10, 0.001],
    y: [NaN, 1, -1, 0, -0, 0.7615942, -0.7615942, 0.46211717, -0.46211717, 0.9866143, -0.9866143, 1e-10, -1e-10, 1, -1, 0.0009999997], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'sigmoid',
    op: fx.sigmoid,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 88, -88, -104, 20],
    y: [NaN, 1, 0, 0.5, 0.5, 0.7310586, 0.26894143, 0.62245935, 0.37754068, 0.9241418, 0.07585818, 0.5, 0.5, 1, 6.054601e-39, 0, 1], ulps: 1, gpuUlps: 4,
  },
  {
    name: 'erf',
    op: fx.erf,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 0.9, 3, -3, 6],
    y: [NaN, 1, -1, 0, -0, 0.8427008, -0.8427008, 0.5204999, -0.5204999, 0.999593, -0.999593, 1.1283792e-10, -1.1283792e-10, 0.7969082, 0.9999779, -0.9999779, 1], ulps: 1, gpuUlps: 2,
  },
  {
    name: 'relu',
    op: fx.relu,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, Infinity, 0, 0, 0, 1, 0, 0.5, 0, 2.5, 0, 1e-10, 0],
  },
  {
    name: 'leakyRelu',
    op: (x) => fx.leakyRelu(x),
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, Infinity, -Infinity, 0, -0, 1, -0.01, 0.5, -0.005, 2.5, -0.024999999, 1e-10, -1e-12], ulps: 1, gpuUlps: 1,
  },
  {
    name: 'elu',
    op: (x) => fx.elu(x),
    x: [NaN, Infinity, -Infinity, 0, 1, -1, 0.5, -0.5, -20],
    y: [NaN, Infinity, -1, 0, 1, -0.63212055, 0.5, -0.39346933, -1], ulps: 2, gpuUlps: 4,
  },
  {
    name: 'gelu',
    op: (x) => fx.gelu(x),
    x: [NaN, Infinity, 0, 1, -1, 0.5, -0.5, 3, 10],
    y: [NaN, Infinity, 0, 0.841192, -0.15880801, 0.345714, -0.154286, 2.9963627, 10], ulps: 8, gpuUlps: 64,
  },
  {
    name: 'gelu by erf',
    op: (x) => fx.gelu(x, { approximate: false }),
    x: [NaN, Infinity, 0, 1, -1, 0.5, -0.5, 3, 10],
    y: [NaN, Infinity, 0, 0.8413448, -0.15865526, 0.34573123, -0.15426877, 2.9959502, 10], ulps: 8, gpuUlps: 64,
  },
  {
    name: 'silu',
    op: fx.silu,
    x: [NaN, Infinity, 0, -0, 1, -1, 0.5, -0.5, 20],
    y: [NaN, Infinity, 0, -0, 0.7310586, -0.26894143, 0.31122968, -0.18877034, 20], ulps: 2, gpuUlps: 8,
  },
  {
    name: 'softplus',
    op: fx.softplus,
    x: [NaN, Infinity, -Infinity, 0, 1, -1, 100, -100, 1e-10],
    y: [NaN, Infinity, 0, 0.6931472, 1.3132616, 0.3132617, 100, 3.8e-44, 0.6931472], ulps: 2, gpuUlps: 8,
  },
  {
    name: 'floor',
    op: fx.floor,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 10000000000, 2147483600, 1.5, -1.5],
    y: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0, -1, 2, -3, 0, -1, 10000000000, 2147483600, 1, -2],
  },
  {
    name: 'ceil',
    op: fx.ceil,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 10000000000, 2147483600, 1.5, -1.5],
    y: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1, -0, 3, -2, 1, -0, 10000000000, 2147483600, 2, -1],
  },
  {
    name: 'round',
    op: fx.round,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10, 10000000000, 1.5, -1.5, 3.5, -0.2, 0.49999997, 8388609, 2.4, -3.6],
    y: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0, -0, 2, -2, 0, -0, 10000000000, 2, -2, 4, -0, 0, 8388609, 2, -4],
  },
  {
    name: 'neg',
    op: fx.neg,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, -Infinity, Infinity, -0, 0, -1, 1, -0.5, 0.5, -2.5, 2.5, -1e-10, 1e-10],
  },
  {
    name: 'abs',
    op: fx.abs,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, Infinity, Infinity, 0, 0, 1, 1, 0.5, 0.5, 2.5, 2.5, 1e-10, 1e-10],
  },
  {
    name: 'sign',
    op: fx.sign,
    x: [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-10, -1e-10],
    y: [NaN, 1, -1, 0, -0, 1, -1, 1, -1, 1, -1, 1, -1],
  },
]

const integers: readonly OpCase[] = [
  opCase('neg of i32 wraps', [i32([0, 5, -7, -2147483648])], (x) => fx.neg(x), i32([0, -5, 7, -2147483648])),
  opCase('neg of u32 wraps', [u32([0, 1, 4294967295])], (x) => fx.neg(x), u32([0, 4294967295, 1])),
  opCase('abs of i32 wraps', [i32([0, -5, 7, -2147483648])], (x) => fx.abs(x), i32([0, 5, 7, -2147483648])),
  opCase('abs of u32', [u32([0, 4294967295])], (x) => fx.abs(x), u32([0, 4294967295])),
  opCase('sign of i32', [i32([0, -5, 7, -2147483648])], (x) => fx.sign(x), i32([0, -1, 1, -1])),
  opCase('sign of u32', [u32([0, 3, 4294967295])], (x) => fx.sign(x), u32([0, 1, 1])),
  opCase('square of i32 wraps', [i32([-3, 65536, 46341])], (x) => fx.square(x), i32([9, 0, -2147479015])),
]

const tests: readonly OpCase[] = [
  opCase('isNan', [f32([NaN, Infinity, -Infinity, 0, 1])], (x) => fx.isNan(x), bool([true, false, false, false, false])),
  opCase('isFinite', [f32([NaN, Infinity, -Infinity, -0, 3.4028235e38])], (x) => fx.isFinite(x), bool([false, false, false, true, true])),
  opCase('logicalNot', [bool([true, false])], (x) => fx.logicalNot(x), bool([false, true])),
  opCase('stopGradient is the identity', [f32([1, -0, NaN])], (x) => fx.stopGradient(x), f32([1, -0, NaN])),
]

const casts: readonly OpCase[] = [
  opCase(
    'cast f32 to i32 saturates, towards 0, NaN to 0',
    [f32([NaN, Infinity, -Infinity, 1.9, -1.9, 3e9, -3e9, -0.5, 2147483648, -2147483648])],
    (x) => fx.cast(x, 'i32'),
    i32([0, 2147483647, -2147483648, 1, -1, 2147483647, -2147483648, 0, 2147483647, -2147483648]),
  ),
  opCase(
    'cast f32 to u32 saturates',
    [f32([NaN, Infinity, -Infinity, 1.9, -1.9, 3e9, 5e9, 4294967040])],
    (x) => fx.cast(x, 'u32'),
    u32([0, 4294967295, 0, 1, 0, 3000000000, 4294967295, 4294967040]),
  ),
  opCase('cast f32 to bool is x ≠ 0', [f32([NaN, Infinity, 0, -0, 1e-30, -2])], (x) => fx.cast(x, 'bool'), bool([true, true, false, false, true, true])),
  opCase(
    'cast i32 to f32 rounds half to even',
    [i32([0, -1, 2147483647, -2147483648, 16777217, 16777219])],
    (x) => fx.cast(x, 'f32'),
    f32([0, -1, 2147483648, -2147483648, 16777216, 16777220]),
  ),
  opCase('cast i32 to u32 keeps the bits', [i32([5, 0, -1, -2147483648])], (x) => fx.cast(x, 'u32'), u32([5, 0, 4294967295, 2147483648])),
  opCase('cast i32 to bool', [i32([5, 0, -1])], (x) => fx.cast(x, 'bool'), bool([true, false, true])),
  opCase('cast u32 to i32 keeps the bits', [u32([5, 2147483647, 2147483648, 4294967295])], (x) => fx.cast(x, 'i32'), i32([5, 2147483647, -2147483648, -1])),
  opCase('cast u32 to f32 rounds', [u32([0, 4294967295, 16777217])], (x) => fx.cast(x, 'f32'), f32([0, 4294967296, 16777216])),
  opCase('cast bool to f32', [bool([true, false])], (x) => fx.cast(x, 'f32'), f32([1, 0])),
  opCase('cast bool to i32', [bool([true, false])], (x) => fx.cast(x, 'i32'), i32([1, 0])),
  opCase('cast bool to u32', [bool([true, false])], (x) => fx.cast(x, 'u32'), u32([1, 0])),
  opCase('cast to the same dtype', [f32([1.5, -0])], (x) => fx.cast(x, 'f32'), f32([1.5, -0])),
  opCase('bitcast f32 to i32', [f32([1, -0, Infinity, 1.5])], (x) => fx.bitcast(x, 'i32'), i32([1065353216, -2147483648, 2139095040, 1069547520])),
  opCase('bitcast f32 to u32', [f32([1, -0])], (x) => fx.bitcast(x, 'u32'), u32([1065353216, 2147483648])),
  opCase('bitcast i32 to f32', [i32([1065353216, -2147483648])], (x) => fx.bitcast(x, 'f32'), f32([1, -0])),
  opCase('bitcast i32 to u32', [i32([-1, 5])], (x) => fx.bitcast(x, 'u32'), u32([4294967295, 5])),
  opCase('bitcast u32 to i32', [u32([4294967295, 5])], (x) => fx.bitcast(x, 'i32'), i32([-1, 5])),
]

const shapes: readonly OpCase[] = [
  opCase('a scalar', [f32(4)], (x) => fx.sqrt(x), f32(2)),
  opCase('nothing', [f32([], [0, 3])], (x) => fx.sqrt(x), f32([], [0, 3])),
  opCase('three axes', [f32([[[1, 4]], [[9, 16]]])], (x) => fx.sqrt(x), f32([[[1, 2]], [[3, 4]]]), { gpuUlps: 3 }),
  opCase('a slope of one’s own', [f32([-2, 2])], (x) => fx.leakyRelu(x, 0.25), f32([-0.5, 2])),
  opCase('an alpha of one’s own', [f32([-1, 2])], (x) => fx.elu(x, 2), f32([-1.2642411, 2]), { ulps: 1, gpuUlps: 4 }),
  opCase('a number', [], () => fx.neg(fx.full([], 3)), f32(-3)),
]

export const unaryCases: readonly OpCase[] = [
  ...rows.map(({ name, op, x, y, ulps = 0, gpuUlps = ulps }) => opCase(name, [f32(x)], (v) => op(v), f32(y), { ulps, gpuUlps })),
  ...integers,
  ...tests,
  ...casts,
  ...shapes,
]
