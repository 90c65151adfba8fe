/** Elementwise ops of integers and truth values, and changes of dtype: numbers by hand. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase } from '../opCase.js'

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
  opCase(
    'cast f32 to bool is x ≠ 0',
    [f32([NaN, Infinity, 0, -0, 1e-30, -2])],
    (x) => fx.cast(x, 'bool'),
    bool([true, true, false, false, true, true]),
  ),
  opCase(
    'cast i32 to f32 rounds half to even',
    [i32([0, -1, 2147483647, -2147483648, 16777217, 16777219])],
    (x) => fx.cast(x, 'f32'),
    f32([0, -1, 2147483648, -2147483648, 16777216, 16777220]),
  ),
  opCase('cast i32 to u32 keeps the bits', [i32([5, 0, -1, -2147483648])], (x) => fx.cast(x, 'u32'), u32([5, 0, 4294967295, 2147483648])),
  opCase('cast i32 to bool', [i32([5, 0, -1])], (x) => fx.cast(x, 'bool'), bool([true, false, true])),
  opCase(
    'cast u32 to i32 keeps the bits',
    [u32([5, 2147483647, 2147483648, 4294967295])],
    (x) => fx.cast(x, 'i32'),
    i32([5, 2147483647, -2147483648, -1]),
  ),
  opCase('cast u32 to f32 rounds', [u32([0, 4294967295, 16777217])], (x) => fx.cast(x, 'f32'), f32([0, 4294967296, 16777216])),
  opCase('cast bool to f32', [bool([true, false])], (x) => fx.cast(x, 'f32'), f32([1, 0])),
  opCase('cast bool to i32', [bool([true, false])], (x) => fx.cast(x, 'i32'), i32([1, 0])),
  opCase('cast bool to u32', [bool([true, false])], (x) => fx.cast(x, 'u32'), u32([1, 0])),
  opCase('cast to the same dtype', [f32([1.5, -0])], (x) => fx.cast(x, 'f32'), f32([1.5, -0])),
  opCase(
    'bitcast f32 to i32',
    [f32([1, -0, Infinity, 1.5])],
    (x) => fx.bitcast(x, 'i32'),
    i32([1065353216, -2147483648, 2139095040, 1069547520]),
  ),
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

export const castCases: readonly OpCase[] = [...integers, ...tests, ...casts, ...shapes]
