/** Products: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { f32, i32, opCase, u32, upTo, type OpCase } from '../opCase.js'

const a = upTo(12, [2, 2, 3])
const b = upTo(12, [2, 3, 2])
const matrix = upTo(6, [2, 3])

const products: readonly OpCase[] = [
  opCase(
    'matmul',
    [matrix, upTo(6, [3, 2])],
    (x, y) => fx.matmul(x, y),
    f32([
      [22, 28],
      [49, 64],
    ]),
  ),
  opCase(
    'matmul of batches',
    [a, b],
    (x, y) => fx.matmul(x, y),
    f32([
      [
        [22, 28],
        [49, 64],
      ],
      [
        [220, 244],
        [301, 334],
      ],
    ]),
  ),
  opCase(
    'matmul of a batch with one matrix',
    [a, upTo(6, [3, 2])],
    (x, y) => fx.matmul(x, y),
    f32([
      [
        [22, 28],
        [49, 64],
      ],
      [
        [76, 100],
        [103, 136],
      ],
    ]),
  ),
  opCase(
    'matmul of one matrix with a batch',
    [matrix, b],
    (x, y) => fx.matmul(x, y),
    f32([
      [
        [22, 28],
        [49, 64],
      ],
      [
        [58, 64],
        [139, 154],
      ],
    ]),
  ),
  opCase(
    'matmul broadcasts batches',
    [upTo(6, [2, 1, 1, 3]), b],
    (x, y) => fx.matmul(x, y),
    f32([
      [[[22, 28]], [[58, 64]]],
      [[[49, 64]], [[139, 154]]],
    ]),
  ),
  opCase('matmul of vectors', [f32([1, 2, 3]), f32([4, 5, 6])], (x, y) => fx.matmul(x, y), f32(32)),
  opCase(
    'matmul of a vector with a batch',
    [f32([1, 2, 3]), b],
    (x, y) => fx.matmul(x, y),
    f32([
      [22, 28],
      [58, 64],
    ]),
  ),
  opCase(
    'matmul of a batch with a vector',
    [a, f32([1, 2, 3])],
    (x, y) => fx.matmul(x, y),
    f32([
      [14, 32],
      [50, 68],
    ]),
  ),
  opCase(
    'matmul over nothing is 0',
    [f32([], [2, 0]), f32([], [0, 3])],
    (x, y) => fx.matmul(x, y),
    f32([
      [0, 0, 0],
      [0, 0, 0],
    ]),
  ),
  opCase(
    'matmul of batches over nothing',
    [f32([], [2, 2, 0]), f32([], [0, 1])],
    (x, y) => fx.matmul(x, y),
    f32([
      [[0], [0]],
      [[0], [0]],
    ]),
  ),
  opCase('matmul of an empty batch', [f32([], [0, 2, 3]), upTo(6, [3, 2])], (x, y) => fx.matmul(x, y), f32([], [0, 2, 2])),
  opCase('matmul to nothing', [f32([], [0, 3]), upTo(6, [3, 2])], (x, y) => fx.matmul(x, y), f32([], [0, 2])),
  opCase('matmul of i32 wraps', [i32([[65536, 1]]), i32([[65536], [5]])], (x, y) => fx.matmul(x, y), i32([[5]])),
  opCase('matmul of u32', [u32([[4294967295]]), u32([[2, 3]])], (x, y) => fx.matmul(x, y), u32([[4294967294, 4294967293]])),
  opCase(
    'matmul with NaN and infinities',
    [
      f32([
        [NaN, 1],
        [Infinity, 0],
      ]),
      f32([
        [0, 1],
        [1, 1],
      ]),
    ],
    (x, y) => fx.matmul(x, y),
    f32([
      [NaN, NaN],
      [NaN, Infinity],
    ]),
  ),
  opCase(
    'matmul of ragged tiles',
    [
      f32(
        Array.from({ length: 30 }, (_, i) => (i % 7) - 3),
        [5, 6],
      ),
      f32(
        Array.from({ length: 42 }, (_, i) => (i % 5) - 2),
        [6, 7],
      ),
    ],
    (x, y) => fx.matmul(x, y),
    f32([
      [1, 3, -5, 2, -1, 1, 3],
      [-11, -3, -5, 8, 11, -11, -3],
      [-9, 5, 9, -7, 2, -9, 5],
      [7, -8, 2, -8, 7, 7, -8],
      [2, -7, 9, 5, -9, 2, -7],
    ]),
  ),
  opCase('dot', [f32([1, 2, 3]), matrix, f32(2)], (v, m, s) => [fx.dot(m, v), fx.dot(v, v), fx.dot(s, v), fx.dot(m, s)], [
    f32([14, 32]),
    f32(14),
    f32([2, 4, 6]),
    f32([
      [2, 4, 6],
      [8, 10, 12],
    ]),
  ]),
  opCase(
    'dot of three axes',
    [a, b],
    (x, y) => fx.dot(x, y),
    f32([
      [
        [
          [22, 28],
          [58, 64],
        ],
        [
          [49, 64],
          [139, 154],
        ],
      ],
      [
        [
          [76, 100],
          [220, 244],
        ],
        [
          [103, 136],
          [301, 334],
        ],
      ],
    ]),
  ),
]

export const productCases: readonly OpCase[] = products
