/** What control flow knows of its steps and results. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

type F<S extends fx.Shape> = fx.Tensor<S, 'f32'>

declare const h: F<readonly [4]>
declare const rows: { readonly x: F<readonly [10, 3]>; readonly labels: readonly [fx.Tensor<readonly [10], 'i32'>] }
declare const wide: F<fx.Shape>
declare const tree: fx.Tree<fx.Tensor>
declare const isTrue: fx.Tensor<readonly [], 'bool'>

describe('scan', () => {
  test('gives steps rows, and stacks', () => {
    const [last, ys] = fx.scan(
      (c, row) => {
        expectTypeOf(c).toEqualTypeOf<F<readonly [4]>>()
        expectTypeOf(row.x).toEqualTypeOf<F<readonly [3]>>()
        expectTypeOf(row.labels[0]).toEqualTypeOf<fx.Tensor<readonly [], 'i32'>>()
        return [fx.tanh(c), { c, total: fx.sum(row.x) }]
      },
      h,
      rows,
    )
    expectTypeOf(last).toEqualTypeOf<F<readonly [4]>>()
    expectTypeOf(ys.c).toEqualTypeOf<F<readonly [10, 4]>>()
    expectTypeOf(ys.total).toEqualTypeOf<F<readonly [10]>>()
  })

  test('as long as asked', () => {
    const [, ys] = fx.scan((c) => [c, c], h, [], { length: 7, reverse: true })
    expectTypeOf(ys).toEqualTypeOf<F<readonly [7, 4]>>()
    const [, some] = fx.scan((c) => [c, c], h, [], { length: Number('7') })
    expectTypeOf(some).toEqualTypeOf<F<readonly [number, 4]>>()
    const [, ones] = fx.scan((c) => [c, 1], h, [], { length: 7 })
    expectTypeOf(ones).toEqualTypeOf<F<readonly [7]>>()
  })

  test('falls back', () => {
    const [, ys] = fx.scan((c, row) => [c, fx.mul(row, 2)], h, wide)
    expectTypeOf(ys).toEqualTypeOf<F<fx.Shape>>()
    const [, each] = fx.scan((c) => [c, c], h, wide)
    expectTypeOf(each).toEqualTypeOf<F<readonly [number, 4]>>()
    const [, open] = fx.scan(
      (c, leaf) => {
        expectTypeOf(leaf).toEqualTypeOf<fx.Tree<fx.Tensor>>()
        return [c, leaf]
      },
      h,
      tree,
    )
    expectTypeOf(open).toEqualTypeOf<fx.Tree<fx.Tensor>>()
    const annotated = (c: F<fx.Shape>, row: F<fx.Shape>): readonly [F<fx.Shape>, F<fx.Shape>] => [fx.add(c, row), row]
    expectTypeOf(fx.scan(annotated, wide, wide)[1]).toEqualTypeOf<F<fx.Shape>>()
  })

  test('refuses what does not fit', () => {
    // @ts-expect-error the carry has three elements after a step
    fx.scan(() => [fx.zeros([3]), []], h, rows)
    // @ts-expect-error 10 rows and 9
    fx.scan((c) => [c, []], h, [rows.x, fx.zeros([9])])
    // @ts-expect-error 10 rows and 9 steps
    fx.scan((c) => [c, []], h, rows, { length: 9 })
    // @ts-expect-error rows are of 3, and h of 4
    fx.scan((c, row) => [fx.add(c, row), []], h, rows.x)
  })
})

describe('foriLoop, whileLoop and cond', () => {
  test('keep what they carry', () => {
    expectTypeOf(fx.foriLoop(0, 3, (i, c) => fx.mul(c, fx.cast(i, 'f32')), h)).toEqualTypeOf<F<readonly [4]>>()
    expectTypeOf(
      fx.whileLoop(
        ({ n }) => fx.lt(n, 3),
        ({ n, c }) => ({ n: fx.add(n, 1), c: fx.mul(c, 2) }),
        { n: fx.zeros([], 'i32'), c: h },
      ).c,
    ).toEqualTypeOf<F<readonly [4]>>()
    expectTypeOf(
      fx.cond(
        isTrue,
        (a) => fx.mul(a, 2),
        (a) => fx.exp(a),
        h,
      ),
    ).toEqualTypeOf<F<readonly [4]>>()
  })

  test('refuse what does not fit', () => {
    // @ts-expect-error another shape after a step
    fx.foriLoop(0, 3, () => fx.zeros([3]), h)
    fx.cond(
      isTrue,
      () => fx.zeros([3]),
      // @ts-expect-error another shape in another branch
      () => fx.zeros([4]),
    )
  })
})
