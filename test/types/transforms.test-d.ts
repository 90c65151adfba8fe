/** What transformations give, without an annotation. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Params {
  readonly w: F32
  readonly layers: readonly [F32, F32]
}

declare const model: (p: Params, x: F32) => { readonly logits: F32; readonly best: fx.Tensor<fx.Shape, 'i32'> }
declare const loss: (p: Params, x: F32) => F32
declare const p: Params
declare const x: F32
declare const out: ReturnType<typeof model>
declare const whole: fx.Tensor<fx.Shape, 'i32'>

describe('vjp and jvp', () => {
  test('give values, pullbacks and tangents', () => {
    const [value, pull] = fx.vjp(model, p, x)
    expectTypeOf(value).toEqualTypeOf<ReturnType<typeof model>>()
    expectTypeOf(pull(out)).toExtend<readonly [Params, F32]>()
    expectTypeOf(fx.jvp(model, [p, x], [p, x])).toEqualTypeOf<readonly [ReturnType<typeof model>, ReturnType<typeof model>]>()
  })

  test('refuse what does not fit', () => {
    // @ts-expect-error an argument is missing
    fx.vjp(model, p)
    // @ts-expect-error i32 for f32
    fx.vjp(model, p, whole)
    // @ts-expect-error a tangent is missing
    fx.jvp(model, [p, x], [p])
    // @ts-expect-error the cotangent is a tree like the result
    fx.vjp(model, p, x)[1](x)
  })
})

describe('vmap', () => {
  test('keeps trees and dtypes, and forgets shapes', () => {
    const batched = fx.vmap(model, { inAxes: [null, 0] })
    expectTypeOf(batched(p, x).best.dtype).toEqualTypeOf<'i32'>()
    expectTypeOf(batched(p, x).logits).toEqualTypeOf<F32>()
    const vector = fx.vmap((v: fx.Tensor<readonly [3], 'f32'>) => fx.sum(v))
    expectTypeOf(vector(fx.zeros([5, 3]))).toEqualTypeOf<F32>()
    // @ts-expect-error i32 for f32
    vector(whole)
  })

  test('composes with grad', () => {
    expectTypeOf(fx.vmap(fx.grad(loss), { inAxes: [null, 0] })(p, x).layers[1]).toEqualTypeOf<F32>()
    expectTypeOf(fx.grad((q: Params, v: F32) => fx.sum(fx.vmap(loss, { inAxes: [null, 0] })(q, v)))(p, x)).toEqualTypeOf<Params>()
  })
})

describe('jacobian and hessian', () => {
  test('are trees of the result, of trees of the argument', () => {
    expectTypeOf(fx.jacobian(loss)(p, x).layers[0]).toEqualTypeOf<F32>()
    expectTypeOf(fx.jacobian(loss, { argnums: 1 })(p, x)).toEqualTypeOf<F32>()
    expectTypeOf(fx.jacobian(loss, { argnums: [1, 0] })(p, x)[1].w).toEqualTypeOf<F32>()
    expectTypeOf(fx.jacobian((v: F32) => ({ a: v, b: [v] as const }))(x).b[0]).toEqualTypeOf<F32>()
    expectTypeOf(fx.hessian(loss)(p, x).w.layers[0]).toEqualTypeOf<F32>()
    expectTypeOf(fx.hessian(loss, { argnums: 1 })(p, x)).toEqualTypeOf<F32>()
  })
})

describe('customVjp and checkpoint', () => {
  test('are the function', () => {
    expectTypeOf(fx.checkpoint(model)).toEqualTypeOf<(p: Params, x: F32) => ReturnType<typeof model>>()
    const custom = fx.customVjp(loss, {
      fwd: (q: Params, v: F32) => [loss(q, v), { q, v }] as const,
      bwd: ({ q }, g) => {
        expectTypeOf(g).toEqualTypeOf<F32>()
        return [q, null]
      },
    })
    expectTypeOf(custom).toEqualTypeOf<(p: Params, x: F32) => F32>()
  })

  test('refuse rules that do not fit', () => {
    // @ts-expect-error fwd returns a pair
    fx.customVjp(loss, { fwd: loss, bwd: () => [null, null] })
    // @ts-expect-error a cotangent is missing
    fx.customVjp(loss, { fwd: (q: Params, v: F32) => [loss(q, v), []] as const, bwd: () => [null] })
  })
})

describe('checkGrads', () => {
  test('gives the function tensors for arrays and numbers', () => {
    fx.checkGrads(
      (v, k) => {
        expectTypeOf(v.w).toEqualTypeOf<F32>()
        expectTypeOf(k.shape).toEqualTypeOf<readonly []>()
        return fx.mul(v.w, k)
      },
      [{ w: fx.ndarray([1], { dtype: 'f32' }) }, 0.5],
    )
  })
})
