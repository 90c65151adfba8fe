/** A kernel by hand: rows of a matrix times a vector, and where the product is positive. */
import type { Kernel, Scalar, ScalarOp, ScalarType, Stmt } from '../../../src/ir/kernel/kernel.js'

export const lit = (dtype: ScalarType, value: number): Scalar => ({ k: 'lit', dtype, value })
export const axis = (id: number): Scalar => ({ k: 'axis', axis: id, dtype: 'i32' })
export const ref = (id: number, dtype: ScalarType = 'f32'): Scalar => ({ k: 'ref', id, dtype })
export const reg = (id: number, dtype: ScalarType = 'f32'): Scalar => ({ k: 'reg', id, dtype })
export const load = (buffer: number, at: Scalar, dtype: ScalarType = 'f32'): Scalar => ({ k: 'load', buffer, at, dtype })
export const op = (name: ScalarOp, dtype: ScalarType, ...args: readonly Scalar[]): Scalar => ({ k: 'op', op: name, args, dtype })
export const store = (buffer: number, at: Scalar, value: Scalar): Stmt => ({ k: 'store', buffer, at, value })

const element = op('add', 'i32', op('mul', 'i32', axis(0), lit('i32', 3)), axis(1))

export const example: Kernel = {
  name: 'rows',
  buffers: [
    { dtype: 'f32', size: 6, access: 'read' },
    { dtype: 'f32', size: 3, access: 'read' },
    { dtype: 'f32', size: 2, access: 'readwrite' },
    { dtype: 'bool', size: 2, access: 'write' },
  ],
  grid: [{ axis: 0, extent: 2 }],
  body: [
    { k: 'register', id: 2, dtype: 'f32', init: load(2, axis(0)) },
    {
      k: 'for',
      axis: 1,
      extent: 3,
      body: [{ k: 'set', id: 2, value: op('add', 'f32', reg(2), op('mul', 'f32', load(0, element), load(1, axis(1)))) }],
    },
    { k: 'let', id: 3, value: op('gt', 'bool', reg(2), lit('f32', 0)) },
    store(2, axis(0), op('select', 'f32', ref(3, 'bool'), reg(2), lit('f32', NaN))),
    { k: 'if', cond: ref(3, 'bool'), body: [store(3, axis(0), ref(3, 'bool'))] },
  ],
  flops: 12,
}

/** A kernel of teams by hand: three times, two numbers are squared and then change places. */
export const teamExample: Kernel = {
  name: 'swaps',
  buffers: [
    { dtype: 'f32', size: 2, access: 'readwrite' },
    { dtype: 'f32', size: 2, access: 'readwrite' },
  ],
  grid: [],
  team: 64,
  body: [
    {
      k: 'for',
      axis: 32,
      extent: 3,
      body: [
        { k: 'each', grid: [{ axis: 1, extent: 2 }], body: [store(1, axis(1), op('mul', 'f32', load(0, axis(1)), load(0, axis(1))))] },
        { k: 'each', grid: [{ axis: 1, extent: 2 }], body: [store(0, axis(1), load(1, op('sub', 'i32', lit('i32', 1), axis(1))))] },
        { k: 'each', grid: [], body: [store(1, lit('i32', 0), op('cast', 'f32', axis(32)))] },
      ],
    },
  ],
  flops: 6,
}
