/** Reductions to one element are made of parts on devices that say how many points keep them busy. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import type { Graph } from '../../src/ir/graph.js'
import { pointsOf } from '../../src/ir/kernel/kernel.js'
import { sizeOf, type Shape } from '../../src/ir/shape.js'
import { verify } from '../../src/ir/verify.js'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import { reduceByParts } from '../../src/passes/partial.js'

const device = { maxBuffers: 8, tile: [8, 8], rows: true, busy: 8 } as const

const points = (graph: Graph, on: Parameters<typeof plan>[1] = device): readonly number[] =>
  plan(graph, on, [], { debug: true }).program.launches.map(({ kernel }) => pointsOf(kernel.grid))

const sumOf = (...shape: Shape): Graph => fx.trace((x) => fx.sum(x), fx.spec(shape))

describe('a sum of everything', () => {
  test.each<[Shape, readonly number[]]>([
    [
      [16, 2048],
      [16, 1],
    ],
    [
      [8, 64, 4, 32],
      [512, 1],
    ],
    [
      [2, 8, 1024],
      [16, 1],
    ],
    [[2 ** 22], [16, 1]],
    [
      [3, 5000, 2],
      [24, 1],
    ],
    [[17 * 1021], [17, 1]],
    [
      [1, 1, 20000],
      [16, 1],
    ],
  ])('of %j has %j points', (shape, want) => expect(points(sumOf(...shape))).toEqual(want))

  test('is one kernel where it is short, where its length has no divisor, and where the device does not say what keeps it busy', () => {
    const { busy: _, ...rest } = device
    expect(points(sumOf(16, 1023))).toEqual([1])
    expect(points(sumOf(16411))).toEqual([1])
    expect(points(sumOf(16, 2048), rest)).toEqual([1])
  })

  test('reads what it is of where that is: no more is stored', () => {
    const graph = fx.trace((x, y) => fx.sum(fx.mul(fx.exp(x), y)), fx.spec([2 ** 16]), fx.spec([2 ** 16]))
    expect(plan(graph, device).program.buffers.map(({ size }) => size)).toEqual([2 ** 16, 2 ** 16, 16, 1])
  })

  test('of some axes, or of halves that would be rounded in between, is left as it is', () => {
    expect(points(fx.trace((x) => fx.sum(x, { axis: 1 }), fx.spec([2, 2 ** 15])))).toEqual([2])
    expect(points(fx.trace((x) => fx.sum(x), fx.spec([16, 2048], 'f16')))).toEqual([1])
  })
})

describe('gives what one reduction does', () => {
  const made = (f: (x: fx.Tensor) => fx.Tensor, shape: Shape, x: readonly number[], dtype: 'i32' | 'f32'): unknown => {
    const graph = reduceByParts(8).run(fx.trace(f, fx.spec(shape, dtype)))
    verify(graph)
    expect(graph.nodes.filter(({ op }) => op.startsWith('reduce'))).toHaveLength(2)
    return evaluateHosts(graph, [toHost(fx.ndarray(x, { shape, dtype }))])[0]?.data[0]
  }
  /** Each number once, in an order without one. */
  const shuffled = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => (i * 7919) % n)

  test.each<Shape>([[32, 700], [22400], [4, 5600], [2, 16, 700]])('of %i', (...shape) => {
    const n = sizeOf(shape)
    expect(made((x) => fx.sum(x as fx.Tensor<Shape, 'i32'>), shape, shuffled(n), 'i32')).toBe((n * (n - 1)) / 2)
    expect(made((x) => fx.max(x as fx.Tensor<Shape, 'f32'>), shape, shuffled(n), 'f32')).toBe(n - 1)
    expect(made((x) => fx.min(x as fx.Tensor<Shape, 'f32'>), shape, shuffled(n), 'f32')).toBe(0)
    expect(made((x) => fx.max(x as fx.Tensor<Shape, 'f32'>), shape, [...shuffled(n - 1), NaN], 'f32')).toBeNaN()
  })
})
