/** Changed JSON and text: a DecodeError or a graph, which is verified and means on a device what the reference says, or is refused. */
import { deepStrictEqual } from 'node:assert'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { js } from '../../src/backends/js/device.js'
import { compile, plan } from '../../src/compile.js'
import { isFluxionError } from '../../src/error.js'
import { fromJSON, toJSON } from '../../src/ir/codec.js'
import { bodiesOf, paramTypes, type Graph } from '../../src/ir/graph.js'
import { parse } from '../../src/ir/parse.js'
import { print } from '../../src/ir/print.js'
import { sizeOf } from '../../src/ir/shape.js'
import { verify } from '../../src/ir/verify.js'
import { anyCase, type Case } from '../arbitraries/graph.js'
import { arrayOf, rngOf } from '../arbitraries/value.js'
import { compare } from '../harness/compare.js'
import { casesOf, holds, holdsAsync } from '../harness/law.js'
import { jsModel } from '../../src/verify/model.js'
import { resultsOf } from '../harness/run.js'
import { randomGraph } from '../ir/randomGraph.js'

type Json = Record<string, unknown>

const through = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

/** Where every value of a JSON document sits. */
const placesIn = (json: unknown, at: readonly string[] = []): (readonly string[])[] =>
  typeof json === 'object' && json !== null ? [at, ...Object.entries(json).flatMap(([key, child]) => placesIn(child, [...at, key]))] : [at]

const values = [
  ...[null, 0, -1, 1, 2, 3, 0.5, -0, NaN, 1e9, 2 ** 31, 1e300, '', '*', 'f32', 'i32', 'bool', 'NaN', 'add', 'mul', 'exp', 'call', 'scan'],
  ...['cond', 'reverse', '__proto__', [], {}, [0], [1], ['*'], true, [[]], [1e9, 1e9]],
]

/** Ops of the same operands. */
const alike = [
  ['add', 'sub', 'mul', 'max', 'min', 'div'],
  ['neg', 'abs', 'sign', 'alias', 'stopGradient'],
  ['exp', 'sin', 'tanh', 'floor', 'sqrt'],
  ['eq', 'ne', 'lt', 'le', 'gt', 'ge'],
  ['and', 'or', 'xor'],
  ['reduceMax', 'reduceMin'],
  ['argmax', 'argmin'],
]

interface NodeJson {
  op: string
  args: number[]
  readonly type: unknown
}

/** A change that may well leave a graph: another argument of the same type, or another op of the same operands. */
const rewire = ({ nodes }: { readonly nodes: readonly NodeJson[] }, pickNode: number, pickOther: number): void => {
  const id = pickNode % nodes.length
  const node = nodes[id]!
  const ops = alike.find((family) => family.includes(node.op)) ?? []
  if (ops.length > 0 && pickOther % 2 === 0) node.op = ops[(pickOther >> 1) % ops.length]!
  const k = pickOther % Math.max(1, node.args.length)
  const type = JSON.stringify(nodes[node.args[k] ?? 0]?.type)
  const same = nodes.flatMap((other, i) => (i < id && JSON.stringify(other.type) === type ? [i] : []))
  if (node.args.length > 0 && same.length > 0) node.args[k] = same[(pickOther >> 3) % same.length]!
}

/** Changes a document in place: a part is dropped, replaced, copied from elsewhere, doubled, reversed, renamed, a number moved by one, or a node rewired. */
const mutate = (json: unknown, kind: number, pickPlace: number, pickOther: number): void => {
  if (kind >= 7 && Array.isArray((json as Json).nodes)) {
    attempt(() => rewire(json as { nodes: NodeJson[] }, pickPlace, pickOther))
    return
  }
  const places = placesIn(json).slice(1)
  const place = places[pickPlace % places.length]!
  const read = (path: readonly string[]): unknown => path.reduce((at, k) => (at as Json)[k], json)
  const [parent, key] = [read(place.slice(0, -1)) as Json, place.at(-1)!]
  const value = parent[key]
  if (kind === 0 && Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (kind === 0) Reflect.deleteProperty(parent, key)
  else if (kind === 2) parent[key] = through(read(places[pickOther % places.length]!))
  else if (kind === 3 && Array.isArray(parent)) parent.splice(Number(key), 0, through(value))
  else if (kind === 4 && Array.isArray(value)) value.reverse()
  else if (kind === 5 && typeof value === 'number') parent[key] = value + (pickOther % 2 === 0 ? 1 : -1)
  else if (kind === 6) parent[`${key}x`] = value
  else parent[key] = structuredClone(values[pickOther % values.length])
}

/** A document that was changed before may have lost what a later change needs. */
const attempt = (change: () => void): void => {
  try {
    change()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}

/** Elements of all values, those of sub-graphs as often as they are computed. */
const work = (graph: Graph): number =>
  graph.nodes.reduce((sum, node) => {
    // A changed loop of unknown length might not end.
    const times = node.op === 'while' ? Infinity : node.op === 'scan' ? node.attrs.length : 1
    return sum + sizeOf(node.type.shape) + bodiesOf(node).reduce((inner, [, body]) => inner + times * (10 + work(body)), 0)
  }, 0)

type Outcome = 'refused when read' | 'refused when compiled' | 'compiled' | 'ran'

const device = js()

/** What comes of a graph that was read: large ones are compiled only. @throws Error where a program is wrong, or anything but a FluxionError is thrown */
const runs = async (graph: Graph, seed: number): Promise<Outcome> => {
  try {
    if (work(graph) > 20_000) {
      plan(graph, device)
      return 'compiled'
    }
    const executable = await compile(graph, { device })
    const rng = rngOf(seed)
    const args = paramTypes(graph).map((type) => arrayOf(type, 1, rng))
    const results = await resultsOf(executable, args)
    compare({ graph, compiled: executable.passes.at(-1)?.graph as Graph, args, results }, jsModel)
    return 'ran'
  } catch (error) {
    if (isFluxionError(error) && error._tag !== 'VerifyError') return 'refused when compiled'
    throw error
  }
}

/** Mutants of one graph: making graphs is most of the work. */
const litter = 5

const pick = fc.nat({ max: 100_000 })
const change = fc.tuple(fc.nat({ max: 10 }), pick, pick)
const litters = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: litter, maxLength: litter })

const graphs: fc.Arbitrary<Graph> = fc.oneof(
  { weight: 3, arbitrary: anyCase.map(({ graph }: Case) => graph) },
  { weight: 1, arbitrary: randomGraph },
)

/** All leaves in one list, so that a program can be called with them. */
const flat = (graph: Graph): Graph => ({
  ...graph,
  inTree: paramTypes(graph).map(() => '*' as const),
  outTree: graph.outputs.map(() => '*' as const),
})

describe('changed graphs', () => {
  it('as JSON give a DecodeError, or a graph that runs as the reference says or is refused', { timeout: 300_000 }, async () => {
    const counts = new Map<Outcome, number>()
    const count = (outcome: Outcome) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    await holdsAsync('mutants of JSON, five each', fc.tuple(graphs, litters), { runs: 2000, stream: 100 }, async ([graph, lists]) => {
      const text = JSON.stringify(toJSON(graph))
      for (const list of lists) {
        const json: unknown = JSON.parse(text)
        for (const [kind, place, other] of list) mutate(json, kind, place, other)
        const result = fromJSON(json)
        if (E.isLeft(result)) {
          expect(result.left._tag).toBe('DecodeError')
          count('refused when read')
          continue
        }
        verify(result.right)
        deepStrictEqual(fromJSON(through(toJSON(result.right))), result)
        count(await runs(flat(result.right), list[0]?.[1] ?? 0))
      }
    })
    console.info(`mutants of JSON: ${[...counts].map(([outcome, n]) => `${String(n)} ${outcome}`).join(', ')}`)
    expect([...counts.values()].reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(casesOf(10_000))
    expect(counts.get('ran') ?? 0).toBeGreaterThan(casesOf(1000))
  })

  it('as text give a DecodeError, or a graph that passes verify', { timeout: 120_000 }, () => {
    const bits = [
      '',
      ' ',
      '%',
      '%0',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '=',
      ':',
      ',',
      '0',
      '1',
      '-1',
      '1e9',
      'nan',
      '"',
      'graph',
      '@0',
      '//',
      '\n',
    ]
    const words = ['return', 'f32', 'i32', 'call', 'scan', 'body = ', '__proto__', 'é']
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), fc.constantFrom(...bits, ...words)), {
      minLength: litter,
      maxLength: litter,
    })
    let mutants = 0
    holds('mutants of text, five each', fc.tuple(graphs, edits), { runs: 600, stream: 101 }, ([graph, list]) => {
      const text = print(graph)
      for (const [at, cut, put] of list) {
        const from = at % text.length
        const result = parse(text.slice(0, from) + put + text.slice(from + cut))
        if (E.isRight(result)) verify(result.right)
        else expect(result.left._tag).toBe('DecodeError')
        mutants += 1
      }
    })
    expect(mutants).toBeGreaterThanOrEqual(casesOf(3000))
  })
})
