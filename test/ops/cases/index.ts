/** Reading and writing at places that data says: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, u32, opCase, type OpCase } from '../opCase.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const gathers: readonly OpCase[] = [
  opCase(
    'takeAlongAxis',
    [f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]), i32([3, 0, 1, 1, 0, 2], [3, 2])],
    (x, i) => [fx.takeAlongAxis(x, i, { axis: 1 }), fx.takeAlongAxis(x, i), fx.gather(x, i, { axis: -1 })],
    [f32([4, 1, 6, 6, 9, 11], [3, 2]), f32([4, 1, 6, 6, 9, 11], [3, 2]), f32([4, 1, 6, 6, 9, 11], [3, 2])],
  ),
  opCase(
    'takeAlongAxis by u32 along the first axis',
    [f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]), u32([2, 0, 1, 1], [1, 4])],
    (x, i) => fx.takeAlongAxis(x, i, { axis: 0 }),
    f32([9, 2, 7, 8], [1, 4]),
  ),
  opCase(
    'takeAlongAxis broadcasts the other axes',
    [f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]), i32([1, 3, 0], [1, 3]), f32([5, 6, 7], [1, 3])],
    (x, i, y) => [fx.takeAlongAxis(x, i, { axis: 1 }), fx.takeAlongAxis(y, fx.constant([[0], [2]], { dtype: 'i32' }))],
    [f32([2, 4, 1, 6, 8, 5, 10, 12, 9], [3, 3]), f32([5, 7], [2, 1])],
  ),
  opCase(
    'takeAlongAxis clamps its indices',
    [
      f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]),
      i32([-1, 4, -2147483648, 2147483647, 100, 2], [3, 2]),
      u32([4294967295, 4, 3], [3, 1]),
    ],
    (x, i, u) => [fx.takeAlongAxis(x, i), fx.takeAlongAxis(x, u)],
    [f32([1, 4, 5, 8, 12, 11], [3, 2]), f32([4, 8, 12], [3, 1])],
  ),
  opCase(
    'takeAlongAxis of nothing, of one axis and of bool',
    [f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]), i32([], [3, 0]), bool([true, false]), i32([1, 0, 1])],
    (x, e, b, i) => [fx.takeAlongAxis(x, e), fx.takeAlongAxis(b, i)],
    [f32([], [3, 0]), bool([false, true, false])],
  ),
]

const scatters: readonly OpCase[] = [
  opCase(
    'scatterAdd adds up, and drops what is outside',
    [i32([10, 20, 30, 40]), i32([1, 3, 1, -1, 4, 2147483647, 0]), i32([1, 2, 3, 100, 100, 100, 5])],
    (x, i, u) => [fx.scatterAdd(x, i, u), fx.scatterAdd(x, i, 1)],
    [i32([15, 24, 30, 42]), i32([11, 22, 30, 41])],
  ),
  opCase(
    'scatterSet keeps the last, and drops what is outside',
    [i32([10, 20, 30, 40]), i32([1, 3, 1, -1, 4, 2147483647, 0]), i32([1, 2, 3, 100, 100, 100, 5])],
    (x, i, u) => [fx.scatterSet(x, i, u), fx.scatterSet(x, i, -7)],
    [i32([5, 3, 30, 2]), i32([-7, -7, 30, -7])],
  ),
  opCase(
    'scatter of rows',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32([2, 0, 2, 3]), f32([10, 11, 12, 13, 14, 15, 16, 17], [4, 2])],
    (x, i, u) => [fx.scatterAdd(x, i, u), fx.scatterSet(x, i, u)],
    [f32([12, 14, 2, 3, 28, 31], [3, 2]), f32([12, 13, 2, 3, 14, 15], [3, 2])],
  ),
  opCase(
    'scatter of columns, by u32',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), u32([1, 0, 1, 5]), f32([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21], [3, 4])],
    (x, i, u) => [fx.scatterAdd(x, i, u, { axis: 1 }), fx.scatterSet(x, i, u, { axis: -1 })],
    [f32([11, 23, 17, 33, 23, 43], [3, 2]), f32([11, 12, 15, 16, 19, 20], [3, 2])],
  ),
  opCase(
    'scatter at indices of two axes, as take reads them',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32([0, 2, 2, 1], [2, 2]), f32([10, 11, 12, 13, 14, 15, 16, 17], [2, 2, 2])],
    (x, i, u) => [fx.scatterAdd(x, i, u), fx.scatterSet(x, i, u)],
    [f32([10, 12, 18, 20, 30, 33], [3, 2]), f32([10, 11, 16, 17, 14, 15], [3, 2])],
  ),
  opCase(
    'scatter at a scalar index',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32(1), f32([8, 9])],
    (x, i, u) => [fx.scatterAdd(x, i, u), fx.scatterSet(x, i, u), fx.scatterSet(x, i, 0)],
    [f32([0, 1, 10, 12, 4, 5], [3, 2]), f32([0, 1, 8, 9, 4, 5], [3, 2]), f32([0, 1, 0, 0, 4, 5], [3, 2])],
  ),
  opCase(
    'scatter along an axis, as takeAlongAxis reads it',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32([1, 1, 0, 0, 7, 1, 1, 0, -1], [3, 3]), f32([10, 11, 12, 13, 14, 15, 16, 17, 18], [3, 3])],
    (x, i, u) => [fx.scatterAdd(x, i, u, { axis: 1 }), fx.scatterSet(x, i, u, { axis: 1 }), fx.scatterAdd(x, i, 1, { axis: 1 })],
    [f32([12, 22, 15, 18, 21, 21], [3, 2]), f32([12, 11, 13, 15, 17, 16], [3, 2]), f32([1, 3, 3, 4, 5, 6], [3, 2])],
  ),
  opCase(
    'scatter along the first axis',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32([2, 0, 2, 1, 0, 0, 9, -1], [4, 2]), f32([10, 11, 12, 13, 14, 15, 16, 17], [4, 2])],
    (x, i, u) => [fx.scatterAdd(x, i, u), fx.scatterSet(x, i, u)],
    [f32([14, 27, 2, 16, 26, 5], [3, 2]), f32([14, 15, 2, 13, 12, 5], [3, 2])],
  ),
  opCase(
    'scatter of nothing, into nothing, and of bool',
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), i32([], [0]), f32([], [0, 2]), bool([true, false, true]), i32([2, 1])],
    (x, e, z, b, i) => [
      fx.scatterAdd(x, e, z),
      fx.scatterSet(x, e, z),
      fx.scatterAdd(z, i, 3),
      fx.scatterSet(b, i, fx.logicalNot(fx.take(b, i))),
    ],
    [f32([0, 1, 2, 3, 4, 5], [3, 2]), f32([0, 1, 2, 3, 4, 5], [3, 2]), f32([], [0, 2]), bool([true, true, false])],
  ),
]

const boxes: readonly OpCase[] = [
  opCase(
    'dynamicSlice',
    [f32([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]), i32(1), i32(2), i32([0, 1])],
    (x, i, j, v) => [
      fx.dynamicSlice(x, [i, j], [2, 2]),
      fx.dynamicSlice(x, v, [3, 2]),
      fx.dynamicSlice(x, [0, j], [1, 1]),
      fx.dynamicSlice(x, [i, 0], [0, 4]),
    ],
    [f32([6, 7, 10, 11], [2, 2]), f32([1, 2, 5, 6, 9, 10], [3, 2]), f32([2], [1, 1]), f32([], [0, 4])],
  ),
  opCase(
    'dynamicSlice clamps its starts',
    [f32([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]), i32(5), i32(-3), i32([-2147483648, 2147483647]), u32([4294967295, 1])],
    (x, i, j, v, u) => [fx.dynamicSlice(x, [i, j], [2, 2]), fx.dynamicSlice(x, v, [2, 3]), fx.dynamicSlice(x, u, [1, 3])],
    [f32([4, 5, 8, 9], [2, 2]), f32([1, 2, 3, 5, 6, 7], [2, 3]), f32([9, 10, 11], [1, 3])],
  ),
  opCase(
    'dynamicSlice of a scalar and of bool',
    [f32(3), bool([true, false, true]), i32(1)],
    (s, b, i) => [fx.dynamicSlice(s, [], []), fx.dynamicSlice(b, [i], [2])],
    [f32(3), bool([false, true])],
  ),
  opCase(
    'dynamicUpdateSlice',
    [f32([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]), f32([-1, -2, -3, -4], [2, 2]), i32(1), i32(2), i32([0, 1])],
    (x, u, i, j, v) => [
      fx.dynamicUpdateSlice(x, u, [i, j]),
      fx.dynamicUpdateSlice(x, u, v),
      fx.dynamicUpdateSlice(x, u, [1, j]),
      fx.dynamicUpdateSlice(x, x, [i, j]),
    ],
    [
      f32([0, 1, 2, 3, 4, 5, -1, -2, 8, 9, -3, -4], [3, 4]),
      f32([0, -1, -2, 3, 4, -3, -4, 7, 8, 9, 10, 11], [3, 4]),
      f32([0, 1, 2, 3, 4, 5, -1, -2, 8, 9, -3, -4], [3, 4]),
      f32([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]),
    ],
  ),
  opCase(
    'dynamicUpdateSlice clamps its starts',
    [
      f32([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]),
      f32([-1, -2, -3, -4], [2, 2]),
      i32([9, -9]),
      i32([-2147483648, 2147483647]),
      u32([4294967295, 0]),
    ],
    (x, u, v, w, z) => [fx.dynamicUpdateSlice(x, u, v), fx.dynamicUpdateSlice(x, u, w), fx.dynamicUpdateSlice(x, u, z)],
    [
      f32([0, 1, 2, 3, -1, -2, 6, 7, -3, -4, 10, 11], [3, 4]),
      f32([0, 1, -1, -2, 4, 5, -3, -4, 8, 9, 10, 11], [3, 4]),
      f32([0, 1, 2, 3, -1, -2, 6, 7, -3, -4, 10, 11], [3, 4]),
    ],
  ),
  opCase(
    'dynamicUpdateSlice of special values, of nothing and of bool',
    [f32([0, 1, 2, 3]), f32([NaN, -0]), i32(1), f32([], [0]), bool([true, true, true]), bool([false])],
    (x, u, i, e, b, c) => [fx.dynamicUpdateSlice(x, u, [i]), fx.dynamicUpdateSlice(x, e, [i]), fx.dynamicUpdateSlice(b, c, [i])],
    [f32([0, NaN, -0, 3]), f32([0, 1, 2, 3]), bool([true, false, true])],
  ),
]

/** Σ of the elements times 1, 2, …: every element has a slope of its own. */
const counted = (y: F32): F32 => fx.sum(fx.mul(y, fx.reshape(fx.add(fx.iota(y.size, { dtype: 'f32' }), 1), y.shape)))

const places = i32([-1, 3, 1, -2147483648, 2147483647])
const three = f32([1, 2, 3, 4, 5, 6], [3, 2])

/** What is out of range in derivatives and in batches: reads are of the nearest place, writes are dropped. */
const outside: readonly OpCase[] = [
  opCase(
    'the derivative of a clamped read is at the place that was read',
    [three, places, u32([4294967295, 3, 0]), i32([-5, 9, 1, 2, 2147483647, -1], [3, 2])],
    (x, i, u, along) => [
      fx.grad((v: F32) => counted(fx.take(v, i, { axis: 0 })))(x),
      fx.grad((v: F32) => counted(fx.take(v, u, { axis: 0 })))(x),
      fx.jvp((v: F32) => fx.take(v, i, { axis: 0 }), [x], [x])[1],
      fx.grad((v: F32) => counted(fx.takeAlongAxis(v, along, { axis: 0 })))(x),
      fx.grad((v: F32) => counted(fx.gather(v, along, { axis: 1 })))(x),
    ],
    [
      f32([8, 10, 5, 6, 12, 14], [3, 2]),
      f32([5, 6, 0, 0, 4, 6], [3, 2]),
      f32([1, 2, 5, 6, 3, 4, 1, 2, 5, 6], [5, 2]),
      f32([1, 6, 3, 0, 5, 6], [3, 2]),
      f32([1, 2, 0, 7, 6, 5], [3, 2]),
    ],
  ),
  opCase(
    'the derivative of a dropped write is zero',
    [three, places, f32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2])],
    (x, i, u) => [
      ...fx.grad((v: F32, w: F32) => counted(fx.scatterAdd(v, i, w)), { argnums: [0, 1] })(x, u),
      ...fx.grad((v: F32, w: F32) => counted(fx.scatterSet(v, i, w)), { argnums: [0, 1] })(x, u),
      fx.oneHot(i, 2),
    ],
    [
      f32([1, 2, 3, 4, 5, 6], [3, 2]),
      f32([0, 0, 0, 0, 3, 4, 0, 0, 0, 0], [5, 2]),
      f32([1, 2, 0, 0, 5, 6], [3, 2]),
      f32([0, 0, 0, 0, 3, 4, 0, 0, 0, 0], [5, 2]),
      f32([0, 0, 0, 0, 0, 1, 0, 0, 0, 0], [5, 2]),
    ],
  ),
  opCase(
    'the derivatives of clamped boxes',
    [three, i32([5, -7]), f32([9, 8], [2, 1])],
    (x, at, u) => [
      fx.grad((v: F32) => counted(fx.dynamicSlice(v, at, [2, 1])))(x),
      ...fx.grad((v: F32, w: F32) => counted(fx.dynamicUpdateSlice(v, w, at)), { argnums: [0, 1] })(x, u),
    ],
    [f32([0, 0, 1, 0, 2, 0], [3, 2]), f32([1, 2, 0, 4, 0, 6], [3, 2]), f32([3, 5], [2, 1])],
  ),
  opCase(
    'batches clamp and drop each by itself',
    [three, i32([-5, 9, 1, 2, 2147483647, -1], [3, 2]), i32([-4, 1, 99])],
    (x, i, at) => [
      fx.vmap((v: F32, j: I32) => fx.take(v, j), { inAxes: [0, 0] })(x, i),
      fx.vmap((v: F32, j: I32) => fx.scatterAdd(v, j, 1), { inAxes: [0, 0] })(x, i),
      fx.vmap((v: F32, j: I32) => fx.scatterSet(v, j, 0), { inAxes: [0, 0] })(x, i),
      fx.vmap((v: F32, j: I32) => fx.dynamicSlice(v, [j], [1]), { inAxes: [0, 0] })(x, at),
      fx.vmap((v: F32, j: I32) => fx.dynamicUpdateSlice(v, fx.zeros([1]), [j]), { inAxes: [0, 0] })(x, at),
    ],
    [
      f32([1, 2, 4, 4, 6, 5], [3, 2]),
      f32([1, 2, 3, 5, 5, 6], [3, 2]),
      f32([1, 2, 3, 0, 5, 6], [3, 2]),
      f32([1, 4, 6], [3, 1]),
      f32([0, 2, 3, 0, 5, 0], [3, 2]),
    ],
  ),
  opCase(
    'the derivative of reading nothing from nothing',
    [f32([], [0, 2]), i32([], [0]), u32([], [0])],
    (x, i, u) => [i, u].map((at) => fx.grad((v: F32) => counted(fx.take(v, at, { axis: 0 })))(x)),
    [f32([], [0, 2]), f32([], [0, 2])],
  ),
]

export const indexCases: readonly OpCase[] = [...gathers, ...scatters, ...boxes, ...outside]
