/** Reductions and what is made of them: numbers by hand or from NumPy in f64, rounded. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase } from '../opCase.js'

const x = f32([
  [1, 2, 3],
  [-1, 0.5, 4],
])
const cube = i32([
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
  [
    [9, 10],
    [11, 12],
  ],
])
const soft = { ulps: 2, gpuUlps: 16 }

const sums: readonly OpCase[] = [
  opCase('sum of all', [x], (v) => fx.sum(v), f32(9.5)),
  opCase('sum along axis 0', [x], (v) => fx.sum(v, { axis: 0 }), f32([0, 2.5, 7])),
  opCase('sum along axis -1', [x], (v) => fx.sum(v, { axis: -1 }), f32([6, 3.5])),
  opCase('sum that keeps an axis', [x], (v) => fx.sum(v, { axis: 1, keepDims: true }), f32([[6], [3.5]])),
  opCase('sum that keeps all axes', [x], (v) => fx.sum(v, { keepDims: true }), f32([[9.5]])),
  opCase('sum along two axes, in any order', [cube], (v) => fx.sum(v, { axis: [2, 0] }), i32([33, 45])),
  opCase(
    'sum along the middle axis',
    [cube],
    (v) => fx.sum(v, { axis: 1 }),
    i32([
      [4, 6],
      [12, 14],
      [20, 22],
    ]),
  ),
  opCase('sum along no axis', [x], (v) => fx.sum(v, { axis: [] }), x),
  opCase('sum of a scalar', [f32(3)], (v) => fx.sum(v), f32(3)),
  opCase('sum of nothing is 0', [f32([], [0, 3])], (v) => [fx.sum(v), fx.sum(v, { axis: 0 }), fx.sum(v, { axis: 1 })], [
    f32(0),
    f32([0, 0, 0]),
    f32([]),
  ]),
  opCase('sum of i32 wraps', [i32([2147483647, 1, 1])], (v) => fx.sum(v), i32(-2147483647)),
  opCase('sum of u32 wraps', [u32([4294967295, 3])], (v) => fx.sum(v), u32(2)),
  opCase('sum of bool counts', [bool([true, false, true])], (v) => fx.sum(v), i32(2)),
  opCase(
    'sum with NaN and infinities',
    [
      f32([
        [1, NaN],
        [Infinity, 1],
        [Infinity, -Infinity],
      ]),
    ],
    (v) => fx.sum(v, { axis: 1 }),
    f32([NaN, Infinity, NaN]),
  ),
  opCase('sum along an axis of length 1', [f32([[1], [2]])], (v) => fx.sum(v, { axis: 1 }), f32([1, 2])),
  opCase('sum of 1000 ones', [], () => fx.sum(fx.ones([1000])), f32(1000)),
]

const extremes: readonly OpCase[] = [
  opCase('max', [x], (v) => [fx.max(v), fx.max(v, { axis: 0 }), fx.max(v, { axis: -1, keepDims: true })], [
    f32(4),
    f32([1, 2, 4]),
    f32([[3], [4]]),
  ]),
  opCase('min', [x], (v) => [fx.min(v), fx.min(v, { axis: 0 }), fx.min(v, { axis: -1 })], [f32(-1), f32([-1, 0.5, 3]), f32([1, -1])]),
  opCase(
    'max with NaN is NaN',
    [
      f32([
        [1, NaN],
        [NaN, 2],
        [3, 4],
      ]),
    ],
    (v) => [fx.max(v, { axis: 1 }), fx.min(v, { axis: 1 })],
    [f32([NaN, NaN, 4]), f32([NaN, NaN, 3])],
  ),
  opCase('max of infinities', [f32([-Infinity, -Infinity])], (v) => [fx.max(v), fx.min(v)], [f32(-Infinity), f32(-Infinity)]),
  opCase('max of i32', [i32([-5, -2147483648, -7])], (v) => [fx.max(v), fx.min(v)], [i32(-5), i32(-2147483648)]),
  opCase('max of u32 is unsigned', [u32([1, 4294967295])], (v) => [fx.max(v), fx.min(v)], [u32(4294967295), u32(1)]),
  opCase(
    'max of bool',
    [
      bool([
        [true, false],
        [false, false],
      ]),
    ],
    (v) => [fx.max(v, { axis: 1 }), fx.min(v)],
    [bool([true, false]), bool(false)],
  ),
  opCase('max along a full axis of an empty array', [f32([], [0, 3])], (v) => fx.max(v, { axis: 1 }), f32([])),
  opCase(
    'any',
    [
      bool([
        [true, false],
        [false, false],
      ]),
    ],
    (v) => [fx.any(v), fx.any(v, { axis: 1 })],
    [bool(true), bool([true, false])],
  ),
  opCase(
    'all',
    [
      bool([
        [true, true],
        [true, false],
      ]),
    ],
    (v) => [fx.all(v), fx.all(v, { axis: 1, keepDims: true })],
    [bool(false), bool([[true], [false]])],
  ),
  opCase('any and all of nothing', [bool([], [0])], (v) => [fx.any(v), fx.all(v)], [bool(false), bool(true)]),
]

const indices: readonly OpCase[] = [
  opCase('argmax', [x], (v) => [fx.argmax(v), fx.argmax(v, { axis: 0 }), fx.argmax(v, { axis: -1 })], [
    i32(5),
    i32([0, 0, 1]),
    i32([2, 2]),
  ]),
  opCase('argmin', [x], (v) => [fx.argmin(v), fx.argmin(v, { axis: 0 }), fx.argmin(v, { axis: 1 })], [i32(3), i32([1, 1, 0]), i32([0, 0])]),
  opCase('argmax that keeps axes', [x], (v) => [fx.argmax(v, { axis: 1, keepDims: true }), fx.argmin(v, { keepDims: true })], [
    i32([[2], [2]]),
    i32([[3]]),
  ]),
  opCase('argmax of equals is the first', [f32([1, 3, 3, 2, 3])], (v) => [fx.argmax(v), fx.argmin(fx.neg(v))], [i32(1), i32(1)]),
  opCase(
    'argmax takes the first NaN',
    [
      f32([
        [1, NaN, NaN, 9],
        [NaN, 0, 1, 2],
      ]),
    ],
    (v) => [fx.argmax(v, { axis: 1 }), fx.argmin(v, { axis: 1 })],
    [i32([1, 0]), i32([1, 0])],
  ),
  opCase('argmax of infinities alone', [f32([-Infinity, -Infinity])], (v) => [fx.argmax(v), fx.argmin(fx.neg(v))], [i32(0), i32(0)]),
  opCase('argmax of i32 extremes', [i32([-2147483648, -2147483648, -2147483647])], (v) => [fx.argmax(v), fx.argmin(v)], [i32(2), i32(0)]),
  opCase('argmax of u32 zeros', [u32([0, 0])], (v) => fx.argmax(v), i32(0)),
  opCase('argmax of bool', [bool([false, true, true])], (v) => [fx.argmax(v), fx.argmin(v)], [i32(1), i32(0)]),
  opCase(
    'argmax along the first of three axes',
    [cube],
    (v) => fx.argmax(v, { axis: 0 }),
    i32([
      [2, 2],
      [2, 2],
    ]),
  ),
]

const statistics: readonly OpCase[] = [
  opCase(
    'mean',
    [x],
    (v) => [fx.mean(v, { axis: 0 }), fx.mean(v, { axis: -1, keepDims: true })],
    [f32([0, 1.25, 3.5]), f32([[2], [1.1666666]])],
    { ulps: 1, gpuUlps: 4 },
  ),
  opCase('mean of i32 and bool is f32', [i32([1, 2]), bool([true, false])], (v, b) => [fx.mean(v), fx.mean(b)], [f32(1.5), f32(0.5)], {
    gpuUlps: 4,
  }),
  opCase('mean of nothing is NaN', [f32([], [0, 2])], (v) => [fx.mean(v), fx.mean(v, { axis: 0 })], [f32(NaN), f32([NaN, NaN])]),
  opCase(
    'variance',
    [x],
    (v) => [fx.variance(v, { axis: 1 }), fx.variance(v, { axis: 0 }), fx.variance(v)],
    [f32([0.6666667, 4.388889]), f32([1, 0.5625, 0.25]), f32(2.7013888)],
    soft,
  ),
  opCase('std', [x], (v) => fx.std(v, { axis: 1, keepDims: true }), f32([[0.8164966], [2.0949676]]), soft),
  opCase('norm', [x], (v) => fx.norm(v, { axis: 1 }), f32([3.7416575, 4.1533117]), soft),
  opCase('norm of all', [f32([3, 4])], (v) => fx.norm(v), f32(5), { gpuUlps: 4 }),
  opCase('variance of one element', [f32([[7]])], (v) => [fx.variance(v), fx.std(v, { axis: 0 })], [f32(0), f32([0])]),
]

const softs: readonly OpCase[] = [
  opCase(
    'softmax along the last axis',
    [x],
    (v) => fx.softmax(v),
    f32([
      [0.09003057, 0.24472848, 0.66524094],
      [0.0064979433, 0.029121762, 0.9643803],
    ]),
    soft,
  ),
  opCase(
    'softmax along axis 0',
    [x],
    (v) => fx.softmax(v, { axis: 0 }),
    f32([
      [0.8807971, 0.8175745, 0.26894143],
      [0.11920292, 0.18242553, 0.7310586],
    ]),
    soft,
  ),
  opCase(
    'softmax along both axes',
    [x],
    (v) => fx.softmax(v, { axis: [0, 1] }),
    f32([
      [0.03131386, 0.085119896, 0.23137987],
      [0.00423787, 0.018992817, 0.62895566],
    ]),
    soft,
  ),
  opCase('softmax of large values', [f32([[1000, 1001, -1000]])], (v) => fx.softmax(v), f32([[0.26894143, 0.7310586, 0]]), soft),
  opCase(
    'softmax with -∞',
    [
      f32([
        [0, -Infinity],
        [-Infinity, -Infinity],
      ]),
    ],
    (v) => fx.softmax(v),
    f32([
      [1, 0],
      [NaN, NaN],
    ]),
    { gpuUlps: 4 },
  ),
  opCase('softmax with NaN', [f32([[NaN, 1]])], (v) => fx.softmax(v), f32([[NaN, NaN]])),
  opCase(
    'logSoftmax',
    [x],
    (v) => fx.logSoftmax(v, { axis: 1 }),
    f32([
      [-2.407606, -1.407606, -0.40760598],
      [-5.0362697, -3.5362697, -0.036269564],
    ]),
    { ulps: 8, gpuUlps: 64 },
  ),
  opCase('logSoftmax of large values', [f32([1000, 0])], (v) => fx.logSoftmax(v), f32([0, -1000])),
  opCase(
    'logsumexp',
    [x],
    (v) => [fx.logsumexp(v, { axis: -1 }), fx.logsumexp(v, { axis: 0 }), fx.logsumexp(v)],
    [f32([3.407606, 4.0362697]), f32([1.126928, 2.2014134, 4.3132615]), f32(4.4636946)],
    soft,
  ),
  opCase('logsumexp that keeps axes', [x], (v) => fx.logsumexp(v, { axis: 1, keepDims: true }), f32([[3.407606], [4.0362697]]), soft),
  opCase('logsumexp of large values', [f32([1000, 1000, -1000])], (v) => fx.logsumexp(v), f32(1000.6932), soft),
  opCase(
    'logsumexp of infinities',
    [
      f32([
        [-Infinity, -Infinity],
        [Infinity, 0],
        [NaN, 0],
      ]),
    ],
    (v) => fx.logsumexp(v, { axis: 1 }),
    f32([-Infinity, Infinity, NaN]),
  ),
  opCase('softmax over nothing', [f32([], [0, 2])], (v) => fx.softmax(v), f32([], [0, 2])),
]

export const reduceCases: readonly OpCase[] = [...sums, ...extremes, ...indices, ...statistics, ...softs]
