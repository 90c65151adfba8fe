import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { sameArray } from '../../src/ir/ndarray.js'
import { thrownBy, untyped } from './failure.js'

describe('ndarray', () => {
  test.each([
    { value: 5, shape: [], dtype: 'f32', data: [5] },
    { value: true, shape: [], dtype: 'bool', data: [1] },
    { value: [1, 2], shape: [2], dtype: 'f32', data: [1, 2] },
    { value: [[1], [2]], shape: [2, 1], dtype: 'f32', data: [1, 2] },
    { value: [[[true, false]]], shape: [1, 1, 2], dtype: 'bool', data: [1, 0] },
    { value: [], shape: [0], dtype: 'f32', data: [] },
    { value: [[], []], shape: [2, 0], dtype: 'f32', data: [] },
  ])('takes $value', ({ value, shape, dtype, data }) => {
    const array = fx.ndarray(value)
    expect([array.shape, array.dtype, [...array.data]]).toEqual([shape, dtype, data])
    expect(fx.toNested(array)).toEqual(value)
  })

  test('rounds to the dtype', () => {
    expect([...fx.ndarray([0.1, 1e39, NaN]).data]).toEqual([Math.fround(0.1), Infinity, NaN])
    expect([...fx.ndarray([1.9, -1.9, 3e9, NaN], { dtype: 'i32' }).data]).toEqual([1, -1, 2147483647, 0])
    expect([...fx.ndarray([-1, 5e9], { dtype: 'u32' }).data]).toEqual([0, 4294967295])
    expect([...fx.ndarray([0, 2, NaN, -0], { dtype: 'bool' }).data]).toEqual([0, 1, 1, 0])
  })

  test('takes a shape of the same size', () => {
    expect(fx.toNested(fx.ndarray([1, 2, 3, 4], { shape: [2, 2] }))).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(fx.ndarray([[1], [2]], { shape: [2] }).shape).toEqual([2])
    expect(fx.ndarray(7, { shape: [1, 1] }).shape).toEqual([1, 1])
  })

  test.each([
    { data: new Float32Array([1, -0]), dtype: 'f32' },
    { data: new Int32Array([1, -1]), dtype: 'i32' },
    { data: new Uint32Array([1, 4294967295]), dtype: 'u32' },
    { data: new Uint8Array([1, 0]), dtype: 'bool' },
  ])('takes a typed array of $dtype as it is', ({ data, dtype }) => {
    const array = fx.ndarray(data)
    expect(array.dtype).toBe(dtype)
    expect(array.data).toBe(data)
    expect(fx.ndarray(data, { shape: [2, 1] }).shape).toEqual([2, 1])
  })

  test('does not keep the shape it was given', () => {
    const shape = [2]
    const array = fx.ndarray([1, 2], { shape })
    shape[0] = 5
    expect(array.shape).toEqual([2])
  })

  test.each([
    { name: 'ragged lists', value: [[1, 2], [3]], says: 'depth 1' },
    { name: 'a number beside a list', value: [[1], 2], says: 'depth 1' },
    { name: 'a list beside a number', value: [1, [2]], says: 'depth 1' },
    { name: 'ragged lists further in', value: [[[1]], [[2, 3]]], says: 'depth 2' },
  ])('refuses $name', ({ value, says }) => {
    const error = thrownBy(() => fx.ndarray(untyped(value)))
    expect(error._tag).toBe('ShapeError')
    expect(error.message).toContain(says)
    expect(error.message).toContain('same length')
  })

  test('refuses shapes of another size', () => {
    for (const shape of [[3], [2, 2], [], [-2, -1], [0.5, 4]]) {
      const error = thrownBy(() => fx.ndarray([1, 2], { shape }))
      expect(error._tag).toBe('ShapeError')
      expect(thrownBy(() => fx.ndarray(new Float32Array(2), { shape }))._tag).toBe('ShapeError')
    }
    expect(thrownBy(() => fx.ndarray([1, 2], { shape: [3] })).message).toContain('shape [3] has 3 elements, the data 2')
  })

  test('refuses typed arrays that hold no dtype, or another', () => {
    for (const data of [
      new Float64Array(1),
      new Int16Array(1),
      new BigInt64Array(1),
      new Uint8ClampedArray(1),
      new DataView(new ArrayBuffer(4)),
    ]) {
      const error = thrownBy(() => fx.ndarray(untyped(data)))
      expect(error._tag).toBe('DTypeError')
      expect(error.message).toContain('Float32Array (f32)')
    }
    const error = thrownBy(() => fx.ndarray(untyped(new Float32Array(1)), { dtype: 'i32' }))
    expect(error._tag).toBe('DTypeError')
    expect(error.message).toContain('holds f32, not i32')
  })
})

describe('sameArray', () => {
  test('compares shape, dtype and elements', () => {
    const a = fx.ndarray([NaN, -0, 1])
    expect(sameArray(a, fx.ndarray([NaN, -0, 1]))).toBe(true)
    expect(sameArray(a, fx.ndarray([NaN, 0, 1]))).toBe(false)
    expect(sameArray(a, fx.ndarray([NaN, -0, 1], { shape: [3, 1] }))).toBe(false)
    expect(sameArray(fx.ndarray([1, 0], { dtype: 'i32' }), fx.ndarray([1, 0], { dtype: 'u32' }))).toBe(false)
  })
})
