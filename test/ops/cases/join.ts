/** Ops that join, cut and pick elements: numbers by hand, as NumPy's. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase } from '../opCase.js'

const x = i32([
  [1, 2, 3],
  [4, 5, 6],
])

const joins: readonly OpCase[] = [
  opCase(
    'concat',
    [x, i32([[7, 8, 9]])],
    (a, b) => [fx.concat([a, b]), fx.concat([a, a], { axis: 1 }), fx.concat([b, a, b], { axis: -2 })],
    [
      i32([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
      i32([
        [1, 2, 3, 1, 2, 3],
        [4, 5, 6, 4, 5, 6],
      ]),
      i32([
        [7, 8, 9],
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]),
    ],
  ),
  opCase('concat of one, and with nothing', [i32([1, 2]), i32([])], (a, b) => [fx.concat([a]), fx.concat([b, a, b]), fx.concat([b, b])], [
    i32([1, 2]),
    i32([1, 2]),
    i32([]),
  ]),
  opCase('concat of bool', [bool([true]), bool([false, true])], (a, b) => fx.concat([a, b]), bool([true, false, true])),
  opCase(
    'concat of more than a kernel binds',
    [f32([1])],
    (a) => fx.concat(Array.from({ length: 40 }, (_, i) => fx.mul(a, i))),
    f32(Array.from({ length: 40 }, (_, i) => i)),
  ),
  opCase(
    'stack',
    [i32([1, 2]), i32([3, 4])],
    (a, b) => [fx.stack([a, b]), fx.stack([a, b], { axis: 1 }), fx.stack([a, b], { axis: -1 }), fx.stack([a])],
    [
      i32([
        [1, 2],
        [3, 4],
      ]),
      i32([
        [1, 3],
        [2, 4],
      ]),
      i32([
        [1, 3],
        [2, 4],
      ]),
      i32([[1, 2]]),
    ],
  ),
  opCase('stack of scalars', [f32(1), f32(2), f32(3)], (...xs) => fx.stack(xs), f32([1, 2, 3])),
  opCase('split in equal pieces', [i32([1, 2, 3, 4, 5, 6])], (v) => fx.split(v, 3), [i32([1, 2]), i32([3, 4]), i32([5, 6])]),
  opCase('split by sizes', [x], (v) => fx.split(v, [1, 0, 2], { axis: -1 }), [
    i32([[1], [4]]),
    i32([], [2, 0]),
    i32([
      [2, 3],
      [5, 6],
    ]),
  ]),
]

const slices: readonly OpCase[] = [
  opCase('slice', [x], (v) => [fx.slice(v, [0, 1], [2, 3]), fx.slice(v, [1, 0], [2, 3], [1, 2]), fx.slice(v, [0, 0], [2, 3], [2, 2])], [
    i32([
      [2, 3],
      [5, 6],
    ]),
    i32([[4, 6]]),
    i32([[1, 3]]),
  ]),
  opCase('slice of nothing', [x], (v) => [fx.slice(v, [1, 1], [1, 3]), fx.slice(v, [2, 3], [2, 3])], [i32([], [0, 2]), i32([], [0, 0])]),
  opCase('slice of a scalar', [i32(7)], (v) => fx.slice(v, [], []), i32(7)),
  opCase('slice with a stride that does not divide', [i32([0, 1, 2, 3, 4, 5, 6])], (v) => fx.slice(v, [1], [7], [4]), i32([1, 5])),
  opCase(
    'pad',
    [x],
    (v) => [
      fx.pad(v, [
        [1, 0],
        [0, 2],
      ]),
      fx.pad(
        v,
        [
          [0, 0],
          [1, 1],
        ],
        -1,
      ),
    ],
    [
      i32([
        [0, 0, 0, 0, 0],
        [1, 2, 3, 0, 0],
        [4, 5, 6, 0, 0],
      ]),
      i32([
        [-1, 1, 2, 3, -1],
        [-1, 4, 5, 6, -1],
      ]),
    ],
  ),
  opCase('pad of nothing', [f32([], [0])], (v) => fx.pad(v, [[1, 2]], 0.5), f32([0.5, 0.5, 0.5])),
  opCase(
    'pad with special values',
    [f32([1])],
    (v) => [fx.pad(v, [[1, 0]], -Infinity), fx.pad(v, [[0, 1]], NaN), fx.pad(v, [[1, 1]], -0)],
    [f32([-Infinity, 1]), f32([1, NaN]), f32([-0, 1, -0])],
  ),
  opCase('pad of bool, and by nothing', [bool([true, false])], (v) => [fx.pad(v, [[1, 1]], 1), fx.pad(v, [[0, 0]])], [
    bool([true, true, false, true]),
    bool([true, false]),
  ]),
]

const takes: readonly OpCase[] = [
  opCase(
    'take along axis 0',
    [x, i32([1, 0, 1])],
    (v, i) => fx.take(v, i, { axis: 0 }),
    i32([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ),
  opCase(
    'take along the last axis',
    [
      x,
      i32([
        [2, 0],
        [1, 1],
      ]),
    ],
    (v, i) => fx.take(v, i, { axis: -1 }),
    i32([
      [
        [3, 1],
        [2, 2],
      ],
      [
        [6, 4],
        [5, 5],
      ],
    ]),
  ),
  opCase('take of the flattened array', [x, i32([5, 0])], (v, i) => fx.take(v, i), i32([6, 1])),
  opCase('take with a scalar index', [x, i32(1)], (v, i) => [fx.take(v, i, { axis: 0 }), fx.take(v, i, { axis: 1 })], [
    i32([4, 5, 6]),
    i32([2, 5]),
  ]),
  opCase(
    'take clamps its indices',
    [x, i32([-1, 2, 100, -2147483648])],
    (v, i) => fx.take(v, i, { axis: 0 }),
    i32([
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
      [1, 2, 3],
    ]),
  ),
  opCase('take with u32 indices', [i32([1, 2, 3]), u32([2, 4294967295])], (v, i) => fx.take(v, i), i32([3, 3])),
  opCase('take of no indices', [x, i32([])], (v, i) => fx.take(v, i, { axis: 1 }), i32([], [2, 0])),
  opCase('take of bool and of a scalar', [bool([true, false]), i32([1, 0]), f32(4)], (v, i, s) => [fx.take(v, i), fx.take(s, i)], [
    bool([false, true]),
    f32([4, 4]),
  ]),
]

export const joinCases: readonly OpCase[] = [...joins, ...slices, ...takes]
