import { describe } from 'vitest'
import * as fx from '../../src/index.js'
import { checkRefusals, refusal, type Refusal } from './refusal.js'

const f = (...shape: number[]): fx.Tensor<fx.Shape, 'f32'> => fx.zeros<fx.Shape>(shape)
const i = (...shape: number[]): fx.Tensor<fx.Shape, 'i32'> => fx.zeros<fx.Shape, 'i32'>(shape, 'i32')
const b = (...shape: number[]): fx.Tensor<fx.Shape, 'bool'> => fx.zeros<fx.Shape, 'bool'>(shape, 'bool')

/** A value as one of any type: what a caller without types passes. */
const untyped = (x: unknown): never => x as never

const arranged: readonly Refusal[] = [
  refusal('a count that is negative', 'ShapeError', 'tile', () => fx.tile(f(2), [2, -1]), '[2, -1]', 'f32[2]'),
  refusal('a count that is no whole number', 'ShapeError', 'repeat', () => fx.repeat(f(2), 0.5), '0.5'),
  refusal('counts for another length', 'ShapeError', 'repeat', () => fx.repeat(f(2), [1, 2, 3], { axis: 0 }), '[1, 2, 3]', 'f32[2]'),
  refusal('no such axis', 'ShapeError', 'repeat', () => fx.repeat(f(2), 2, { axis: 1 }), 'axis 1'),
  refusal('a shift that is no whole number', 'ShapeError', 'roll', () => fx.roll(f(2), 0.5, { axis: 0 }), '0.5'),
  refusal('shifts for other axes', 'ShapeError', 'roll', () => fx.roll(f(2, 2), [1, 1, 1], { axis: [0, 1] }), '[1, 1, 1]'),
  refusal('no such axis', 'ShapeError', 'roll', () => fx.roll(f(2), 1, { axis: 2 }), 'axis 2'),
  refusal('a vector', 'ShapeError', 'tril', () => fx.tril(f(2)), 'f32[2]', 'two axes'),
  refusal('half a diagonal', 'ShapeError', 'triu', () => fx.triu(f(2, 2), 0.5), '0.5'),
  refusal('three axes', 'ShapeError', 'diag', () => fx.diag(f(2, 2, 2)), 'f32[2, 2, 2]', 'matrix'),
  refusal('no such axis', 'ShapeError', 'prod', () => fx.prod(f(2), { axis: 1 }), 'axis 1'),
  refusal('no such axis', 'ShapeError', 'cumsum', () => fx.cumsum(f(2), { axis: 1 }), 'axis 1'),
]

const places: readonly Refusal[] = [
  refusal('indices of another rank', 'ShapeError', 'takeAlongAxis', () => fx.takeAlongAxis(f(2, 3), i(3)), 'f32[2, 3]', 'i32[3]'),
  refusal(
    'other axes that differ',
    'ShapeError',
    'gather',
    () => fx.gather(f(2, 3), i(3, 3), { axis: 1 }),
    'f32[2, 3]',
    'axes other than 1',
  ),
  refusal('indices that are f32', 'DTypeError', 'takeAlongAxis', () => fx.takeAlongAxis(f(2), untyped(f(2))), 'f32', "cast(i, 'i32')"),
  refusal('nothing to take from', 'ShapeError', 'takeAlongAxis', () => fx.takeAlongAxis(f(0), i(2)), 'empty'),
  refusal('bool', 'DTypeError', 'scatterAdd', () => fx.scatterAdd(b(2), i(1), untyped(b(1))), 'bool'),
  refusal('mixed dtypes', 'DTypeError', 'scatterAdd', () => fx.scatterAdd(f(2), i(1), untyped(i(1))), 'f32', 'i32'),
  refusal('indices that are f32', 'DTypeError', 'scatterSet', () => fx.scatterSet(f(2), untyped(f(1)), f(1)), 'f32', 'cast'),
  refusal('updates that do not fit', 'ShapeError', 'scatterSet', () => fx.scatterSet(f(3, 2), i(4), f(4, 3)), '[4, 2]', 'f32[4, 3]'),
  refusal('no such axis', 'ShapeError', 'scatterAdd', () => fx.scatterAdd(f(3), i(4), f(4), { axis: 1 }), 'axis 1'),
  refusal('too few starts', 'ShapeError', 'dynamicSlice', () => fx.dynamicSlice(f(3, 2), [0], [1, 1]), '1 starts for 2 axes'),
  refusal('starts that are f32', 'DTypeError', 'dynamicSlice', () => fx.dynamicSlice(f(3), untyped([f()]), [1]), 'f32'),
  refusal('a box that is too large', 'ShapeError', 'dynamicSlice', () => fx.dynamicSlice(f(3), [0], [4]), '[4]', 'f32[3]'),
  refusal('an update of another rank', 'ShapeError', 'dynamicUpdateSlice', () => fx.dynamicUpdateSlice(f(3, 2), f(2), [0, 0]), 'f32[2]'),
  refusal('an update that is too long', 'ShapeError', 'dynamicUpdateSlice', () => fx.dynamicUpdateSlice(f(3), f(4), [0]), 'f32[4]'),
  refusal('mixed dtypes', 'DTypeError', 'dynamicUpdateSlice', () => fx.dynamicUpdateSlice(f(3), untyped(i(2)), [0]), 'f32', 'i32'),
  refusal('a scalar', 'ShapeError', 'sort', () => fx.sort(f()), 'scalar'),
  refusal('no such axis', 'ShapeError', 'argsort', () => fx.argsort(f(2), { axis: 1 }), 'axis 1'),
  refusal('more than there are', 'ShapeError', 'topK', () => fx.topK(f(2, 3), 4), '4', 'f32[2, 3]'),
  refusal('bool', 'DTypeError', 'topK', () => fx.topK(b(3), 1), 'bool'),
]

const contractions: readonly Refusal[] = [
  refusal('too few operands', 'ShapeError', 'einsum', () => fx.einsum('ij,jk', f(2, 3)), '2 terms for 1 operands', 'ij,jk'),
  refusal('too few labels', 'ShapeError', 'einsum', () => fx.einsum('ij,j->i', f(2, 3), f(3, 2)), "'j' names 1 axes of operand 1", '   ^'),
  refusal(
    'lengths that differ',
    'ShapeError',
    'einsum',
    () => fx.einsum('ij,jk->ik', f(2, 3), f(4, 2)),
    "'j' is 3 in one place and 4",
    ' ^',
  ),
  refusal('a label that is none', 'ShapeError', 'einsum', () => fx.einsum('i1->i', f(2, 3)), "'1' is no label"),
  refusal(
    'a result that no operand has',
    'ShapeError',
    'einsum',
    () => fx.einsum('ij->ik', f(2, 3)),
    "'k', which no operand has",
    '     ^',
  ),
  refusal('a result with one label twice', 'ShapeError', 'einsum', () => fx.einsum('ij->ii', f(2, 3)), "'i' twice", '     ^'),
  refusal('a result without the ellipsis', 'ShapeError', 'einsum', () => fx.einsum('...i->i', f(2, 3)), "'...'"),
  refusal(
    'an ellipsis that does not broadcast',
    'ShapeError',
    'einsum',
    () => fx.einsum('...i,...i->...', f(2, 3), f(4, 3)),
    "'...' is 2",
    '4',
  ),
  // @ts-expect-error tsc knows that a term has no operand
  refusal('nothing', 'ShapeError', 'einsum', () => fx.einsum(''), 'no operands'),
  refusal('mixed dtypes', 'DTypeError', 'einsum', () => fx.einsum('i,i', f(2), untyped(i(2))), 'f32', 'i32'),
  refusal('ranks that differ', 'ShapeError', 'convTranspose', () => fx.convTranspose(f(1, 1, 4), f(1, 1)), 'f32[1, 1]'),
  refusal('channels that differ', 'ShapeError', 'convTranspose', () => fx.convTranspose(f(1, 3, 4), f(2, 2, 2)), '3 channels', 'take 2'),
  refusal(
    'groups that do not divide',
    'ShapeError',
    'convTranspose',
    () => fx.convTranspose(f(1, 3, 4), f(2, 3, 2), { groups: 2 }),
    '2 groups',
  ),
  refusal('a stride of 0', 'ShapeError', 'convTranspose', () => fx.convTranspose(f(1, 1, 4), f(1, 1, 2), { strides: 0 }), 'strides'),
  refusal('negative room', 'ShapeError', 'convTranspose', () => fx.convTranspose(f(1, 1, 4), f(1, 1, 2), { outputPadding: -1 }), '-1'),
  refusal(
    'unknown padding',
    'ShapeError',
    'convTranspose',
    () => fx.convTranspose(f(1, 1, 4), f(1, 1, 2), { padding: untyped('full') }),
    'full',
  ),
  refusal('inner axes that differ', 'ShapeError', 'attention', () => fx.attention(f(2, 3), f(4, 2), f(4, 3)), 'f32[2, 3]', 'f32[4, 2]'),
  refusal(
    'a mask of integers',
    'DTypeError',
    'attention',
    () => fx.attention(f(2, 3), f(4, 3), f(4, 3), { mask: untyped(i(2, 4)) }),
    'i32',
  ),
  refusal('a mask of another shape', 'ShapeError', 'attention', () => fx.attention(f(2, 3), f(4, 3), f(4, 3), { mask: b(3, 4) }), '3'),
]

const decompositions: readonly Refusal[] = [
  refusal('a vector', 'ShapeError', 'linalg.inv', () => fx.linalg.inv(f(3)), 'f32[3]', 'two axes'),
  refusal('a matrix that is not square', 'ShapeError', 'linalg.inv', () => fx.linalg.inv(f(2, 3)), '2 × 3', 'f32[2, 3]'),
  refusal('integers', 'DTypeError', 'linalg.det', () => fx.linalg.det(untyped(i(2, 2))), 'i32', 'cast'),
  refusal('a matrix that is not square', 'ShapeError', 'linalg.det', () => fx.linalg.det(f(4, 2, 3)), 'f32[4, 2, 3]'),
  refusal('a matrix that is not square', 'ShapeError', 'linalg.slogdet', () => fx.linalg.slogdet(f(1, 0)), '1 × 0'),
  refusal('f16', 'DTypeError', 'linalg.inv', () => fx.linalg.inv(untyped(fx.zeros([2, 2], 'f16'))), 'f16[2, 2]', 'f32', 'cast'),
  refusal('a scalar', 'ShapeError', 'linalg.cholesky', () => fx.linalg.cholesky(f()), 'f32[]'),
  refusal('a vector', 'ShapeError', 'linalg.eigh', () => fx.linalg.eigh(f(2)), 'f32[2]'),
  refusal('a vector', 'ShapeError', 'linalg.qr', () => fx.linalg.qr(f(2)), 'f32[2]'),
  refusal('truth values', 'DTypeError', 'linalg.svd', () => fx.linalg.svd(untyped(b(2, 2))), 'bool', 'cast'),
  refusal('other rows', 'ShapeError', 'linalg.solve', () => fx.linalg.solve(f(3, 3), f(2)), 'f32[3, 3]', 'f32[2]', '3 rows'),
  refusal('rows in the wrong place', 'ShapeError', 'linalg.solve', () => fx.linalg.solve(f(4, 3, 3), f(4, 2)), 'f32[4, 2]', '3 rows'),
  refusal('a scalar', 'ShapeError', 'linalg.solve', () => fx.linalg.solve(f(1, 1), f()), 'f32[]'),
  refusal('mixed dtypes', 'DTypeError', 'linalg.solve', () => fx.linalg.solve(f(3, 3), untyped(i(3))), 'i32'),
  refusal(
    'batches that do not broadcast',
    'ShapeError',
    'linalg.triangularSolve',
    () => fx.linalg.triangularSolve(f(2, 3, 3), f(4, 3, 1)),
    'f32[2, 3, 3]',
    'f32[4, 3, 1]',
    'broadcast',
  ),
]

describe.each(Object.entries({ arranged, places, contractions, decompositions }))('%s', (_, refusals) => {
  checkRefusals('test/ops/places.errors.test.ts', refusals)
})
