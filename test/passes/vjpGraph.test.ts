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
