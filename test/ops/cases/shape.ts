/** Ops that move elements: numbers by hand, as NumPy's. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, u32, type OpCase } from '../opCase.js'

const x = i32([[1, 2, 3], [4, 5, 6]])
const cube = i32([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]])

const reshapes: readonly OpCase[] = [
  opCase('reshape', [x], (v) => [fx.reshape(v, [3, 2]), fx.reshape(v, [6]), fx.reshape(v, [1, 2, 1, 3])], [i32([[1, 2], [3, 4], [5, 6]]), i32([1, 2, 3, 4, 5, 6]), i32([[[[1, 2, 3]], [[4, 5, 6]]]])]),
  opCase('reshape with an open axis', [x], (v) => [fx.reshape(v, [-1]), fx.reshape(v, [3, -1]), fx.reshape(v, [-1, 6])], [i32([1, 2, 3, 4, 5, 6]), i32([[1, 2], [3, 4], [5, 6]]), i32([[1, 2, 3, 4, 5, 6]])]),
  opCase('reshape of one element to a scalar and back', [i32([[7]])], (v) => [fx.reshape(v, []), fx.reshape(fx.reshape(v, []), [1, 1, 1])], [i32(7), i32([[[7]]])]),
  opCase('reshape of nothing', [f32([], [0, 3])], (v) => [fx.reshape(v, [3, 0]), fx.reshape(v, [0]), fx.reshape(v, [-1, 3])], [f32([], [3, 0]), f32([]), f32([], [0, 3])]),
  opCase('reshape of a transpose', [x], (v) => fx.reshape(fx.transpose(v), [2, 3]), i32([[1, 4, 2], [5, 3, 6]])),
  opCase('reshape that splits and joins axes', [cube], (v) => fx.reshape(fx.transpose(v, [1, 0, 2]), [2, 3, 2]), i32([[[1, 2], [7, 8], [3, 4]], [[9, 10], [5, 6], [11, 12]]])),
  opCase('expandDims', [x], (v) => [fx.expandDims(v, 0), fx.expandDims(v, -1), fx.expandDims(v, [0, 2])], [i32([[[1, 2, 3], [4, 5, 6]]]), i32([[[1], [2], [3]], [[4], [5], [6]]]), i32([[[[1, 2, 3]], [[4, 5, 6]]]])]),
  opCase('expandDims of a scalar', [i32(3)], (v) => [fx.expandDims(v, 0), fx.expandDims(v, [0, 1]), fx.expandDims(v, [-1, -2])], [i32([3]), i32([[3]]), i32([[3]])]),
  opCase('squeeze', [i32([[[1], [2]]])], (v) => [fx.squeeze(v), fx.squeeze(v, 0), fx.squeeze(v, -1), fx.squeeze(v, [2, 0]), fx.squeeze(v, [])], [i32([1, 2]), i32([[1], [2]]), i32([[1, 2]]), i32([1, 2]), i32([[[1], [2]]])]),
]

const permutations: readonly OpCase[] = [
  opCase('transpose', [x], (v) => fx.transpose(v), i32([[1, 4], [2, 5], [3, 6]])),
  opCase('transpose of three axes', [cube], (v) => [fx.transpose(v, [2, 0, 1]), fx.transpose(v, [-1, 0, 1])], [i32([[[1, 3, 5], [7, 9, 11]], [[2, 4, 6], [8, 10, 12]]]), i32([[[1, 3, 5], [7, 9, 11]], [[2, 4, 6], [8, 10, 12]]])]),
  opCase('transpose of a scalar and a vector', [i32(1), i32([1, 2])], (a, b) => [fx.transpose(a), fx.transpose(b)], [i32(1), i32([1, 2])]),
  opCase('swapAxes', [cube], (v) => fx.slice(fx.swapAxes(v, 0, -1), [0, 0, 0], [1, 3, 2]), i32([[[1, 7], [3, 9], [5, 11]]])),
  opCase('swapAxes of an axis with itself', [x], (v) => fx.swapAxes(v, 1, -1), x),
  opCase('moveAxis', [cube], (v) => [fx.moveAxis(v, 0, -1), fx.moveAxis(v, -1, 0)], [i32([[[1, 7], [2, 8]], [[3, 9], [4, 10]], [[5, 11], [6, 12]]]), i32([[[1, 3, 5], [7, 9, 11]], [[2, 4, 6], [8, 10, 12]]])]),
  opCase('flip', [x], (v) => [fx.flip(v), fx.flip(v, { axis: 0 }), fx.flip(v, { axis: -1 }), fx.flip(v, { axis: [] })], [i32([[6, 5, 4], [3, 2, 1]]), i32([[4, 5, 6], [1, 2, 3]]), i32([[3, 2, 1], [6, 5, 4]]), x]),
]

const broadcasts: readonly OpCase[] = [
  opCase('broadcastTo', [i32([1, 2]), i32([[1], [2]]), i32(7)], (a, b, c) => [fx.broadcastTo(a, [2, 2]), fx.broadcastTo(b, [2, 3]), fx.broadcastTo(c, [1, 2])], [i32([[1, 2], [1, 2]]), i32([[1, 1, 1], [2, 2, 2]]), i32([[7, 7]])]),
  opCase('broadcastTo nothing', [i32([5])], (a) => [fx.broadcastTo(a, [0]), fx.broadcastTo(a, [2, 0])], [i32([]), i32([], [2, 0])]),
  opCase('broadcastTo of bool', [bool([[true], [false]])], (a) => fx.broadcastTo(a, [2, 2, 2]), bool([[[true, true], [false, false]], [[true, true], [false, false]]])),
]

const joins: readonly OpCase[] = [
  opCase('concat', [x, i32([[7, 8, 9]])], (a, b) => [fx.concat([a, b]), fx.concat([a, a], { axis: 1 }), fx.concat([b, a, b], { axis: -2 })], [i32([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), i32([[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]), i32([[7, 8, 9], [1, 2, 3], [4, 5, 6], [7, 8, 9]])]),
  opCase('concat of one, and with nothing', [i32([1, 2]), i32([])], (a, b) => [fx.concat([a]), fx.concat([b, a, b]), fx.concat([b, b])], [i32([1, 2]), i32([1, 2]), i32([])]),
  opCase('concat of bool', [bool([true]), bool([false, true])], (a, b) => fx.concat([a, b]), bool([true, false, true])),
  opCase('concat of more than a kernel binds', [f32([1])], (a) => fx.concat(Array.from({ length: 40 }, (_, i) => fx.mul(a, i))), f32(Array.from({ length: 40 }, (_, i) => i))),
  opCase('stack', [i32([1, 2]), i32([3, 4])], (a, b) => [fx.stack([a, b]), fx.stack([a, b], { axis: 1 }), fx.stack([a, b], { axis: -1 }), fx.stack([a])], [i32([[1, 2], [3, 4]]), i32([[1, 3], [2, 4]]), i32([[1, 3], [2, 4]]), i32([[1, 2]])]),
  opCase('stack of scalars', [f32(1), f32(2), f32(3)], (...xs) => fx.stack(xs), f32([1, 2, 3])),
  opCase('split in equal pieces', [i32([1, 2, 3, 4, 5, 6])], (v) => fx.split(v, 3), [i32([1, 2]), i32([3, 4]), i32([5, 6])]),
  opCase('split by sizes', [x], (v) => fx.split(v, [1, 0, 2], { axis: -1 }), [i32([[1], [4]]), i32([], [2, 0]), i32([[2, 3], [5, 6]])]),
]

const slices: readonly OpCase[] = [
  opCase('slice', [x], (v) => [fx.slice(v, [0, 1], [2, 3]), fx.slice(v, [1, 0], [2, 3], [1, 2]), fx.slice(v, [0, 0], [2, 3], [2, 2])], [i32([[2, 3], [5, 6]]), i32([[4, 6]]), i32([[1, 3]])]),
  opCase('slice of nothing', [x], (v) => [fx.slice(v, [1, 1], [1, 3]), fx.slice(v, [2, 3], [2, 3])], [i32([], [0, 2]), i32([], [0, 0])]),
  opCase('slice of a scalar', [i32(7)], (v) => fx.slice(v, [], []), i32(7)),
  opCase('slice with a stride that does not divide', [i32([0, 1, 2, 3, 4, 5, 6])], (v) => fx.slice(v, [1], [7], [4]), i32([1, 5])),
  opCase('pad', [x], (v) => [fx.pad(v, [[1, 0], [0, 2]]), fx.pad(v, [[0, 0], [1, 1]], -1)], [i32([[0, 0, 0, 0, 0], [1, 2, 3, 0, 0], [4, 5, 6, 0, 0]]), i32([[-1, 1, 2, 3, -1], [-1, 4, 5, 6, -1]])]),
  opCase('pad of nothing', [f32([], [0])], (v) => fx.pad(v, [[1, 2]], 0.5), f32([0.5, 0.5, 0.5])),
  opCase('pad with special values', [f32([1])], (v) => [fx.pad(v, [[1, 0]], -Infinity), fx.pad(v, [[0, 1]], NaN), fx.pad(v, [[1, 1]], -0)], [f32([-Infinity, 1]), f32([1, NaN]), f32([-0, 1, -0])]),
  opCase('pad of bool, and by nothing', [bool([true, false])], (v) => [fx.pad(v, [[1, 1]], 1), fx.pad(v, [[0, 0]])], [bool([true, true, false, true]), bool([true, false])]),
]

const takes: readonly OpCase[] = [
  opCase('take along axis 0', [x, i32([1, 0, 1])], (v, i) => fx.take(v, i, { axis: 0 }), i32([[4, 5, 6], [1, 2, 3], [4, 5, 6]])),
  opCase('take along the last axis', [x, i32([[2, 0], [1, 1]])], (v, i) => fx.take(v, i, { axis: -1 }), i32([[[3, 1], [2, 2]], [[6, 4], [5, 5]]])),
  opCase('take of the flattened array', [x, i32([5, 0])], (v, i) => fx.take(v, i), i32([6, 1])),
  opCase('take with a scalar index', [x, i32(1)], (v, i) => [fx.take(v, i, { axis: 0 }), fx.take(v, i, { axis: 1 })], [i32([4, 5, 6]), i32([2, 5])]),
  opCase('take clamps its indices', [x, i32([-1, 2, 100, -2147483648])], (v, i) => fx.take(v, i, { axis: 0 }), i32([[1, 2, 3], [4, 5, 6], [4, 5, 6], [1, 2, 3]])),
  opCase('take with u32 indices', [i32([1, 2, 3]), u32([2, 4294967295])], (v, i) => fx.take(v, i), i32([3, 3])),
  opCase('take of no indices', [x, i32([])], (v, i) => fx.take(v, i, { axis: 1 }), i32([], [2, 0])),
  opCase('take of bool and of a scalar', [bool([true, false]), i32([1, 0]), f32(4)], (v, i, s) => [fx.take(v, i), fx.take(s, i)], [bool([false, true]), f32([4, 4])]),
]

/** Views of views must compose to the right index whatever the compiler makes of them. */
const compositions: readonly OpCase[] = [
  opCase('pad of a slice of a transpose', [x], (v) => fx.pad(fx.slice(fx.transpose(v), [1, 0], [3, 1]), [[0, 1], [1, 0]], 9), i32([[9, 2], [9, 3], [9, 9]])),
  opCase('flip of a concat of a broadcast', [i32([1, 2])], (v) => fx.flip(fx.concat([fx.broadcastTo(v, [2, 2]), fx.expandDims(v, 0)]), { axis: 1 }), i32([[2, 1], [2, 1], [2, 1]])),
  opCase('slice of a concat', [i32([1, 2, 3]), i32([4, 5])], (a, b) => fx.slice(fx.concat([a, b]), [2], [5], [2]), i32([3, 5])),
  opCase('slice of a pad', [i32([1, 2, 3])], (v) => fx.slice(fx.pad(v, [[2, 2]], 7), [1], [6]), i32([7, 1, 2, 3, 7])),
  opCase('take of a take', [i32([10, 20, 30]), i32([2, 1, 0]), i32([0, 0, 2])], (v, i, j) => fx.take(fx.take(v, i), j), i32([30, 30, 10])),
  opCase('reshape of a flip of a reshape', [cube], (v) => fx.reshape(fx.flip(fx.reshape(v, [4, 3]), { axis: 0 }), [2, 6]), i32([[10, 11, 12, 7, 8, 9], [4, 5, 6, 1, 2, 3]])),
  opCase('sum of a transpose of a broadcast', [i32([1, 2])], (v) => fx.sum(fx.transpose(fx.broadcastTo(v, [3, 2])), { axis: 1 }), i32([3, 6])),
]

export const shapeCases: readonly OpCase[] = [...reshapes, ...permutations, ...broadcasts, ...joins, ...slices, ...takes, ...compositions]
