import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from '../api/failure.js'
import { run, type F32 } from './run.js'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
]

describe('vmap', () => {
  test('maps over the first axis of every argument', () => {
    expect(
      run(
        fx.vmap((x: F32, y: F32) => fx.sum(fx.mul(x, y))),
        matrix,
        matrix,
      ),
    ).toEqual([[14, 77]])
  })

  test('over the axes asked for, and none', () => {
    const dot = (x: F32, y: F32): F32 => fx.sum(fx.mul(x, y))
    expect(run((x, y) => fx.vmap(dot, { inAxes: [1, null] })(x, y), matrix, [1, 10])).toEqual([[41, 52, 63]])
    expect(run((x, y) => fx.vmap(dot, { inAxes: [-1, null] })(x, y), matrix, [1, 10])).toEqual([[41, 52, 63]])
    expect(run((x, y) => fx.vmap(dot, { inAxes: [null, 0] })(x, y), [1, 10, 100], matrix)).toEqual([[321, 654]])
  })

  test('puts the batch where outAxes says', () => {
    const twice = fx.vmap((x: F32) => [fx.mul(x, 2), fx.add(x, 1)], { outAxes: [1, 0] })
    expect(run(twice, matrix)).toEqual([
      [
        [2, 8],
        [4, 10],
        [6, 12],
      ],
      [
        [2, 3, 4],
        [5, 6, 7],
      ],
    ])
    expect(
      run(
        fx.vmap((x: F32) => fx.mul(x, 2), { outAxes: -1 }),
        matrix,
      ),
    ).toEqual([
      [
        [2, 8],
        [4, 10],
        [6, 12],
      ],
    ])
  })

  test('repeats results that do not depend on the batch, unless outAxes is null', () => {
    expect(run((x) => fx.vmap((_: F32) => fx.full([2], 3))(x), [1, 2, 3])).toEqual([
      [
        [3, 3],
        [3, 3],
        [3, 3],
      ],
    ])
    expect(run((x) => fx.vmap((_: F32) => fx.full([2], 3), { outAxes: null })(x), [1, 2, 3])).toEqual([[3, 3]])
    expect(run((x) => fx.vmap((v: F32) => [v, 4] as unknown as F32[])(x), [1, 2])).toEqual([
      [1, 2],
      [4, 4],
    ])
  })

  test('of trees, with trees of axes', () => {
    const f = (p: { readonly w: F32; readonly b: F32 }, x: F32): F32 => fx.add(fx.mul(p.w, x), p.b)
    expect(run((w, b, x) => fx.vmap(f, { inAxes: [{ w: 0, b: null }, 0] })({ w, b }, x), [1, 2], 10, [3, 4])).toEqual([[13, 18]])
    expect(run((w, b, x) => fx.vmap(f, { inAxes: [null, 0] })({ w, b }, x), 2, 10, [3, 4])).toEqual([[16, 18]])
  })

  test('passes arguments without a batch on untouched', () => {
    const f = (x: F32, name: string): F32 => (name === 'twice' ? fx.mul(x, 2) : x)
    expect(run((x) => fx.vmap(f, { inAxes: [0, null] })(x, 'twice'), [1, 2])).toEqual([[2, 4]])
  })

  test('nests', () => {
    const outer = (x: F32, y: F32): F32 => fx.vmap((a: F32) => fx.vmap((b: F32) => fx.mul(a, b))(y))(x)
    expect(run(outer, [1, 2], [3, 4, 5])).toEqual([
      [
        [3, 4, 5],
        [6, 8, 10],
      ],
    ])
    expect(run(fx.vmap(fx.vmap((x: F32) => fx.square(x))), matrix)).toEqual([
      [
        [1, 4, 9],
        [16, 25, 36],
      ],
    ])
  })

  test('leaves what closures hold as it is', () => {
    const graph = fx.trace(
      (w, x) => {
        const scaled = fx.exp(w)
        return fx.vmap((v: F32) => fx.matmul(v, scaled))(x)
      },
      fx.spec<fx.Shape>([3, 4]),
      fx.spec<fx.Shape>([5, 3]),
    )
    expect(graph.nodes.find(({ op }) => op === 'exp')?.type.shape).toEqual([3, 4])
    expect(graph.nodes.filter(({ op }) => op === 'matmul').map(({ type }) => type.shape)).toEqual([[5, 4]])
  })

  test('of slices whose starts are data: beyond the end they move back, element by element', () => {
    const window = (row: F32, start: F32): F32 => fx.dynamicSlice(row, [fx.cast(start, 'i32')], [2])
    const rows = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
    ]
    expect(run((x, at) => fx.vmap(window)(x, at), rows, [-5, 1, 9])).toEqual([
      [
        [1, 2],
        [6, 7],
        [11, 12],
      ],
    ])
  })

  test('of an empty batch', () => {
    const image = fx.zeros<fx.Shape>([2, 4, 4])
    const w = fx.zeros<fx.Shape>([3, 2, 3, 3])
    const conv = (x: F32, k: F32): F32 => fx.conv(fx.expandDims(x, 0), k)
    const batchOf = (x: F32): F32 => fx.broadcastTo(x, [0, ...x.shape])
    const shapes = [
      fx.vmap(conv, { inAxes: [0, null] })(batchOf(image), w),
      fx.vmap(conv, { inAxes: [null, 0] })(image, batchOf(w)),
      fx.vmap(conv)(batchOf(image), batchOf(w)),
      fx.vmap((x: F32) => fx.max(x))(batchOf(image)),
      fx.vmap((x: F32) => fx.take(x, fx.argmax(x, { axis: 0 }), { axis: 0 }))(batchOf(image)),
    ].map(({ shape }) => shape)
    expect(shapes).toEqual([[0, 1, 3, 2, 2], [0, 1, 3, 2, 2], [0, 1, 3, 2, 2], [0], [0, 4, 4, 4, 4]])
  })
})

describe('vmap and derivatives', () => {
  const loss = (w: F32, x: F32): F32 => fx.sum(fx.square(fx.sub(fx.mul(w, x), 1)))

  test('gradients of every example', () => {
    // d/dw (wx - 1)² = 2x(wx - 1)
    expect(run((w, x) => fx.vmap(fx.grad(loss), { inAxes: [null, 0] })(w, x), 2, [1, 2, 3])).toEqual([[2, 12, 30]])
  })

  test('the gradient of a batched function', () => {
    const total = (w: F32, x: F32): F32 => fx.sum(fx.vmap(loss, { inAxes: [null, 0] })(w, x))
    expect(run(fx.grad(total), 2, [1, 2, 3])).toEqual([44])
    expect(run(fx.grad(fx.grad(total)), 2, [1, 2, 3])).toEqual([28])
  })

  test('a gradient penalty', () => {
    const critic = (w: F32, x: F32): F32 => fx.sum(fx.tanh(fx.mul(w, x)))
    const penalty = (w: F32, xs: F32): F32 =>
      fx.mean(fx.vmap((x: F32) => fx.square(fx.sub(fx.norm(fx.grad((v: F32) => critic(w, v))(x)), 1)))(xs))
    const at = (w: number): number => run(penalty, w, matrix)[0] as number
    const slope = run(fx.grad(penalty), 0.3, matrix)[0] as number
    expect(slope).toBeCloseTo((at(0.301) - at(0.299)) / 0.002, 2)
  })

  test('closures over batched tensors of an outer vmap', () => {
    const pairs = (x: F32): F32 => fx.vmap((a: F32) => fx.grad((b: F32) => fx.mul(a, fx.square(b)))(a))(x)
    expect(run(pairs, [1, 2, 3])).toEqual([[2, 8, 18]])
  })

  test('through called graphs', () => {
    const graph = fx.trace((a, b) => [fx.mul(a, b), fx.sum(a)], fx.spec([2]), fx.spec([2]))
    const f = (x: F32, y: F32): F32 => fx.add(...(fx.call(graph, x, y) as unknown as [F32, F32]))
    expect(
      run(
        (x, y) => fx.vmap(f, { inAxes: [0, null] })(x, y),
        [
          [1, 2],
          [3, 4],
        ],
        [10, 100],
      ),
    ).toEqual([
      [
        [13, 203],
        [37, 407],
      ],
    ])
  })

  test('forward mode in batches', () => {
    const f = (x: F32): F32 => fx.mul(fx.sin(x), x)
    const columns = (x: F32): F32 => fx.vmap((v: F32) => fx.jvp(f, [x], [v])[1])(fx.eye(2))
    const [jacobian] = run(fx.jacobian(f), [0.5, 1])
    expect(run(columns, [0.5, 1])).toEqual([jacobian])
  })
})

describe('vmap refuses', () => {
  const x = fx.zeros<fx.Shape>([2, 3])
  const same = (v: F32): F32 => v

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    [
      'batches of different lengths',
      () => fx.vmap((a: F32, b: F32) => fx.add(a, b), { inAxes: [0, 1] })(x, x),
      'ShapeError',
      ['argument 0: 2', 'argument 1: 3'],
    ],
    ['no batch at all', () => fx.vmap(same, { inAxes: [null] })(x), 'ShapeError', ['no argument is batched']],
    ['an axis that is not there', () => fx.vmap(same, { inAxes: 2 })(x), 'ShapeError', ['axis 2', 'argument 0', 'f32[2, 3]']],
    ['a batch of scalars', () => fx.vmap(same)(untyped(1)), 'ShapeError', ['no axes', 'null']],
    ['too few axes', () => fx.vmap((a: F32, _: F32) => a, { inAxes: [0] })(x, x), 'TraceError', ['1 entries for 2 arguments']],
    [
      'axes that do not fit the tree',
      () => fx.vmap((p: { readonly a: F32 }) => p.a, { inAxes: [{ b: 0 }] })({ a: x }),
      'TraceError',
      ['inAxes'],
    ],
    ['axes deeper than the tree', () => fx.vmap(same, { inAxes: [[0]] })(x), 'TraceError', ['inAxes']],
    ['no axis for a result that has a batch', () => fx.vmap(same, { outAxes: null })(x), 'TraceError', ['outAxes', 'depends on the batch']],
    ['a result axis that is not there', () => fx.vmap(same, { outAxes: 2 })(x), 'ShapeError', ['outAxes', 'axis 2']],
    ['a result that is text', () => fx.vmap((_: F32) => 'x')(x), 'TraceError', ['string']],
  ])('%s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
    expect(error.site?.file.endsWith('test/transforms/vmap.test.ts')).toBe(true)
  })
})
