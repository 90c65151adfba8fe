/** From specs to results: what a caller of `trace`, `grad` and `compile` gets without an annotation. */
import { describe, expectTypeOf, test } from 'vitest'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as fx from '../../src/index.js'

type F32<S extends fx.Shape = fx.Shape> = fx.Tensor<S, 'f32'>

const model = { w: fx.spec([784, 10]), b: fx.spec([10]) }

describe('spec', () => {
  test('is literal', () => {
    expectTypeOf(fx.spec([2, 3])).toEqualTypeOf<fx.Spec<readonly [2, 3], 'f32'>>()
    expectTypeOf(fx.spec([], 'i32')).toEqualTypeOf<fx.Spec<readonly [], 'i32'>>()
    // @ts-expect-error there is no f64
    fx.spec([2], 'f64')
  })

  test('of a tree is a tree', () => {
    const tree = fx.specOf({ w: fx.ndarray([1, 2], { dtype: 'f32' }), n: fx.ndarray(1, { dtype: 'i32' }), lr: 0.1 })
    expectTypeOf(tree.w.dtype).toEqualTypeOf<'f32'>()
    expectTypeOf(tree.n).toEqualTypeOf<fx.Spec<fx.Shape, 'i32'>>()
    expectTypeOf(tree.lr).toEqualTypeOf<fx.Spec<readonly [], 'f32'>>()
  })
})

describe('ndarray', () => {
  test('knows its dtype', () => {
    expectTypeOf(fx.ndarray([1], { dtype: 'u32' })).toEqualTypeOf<fx.NDArray<'u32'>>()
    expectTypeOf(fx.ndarray([1], { dtype: 'u32' }).data).toEqualTypeOf<Uint32Array<ArrayBuffer>>()
    expectTypeOf(fx.ndarray([true])).toExtend<fx.NDArray>()
  })
})

describe('trace', () => {
  test('gives tensors for specs', () => {
    fx.trace(
      (p, x) => {
        expectTypeOf(p.w).toEqualTypeOf<fx.Tensor<readonly [784, 10], 'f32'>>()
        expectTypeOf(x).toEqualTypeOf<fx.Tensor<readonly [32, 784], 'f32'>>()
        return fx.add(fx.matmul(x, p.w), p.b)
      },
      model,
      fx.spec([32, 784]),
    )
    expectTypeOf(fx.trace((x) => x, fx.spec([2]))).toEqualTypeOf<fx.Graph>()
  })

  test('refuses what does not fit', () => {
    // @ts-expect-error 784 and 512 differ
    fx.trace((x, w) => fx.matmul(x, w), fx.spec([32, 784]), fx.spec([512, 10]))
    // @ts-expect-error f32 and i32
    fx.trace((x, y) => fx.add(x, y), fx.spec([2]), fx.spec([2], 'i32'))
  })
})

describe('compile', () => {
  test('infers arguments and results', async () => {
    const step = await fx.compile(
      (p, x) => ({ logits: fx.add(fx.matmul(x, p.w), p.b), best: [fx.argmax(x), fx.any(fx.gt(x, 0))] as const }),
      [model, fx.spec([32, 784])],
    )
    const result = await step(
      { w: fx.ndarray([[1]], { dtype: 'f32' }), b: fx.ndarray([1], { dtype: 'f32' }) },
      fx.ndarray([[1]], { dtype: 'f32' }),
    )
    expectTypeOf(result.logits).toEqualTypeOf<fx.DeviceArray<'f32'>>()
    expectTypeOf(result.best[0]).toEqualTypeOf<fx.DeviceArray<'i32'>>()
    expectTypeOf(await result.best[0].item()).toEqualTypeOf<number>()
    expectTypeOf(await result.best[1].item()).toEqualTypeOf<boolean>()
    expectTypeOf(await result.logits.toNDArray()).toEqualTypeOf<fx.NDArray<'f32'>>()
  })

  test('takes its own results as arguments', async () => {
    const step = await fx.compile((s: { readonly x: F32 }) => ({ x: fx.mul(s.x, 2) }), [{ x: fx.spec<fx.Shape>([2]) }], { donate: [0] })
    const once = await step({ x: fx.ndarray([1, 2], { dtype: 'f32' }) })
    expectTypeOf(await step(once)).toExtend<{ readonly x: fx.DeviceArray<'f32'> }>()
  })

  test('takes numbers for scalars only', async () => {
    const scale = await fx.compile((x, k) => fx.mul(x, k), [fx.spec([2]), fx.spec([])])
    const x = fx.ndarray([1, 2], { dtype: 'f32' })
    await scale(x, 3)
    // @ts-expect-error a number is no vector
    await scale(3, 3)
    // @ts-expect-error an argument is missing
    await scale(x)
    // @ts-expect-error i32 for f32
    await scale(fx.ndarray([1, 2], { dtype: 'i32' }), 3)
  })

  test('refuses unknown devices', () => {
    // @ts-expect-error there is no such device
    void fx.compile((x) => x, [fx.spec([])], { device: 'cuda' })
  })

  test('as a TaskEither', () => {
    const task = fx.compileTE((x) => fx.exp(x), [fx.spec([2])])
    expectTypeOf(task).toExtend<TaskEither<fx.FluxionError, (x: fx.NDArray<'f32'>) => Promise<fx.DeviceArray<'f32'>>>>()
  })
})

describe('fromJSON', () => {
  test('is an Either', () => {
    expectTypeOf(fx.fromJSON).returns.toExtend<Either<fx.DecodeError, fx.Graph>>()
  })
})

describe('errors', () => {
  test('are one tagged union', () => {
    const tagOf = (error: fx.FluxionError): string =>
      error._tag === 'ShapeError' ? expectTypeOf(error).toEqualTypeOf<fx.ShapeError>().toString() : error._tag
    expectTypeOf(tagOf).returns.toBeString()
    expectTypeOf<fx.FluxionError['_tag']>().toEqualTypeOf<fx.ErrorTag>()
  })
})
