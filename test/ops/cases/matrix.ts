/** Triangles and diagonals: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, type OpCase } from '../opCase.js'

const triangles: readonly OpCase[] = [
  opCase('tril and triu, k = 0', [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])], (x) => [fx.tril(x, 0), fx.triu(x, 0)], [
    i32([1, 0, 0, 0, 5, 6, 0, 0, 9, 10, 11, 0], [3, 4]),
    i32([1, 2, 3, 4, 0, 6, 7, 8, 0, 0, 11, 12], [3, 4]),
  ]),
  opCase('tril and triu, k = 1', [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])], (x) => [fx.tril(x, 1), fx.triu(x, 1)], [
    i32([1, 2, 0, 0, 5, 6, 7, 0, 9, 10, 11, 12], [3, 4]),
    i32([0, 2, 3, 4, 0, 0, 7, 8, 0, 0, 0, 12], [3, 4]),
  ]),
  opCase('tril and triu, k = -1', [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])], (x) => [fx.tril(x, -1), fx.triu(x, -1)], [
    i32([0, 0, 0, 0, 5, 0, 0, 0, 9, 10, 0, 0], [3, 4]),
    i32([1, 2, 3, 4, 5, 6, 7, 8, 0, 10, 11, 12], [3, 4]),
  ]),
  opCase('tril and triu, k = 5', [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])], (x) => [fx.tril(x, 5), fx.triu(x, 5)], [
    i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
    i32([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 4]),
  ]),
  opCase('tril and triu, k = -3', [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])], (x) => [fx.tril(x, -3), fx.triu(x, -3)], [
    i32([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 4]),
    i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
  ]),
  opCase(
    'tril and triu of batches, with special values',
    [f32([1, NaN, 3, 4, 5, 6, 7, 8, 9, 10, Infinity, 12], [2, 3, 2])],
    (x) => [fx.tril(x), fx.triu(x)],
    [f32([1, 0, 3, 4, 5, 6, 7, 0, 9, 10, Infinity, 12], [2, 3, 2]), f32([1, NaN, 0, 4, 0, 0, 7, 8, 0, 10, 0, 0], [2, 3, 2])],
  ),
  opCase('tril of bool and of nothing', [bool([true, true, true, true], [2, 2]), f32([], [0, 3])], (b, e) => [fx.tril(b), fx.triu(e)], [
    bool([true, false, true, true], [2, 2]),
    f32([], [0, 3]),
  ]),
]

const diagonals: readonly OpCase[] = [
  opCase('diag of a vector', [i32([1, 2, 3])], (x) => [fx.diag(x), fx.diag(x, 1), fx.diag(x, -2)], [
    i32([1, 0, 0, 0, 2, 0, 0, 0, 3], [3, 3]),
    i32([0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0], [4, 4]),
    i32([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0], [5, 5]),
  ]),
  opCase(
    'diag of a matrix',
    [i32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4])],
    (x) => [fx.diag(x), fx.diag(x, 1), fx.diag(x, 3), fx.diag(x, -2), fx.diag(x, 4), fx.diag(x, -9)],
    [i32([1, 6, 11]), i32([2, 7, 12]), i32([4]), i32([9]), i32([], [0]), i32([], [0])],
  ),
  opCase(
    'diag of a tall matrix, and of small ones',
    [i32([1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12], [4, 3]), i32([9], [1, 1]), f32([], [0]), i32([5])],
    (x, o, e, p) => [fx.diag(x, -1), fx.diag(x, 2), fx.diag(o), fx.diag(e), fx.diag(e, 2), fx.diag(p)],
    [i32([2, 7, 12]), i32([9]), i32([9]), f32([], [0, 0]), f32([0, 0, 0, 0], [2, 2]), i32([5], [1, 1])],
  ),
]

export const matrixCases: readonly OpCase[] = [...triangles, ...diagonals]
