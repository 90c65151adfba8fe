/** Tensors from nothing: numbers by hand, as NumPy's and JAX's. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase } from '../opCase.js'

export const creationCases: readonly OpCase[] = [
  opCase('zeros', [], () => [fx.zeros([2]), fx.zeros([], 'i32'), fx.zeros([1, 2], 'bool'), fx.zeros([0])], [
    f32([0, 0]),
    i32(0),
    bool([[false, false]]),
    f32([]),
  ]),
  opCase('ones', [], () => [fx.ones([2]), fx.ones([1], 'u32'), fx.ones([], 'bool')], [f32([1, 1]), u32([1]), bool(true)]),
  opCase('full', [], () => [fx.full([2], 0.1), fx.full([2], -7, 'i32'), fx.full([1], 4294967295, 'u32')], [
    f32([0.1, 0.1]),
    i32([-7, -7]),
    u32([4294967295]),
  ]),
  opCase(
    'full of special values',
    [],
    () => fx.stack([fx.full([], NaN), fx.full([], -0), fx.full([], -Infinity), fx.full([], 1e39)]),
    f32([NaN, -0, -Infinity, Infinity]),
  ),
  opCase('full of a boolean', [], () => [fx.full([2], true), fx.full([1], false), fx.full([1], true, 'f32')], [
    bool([true, true]),
    bool([false]),
    f32([1]),
  ]),
  opCase(
    'constant',
    [],
    () => [
      fx.constant([
        [1, 2],
        [3, 4],
      ]),
      fx.constant([true, false]),
      fx.constant(5, { dtype: 'i32' }),
    ],
    [
      f32([
        [1, 2],
        [3, 4],
      ]),
      bool([true, false]),
      i32(5),
    ],
  ),
  opCase(
    'constant of typed data',
    [],
    () => [fx.constant(Int32Array.of(1, -1)), fx.constant(i32([[7]])), fx.constant(Float32Array.of(1, 2), { shape: [2, 1] })],
    [i32([1, -1]), i32([[7]]), f32([[1], [2]])],
  ),
  opCase('constant of nothing', [], () => fx.constant([[], []]), f32([], [2, 0])),
  opCase(
    'iota',
    [],
    () => [
      fx.iota(3),
      fx.iota([2, 3], { axis: 1 }),
      fx.iota([2, 3]),
      fx.iota([2], { dtype: 'f32' }),
      fx.iota([2, 2], { axis: -1, dtype: 'u32' }),
    ],
    [
      i32([0, 1, 2]),
      i32([
        [0, 1, 2],
        [0, 1, 2],
      ]),
      i32([
        [0, 0, 0],
        [1, 1, 1],
      ]),
      f32([0, 1]),
      u32([
        [0, 1],
        [0, 1],
      ]),
    ],
  ),
  opCase('iota of nothing', [], () => [fx.iota(0), fx.iota([0, 2], { axis: 1 })], [i32([]), i32([], [0, 2])]),
  opCase('arange', [], () => [fx.arange(4), fx.arange(2, 5), fx.arange(5, 0, -2), fx.arange(0, 3, 1, 'f32'), fx.arange(3, 1)], [
    i32([0, 1, 2, 3]),
    i32([2, 3, 4]),
    i32([5, 3, 1]),
    f32([0, 1, 2]),
    i32([]),
  ]),
  opCase('arange of fractions is f32', [], () => [fx.arange(0, 1, 0.25), fx.arange(0.5), fx.arange(0.5, 3)], [
    f32([0, 0.25, 0.5, 0.75]),
    f32([0]),
    f32([0.5, 1.5, 2.5]),
  ]),
  opCase('arange rounds once', [], () => fx.arange(0, 1, 0.1), f32([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]), { ulps: 1 }),
  opCase('linspace', [], () => [fx.linspace(0, 1, 5), fx.linspace(2, -2, 3), fx.linspace(3, 9, 1), fx.linspace(0, 1, 0)], [
    f32([0, 0.25, 0.5, 0.75, 1]),
    f32([2, 0, -2]),
    f32([3]),
    f32([]),
  ]),
  opCase('linspace has 50 values', [], () => fx.slice(fx.linspace(0, 49), [0], [50], [7]), f32([0, 7, 14, 21, 28, 35, 42, 49])),
  opCase('eye', [], () => [fx.eye(2), fx.eye(2, 3), fx.eye(2, 3, { k: 1 }), fx.eye(3, 2, { k: -1, dtype: 'i32' })], [
    f32([
      [1, 0],
      [0, 1],
    ]),
    f32([
      [1, 0, 0],
      [0, 1, 0],
    ]),
    f32([
      [0, 1, 0],
      [0, 0, 1],
    ]),
    i32([
      [0, 0],
      [1, 0],
      [0, 1],
    ]),
  ]),
  opCase('eye of nothing', [], () => fx.eye(0), f32([], [0, 0])),
  opCase(
    'oneHot',
    [i32([0, 2, 1])],
    (x) => fx.oneHot(x, 3),
    f32([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]),
  ),
  opCase(
    'oneHot out of range gives zeros',
    [i32([-1, 3, 1])],
    (x) => fx.oneHot(x, 3),
    f32([
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
    ]),
  ),
  opCase('oneHot of u32 as i32', [u32([[1], [4294967295]])], (x) => fx.oneHot(x, 2, 'i32'), i32([[[0, 1]], [[0, 0]]])),
  opCase('oneHot of a scalar, and of depth 0', [i32(1)], (x) => [fx.oneHot(x, 2, 'bool'), fx.oneHot(x, 0)], [bool([false, true]), f32([])]),
]
