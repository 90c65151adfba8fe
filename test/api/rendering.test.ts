/** What errors look like: like a good compiler's. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from './failure.js'

/** Without what differs from machine to machine: the folder, and the place in this file. */
const stable = (error: fx.FluxionError): string =>
  `${error.name}: ${error.message}`
    .replace(/--> .*\/(test\/.*):\d+:\d+/, '--> $1')
    .replace(/^ {2}\d+ \|/m, '  1 |')
    .replace(/^ {2} +\|/m, '    |')

test('of shapes that do not fit', () => {
  const [images, weights]: readonly fx.Tensor<fx.Shape, 'f32'>[] = [fx.zeros<fx.Shape>([32, 784]), fx.zeros<fx.Shape>([512, 10])]
  const error = thrownBy(() => fx.matmul(images ?? weights!, weights!))
  expect(stable(error)).toMatchInlineSnapshot(`
    "ShapeError: matmul: the inner axes differ: the last of operand 0 is 784, the second last of operand 1 is 512
      | operand 0: f32[32, 784]
      | operand 1: f32[512, 10]
      --> test/api/rendering.test.ts
      1 |   const error = thrownBy(() => fx.matmul(images ?? weights!, weights!))
        |                                   ^
      = help: transpose an operand, or check which axis holds the features
      = see: docs/errors/ShapeError.md"
  `)
})

test('of shapes that do not broadcast', () => {
  const error = thrownBy(() => fx.add(fx.zeros<fx.Shape>([2, 3]), fx.zeros<fx.Shape>([4])))
  expect(stable(error)).toMatchInlineSnapshot(`
    "ShapeError: add: axis -1 is 3 in one operand and 4 in another
      | operand 0: f32[2, 3]
      | operand 1: f32[4]
      --> test/api/rendering.test.ts
      1 |   const error = thrownBy(() => fx.add(fx.zeros<fx.Shape>([2, 3]), fx.zeros<fx.Shape>([4])))
        |                                   ^
      = help: axes are aligned at the end and must be equal or 1; insert axes with expandDims or reorder them with transpose
      = see: docs/errors/ShapeError.md"
  `)
})

test('of mixed dtypes', () => {
  const error = thrownBy(() => fx.mul(fx.zeros([2]), untyped(fx.zeros([2], 'i32'))))
  expect(stable(error)).toMatchInlineSnapshot(`
    "DTypeError: mul: mixes f32 and i32
      | operand 0: f32[2]
      | operand 1: i32[2]
      --> test/api/rendering.test.ts
      1 |   const error = thrownBy(() => fx.mul(fx.zeros([2]), untyped(fx.zeros([2], 'i32'))))
        |                                   ^
      = help: there is no implicit promotion: cast one operand to the dtype of the other
      = see: docs/errors/DTypeError.md"
  `)
})

test('of an axis that is not there', () => {
  const error = thrownBy(() => fx.sum(fx.zeros<fx.Shape>([2, 3]), { axis: 2 }))
  expect(stable(error)).toMatchInlineSnapshot(`
    "ShapeError: sum: there is no axis 2
      | operand: f32[2, 3]
      --> test/api/rendering.test.ts
      1 |   const error = thrownBy(() => fx.sum(fx.zeros<fx.Shape>([2, 3]), { axis: 2 }))
        |                                   ^
      = help: use an axis from -2 to 1
      = see: docs/errors/ShapeError.md"
  `)
})

test('of a function that is no function of tensors', () => {
  const error = thrownBy(() => fx.trace(() => ({ loss: 'low' })))
  expect(stable(error)).toMatchInlineSnapshot(`
    "TraceError: trace: low is neither an array nor a tree of arrays
      | at loss
      --> test/api/rendering.test.ts
      1 |   const error = thrownBy(() => fx.trace(() => ({ loss: 'low' })))
        |                                   ^
      = help: use specs, arrays, or records and lists of them
      = see: docs/errors/TraceError.md"
  `)
})

test('an error is data, too', () => {
  const error = thrownBy(() => fx.sum(fx.zeros<fx.Shape>([2, 3]), { axis: 2 }))
  expect(error.detail).toEqual({
    op: 'sum',
    problem: 'there is no axis 2',
    facts: ['operand: f32[2, 3]'],
    help: 'use an axis from -2 to 1',
  })
  expect(error).toBeInstanceOf(fx.ShapeError)
  expect(error).toBeInstanceOf(Error)
  expect(error.name).toBe('ShapeError')
  expect(error.stack?.startsWith('ShapeError: sum: there is no axis 2')).toBe(true)
  expect(fx.isFluxionError(error)).toBe(true)
  expect(fx.isFluxionError(new Error('x'))).toBe(false)
})
