/** Gradients have the type of what they are gradients of. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Params {
  readonly w: F32
  readonly layers: readonly [F32, F32]
}

declare const loss: (p: Params, x: F32, y: fx.Tensor<fx.Shape, 'i32'>) => F32

describe('grad', () => {
  test('is like the first argument', () => {
    expectTypeOf(fx.grad(loss)).returns.toEqualTypeOf<Params>()
    expectTypeOf(fx.grad(loss)).parameters.toEqualTypeOf<[p: Params, x: F32, y: fx.Tensor<fx.Shape, 'i32'>]>()
  })

  test('is like the argument asked for', () => {
    expectTypeOf(fx.grad(loss, { argnums: 1 })).returns.toEqualTypeOf<F32>()
    expectTypeOf(fx.grad(loss, { argnums: [1, 0] })).returns.toEqualTypeOf<readonly [F32, Params]>()
  })

  test('nests', () => {
    const cube = (x: F32): F32 => fx.mul(x, fx.square(x))
    expectTypeOf(fx.grad((x: F32) => fx.sum(fx.grad(cube)(x)))).returns.toEqualTypeOf<F32>()
    expectTypeOf(fx.grad(fx.grad(fx.grad(cube)))).returns.toEqualTypeOf<F32>()
  })

  test('takes lambdas in a traced function', () => {
    fx.trace((x) => fx.grad((v: typeof x) => fx.sum(fx.square(v)))(x), fx.spec([3]))
  })

  test('takes functions to tensors only', () => {
    // @ts-expect-error a list is no scalar
    fx.grad((x: F32) => [x])
  })
})

describe('valueAndGrad', () => {
  test('gives both', () => {
    expectTypeOf(fx.valueAndGrad(loss)).returns.toEqualTypeOf<readonly [F32, Params]>()
    expectTypeOf(fx.valueAndGrad(loss, { argnums: [0] })).returns.toEqualTypeOf<readonly [F32, readonly [Params]]>()
  })

  test('passes aux on', () => {
    const withAux = (p: Params, x: F32): readonly [F32, { readonly logits: F32 }] => [fx.sum(p.w), { logits: x }]
    expectTypeOf(fx.valueAndGrad(withAux, { hasAux: true })).returns.toEqualTypeOf<
      readonly [readonly [F32, { readonly logits: F32 }], Params]
    >()
  })

  test('without hasAux the value is a tensor', () => {
    // @ts-expect-error [value, aux] needs hasAux
    fx.valueAndGrad((x: F32) => [fx.sum(x), x] as const)
  })
})
