/** What lanes read apart in memory and rounds side by side is loaded four by four, and turned in registers. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../../src/index.js'

type Any = fx.Tensor

const device = await fx.wasm({ threads: 1 })

const numbers = (dtype: fx.DType, shape: readonly number[]): fx.NDArray => {
  const size = shape.reduce((n, length) => n * length, 1)
  const of = (i: number): number => (dtype === 'bool' ? (i % 3) & 1 : ((i * 7919) % 1009) - 500)
  const data = Array.from({ length: size }, (_, i) => of(i))
  const typed = dtype === 'f32' ? Float32Array.from(data) : dtype === 'i32' ? Int32Array.from(data) : Uint8Array.from(data)
  return fx.ndarray(typed, { shape, dtype })
}

const check = async (f: (...xs: readonly Any[]) => Any, args: readonly fx.NDArray[]): Promise<fx.Executable> => {
  const graph = fx.trace(f, ...args.map(({ shape, dtype }) => fx.spec(shape, dtype)))
  const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device })
  const got = await (await program(...args)).toNDArray()
  expect(fx.toNested(got)).toEqual(fx.toNested(fx.evaluate(graph, args)[0] as fx.NDArray))
  return program
}

const sourceOf = ({ kernels }: fx.Executable): string => kernels.map(({ source }) => source).join('\n')

describe('axes that change places', () => {
  test.each([
    [4, 4],
    [5, 7],
    [16, 4],
    [3, 19],
    [19, 3],
    [33, 18],
    [64, 37],
  ])('of %i × %i', async (rows, columns) => {
    const program = await check((x) => fx.transpose(x), [numbers('f32', [rows, columns])])
    // Of lengths from 4 on both ways, and of strides that two vectors do not span.
    expect(sourceOf(program).includes('shuffle 0 1 2 3 16')).toBe(rows >= 4 && columns >= 4)
  })

  test('in each of a batch', () => check((x) => fx.transpose(x, [0, 2, 1]), [numbers('f32', [3, 9, 22])]))
  test('the outermost with the innermost', () => check((x) => fx.transpose(x, [2, 1, 0]), [numbers('f32', [8, 3, 13])]))
  test('of integers', () => check((x) => fx.transpose(x), [numbers('i32', [12, 21])]))
  test('of truth values, which are words', () => check((x) => fx.transpose(x), [numbers('bool', [12, 21])]))
  test('and are computed with', () =>
    check((x, y) => fx.add(fx.mul(fx.transpose(x), 2), fx.abs(y)), [numbers('f32', [17, 12]), numbers('f32', [12, 17])]))
  test('beside what has its place', () => check((x) => fx.sub(x, fx.transpose(x)), [numbers('f32', [18, 18])]))
  test('in the memory of what is given up', async () => {
    const graph = fx.trace((x) => fx.mul(fx.transpose(x), 2), fx.spec([12, 12]))
    const program = await fx.compile<readonly fx.NDArray[], fx.DeviceArray>(graph, { device, donate: [0] })
    const x = numbers('f32', [12, 12])
    expect(fx.toNested(await (await program(x)).toNDArray())).toEqual(fx.toNested(fx.evaluate(graph, [x])[0] as fx.NDArray))
  })
})

describe('products of', () => {
  test.each<readonly [string, (x: Any, y: Any) => Any, readonly number[], readonly number[]]>([
    ['a transposed right operand', (x, y) => fx.matmul(x, fx.transpose(y)), [9, 30], [21, 30]],
    ['a transposed left operand', (x, y) => fx.matmul(fx.transpose(x), y), [30, 9], [30, 130]],
    ['both transposed', (x, y) => fx.matmul(fx.transpose(x), fx.transpose(y)), [30, 9], [129, 30]],
    ['batches transposed', (x, y) => fx.matmul(x, fx.swapAxes(y, -1, -2)), [2, 9, 14], [2, 19, 14]],
  ])('%s', async (_, f, a, b) => {
    const whole = (shape: readonly number[]): fx.NDArray =>
      fx.ndarray(
        Float32Array.from(numbers('f32', shape).data, (v) => v % 8),
        { shape },
      )
    await check((x, y) => f(x, y), [whole(a), whole(b)])
  })
})

describe('rows that a product would read with a stride', () => {
  const launches = (columns: number): Promise<readonly string[]> => {
    const product = (x: Any, y: Any): Any => fx.matmul(fx.transpose(x), y)
    const graph = fx.trace(product, fx.spec([32, 16]), fx.spec([32, columns]))
    return fx.compile(graph, { device }).then(({ kernels }) => kernels.map(({ name }) => name))
  }

  test('are put in order where many columns read them', async () => expect(await launches(128)).toEqual(['transpose', 'matmul']))
  test('are read as they are where few do', async () => expect(await launches(127)).toEqual(['matmul']))
})
