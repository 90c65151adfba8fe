import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { vjpGraph } from '../../src/passes/autodiff.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const f = ({ a, b }: { readonly a: F32; readonly b: F32 }, n: fx.Tensor<fx.Shape, 'i32'>): readonly [F32, F32] => [
  fx.mul(fx.sin(a), b),
  fx.mul(fx.sum(a), fx.cast(fx.sum(n), 'f32')),
]

const graph = fx.trace(f, { a: fx.spec([3]), b: fx.spec([3]) }, fx.spec([2], 'i32'))
const [a, b, n] = [fx.ndarray([0.5, -1, 2]), fx.ndarray([1, 2, 3]), fx.ndarray([4, 5], { dtype: 'i32' })]
const [g0, g1] = [fx.ndarray([1, 10, 100]), fx.ndarray(2)]

describe('vjpGraph', () => {
  test('is a graph from arguments and cotangents of the results to cotangents of the arguments', () => {
    const pulled = vjpGraph(graph)
    fx.verifyGraph(pulled)
    expect(pulled.inTree).toEqual([graph.inTree, graph.outTree])
    expect(pulled.outTree).toEqual(graph.inTree)
    const [da, db, dn] = fx.evaluate(pulled, [a, b, n, g0, g1]).map((x) => [...x.data])
    const expected = [0, 1, 2].map((i) => Math.cos(a.data[i]!) * b.data[i]! * g0.data[i]! + 2 * 9)
    expected.forEach((x, i) => {
      expect(da?.[i]).toBeCloseTo(x, 4)
      expect(db?.[i]).toBeCloseTo(Math.sin(a.data[i]!) * g0.data[i]!, 4)
    })
    // An integer argument has no derivative: zeros.
    expect(dn).toEqual([0, 0])
  })

  test('differentiates again', () => {
    const twice = vjpGraph(vjpGraph(graph))
    fx.verifyGraph(twice)
    expect(twice.outputs).toHaveLength(graph.params + graph.outputs.length)
  })
})

describe('the derivative of windows', () => {
  const sides = (x: F32, window: number, strides: number): F32 => fx.sum(fx.square(fx.maxPool(x, { window, strides })))
  /** Of the largest of each 2 × 2 block, once as blocks and once as windows over one more row and column, which are never the largest. */
  const image = fx.ndarray(
    Float32Array.from({ length: 36 }, (_, i) => 1 + Math.sin(i * i)),
    { shape: [1, 1, 6, 6] },
  )
  const opsOf = (g: fx.Graph): readonly string[] => g.nodes.map(({ op }) => op)

  test('side by side only moves elements; where they overlap or leave some out it adds up', () => {
    const moved = fx.trace((x: F32) => fx.grad((v: F32) => sides(v, 2, 2))(x), fx.spec([1, 1, 6, 6]))
    expect(opsOf(moved)).not.toContain('fold')
    for (const [window, strides] of [
      [2, 1],
      [4, 4],
      [1, 2],
    ] as const)
      expect(opsOf(fx.trace((x: F32) => fx.grad((v: F32) => sides(v, window, strides))(x), fx.spec([1, 1, 6, 6])))).toContain('fold')
  })

  test('is the same either way', () => {
    const cut = (x: F32): F32 => fx.slice(x, [0, 0, 0, 0], [1, 1, 6, 6])
    const [moved, added] = fx.evaluate(
      fx.trace(
        (x: F32) => [
          fx.grad((v: F32) => sides(v, 2, 2))(x),
          cut(fx.grad((v: F32) => sides(v, 2, 2))(fx.pad(x, [[0, 0], [0, 0], [0, 1], [0, 1]]) as F32)), // prettier-ignore
        ],
        fx.spec([1, 1, 6, 6]),
      ),
      [image],
    )
    expect(moved?.data.filter((v) => v !== 0)).toHaveLength(9)
    expect(moved?.data).toEqual(added?.data)
  })
})
