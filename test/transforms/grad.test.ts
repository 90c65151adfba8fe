import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from '../api/failure.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const x3 = fx.ndarray([1, -2, 3], { dtype: 'f32' })

/** The results of a function of tensors on data. */
const run = (f: (...xs: F32[]) => unknown, ...args: readonly fx.NDArray[]): fx.Nested[] => {
  const graph = fx.trace((...xs: F32[]) => f(...xs), ...args.map((arg) => fx.specOf(arg) as fx.Spec<fx.Shape, 'f32'>))
  return fx.evaluate(graph, args).map(fx.toNested)
}

const scalar = (x: number): fx.NDArray => fx.ndarray(x)

describe('grad', () => {
  test('of a scalar function', () => {
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.square(x))),
        x3,
      ),
    ).toEqual([[2, -4, 6]])
  })

  test('is a tree like the argument', () => {
    const loss = (p: { readonly w: F32; readonly b: readonly [F32] }, x: F32): F32 => fx.sum(fx.add(fx.mul(p.w, x), p.b[0]))
    expect(run((w, b, x) => fx.grad(loss)({ w: w, b: [b] }, x), scalar(2), scalar(5), x3)).toEqual([3, 2])
  })

  test('of the arguments asked for, in their order', () => {
    const product = (x: F32, y: F32): F32 => fx.mul(x, y)
    expect(run((x, y) => fx.grad(product, { argnums: 1 })(x, y), scalar(2), scalar(7))).toEqual([2])
    expect(run((x, y) => fx.grad(product, { argnums: [1, 0] })(x, y), scalar(2), scalar(7))).toEqual([2, 7])
    expect(run((x, y) => fx.grad(product, { argnums: [] })(x, y), scalar(2), scalar(7))).toEqual([])
    expect(run((x, y) => fx.grad(product, { argnums: [0, 0] })(x, y), scalar(2), scalar(7))).toEqual([7, 7])
  })

  test('is zeros where the value does not depend on the argument', () => {
    expect(run((x, y) => fx.grad((_: F32, v: F32) => fx.sum(v))(x, y), x3, x3)).toEqual([[0, 0, 0]])
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.floor(x))),
        x3,
      ),
    ).toEqual([[0, 0, 0]])
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.stopGradient(fx.square(x)))),
        x3,
      ),
    ).toEqual([[0, 0, 0]])
    expect(
      run(
        fx.grad((_: F32) => fx.full([], 3)),
        x3,
      ),
    ).toEqual([[0, 0, 0]])
  })

  test('adds up over several uses', () => {
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.add(fx.mul(x, x), fx.mul(x, 3)))),
        x3,
      ),
    ).toEqual([[5, -1, 9]])
  })

  test('does not see what a closure holds', () => {
    expect(run((x) => fx.grad((y: F32) => fx.mul(y, fx.square(x)))(x), scalar(3))).toEqual([9])
    expect(
      run(
        fx.grad((x: F32) => fx.mul(x, fx.grad((y: F32) => fx.add(x, y))(x))),
        scalar(3),
      ),
    ).toEqual([1])
    expect(
      run(
        fx.grad((x: F32) => fx.mul(x, fx.grad((y: F32) => fx.mul(x, y))(x))),
        scalar(3),
      ),
    ).toEqual([6])
  })

  test('nests to the fourth order', () => {
    const power = (x: F32): F32 => fx.pow(x, 5)
    const orders = [fx.grad(power), fx.grad(fx.grad(power)), fx.grad(fx.grad(fx.grad(power))), fx.grad(fx.grad(fx.grad(fx.grad(power))))]
    expect(orders.map((f) => run(f, scalar(2))[0])).toEqual([80, 160, 240, 240])
  })

  test('takes numbers as arguments', () => {
    expect(run(() => fx.grad((x: F32) => fx.square(x))(untyped(3)))).toEqual([6])
  })

  test('through a called graph', () => {
    const graph = fx.trace((a, b) => ({ p: fx.mul(a, b), q: fx.sin(a) }), fx.spec([3]), fx.spec([3]))
    const f = (x: F32): F32 => fx.sum((fx.call(graph, x, fx.square(x)) as { readonly p: F32 }).p)
    expect(run(fx.grad(f), x3)).toEqual([[3, 12, 27]])
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.grad(f)(x))),
        x3,
      ),
    ).toEqual([[6, -12, 18]])
  })

  test('of 0 axes and of nothing', () => {
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.exp(x))),
        fx.ndarray([]),
      ),
    ).toEqual([[]])
  })
})

describe('at ties and kinks, as JAX', () => {
  test.each<readonly [string, (x: F32) => F32, fx.Nested, fx.Nested]>([
    ['relu at 0 has derivative 0', (x) => fx.sum(fx.relu(x)), [-1, 0, 2], [0, 0, 1]],
    ['abs at 0 has derivative 0', (x) => fx.sum(fx.abs(x)), [-1, 0, 2], [-1, 0, 1]],
    ['max shares among equals', (x) => fx.max(x), [3, 1, 3], [0.5, 0, 0.5]],
    ['min shares among equals', (x) => fx.min(x), [3, 1, 1], [0, 0.5, 0.5]],
    [
      'max along an axis',
      (x) => fx.sum(fx.max(x, { axis: 1 })),
      [
        [1, 1],
        [2, 3],
      ],
      [
        [0.5, 0.5],
        [0, 1],
      ],
    ],
    ['maximum gives half at a tie', (x) => fx.sum(fx.maximum(x, 1)), [0, 1, 2], [0, 0.5, 1]],
    ['minimum gives half at a tie', (x) => fx.sum(fx.minimum(x, 1)), [0, 1, 2], [1, 0.5, 0]],
    ['clamp gives 0 at and beyond its bounds', (x) => fx.sum(fx.clamp(x, 0, 1)), [-1, 0, 0.5, 1, 2], [0, 0, 1, 0, 0]],
    ['maxPool gives all to the first', (x) => fx.sum(fx.maxPool(fx.reshape(x, [1, 1, 4]), { window: 2 })), [5, 5, 1, 2], [1, 0, 0, 1]],
    [
      'sign, floor, ceil and round have none',
      (x) => fx.sum(fx.add(fx.add(fx.sign(x), fx.floor(x)), fx.add(fx.ceil(x), fx.round(x)))),
      [0.5, 1],
      [0, 0],
    ],
    ['where gives to the branch taken', (x) => fx.sum(fx.where(fx.gt(x, 0), fx.mul(x, 2), fx.mul(x, 3))), [-1, 1], [3, 2]],
    ['elu does not overflow beyond its branch', (x) => fx.sum(fx.elu(x)), [1000, 0], [1, 1]],
    ['softplus at 0', (x) => fx.sum(fx.softplus(x)), [0], [0.5]],
    ['pow with exponent 0', (x) => fx.sum(fx.pow(x, 0)), [0, 2], [0, 0]],
    ['pow at 0', (x) => fx.sum(fx.pow(x, 2)), [0, -3], [0, -6]],
    ['leakyRelu at 0 takes the slope above', (x) => fx.sum(fx.leakyRelu(x, 0.5)), [-1, 0, 1], [0.5, 1, 1]],
    ['logsumexp of -∞ alone among others', (x) => fx.logsumexp(x), [0, -Infinity], [1, 0]],
    ['take out of range adds to the end', (x) => fx.sum(fx.take(x, fx.constant([-1, 0, 9], { dtype: 'i32' }))), [1, 2], [2, 1]],
  ])('%s', (_, f, at, want) => {
    expect(run(fx.grad(f), fx.ndarray(at))).toEqual([want])
  })
})

describe('valueAndGrad', () => {
  test('gives both', () => {
    expect(run((x) => fx.valueAndGrad((v: F32) => fx.sum(fx.square(v)))(x), x3)).toEqual([14, [2, -4, 6]])
  })

  test('with hasAux passes the rest on', () => {
    const f = (x: F32): readonly [F32, { readonly doubled: F32 }] => [fx.sum(fx.square(x)), { doubled: fx.mul(x, 2) }]
    expect(run((x) => fx.valueAndGrad(f, { hasAux: true })(x), x3)).toEqual([14, [2, -4, 6], [2, -4, 6]])
  })

  test('calls the function once', () => {
    let calls = 0
    run(
      (x) =>
        fx.valueAndGrad((v: F32) => {
          calls++
          return fx.sum(v)
        })(x),
      x3,
    )
    expect(calls).toBe(1)
  })
})

describe('grad refuses', () => {
  const x = fx.zeros<fx.Shape>([2])
  const whole = fx.zeros([2], 'i32')

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    ['a value that is no scalar', () => fx.grad((v: F32) => v)(x), 'ShapeError', ['f32[2]', 'sum or mean']],
    ['a value that is i32', () => fx.grad((v: F32) => untyped(fx.sum(fx.cast(v, 'i32'))))(x), 'DTypeError', ['i32', "cast(x, 'f32')"]],
    ['a value that is a number', () => fx.grad((_: F32) => untyped(3))(x), 'TraceError', ['number']],
    ['a value with aux that nobody asked for', () => fx.grad((v: F32) => untyped([fx.sum(v), v]))(x), 'TraceError', ['hasAux']],
    ['an argument that is i32', () => fx.grad((v: fx.Tensor) => fx.sum(fx.cast(v, 'f32')))(whole), 'DTypeError', ['i32[2]', 'argnums']],
    [
      'a leaf that is i32',
      () => fx.grad((p: { readonly n: fx.Tensor }) => fx.sum(fx.cast(p.n, 'f32')))({ n: whole }),
      'DTypeError',
      ['at n', 'i32[2]'],
    ],
    ['an argument that is not there', () => fx.grad((v: F32) => fx.sum(v), { argnums: 1 })(x), 'TraceError', ['argument 1', 'from 0']],
    ['an argument before the first', () => fx.grad((v: F32) => fx.sum(v), { argnums: [-1] })(x), 'TraceError', ['argument -1']],
    [
      'an argument that is text',
      () => fx.grad((v: { readonly a: F32 }) => fx.sum(v.a))({ a: untyped('x') }),
      'TraceError',
      ['at a', 'string'],
    ],
  ])('%s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
    expect(error.site?.file.endsWith('test/transforms/grad.test.ts')).toBe(true)
  })
})

describe('call refuses', () => {
  const graph = fx.trace((a) => fx.exp(a), fx.spec([2]))

  test.each<readonly [string, () => unknown, fx.ErrorTag, string]>([
    ['another structure', () => fx.call(graph, [fx.zeros([2])]), 'TraceError', 'structure'],
    ['no arguments', () => fx.call(graph), 'TraceError', 'structure'],
    ['another shape', () => fx.call(graph, fx.zeros([3])), 'ShapeError', 'f32[3]'],
    ['another dtype', () => fx.call(graph, fx.zeros([2], 'i32')), 'DTypeError', 'i32'],
    ['host data', () => fx.call(graph, fx.ndarray([1, 2])), 'TraceError', 'tensor'],
  ])('%s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(error.message).toContain(says)
  })
})
