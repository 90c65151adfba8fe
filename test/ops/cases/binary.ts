/** Elementwise ops of two operands: numbers by hand or from NumPy in f64, rounded. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase, type Tolerance } from '../opCase.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -2.5]
const [inf, nan] = [Infinity, NaN]

/** An op of every special value with every other: broadcast from [7, 1] and [7] to [7, 7]. */
const grid = (name: string, op: (x: F32, y: F32) => fx.Tensor, want: readonly (readonly number[])[], tolerance: Tolerance = {}): OpCase =>
  opCase(`${name} of special values`, [f32(special, [7, 1]), f32(special)], (x, y) => op(x, y), f32(want), tolerance)

const nans = [nan, nan, nan, nan, nan, nan, nan]

const grids: readonly OpCase[] = [
  grid('add', fx.add, [
    nans,
    [nan, inf, nan, inf, inf, inf, inf],
    [nan, nan, -inf, -inf, -inf, -inf, -inf],
    [nan, inf, -inf, 0, 0, 1, -2.5],
    [nan, inf, -inf, 0, -0, 1, -2.5],
    [nan, inf, -inf, 1, 1, 2, -1.5],
    [nan, inf, -inf, -2.5, -2.5, -1.5, -5],
  ]),
  grid('sub', fx.sub, [
    nans,
    [nan, nan, inf, inf, inf, inf, inf],
    [nan, -inf, nan, -inf, -inf, -inf, -inf],
    [nan, -inf, inf, 0, 0, -1, 2.5],
    [nan, -inf, inf, -0, 0, -1, 2.5],
    [nan, -inf, inf, 1, 1, 0, 3.5],
    [nan, -inf, inf, -2.5, -2.5, -3.5, 0],
  ]),
  grid('mul', fx.mul, [
    nans,
    [nan, inf, -inf, nan, nan, inf, -inf],
    [nan, -inf, inf, nan, nan, -inf, inf],
    [nan, nan, nan, 0, -0, 0, -0],
    [nan, nan, nan, -0, 0, -0, 0],
    [nan, inf, -inf, 0, -0, 1, -2.5],
    [nan, -inf, inf, -0, 0, -2.5, 6.25],
  ]),
  grid(
    'div',
    fx.div,
    [
      nans,
      [nan, nan, nan, inf, -inf, inf, -inf],
      [nan, nan, nan, -inf, inf, -inf, inf],
      [nan, 0, -0, nan, nan, 0, -0],
      [nan, -0, 0, nan, nan, -0, 0],
      [nan, 0, -0, inf, -inf, 1, -0.4],
      [nan, -0, 0, -inf, inf, -2.5, 1],
    ],
    { gpuUlps: 3 },
  ),
  grid('maximum', fx.maximum, [
    nans,
    [nan, inf, inf, inf, inf, inf, inf],
    [nan, inf, -inf, 0, -0, 1, -2.5],
    [nan, inf, 0, 0, 0, 1, 0],
    [nan, inf, -0, 0, -0, 1, -0],
    [nan, inf, 1, 1, 1, 1, 1],
    [nan, inf, -2.5, 0, -0, 1, -2.5],
  ]),
  grid('minimum', fx.minimum, [
    nans,
    [nan, inf, -inf, 0, -0, 1, -2.5],
    [nan, -inf, -inf, -inf, -inf, -inf, -inf],
    [nan, 0, -inf, 0, -0, 0, -2.5],
    [nan, -0, -inf, -0, -0, -0, -2.5],
    [nan, 1, -inf, 0, -0, 1, -2.5],
    [nan, -2.5, -inf, -2.5, -2.5, -2.5, -2.5],
  ]),
  grid(
    'atan2',
    fx.atan2,
    [
      nans,
      [nan, 0.7853982, 2.3561945, 1.5707964, 1.5707964, 1.5707964, 1.5707964],
      [nan, -0.7853982, -2.3561945, -1.5707964, -1.5707964, -1.5707964, -1.5707964],
      [nan, 0, 3.1415927, 0, 3.1415927, 0, 3.1415927],
      [nan, -0, -3.1415927, -0, -3.1415927, -0, -3.1415927],
      [nan, 0, 3.1415927, 1.5707964, 1.5707964, 0.7853982, 2.7610862],
      [nan, -0, -3.1415927, -1.5707964, -1.5707964, -1.19029, -2.3561945],
    ],
    { ulps: 1, gpuUlps: 5 },
  ),
  grid('mod', fx.mod, [
    nans,
    nans,
    nans,
    [nan, 0, 0, nan, nan, 0, 0],
    [nan, -0, -0, nan, nan, -0, -0],
    [nan, 1, -inf, nan, nan, 0, -1.5],
    [nan, inf, -2.5, nan, nan, 0.5, -0],
  ]),
  grid(
    'pow',
    fx.pow,
    [
      [nan, nan, nan, 1, 1, nan, nan],
      [nan, inf, 0, 1, 1, inf, 0],
      [nan, inf, 0, 1, 1, -inf, 0],
      [nan, 0, inf, 1, 1, 0, inf],
      [nan, 0, inf, 1, 1, -0, inf],
      [1, 1, 1, 1, 1, 1, 1],
      [nan, inf, 0, 1, 1, -2.5, nan],
    ],
    { ulps: 1, gpuUlps: 4 },
  ),
]

const floats: readonly OpCase[] = [
  opCase(
    'mod has the sign of the divisor',
    [f32([7, -7, 7, -7, 5.5, -5.5, 1e10]), f32([3, 3, -3, -3, 2, 2, 7])],
    fx.mod,
    f32([1, 2, -2, -1, 1.5, 0.5, 4]),
  ),
  opCase(
    'pow',
    [f32([2, 2, 10, 0.5, -2, -2, 9, 1.1, 4]), f32([10, -2, -5, 3, 3, -1, 0.5, 100, -0.5])],
    fx.pow,
    f32([1024, 0.25, 1e-5, 0.125, -8, -0.5, 3, 13780.643, 0.5]),
    { ulps: 1, gpuUlps: 4 },
  ),
  opCase(
    'atan2',
    [f32([1, -1, 1, -1, 3]), f32([1, 1, -1, -1, 4])],
    fx.atan2,
    f32([0.7853982, -0.7853982, 2.3561945, -2.3561945, 0.6435011]),
    {
      ulps: 1,
      gpuUlps: 5,
    },
  ),
  opCase('add rounds to f32', [f32([16777216, 1e38, 0.1]), f32([1, 3e38, 0.2])], fx.add, f32([16777216, Infinity, 0.3])),
  opCase('div by a power of two', [f32([1, -3, 5])], (x) => fx.div(x, 4), f32([0.25, -0.75, 1.25])),
]

const wide = [0, 1, -1, 7, -7, 2147483647, -2147483648]

const integers: readonly OpCase[] = [
  opCase(
    'add of i32 wraps',
    [i32(wide)],
    (x) => fx.add(x, 2147483647),
    i32([2147483647, -2147483648, 2147483646, -2147483642, 2147483640, -2, -1]),
  ),
  opCase('sub of u32 wraps', [u32([0, 1, 5])], (x) => fx.sub(x, 3), u32([4294967293, 4294967294, 2])),
  opCase('mul of i32 wraps', [i32([65536, 123456789, -2147483648]), i32([65536, 987654321, -1])], fx.mul, i32([0, -67153019, -2147483648])),
  opCase('mul of u32 wraps', [u32([65536, 4294967295]), u32([65537, 4294967295])], fx.mul, u32([65536, 1])),
  opCase(
    'div of i32 truncates; by 0 it is -1',
    [i32([7, -7, 7, -7, 5, 0, -2147483648]), i32([2, 2, -2, -2, 0, 0, -1])],
    fx.div,
    i32([3, -3, -3, 3, -1, -1, -2147483648]),
  ),
  opCase('div of u32 by 0 has all bits set', [u32([7, 4294967295, 5]), u32([2, 2, 0])], fx.div, u32([3, 2147483647, 4294967295])),
  opCase('mod of i32', [i32([7, -7, 7, -7, -6, 5, -2147483648]), i32([3, 3, -3, -3, 3, 0, -1])], fx.mod, i32([1, 2, -2, -1, 0, 5, 0])),
  opCase('mod of u32', [u32([7, 4294967295, 5]), u32([3, 10, 0])], fx.mod, u32([1, 5, 5])),
  opCase('maximum of i32', [i32([1, -1, -2147483648]), i32([0, -2, 2147483647])], fx.maximum, i32([1, -1, 2147483647])),
  opCase('minimum of u32 is unsigned', [u32([1, 4294967295])], (x) => fx.minimum(x, 2147483648), u32([1, 2147483648])),
  opCase(
    'pow of i32 wraps',
    [i32([2, 2, -3, 0, 7, 1, -1, 2, -1]), i32([10, 31, 3, 0, 0, -5, -3, -1, -2])],
    fx.pow,
    i32([1024, -2147483648, -27, 1, 1, 1, -1, 0, 1]),
  ),
  opCase('pow of u32 wraps', [u32([3, 2, 4294967295]), u32([21, 32, 2])], fx.pow, u32([1870418611, 0, 1])),
]

const bits: readonly OpCase[] = [
  opCase('bitAnd', [i32([12, -1]), i32([10, 255])], fx.bitAnd, i32([8, 255])),
  opCase('bitOr', [u32([12, 2147483648]), u32([10, 1])], fx.bitOr, u32([14, 2147483649])),
  opCase('bitXor', [i32([12, -1]), i32([10, 255])], fx.bitXor, i32([6, -256])),
  opCase(
    'shiftLeft of i32',
    [i32([1, 1, -1, 3, 1, 1]), i32([4, 31, 1, 31, 32, 40])],
    fx.shiftLeft,
    i32([16, -2147483648, -2, -2147483648, 0, 0]),
  ),
  opCase('shiftLeft of u32', [u32([1, 3]), u32([31, 32])], fx.shiftLeft, u32([2147483648, 0])),
  opCase('shiftRight of i32 keeps the sign', [i32([16, -16, -1, 7, -7]), i32([2, 2, 31, 32, 40])], fx.shiftRight, i32([4, -4, -1, 0, -1])),
  opCase('shiftRight of u32 is logical', [u32([4294967295, 16, 5]), u32([28, 2, 32])], fx.shiftRight, u32([15, 4, 0])),
  opCase(
    'logicalAnd',
    [bool([true, true, false, false]), bool([true, false, true, false])],
    fx.logicalAnd,
    bool([true, false, false, false]),
  ),
  opCase('logicalOr', [bool([true, true, false, false]), bool([true, false, true, false])], fx.logicalOr, bool([true, true, true, false])),
  opCase(
    'logicalXor',
    [bool([true, true, false, false]), bool([true, false, true, false])],
    fx.logicalXor,
    bool([false, true, true, false]),
  ),
  opCase('logicalAnd with a boolean', [bool([true, false])], (x) => fx.logicalAnd(x, true), bool([true, false])),
]

const [less, equal, more] = [f32([1, nan, inf, 0, nan]), f32([2, nan, inf, -0, 1]), f32([0, 1, -inf, 1, nan])]

const comparisons: readonly OpCase[] = [
  opCase('eq', [less, equal], fx.eq, bool([false, false, true, true, false])),
  opCase('ne', [less, equal], fx.ne, bool([true, true, false, false, true])),
  opCase('lt', [less, equal], fx.lt, bool([true, false, false, false, false])),
  opCase('le', [less, equal], fx.le, bool([true, false, true, true, false])),
  opCase('gt', [less, more], fx.gt, bool([true, false, true, false, false])),
  opCase('ge', [less, more], fx.ge, bool([true, false, true, false, false])),
  opCase('lt of u32 is unsigned', [u32([1, 4294967295]), u32([4294967295, 1])], fx.lt, bool([true, false])),
  opCase('lt of i32 is signed', [i32([1, -1]), i32([-1, 1])], fx.lt, bool([false, true])),
  opCase('eq of bool', [bool([true, false, true]), bool([true, true, false])], fx.eq, bool([true, false, false])),
  opCase('ne of bool', [bool([true, false, true]), bool([true, true, false])], fx.ne, bool([false, true, true])),
]

const broadcasting: readonly OpCase[] = [
  opCase(
    '[2, 3] with [3]',
    [
      f32([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      f32([10, 20, 30]),
    ],
    fx.add,
    f32([
      [11, 22, 33],
      [14, 25, 36],
    ]),
  ),
  opCase(
    '[2, 1] with [3]',
    [f32([[1], [2]]), f32([10, 20, 30])],
    fx.mul,
    f32([
      [10, 20, 30],
      [20, 40, 60],
    ]),
  ),
  opCase(
    '[2, 3] with a scalar',
    [
      f32([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      f32(1),
    ],
    fx.sub,
    f32([
      [0, 1, 2],
      [3, 4, 5],
    ]),
  ),
  opCase('a scalar with [2]', [f32(1), f32([4, 8])], fx.sub, f32([-3, -7])),
  opCase(
    '[3, 1, 2] with [4, 1]',
    [f32([[[1, 2]], [[3, 4]], [[5, 6]]]), f32([[0], [10], [20], [30]])],
    (x, y) => fx.slice(fx.add(x, y), [1, 2, 0], [3, 4, 2]),
    f32([
      [
        [23, 24],
        [33, 34],
      ],
      [
        [25, 26],
        [35, 36],
      ],
    ]),
  ),
  opCase('[0] with [1]', [f32([]), f32([5])], fx.add, f32([])),
  opCase('[2, 0] with [1, 1]', [f32([], [2, 0]), f32([[5]])], fx.add, f32([], [2, 0])),
  opCase('[1, 1] with [2]', [i32([[5]]), i32([1, 2])], fx.add, i32([[6, 7]])),
]

const weak: readonly OpCase[] = [
  opCase('a number takes i32', [i32([1, 2])], (x) => fx.add(x, 1), i32([2, 3])),
  opCase('a number takes u32 on the left', [u32([1, 2])], (x) => fx.sub(10, x), u32([9, 8])),
  opCase('a number takes f32', [f32([1, 2])], (x) => fx.div(1, x), f32([1, 0.5]), { gpuUlps: 3 }),
  opCase('two numbers are f32', [], () => fx.add(1, 2), f32(3)),
]

const condition = bool([true, false, true])

const choices: readonly OpCase[] = [
  opCase('where', [condition, f32([1, 2, nan]), f32([nan, -0, 6])], fx.where, f32([1, -0, nan])),
  opCase('where of numbers', [condition], (c) => fx.where(c, 1, 0), f32([1, 0, 1])),
  opCase('where of a number and i32', [condition, i32([7, 8, 9])], (c, x) => fx.where(c, x, 0), i32([7, 0, 9])),
  opCase(
    'where broadcasts all three',
    [bool([[true], [false]]), f32([1, 2]), f32(0)],
    fx.where,
    f32([
      [1, 2],
      [0, 0],
    ]),
  ),
  opCase('where of bool', [condition, bool([false, false, true]), bool([true, true, true])], fx.where, bool([false, true, true])),
  opCase('where with a known condition', [f32([1, 2]), f32([3, 4])], (x, y) => fx.where(false, x, y), f32([3, 4])),
  opCase('clamp', [f32([nan, inf, -inf, 0.5, -3, 3])], (x) => fx.clamp(x, -1, 1), f32([nan, 1, -1, 0.5, -1, 1])),
  opCase('clamp to tensors', [i32([-5, 5, 50]), i32([0, 0, 0]), i32(10)], fx.clamp, i32([0, 5, 10])),
  opCase('clamp with lo above hi gives hi', [f32([0, 1, 5])], (x) => fx.clamp(x, 3, 2), f32([2, 2, 2])),
]

export const binaryCases: readonly OpCase[] = [
  ...grids,
  ...floats,
  ...integers,
  ...bits,
  ...comparisons,
  ...broadcasting,
  ...weak,
  ...choices,
]
