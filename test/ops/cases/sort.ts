/** Sorting: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, u32, opCase, type OpCase } from '../opCase.js'

const sorts: readonly OpCase[] = [
  opCase(
    'sort',
    [f32([3, -1, 2, 0, 5, -4], [2, 3])],
    (x) => [fx.sort(x), fx.sort(x, { axis: 0 }), fx.argsort(x), fx.argsort(x, { axis: -2 })],
    [
      f32([-1, 2, 3, -4, 0, 5], [2, 3]),
      f32([0, -1, -4, 3, 5, 2], [2, 3]),
      i32([1, 2, 0, 2, 0, 1], [2, 3]),
      i32([1, 0, 1, 0, 1, 0], [2, 3]),
    ],
  ),
  opCase(
    'sort of special values',
    [f32([2, NaN, -Infinity, 0, Infinity, -0, NaN, -2, 9.99994610111476e-41, -9.99994610111476e-41])],
    (x) => [fx.argsort(x), fx.isNan(fx.sort(x))],
    [i32([2, 7, 9, 3, 5, 8, 0, 4, 1, 6]), bool([false, false, false, false, false, false, false, false, true, true])],
  ),
  opCase(
    'sort keeps values',
    [f32([2, NaN, -Infinity, 0, Infinity, -0, -2])],
    (x) => fx.sort(x),
    f32([-Infinity, -2, 0, -0, 2, Infinity, NaN]),
  ),
  opCase(
    'argsort is stable',
    [
      i32([1, 0, 1, 0, 2, 1, 0, 2, 1, 1, 0]),
      f32([1, 0, 1, 0, 2, 1, 0, 2, 1, 1, 0]),
      u32([1, 0, 1, 0, 2, 1, 0, 2, 1, 1, 0]),
      bool([true, false, true, false, false, true, false, false, true, true, false]),
    ],
    (i, f, u, b) => [fx.argsort(i), fx.argsort(f), fx.argsort(u), fx.argsort(b), fx.sort(b)],
    [
      i32([1, 3, 6, 10, 0, 2, 5, 8, 9, 4, 7]),
      i32([1, 3, 6, 10, 0, 2, 5, 8, 9, 4, 7]),
      i32([1, 3, 6, 10, 0, 2, 5, 8, 9, 4, 7]),
      i32([1, 3, 4, 6, 7, 10, 0, 2, 5, 8, 9]),
      bool([false, false, false, false, false, false, true, true, true, true, true]),
    ],
  ),
  opCase(
    'sort of integers at the edges',
    [i32([2147483647, -2147483648, 0, -1, 2147483647, 1]), u32([4294967295, 0, 2147483648, 2147483647, 1])],
    (i, u) => [fx.sort(i), fx.sort(u), fx.argsort(i), fx.argsort(u)],
    [
      i32([-2147483648, -1, 0, 1, 2147483647, 2147483647]),
      u32([0, 1, 2147483647, 2147483648, 4294967295]),
      i32([1, 3, 2, 5, 0, 4]),
      i32([1, 4, 3, 2, 0]),
    ],
  ),
  opCase(
    'sort of one, of two and of nothing',
    [f32([4]), f32([2, 1]), f32([], [0]), f32([], [3, 0]), f32([1, 2, 3], [3, 1])],
    (o, t, e, n, c) => [fx.sort(o), fx.argsort(o), fx.sort(t), fx.sort(e), fx.argsort(n), fx.sort(c), fx.argsort(c)],
    [f32([4]), i32([0]), f32([1, 2]), f32([], [0]), i32([], [3, 0]), f32([1, 2, 3], [3, 1]), i32([0, 0, 0], [3, 1])],
  ),
  opCase(
    'sort along the middle axis',
    [i32([5, -8, -6, -5, -6, 5, 6, 1, -9, -8, -4, -2, 2, -1, -5, -7, 3, 4, -9, -7, -1, -2, 6, 0, -2, -2, 2, 1, -6, 4], [2, 5, 3])],
    (x) => [fx.sort(x, { axis: 1 }), fx.argsort(x, { axis: 1 })],
    [
      i32([-8, -8, -9, -5, -6, -6, 2, -4, -5, 5, -1, -2, 6, 1, 5, -9, -7, -1, -7, -6, 0, -2, -2, 2, -2, 3, 4, 1, 6, 4], [2, 5, 3]),
      i32([3, 0, 2, 1, 1, 0, 4, 3, 4, 0, 4, 3, 2, 2, 1, 1, 1, 1, 0, 4, 2, 2, 3, 3, 3, 0, 0, 4, 2, 4], [2, 5, 3]),
    ],
  ),
]

const tops: readonly OpCase[] = [
  opCase('topK', [f32([3, 1, 3, 2, 5, 7, 7, 7, -1, 0], [2, 5])], (x) => [...fx.topK(x, 3), ...fx.topK(x, 5), ...fx.topK(x, 0)], [
    f32([5, 3, 3, 7, 7, 7], [2, 3]),
    i32([4, 0, 2, 0, 1, 2], [2, 3]),
    f32([5, 3, 3, 2, 1, 7, 7, 7, 0, -1], [2, 5]),
    i32([4, 0, 2, 3, 1, 0, 1, 2, 4, 3], [2, 5]),
    f32([], [2, 0]),
    i32([], [2, 0]),
  ]),
  opCase(
    'topK of special values and integers',
    [f32([1, NaN, Infinity, -Infinity]), i32([-2147483648, 5, 2147483647]), u32([0, 4294967295])],
    (x, i, u) => [...fx.topK(x, 2), ...fx.topK(i, 3), ...fx.topK(u, 1)],
    [f32([NaN, Infinity]), i32([1, 2]), i32([2147483647, 5, -2147483648]), i32([2, 1, 0]), u32([4294967295]), i32([1])],
  ),
]

export const sortCases: readonly OpCase[] = [...sorts, ...tops]
