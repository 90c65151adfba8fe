/** Ops that move elements: numbers by hand, as NumPy's. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, type OpCase } from '../opCase.js'

const x = i32([
  [1, 2, 3],
  [4, 5, 6],
])
const cube = i32([
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  [
    [7, 8],
    [9, 10],
    [11, 12],
  ],
])

const reshapes: readonly OpCase[] = [
  opCase('reshape', [x], (v) => [fx.reshape(v, [3, 2]), fx.reshape(v, [6]), fx.reshape(v, [1, 2, 1, 3])], [
    i32([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    i32([1, 2, 3, 4, 5, 6]),
    i32([[[[1, 2, 3]], [[4, 5, 6]]]]),
  ]),
  opCase('reshape with an open axis', [x], (v) => [fx.reshape(v, [-1]), fx.reshape(v, [3, -1]), fx.reshape(v, [-1, 6])], [
    i32([1, 2, 3, 4, 5, 6]),
    i32([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    i32([[1, 2, 3, 4, 5, 6]]),
  ]),
  opCase(
    'reshape of one element to a scalar and back',
    [i32([[7]])],
    (v) => [fx.reshape(v, []), fx.reshape(fx.reshape(v, []), [1, 1, 1])],
    [i32(7), i32([[[7]]])],
  ),
  opCase('reshape of nothing', [f32([], [0, 3])], (v) => [fx.reshape(v, [3, 0]), fx.reshape(v, [0]), fx.reshape(v, [-1, 3])], [
    f32([], [3, 0]),
    f32([]),
    f32([], [0, 3]),
  ]),
  opCase(
    'reshape of a transpose',
    [x],
    (v) => fx.reshape(fx.transpose(v), [2, 3]),
    i32([
      [1, 4, 2],
      [5, 3, 6],
    ]),
  ),
  opCase(
    'reshape that splits and joins axes',
    [cube],
    (v) => fx.reshape(fx.transpose(v, [1, 0, 2]), [2, 3, 2]),
    i32([
      [
        [1, 2],
        [7, 8],
        [3, 4],
      ],
      [
        [9, 10],
        [5, 6],
        [11, 12],
      ],
    ]),
  ),
  opCase('expandDims', [x], (v) => [fx.expandDims(v, 0), fx.expandDims(v, -1), fx.expandDims(v, [0, 2])], [
    i32([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]),
    i32([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]),
    i32([[[[1, 2, 3]], [[4, 5, 6]]]]),
  ]),
  opCase('expandDims of a scalar', [i32(3)], (v) => [fx.expandDims(v, 0), fx.expandDims(v, [0, 1]), fx.expandDims(v, [-1, -2])], [
    i32([3]),
    i32([[3]]),
    i32([[3]]),
  ]),
  opCase(
    'squeeze',
    [i32([[[1], [2]]])],
    (v) => [fx.squeeze(v), fx.squeeze(v, 0), fx.squeeze(v, -1), fx.squeeze(v, [2, 0]), fx.squeeze(v, [])],
    [i32([1, 2]), i32([[1], [2]]), i32([[1, 2]]), i32([1, 2]), i32([[[1], [2]]])],
  ),
]

const permutations: readonly OpCase[] = [
  opCase(
    'transpose',
    [x],
    (v) => fx.transpose(v),
    i32([
      [1, 4],
      [2, 5],
      [3, 6],
    ]),
  ),
  opCase('transpose of three axes', [cube], (v) => [fx.transpose(v, [2, 0, 1]), fx.transpose(v, [-1, 0, 1])], [
    i32([
      [
        [1, 3, 5],
        [7, 9, 11],
      ],
      [
        [2, 4, 6],
        [8, 10, 12],
      ],
    ]),
    i32([
      [
        [1, 3, 5],
        [7, 9, 11],
      ],
      [
        [2, 4, 6],
        [8, 10, 12],
      ],
    ]),
  ]),
  opCase('transpose of a scalar and a vector', [i32(1), i32([1, 2])], (a, b) => [fx.transpose(a), fx.transpose(b)], [i32(1), i32([1, 2])]),
  opCase(
    'swapAxes',
    [cube],
    (v) => fx.slice(fx.swapAxes(v, 0, -1), [0, 0, 0], [1, 3, 2]),
    i32([
      [
        [1, 7],
        [3, 9],
        [5, 11],
      ],
    ]),
  ),
  opCase('swapAxes of an axis with itself', [x], (v) => fx.swapAxes(v, 1, -1), x),
  opCase('moveAxis', [cube], (v) => [fx.moveAxis(v, 0, -1), fx.moveAxis(v, -1, 0)], [
    i32([
      [
        [1, 7],
        [2, 8],
      ],
      [
        [3, 9],
        [4, 10],
      ],
      [
        [5, 11],
        [6, 12],
      ],
    ]),
    i32([
      [
        [1, 3, 5],
        [7, 9, 11],
      ],
      [
        [2, 4, 6],
        [8, 10, 12],
      ],
    ]),
  ]),
  opCase('flip', [x], (v) => [fx.flip(v), fx.flip(v, { axis: 0 }), fx.flip(v, { axis: -1 }), fx.flip(v, { axis: [] })], [
    i32([
      [6, 5, 4],
      [3, 2, 1],
    ]),
    i32([
      [4, 5, 6],
      [1, 2, 3],
    ]),
    i32([
      [3, 2, 1],
      [6, 5, 4],
    ]),
    x,
  ]),
]

const broadcasts: readonly OpCase[] = [
  opCase(
    'broadcastTo',
    [i32([1, 2]), i32([[1], [2]]), i32(7)],
    (a, b, c) => [fx.broadcastTo(a, [2, 2]), fx.broadcastTo(b, [2, 3]), fx.broadcastTo(c, [1, 2])],
    [
      i32([
        [1, 2],
        [1, 2],
      ]),
      i32([
        [1, 1, 1],
        [2, 2, 2],
      ]),
      i32([[7, 7]]),
    ],
  ),
  opCase('broadcastTo nothing', [i32([5])], (a) => [fx.broadcastTo(a, [0]), fx.broadcastTo(a, [2, 0])], [i32([]), i32([], [2, 0])]),
  opCase(
    'broadcastTo of bool',
    [bool([[true], [false]])],
    (a) => fx.broadcastTo(a, [2, 2, 2]),
    bool([
      [
        [true, true],
        [false, false],
      ],
      [
        [true, true],
        [false, false],
      ],
    ]),
  ),
]

/** Views of views must compose to the right index whatever the compiler makes of them. */
const compositions: readonly OpCase[] = [
  opCase(
    'pad of a slice of a transpose',
    [x],
    (v) =>
      fx.pad(
        fx.slice(fx.transpose(v), [1, 0], [3, 1]),
        [
          [0, 1],
          [1, 0],
        ],
        9,
      ),
    i32([
      [9, 2],
      [9, 3],
      [9, 9],
    ]),
  ),
  opCase(
    'flip of a concat of a broadcast',
    [i32([1, 2])],
    (v) => fx.flip(fx.concat([fx.broadcastTo(v, [2, 2]), fx.expandDims(v, 0)]), { axis: 1 }),
    i32([
      [2, 1],
      [2, 1],
      [2, 1],
    ]),
  ),
  opCase('slice of a concat', [i32([1, 2, 3]), i32([4, 5])], (a, b) => fx.slice(fx.concat([a, b]), [2], [5], [2]), i32([3, 5])),
  opCase('slice of a pad', [i32([1, 2, 3])], (v) => fx.slice(fx.pad(v, [[2, 2]], 7), [1], [6]), i32([7, 1, 2, 3, 7])),
  opCase('take of a take', [i32([10, 20, 30]), i32([2, 1, 0]), i32([0, 0, 2])], (v, i, j) => fx.take(fx.take(v, i), j), i32([30, 30, 10])),
  opCase(
    'reshape of a flip of a reshape',
    [cube],
    (v) => fx.reshape(fx.flip(fx.reshape(v, [4, 3]), { axis: 0 }), [2, 6]),
    i32([
      [10, 11, 12, 7, 8, 9],
      [4, 5, 6, 1, 2, 3],
    ]),
  ),
  opCase(
    'sum of a transpose of a broadcast',
    [i32([1, 2])],
    (v) => fx.sum(fx.transpose(fx.broadcastTo(v, [3, 2])), { axis: 1 }),
    i32([3, 6]),
  ),
]

export const shapeCases: readonly OpCase[] = [...reshapes, ...permutations, ...broadcasts, ...compositions]
