/** Random graphs of a handful of ops with every kind of attribute, for the laws of the text and JSON forms. */
import * as fc from 'fast-check'
import { graphBuilder, noAttrs, type GraphBuilder } from '../../src/ir/builder.js'
import { allocate, dtypes, roundTo, type DType } from '../../src/ir/dtype.js'
import type { Graph } from '../../src/ir/graph.js'
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import type { TreeDef } from '../../src/ir/tree.js'

type Gen = Parameters<Parameters<ReturnType<typeof fc.gen>['map']>[0]>[0]

const special = [0, -0, 1, -1, 0.1, NaN, Infinity, -Infinity, 1e-45, 3.4028234663852886e38, 1 / 3, 16777217]

const choose = <T>(g: Gen, xs: readonly T[]): T => xs[g(fc.nat, xs.length - 1)]!

const anyShape = (g: Gen): Shape => g(fc.array, fc.integer({ min: 0, max: 3 }), { maxLength: 4 })
const anyDType = (g: Gen): DType => choose(g, dtypes)
const anyNumber = (g: Gen, dtype: DType): number =>
  roundTo[dtype](g(fc.boolean) ? choose(g, special) : g(fc.boolean) ? g(fc.float) : g(fc.integer))

const anyData = (g: Gen, dtype: DType, size: number) => {
  const data = allocate(dtype, size)
  for (let i = 0; i < size; i++) data[i] = i < 70 ? anyNumber(g, dtype) : i % 2
  return data
}

/** Adds one node, if it fits. */
type Step = (g: Gen, b: GraphBuilder, pick: () => number, bodies: Graph[]) => number | undefined

const steps: readonly Step[] = [
  (g, b) => {
    const [dtype, shape] = [anyDType(g), anyShape(g)]
    return b.add('fill', [], { value: anyNumber(g, dtype), shape, dtype })
  },
  (g, b) => {
    const [dtype, shape] = [anyDType(g), g(fc.boolean) ? anyShape(g) : [g(fc.integer, { min: 60, max: 90 })]]
    return b.add('constant', [], { shape, dtype, data: anyData(g, dtype, sizeOf(shape)) })
  },
  (g, b, pick) => b.add(choose(g, ['add', 'mul', 'eq'] as const), [pick(), pick()], noAttrs),
  (g, b, pick) => b.add(choose(g, ['exp', 'neg', 'not'] as const), [pick()], noAttrs),
  (g, b, pick) => b.add('cast', [pick()], { dtype: anyDType(g) }),
  (_, b, pick) => {
    const x = pick()
    return b.add('reshape', [x], { shape: [sizeOf(b.node(x).type.shape)] })
  },
  (_, b, pick) => {
    const x = pick()
    return b.add('transpose', [x], { perm: range(b.node(x).type.shape.length).reverse() })
  },
  (_, b, pick) => {
    const x = pick()
    return b.add('broadcast', [x], { shape: [2, ...b.node(x).type.shape] })
  },
  (g, b, pick) => {
    const x = pick()
    const { shape, dtype } = b.node(x).type
    const widths = shape.map(() => g(fc.integer, { min: 0, max: 2 }))
    return b.add('pad', [x], { low: widths, high: widths, interior: widths, value: anyNumber(g, dtype) })
  },
  (_, b, pick) => {
    const x = pick()
    return b.add('reduceMax', [x], { axes: [0], ties: 'first' })
  },
  (_, b, pick) => b.add('concat', [pick(), pick()], { axis: 0 }),
  (_, b, pick) => b.add('matmul', [pick(), pick()], noAttrs),
  (g, b, pick, bodies) => {
    if (bodies.length === 0 || g(fc.boolean)) bodies.push(oneOp(b, pick()))
    const body = choose(g, bodies)
    const call = b.add(
      'call',
      body.nodes.slice(0, body.params).map(() => pick()),
      { body },
    )
    return b.add('item', [call], { index: body.outputs.length - 1 })
  },
]

/** A graph of one node on an argument like a given one. */
const oneOp = (outer: GraphBuilder, like: number): Graph => {
  const b = graphBuilder()
  const x = b.param(outer.node(like).type)
  return b.build([b.add('alias', [x], noAttrs), x], '*', ['*', '*'])
}

const attempt = (make: () => number | undefined): number | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

const keys = ['a', 'b', '10', '9', '__proto__', 'a b', '"', 'line\nbreak', '', 'constructor', 'é', '\ud800']

/** A tree of so many leaves. */
const anyTree = (g: Gen, leaves: number): TreeDef => {
  if (leaves === 1 && g(fc.boolean)) return '*'
  const groups: number[] = []
  for (let left = leaves; left > 0; left -= groups.at(-1)!) groups.push(g(fc.integer, { min: 1, max: Math.min(3, left) }))
  const children = groups.map((n): TreeDef => (n === 1 ? '*' : anyTree(g, n)))
  if (groups.length > keys.length || g(fc.boolean)) return children
  const names = g(fc.uniqueArray<string, string>, fc.constantFrom(...keys), { minLength: groups.length, maxLength: groups.length }).sort()
  return Object.fromEntries(children.map((child, i) => [names[i]!, child]))
}

const build = (g: Gen): Graph => {
  const b = graphBuilder()
  const params = g(fc.integer, { min: 1, max: 4 })
  const ids = range(params).map(() => b.param({ shape: anyShape(g), dtype: anyDType(g) }))
  const bodies: Graph[] = []
  const pick = (): number => ids[g(fc.nat, ids.length - 1)]!
  for (let i = g(fc.integer, { min: 0, max: 12 }); i > 0; i--) {
    const step = choose(g, steps)
    const id = attempt(() => step(g, b, pick, bodies))
    if (id !== undefined) ids.push(id)
  }
  const outputs = range(g(fc.integer, { min: 1, max: 4 })).map(pick)
  return b.build(outputs, anyTree(g, params), anyTree(g, outputs.length))
}

export const randomGraph: fc.Arbitrary<Graph> = fc.gen().map(build)
