/** Trees whose type is made of itself, and keys as lists. */
import { expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type Loss = fx.Tensor<readonly [], 'f32'>

declare const toTree: (x: fx.Tensor) => fx.Tree<F32>
declare const toRecord: (x: fx.Tensor) => { readonly params: fx.Tree<F32>; readonly loss: Loss }
declare const fromTree: (x: fx.Tree<fx.Tensor>) => Loss
declare const specs: fx.Tree<fx.Spec>
declare const arrays: fx.Tree<fx.NDArray>
declare const tensors: fx.Tree<fx.Tensor>

test('results', async () => {
  const exe = await fx.compile(toTree, [fx.spec([2])])
  expectTypeOf(await exe(fx.ndarray([1, 2]))).toEqualTypeOf<fx.Tree<fx.DeviceArray<'f32'>>>()
  const more = await fx.compile(toRecord, [fx.spec([2])])
  const { params, loss } = await more(fx.ndarray([1, 2]))
  expectTypeOf(params).toEqualTypeOf<fx.Tree<fx.DeviceArray<'f32'>>>()
  expectTypeOf(loss).toEqualTypeOf<fx.DeviceArray<'f32'>>()
})

test('arguments', async () => {
  const exe = await fx.compile(fromTree, [specs])
  expectTypeOf(await exe(arrays)).toEqualTypeOf<fx.DeviceArray<'f32'>>()
  expectTypeOf(fx.specOf(arrays)).toEqualTypeOf<fx.Tree<fx.Spec>>()
  expectTypeOf(fx.trace(fromTree, specs)).toEqualTypeOf<fx.Graph>()
})

test('transformations', () => {
  expectTypeOf(fx.grad(fromTree)(tensors)).toEqualTypeOf<fx.Tree<fx.Tensor>>()
  expectTypeOf(fx.vmap(fromTree)(tensors)).toEqualTypeOf<F32>()
  expectTypeOf<fx.Batched<fx.Tree<fx.Tensor>>>().toEqualTypeOf<fx.Tree<fx.Tensor>>()
})

test('closed trees are followed', () => {
  expectTypeOf<fx.ResultsOf<readonly [F32, { readonly a: F32[] }]>>().toEqualTypeOf<
    readonly [fx.DeviceArray<'f32'>, { readonly a: readonly fx.DeviceArray<'f32'>[] }]
  >()
  expectTypeOf<fx.ResultsOf<F32[][]>>().toEqualTypeOf<readonly (readonly fx.DeviceArray<'f32'>[])[]>()
})

test('keys are a tensor, and a tuple where their number is literal', () => {
  const key = fx.random.key(0)
  const [a, b] = fx.random.split(key)
  expectTypeOf(a).toEqualTypeOf<fx.Key>()
  expectTypeOf(b).toEqualTypeOf<fx.Key>()
  const three = fx.random.split(key, 3)
  expectTypeOf(three[2]).toEqualTypeOf<fx.Key>()
  expectTypeOf(three.shape).toEqualTypeOf<readonly [3, 2]>()
  const n = Number('3')
  const [some] = fx.random.split(key, n)
  expectTypeOf(some).toEqualTypeOf<fx.Key | undefined>()
  expectTypeOf(fx.random.split(key, 1001)[1000]).toEqualTypeOf<fx.Key | undefined>()
})
