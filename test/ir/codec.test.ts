import { deepStrictEqual } from 'node:assert'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { graphBuilder, noAttrs } from '../../src/ir/builder.js'
import { fromJSON, graphCodec, toJSON } from '../../src/ir/codec.js'
import type { Graph } from '../../src/ir/graph.js'
import { verify } from '../../src/ir/verify.js'
import { randomGraph } from './randomGraph.js'

type Json = Record<string, unknown>

const f32 = (...shape: number[]) => ({ shape, dtype: 'f32' as const })

const small = (): Graph => {
  const b = graphBuilder()
  const [x, y] = [b.param(f32(2, 3)), b.param(f32(3, 2))]
  const swapped = b.add('transpose', [x], { perm: [1, 0] })
  return b.build([b.add('add', [swapped, y], noAttrs)], ['*', { w: '*' }], { loss: '*' })
}

const through = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

const expectGraph = (result: E.Either<Error, Graph>): Graph => {
  if (E.isLeft(result)) throw result.left
  return result.right
}

/** The path of the DecodeError. */
const pathOf = (u: unknown): string => {
  const result = fromJSON(u)
  if (E.isRight(result)) throw new Error('decoded')
  expect(result.left._tag).toBe('DecodeError')
  return (result.left.detail.facts?.[0] ?? '').replace(/^at /, '')
}

/** The JSON of the small graph with the value at a path replaced. */
const changed = (path: string, value: unknown): unknown => {
  const json = through(toJSON(small()))
  const keys = path.split('.')
  const last = keys.pop()!
  const target = keys.reduce((at, key) => (at as Json)[key], json) as Json
  Object.defineProperty(target, last, { value, enumerable: true, configurable: true, writable: true })
  return json
}

describe('toJSON and fromJSON', () => {
  it('undo each other on random graphs, through a string', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const decoded = expectGraph(fromJSON(through(toJSON(graph))))
        deepStrictEqual(decoded, graph)
        verify(decoded)
      }),
      { numRuns: 500 },
    )
  })

  it('keep the bits of NaNs and the sharing of sub-graphs', () => {
    const inner = graphBuilder()
    const x = inner.param(f32(1))
    const body = inner.build([inner.add('exp', [x], noAttrs)], '*', '*')
    const b = graphBuilder()
    const data = new Float32Array(new Uint32Array([0x7fc12345]).buffer)
    const c = b.add('constant', [], { shape: [1], dtype: 'f32', data })
    const once = b.add('call', [c], { body })
    const decoded = expectGraph(fromJSON(through(toJSON(b.build([b.add('call', [once], { body })], [], '*')))))
    const [constant, first, second] = decoded.nodes
    expect(constant?.op === 'constant' && new Uint32Array((constant.attrs.data as Float32Array).buffer)[0]).toBe(0x7fc12345)
    expect(first?.op === 'call' && second?.op === 'call' && first.attrs.body === second.attrs.body).toBe(true)
  })

  it('write a stable, versioned form', () => {
    expect(toJSON(small())).toMatchInlineSnapshot(`
      {
        "graphs": [],
        "inTree": [
          "*",
          {
            "w": "*",
          },
        ],
        "nodes": [
          {
            "args": [],
            "attrs": {
              "dtype": "f32",
              "index": 0,
              "shape": [
                2,
                3,
              ],
            },
            "op": "param",
            "type": {
              "dtype": "f32",
              "shape": [
                2,
                3,
              ],
            },
          },
          {
            "args": [],
            "attrs": {
              "dtype": "f32",
              "index": 1,
              "shape": [
                3,
                2,
              ],
            },
            "op": "param",
            "type": {
              "dtype": "f32",
              "shape": [
                3,
                2,
              ],
            },
          },
          {
            "args": [
              0,
            ],
            "attrs": {
              "perm": [
                1,
                0,
              ],
            },
            "op": "transpose",
            "type": {
              "dtype": "f32",
              "shape": [
                3,
                2,
              ],
            },
          },
          {
            "args": [
              2,
              1,
            ],
            "attrs": {},
            "op": "add",
            "type": {
              "dtype": "f32",
              "shape": [
                3,
                2,
              ],
            },
          },
        ],
        "outTree": {
          "loss": "*",
        },
        "outputs": [
          3,
        ],
        "params": 2,
        "version": 1,
      }
    `)
  })

  it('work as an io-ts codec within another', () => {
    const file = t.type({ graph: graphCodec })
    expect(E.isRight(file.decode({ graph: toJSON(small()) }))).toBe(true)
    expect([small(), null, {}].map((graph) => file.is({ graph }))).toEqual([true, false, false])
    const failed = file.decode({ graph: changed('nodes.3.op', 'nope') })
    expect(E.isLeft(failed) && failed.left[0]?.context.map(({ key }) => key)).toEqual(['', 'graph', 'nodes', '3', 'op'])
  })
})

describe('fromJSON says where the input is wrong', () => {
  it.each([
    ['version', 2],
    ['nodes.3.op', 'matmull'],
    ['nodes.3.op', '__proto__'],
    ['nodes.2.attrs.perm', 'ab'],
    ['nodes.2.attrs.perm.1', 0.5],
    ['nodes.2.attrs.perm.1', -1],
    ['nodes.2.attrs.prem', []],
    ['nodes.2.attrs.__proto__', []],
    ['nodes.3.args.1', 3],
    ['nodes.3.args.1', 99],
    ['nodes.3.args', [0]],
    ['nodes.3.type.dtype', 'f64'],
    ['nodes.3.type', { shape: [3, 3], dtype: 'f32' }],
    ['nodes.0.attrs', { index: 0, ...f32(1e9) }],
    ['nodes.0.type.shape.0', 1e30],
    ['outputs.0', 4],
    ['inTree', ['*']],
    ['outTree.loss', 'x'],
    ['params', -1],
    ['outputs', { length: 1e9 }],
  ])('%s = %j', (path, value) => {
    const found = pathOf(changed(path, value))
    expect(`${path}.`.startsWith(`${found}.`) || found.startsWith(`${path}.`) || found === 'nodes.0.type').toBe(true)
  })

  it.each([undefined, null, 1, 'graph', [], {}, Symbol('s'), 1n, () => 0, new Map(), new Date()])('%s is no graph', (u) => {
    pathOf(u)
  })

  it('shows the place, what it found and what to do', () => {
    const result = fromJSON(changed('nodes.2.attrs.perm.1', 'one'))
    expect(E.isLeft(result) && result.left.detail).toMatchInlineSnapshot(`
      {
        "facts": [
          "at nodes.2.attrs.perm.1",
          "found "one"",
        ],
        "help": "give what toJSON made, unchanged; the path says which part of it is not as it should be",
        "op": "fromJSON",
        "problem": "expected a whole number from 0 to 2147483647",
      }
    `)
  })
})

describe('fromJSON of hostile input', () => {
  const cyclic = (): unknown => {
    const u = through(toJSON(small())) as Json
    u.inTree = [u]
    return u
  }
  const shared = (levels: number): unknown => Array.from({ length: levels }).reduce((tree) => [tree, tree], [])
  const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((tree) => [tree], '*')
  const throwing = (): unknown =>
    Object.defineProperty(toJSON(small()) as Json, 'nodes', {
      enumerable: true,
      get: () => {
        throw new Error('boo')
      },
    })

  it.each([
    ['a cycle', cyclic],
    ['shared parts, exponentially many', () => changed('inTree', shared(60))],
    ['deep trees', () => changed('inTree', deep(100_000))],
    ['a sparse array', () => changed('nodes', new Array(1e9))],
    [
      'a claim of a billion elements',
      () => changed('nodes.3', { op: 'constant', args: [], attrs: { shape: [1e9], dtype: 'f32', data: 'AAAA' }, type: f32(1e9) }),
    ],
    ['too many axes', () => changed('nodes.0.attrs.shape', new Array(1e6).fill(1))],
    [
      'sizes that overflow',
      () => changed('nodes.0', { op: 'param', args: [], attrs: { index: 0, ...f32(2e9, 2e9) }, type: f32(2e9, 2e9) }),
    ],
    ['a throwing getter', throwing],
    [
      'a proxy that refuses',
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no')
            },
          },
        ),
    ],
    ['an endless proxy', () => changed('nodes', new Proxy([], { get: (_, key) => (key === 'length' ? 1e12 : null), has: () => true }))],
  ])('%s is a DecodeError, at once', (_, make) => {
    const start = performance.now()
    pathOf(make())
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  it('refuses graphs that grow exponentially or nest too deep', () => {
    const level = (i: number, calls: number) => ({
      params: 1,
      inTree: '*',
      outTree: '*',
      outputs: [calls],
      nodes: [
        { op: 'param', args: [], attrs: { index: 0, ...f32() }, type: f32() },
        ...Array.from({ length: calls }, (_, k) => ({ op: 'call', args: [k], attrs: { body: i - 1 }, type: f32() })),
      ],
    })
    const first = { ...level(0, 0), outputs: [0] }
    const tower = (n: number, calls: number) => ({
      version: 1,
      graphs: [first, ...Array.from({ length: n }, (_, i) => level(i + 1, calls))],
      ...first,
    })
    expect(E.isRight(fromJSON(tower(5, 2)))).toBe(true)
    expect(pathOf(tower(60, 2))).toMatch(/^graphs\.\d+\.nodes$/)
    expect(pathOf(tower(200, 1))).toMatch(/^graphs\.\d+\.nodes$/)
    expect(pathOf({ ...tower(5, 2), graphs: [level(1, 1)] })).toBe('graphs.0.nodes.1.attrs.body')
  })

  it('keeps prototype keys as data', () => {
    const tree = JSON.parse('["*", {"__proto__": "*"}]') as unknown
    const graph = expectGraph(fromJSON(changed('inTree', tree)))
    expect(JSON.stringify(graph.inTree)).toBe('["*",{"__proto__":"*"}]')
    expect(({} as Json).polluted).toBeUndefined()
  })

  it('reads a getter once', () => {
    let reads = 0
    const json = toJSON(small()) as Json
    const { params } = json
    Object.defineProperty(json, 'params', { enumerable: true, get: () => (reads++ === 0 ? params : 1e9) })
    expectGraph(fromJSON(json))
    expect(reads).toBe(1)
  })
})
