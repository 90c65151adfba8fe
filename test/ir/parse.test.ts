import { deepStrictEqual } from 'node:assert'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { graphBuilder, noAttrs } from '../../src/ir/builder.js'
import type { Graph } from '../../src/ir/graph.js'
import { parse } from '../../src/ir/parse.js'
import { print } from '../../src/ir/print.js'
import { randomGraph } from './randomGraph.js'

const parsed = (text: string): Graph => {
  const result = parse(text)
  if (E.isLeft(result)) throw result.left
  return result.right
}

const problemOf = (text: string): string => {
  const result = parse(text)
  return E.isLeft(result) ? result.left.detail.problem : 'parsed'
}

describe('parse', () => {
  it('undoes print on random graphs', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const text = print(graph)
        const again = parsed(text)
        deepStrictEqual(again, graph)
        expect(print(again)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('takes long chains in linear time, without recursion', () => {
    const chain = (n: number): Graph => {
      const b = graphBuilder()
      let x = b.param({ shape: [4], dtype: 'f32' })
      for (let i = 0; i < n; i++) x = b.add(i % 2 === 0 ? 'exp' : 'neg', [x], noAttrs)
      return b.build([x], '*', '*')
    }
    const time = (n: number): number => {
      const graph = chain(n)
      const start = performance.now()
      deepStrictEqual(parsed(print(graph)).outputs, graph.outputs)
      return performance.now() - start
    }
    time(2_000)
    expect(time(100_000)).toBeLessThan(100 * Math.max(5, time(5_000)))
  })

  it('reads what people write: comments, spaces, short decimals', () => {
    const graph = parsed(
      'graph[%0]{ // the argument\n%0=param:f32[2] %1 = fill { value = 0.1 } : f32[2]\n%2=add(%0,%1):f32[2] return{y:%2}}',
    )
    expect(graph.nodes[1]?.attrs).toEqual({ value: Math.fround(0.1), shape: [2], dtype: 'f32' })
  })

  it.each([
    ['', 'expected graph, at line 1:1'],
    ['graph %0 {\n  %0 = param : f32[2]\n  return %1\n}', 'outputs.0: there is no node 1, at line 1:7'],
    ['graph %0 {\n  %0 = param : f33[2]\n  return %0\n}', 'f33 is no dtype: use f32, f16, i32, u32, bool, at line 2:16'],
    ['graph %0 {\n  %0 = param : f32[2]\n  %2 = exp(%0) : f32[2]', 'expected %1, at line 3:3'],
    [
      'graph %0 {\n  %0 = param : f32[2]\n  %1 = exp(%0) : f32[3]\n  return %1\n}',
      'nodes.1.type: exp has the type f32[3], but is f32[2], at line 3:3',
    ],
    ['graph %0 {\n  %0 = param : f32[2]\n  %1 = expp(%0) : f32[3]\n  return %1\n}', /^op: expected 'param' or .* at line 3:3$/],
    [
      'graph %0 {\n  %0 = param : f32[2]\n  %1 = exp(%0) {axis = 1} : f32[2]\n  return %1\n}',
      /^attrs: this op has no attributes.*at line 3:3$/,
    ],
    [
      'graph %0 {\n  %0 = param : f32[2]\n  %1 = flip(%0) {axes = [1]} : f32[2]\n  return %1\n}',
      /^nodes.1: flip: axes \[1\].*at line 3:3$/,
    ],
    ['graph [] {\n  %0 = fill {value = 1e39} : f32[2]\n  return %0\n}', '1e+39 is no value of f32, at line 2:3'],
    ['graph %0 {\n  %0 = param : f32[]\n  return %0\n} x', 'expected nothing more, at line 4:3'],
    ['graph {"a: %0} {', 'this string is not closed, or has an escape that JSON does not know, at line 1:8'],
    ['graph {a: %0, a: %1} {', 'the key a is there twice, at line 1:15'],
    ['graph %1 {', 'the parameters are not %0, %1, … in order, at line 1:7'],
    [`graph ${'['.repeat(100_000)}`, /^trees nest at most 128 deep/],
    ['graph [] {\n  %0 = constant {data = [1, 2]} : f32[1000000000]\n  return %0\n}', /^attrs.data: expected 1000000000 numbers, found 2/],
  ])('of %j says what and where', (text, problem) => {
    expect(problemOf(text)).toMatch(problem)
  })

  it('points at the place', () => {
    const result = parse('graph %0 {\n  %0 = param : f32[2]\n  %1 = exp(%0) : f32[3]\n  return %1\n}')
    expect(E.isLeft(result) && result.left.detail).toMatchInlineSnapshot(`
      {
        "facts": [
          "3 |   %1 = exp(%0) : f32[3]",
          "  |   ^",
        ],
        "help": "write the text as print does",
        "op": "parse",
        "problem": "nodes.1.type: exp has the type f32[3], but is f32[2], at line 3:3",
      }
    `)
  })
})
