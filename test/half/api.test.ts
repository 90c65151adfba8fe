/** f16 as a user meets it: host arrays, arguments, results, memory, and what is refused. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { sameArray } from '../../src/ir/ndarray.js'
import { thrownBy, untyped } from '../api/failure.js'

const half = (value: fx.Nested): fx.NDArray<'f16'> => fx.ndarray(value, { dtype: 'f16' })

const x16 = (shape: readonly number[] = [3]): fx.Tensor<fx.Shape, 'f16'> => fx.zeros(shape, 'f16')

describe('host arrays of f16', () => {
  it('hold bits, and read as numbers', () => {
    const array = half([
      [1.5, 0.1],
      [-70000, -0],
    ])
    expect(array.data).toEqual(Uint16Array.of(0x3e00, 0x2e66, 0xfc00, 0x8000))
    expect(fx.toNested(array)).toEqual([
      [1.5, 0.0999755859375],
      [-Infinity, -0],
    ])
  })

  it('round a Float32Array, and take a Uint16Array for the bits', () => {
    expect(fx.ndarray(Float32Array.of(1, 2049), { dtype: 'f16' }).data).toEqual(Uint16Array.of(0x3c00, 0x6800))
    const bits = Uint16Array.of(0x3c00, 0x6800)
    const array = fx.ndarray(bits, { dtype: 'f16', shape: [2, 1] })
    expect(array.data).toBe(bits)
    expect(fx.toNested(array)).toEqual([[1], [2048]])
  })

  it('take a Float16Array where there is one, without a copy', () => {
    const bits = Uint16Array.of(0, 0x3c00, 0xc000)
    // What an engine without Float16Array would be given: a view of the same kind.
    const given = Object.assign(new DataView(bits.buffer, 2, 4), { length: 2 })
    Object.defineProperty(given, Symbol.toStringTag, { value: 'Float16Array' })
    const array = fx.ndarray(untyped(given))
    expect(array.dtype).toBe('f16')
    expect(fx.toNested(array)).toEqual([1, -2])
    bits[1] = 0x4000
    expect(fx.toNested(array)).toEqual([2, -2])
  })

  it('are not guessed from a Uint16Array, nor made of integers', () => {
    const error = thrownBy(() => fx.ndarray(untyped(Uint16Array.of(1))))
    expect(error._tag).toBe('DTypeError')
    expect(error.message).toContain("{ dtype: 'f16' }")
    expect(thrownBy(() => fx.ndarray(untyped(Int32Array.of(1)), { dtype: 'f16' }))._tag).toBe('DTypeError')
    expect(thrownBy(() => fx.ndarray(untyped(Uint16Array.of(1)), { dtype: 'u32' }))._tag).toBe('DTypeError')
  })

  it('are equal when their numbers are: of NaN, whatever the bits', () => {
    const [a, b] = [0x7e00, 0xfe01].map((bits) => fx.ndarray(Uint16Array.of(bits), { dtype: 'f16' }))
    expect(sameArray(a as fx.NDArray, b as fx.NDArray)).toBe(true)
    expect(sameArray(half(0), half(-0))).toBe(false)
  })
})

describe('programs of f16', () => {
  it('take arrays and numbers, give arrays, and take these again', async () => {
    const f = (x: fx.Tensor<fx.Shape, 'f16'>, s: fx.Tensor<fx.Shape, 'f16'>) => fx.add(fx.mul(x, s), 0.1)
    const program = await fx.compile(f, [fx.spec([3], 'f16'), fx.spec([], 'f16')], { device: fx.js() })
    const result = await program(half([1, 2, 3]), 2)
    expect(result.dtype).toBe('f16')
    expect(fx.toNested(await result.toNDArray())).toEqual([2.099609375, 4.1015625, 6.1015625])
    const again = await program(result, 0.5)
    expect(fx.toNested(await again.toNDArray())).toEqual([1.1494140625, 2.150390625, 3.150390625])
    await expect(program(fx.ndarray([1, 2, 3]) as never, 1)).rejects.toMatchObject({ _tag: 'DTypeError' })
  })

  it('give a single element as a number', async () => {
    const program = await fx.compile((x: fx.Tensor<fx.Shape, 'f16'>) => fx.max(x), [fx.spec([2], 'f16')], { device: fx.js() })
    expect(await (await program(half([0.1, -1]))).item()).toBe(0.0999755859375)
  })

  it('count two bytes an element', async () => {
    const f = (x: fx.Tensor<fx.Shape, 'f16'>) => fx.exp(fx.matmul(x, x))
    const { memory, kernels } = await fx.compile(f, [fx.spec([30, 30], 'f16')], { device: fx.js() })
    expect(memory.buffers.map(({ bytes }) => bytes)).toEqual([1800, 1800])
    expect(memory.peakBytes).toBe(3600)
    expect(kernels.map(({ bytesRead, bytesWritten }) => [bytesRead, bytesWritten])).toEqual([[1800, 1800]])
  })

  it('round numbers beside tensors to f16, and constants', () => {
    const graph = fx.trace((x: fx.Tensor<fx.Shape, 'f16'>) => fx.mul(x, 0.1), fx.spec([1], 'f16'))
    expect(fx.print(graph)).toContain('fill {value = 0.1} : f16[]')
    expect(graph.nodes.find(({ op }) => op === 'fill')?.attrs).toMatchObject({ value: 0.0999755859375 })
    expect(fx.parse(fx.print(graph))).toMatchObject({ _tag: 'Right' })
  })

  it('compute activations, means and softmax in f32, and round once', () => {
    const data = [-3, -0.7, 0.1, 0.45, 2.2, 7]
    const fs = [fx.gelu, fx.silu, fx.softplus, fx.elu, fx.softmax, fx.logSoftmax, fx.rsqrt, fx.variance, fx.norm] as readonly unknown[]
    const ops = [...fs, fx.logsumexp, fx.std, fx.prod, fx.cumprod, (x: fx.Tensor) => fx.attention(x as never, x as never, x as never)]
    for (const op of ops as readonly ((x: fx.Tensor) => fx.Tensor)[]) {
      const on = (dtype: fx.DType) => fx.trace((x: fx.Tensor) => op(x), fx.spec([2, 3], dtype))
      const x = fx.ndarray(data, { dtype: 'f16', shape: [2, 3] })
      const [got] = fx.evaluate(on('f16'), [x])
      const [want] = fx.evaluate(on('f32'), [fx.ndarray(fx.toNested(x), { dtype: 'f32' })])
      expect(got?.dtype).toBe('f16')
      expect(fx.toNested(got as fx.NDArray)).toEqual(fx.toNested(half(fx.toNested(want as fx.NDArray))))
    }
  })
})

describe('what is refused', () => {
  const mixed: readonly (readonly [string, () => unknown])[] = [
    ['add', () => fx.add(x16(), untyped(fx.zeros([3])))],
    ['matmul', () => fx.matmul(x16([2, 2]), untyped(fx.zeros([2, 2])))],
    ['conv', () => fx.conv(x16([1, 1, 3]), untyped(fx.zeros([1, 1, 2])))],
    ['attention', () => fx.attention(x16([2, 2]), untyped(fx.zeros([2, 2])), x16([2, 2]))],
    ['concat', () => fx.concat([x16(), untyped(fx.zeros([3]))])],
  ]
  it.each(mixed)('%s of f16 and f32, naming both', (_, f) => {
    const error = thrownBy(f)
    expect(error._tag).toBe('DTypeError')
    expect(error.message).toMatch(/mixes f16 and f32/)
  })

  it('a bitcast between 16 and 32 bits', () => {
    for (const f of [() => fx.bitcast(x16(), 'u32'), () => fx.bitcast(fx.zeros([3]), 'f16')]) {
      const error = thrownBy(f)
      expect(error._tag).toBe('DTypeError')
      expect(error.message).toContain('f16')
    }
    expect(fx.bitcast(x16(), 'f16').dtype).toBe('f16')
  })

  it('parameters of samplers, which are f32', () => {
    const key = fx.random.key(0)
    for (const f of [
      () => fx.random.uniform(key, [2], { minval: untyped(x16([])) }),
      () => fx.random.bernoulli(key, untyped(x16([]))),
      () => fx.random.categorical(key, untyped(x16())),
    ]) {
      const error = thrownBy(f)
      expect(error._tag).toBe('DTypeError')
      expect(error.message).toContain("cast(x, 'f32')")
    }
  })

  it('a check of derivatives by differences', () => {
    const error = thrownBy(() => {
      fx.checkGrads((x) => fx.square(x), [half([1, 2])])
    })
    expect(error._tag).toBe('DTypeError')
    expect(
      thrownBy(() => {
        fx.checkGrads((x) => fx.cast(x, 'f16'), [fx.ndarray([1])])
      })._tag,
    ).toBe('DTypeError')
  })

  it('constants of JSON that are no f16', () => {
    const graph = fx.trace((x: fx.Tensor<fx.Shape, 'f16'>) => fx.add(x, fx.constant(half([1, 2.5, -0]))), fx.spec([3], 'f16'))
    const json = JSON.stringify(fx.toJSON(graph))
    expect(json).toContain('[1,2.5,"-0"]')
    expect(fx.fromJSON(JSON.parse(json))).toMatchObject({ _tag: 'Right', right: graph })
    expect(fx.fromJSON(JSON.parse(json.replace('2.5', '70000')))).toMatchObject({ _tag: 'Left' })
  })
})

it("'auto' takes a device that has f16", async () => {
  const twice = await fx.compile((x: fx.Tensor<readonly [2], 'f16'>) => fx.add(x, x), [fx.spec([2], 'f16')] as const)
  const result = await twice(fx.ndarray([1.5, -2], { dtype: 'f16' }))
  expect(fx.toNested(await result.toNDArray())).toEqual([3, -4])
})
