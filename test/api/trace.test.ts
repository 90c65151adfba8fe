import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from './failure.js'

describe('spec', () => {
  test('is f32 unless said', () => {
    expect(fx.spec([2, 3])).toEqual({ shape: [2, 3], dtype: 'f32' })
    expect(fx.spec([], 'bool')).toEqual({ shape: [], dtype: 'bool' })
  })

  test('refuses what is no shape or no dtype', () => {
    for (const shape of [[-1], [1.5], [NaN], [2, Infinity]]) expect(thrownBy(() => fx.spec(shape))._tag).toBe('ShapeError')
    const error = thrownBy(() => fx.spec([2], untyped('f64')))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('f64 is no dtype')
    expect(error.message).toContain('f32, f16, i32, u32, bool')
  })

  test('of a tree of arrays, numbers and specs', () => {
    const tree = { w: fx.ndarray([[1, 2]]), step: fx.ndarray(3, { dtype: 'i32' }), lr: 0.1, rest: [fx.spec([4], 'u32')] }
    expect(fx.specOf(tree)).toEqual({
      w: { shape: [1, 2], dtype: 'f32' },
      step: { shape: [], dtype: 'i32' },
      lr: { shape: [], dtype: 'f32' },
      rest: [{ shape: [4], dtype: 'u32' }],
    })
  })

  test('of an empty tree', () => {
    expect(fx.specOf({})).toEqual({})
    expect(fx.specOf([[], {}])).toEqual([[], {}])
  })

  test.each([
    { name: 'a string', value: { a: 'text' }, says: 'at a' },
    { name: 'null', value: [1, null], says: 'at 1' },
    { name: 'a date', value: { a: [new Date(0)] }, says: 'a Date' },
    { name: 'a map', value: new Map(), says: 'a Map' },
    { name: 'a function', value: { a: { b: () => 1 } }, says: 'at a.b' },
    { name: 'undefined', value: undefined, says: 'at the top' },
  ])('of $name is refused, with a path', ({ value, says }) => {
    const error = thrownBy(() => fx.specOf(untyped(value)))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain(says)
  })
})

describe('trace', () => {
  test('gives a graph of plain data, with the trees of arguments and results', () => {
    const graph = fx.trace(
      (p, x) => ({ y: fx.add(fx.mul(x, p.a), p.b), n: [fx.sum(x)] }),
      { b: fx.spec([]), a: fx.spec([2]) },
      fx.spec([2]),
    )
    expect(graph.inTree).toEqual([{ a: '*', b: '*' }, '*'])
    expect(graph.outTree).toEqual({ n: ['*'], y: '*' })
    expect(graph.params).toBe(3)
    expect(structuredClone(graph)).toEqual(graph)
  })

  test('calls the function once', () => {
    let calls = 0
    fx.trace(
      (x) => {
        calls++
        return fx.exp(x)
      },
      fx.spec([2]),
    )
    expect(calls).toBe(1)
  })

  test('keeps equal work once', () => {
    const graph = fx.trace((x) => fx.add(fx.exp(x), fx.exp(x)), fx.spec([2]))
    expect(graph.nodes.filter((node) => node.op === 'exp')).toHaveLength(1)
  })

  test('keeps arguments that are not used', () => {
    expect(fx.trace((_x, y) => fx.exp(y), fx.spec([2]), fx.spec([3], 'f32')).params).toBe(2)
  })

  test('takes numbers and host data as results', () => {
    const graph = fx.trace(() => [2, fx.ndarray([1, 2])])
    expect(fx.evaluate(graph, []).map(fx.toNested)).toEqual([2, [1, 2]])
  })

  test('takes functions of nothing, and functions to nothing', () => {
    expect(
      fx
        .evaluate(
          fx.trace(() => fx.ones([2])),
          [],
        )
        .map(fx.toNested),
    ).toEqual([[1, 1]])
    expect(fx.trace((_x) => ({}), fx.spec([2])).outputs).toEqual([])
  })

  test('is deterministic', () => {
    const f = (x: fx.Tensor<readonly [2], 'f32'>): fx.Tensor => fx.softmax(fx.mul(x, fx.sum(x)))
    expect(fx.print(fx.trace(f, fx.spec([2])))).toBe(fx.print(fx.trace(f, fx.spec([2]))))
  })

  test('refuses asynchronous functions', () => {
    const error = thrownBy(() =>
      fx.trace(
        untyped(async (x: fx.Tensor) => fx.exp(x)),
        fx.spec([2]),
      ),
    )
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('asynchronous')
    expect(error.message).toContain('await outside')
  })

  test.each([
    { name: 'nothing', result: undefined, says: 'undefined' },
    { name: 'a string', result: { a: 'x' }, says: 'at a' },
    { name: 'a boolean', result: [true], says: 'at 0' },
    { name: 'a date', result: new Date(0), says: 'a Date' },
  ])('refuses $name as a result', ({ result, says }) => {
    const error = thrownBy(() => fx.trace(() => result))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain(says)
  })

  test('refuses tensors of another trace', () => {
    const kept: fx.Tensor<fx.Shape, 'f32'>[] = []
    fx.trace(
      (x) => {
        kept.push(x)
        return fx.exp(x)
      },
      fx.spec([2]),
    )
    const error = thrownBy(() => fx.trace((y) => fx.add(y, kept[0] ?? y), fx.spec([2])))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('another traced function')
    expect(error.message).toContain('f32[2]')
  })

  test('takes tensors that depend on no argument from anywhere', () => {
    const two = fx.full([2], 2)
    const graph = fx.trace((x) => fx.mul(x, two), fx.spec([2]))
    expect(fx.evaluate(graph, [fx.ndarray([1, 3])]).map(fx.toNested)).toEqual([[2, 6]])
  })

  test('passes on what the function throws', () => {
    const failing = (): never => {
      throw new RangeError('mine')
    }
    expect(() => fx.trace(failing)).toThrow(new RangeError('mine'))
  })

  test('refuses arguments that are no specs', () => {
    const error = thrownBy(() => fx.trace((x) => x, { a: untyped('no') }))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('at a')
  })
})

describe('evaluate', () => {
  const graph = fx.trace((x) => fx.exp(x), fx.spec([2]))

  test('refuses arguments of another type', () => {
    expect(thrownBy(() => fx.evaluate(graph, [])).message).toContain('missing')
    expect(thrownBy(() => fx.evaluate(graph, [fx.ndarray([1, 2, 3])])).message).toContain('f32[3]')
    expect(thrownBy(() => fx.evaluate(graph, [fx.ndarray([1, 2], { dtype: 'i32' })])).message).toContain('i32[2]')
  })

  test('gives up a loop that does not end', () => {
    const loop = (x: fx.Tensor<fx.Shape, 'f32'>) =>
      fx.whileLoop(
        (c: fx.Tensor<fx.Shape, 'f32'>) => fx.lt(c, Infinity),
        (c) => fx.add(c, 1),
        x,
      )
    const error = thrownBy(() => fx.evaluate(fx.trace(loop, fx.spec([])), [fx.ndarray(0)]))
    expect(error._tag).toBe('UnsupportedError')
    expect(error.message).toContain(`goes on after ${String(2 ** 20)} rounds`)
    expect(error.message).toContain(`f32[], first ${String(2 ** 20)}`)
  })
})
