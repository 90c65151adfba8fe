/** Graphs come back whole from text and from JSON. */
import { deepStrictEqual } from 'node:assert'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { fromJSON, toJSON } from '../../src/ir/codec.js'
import { parse } from '../../src/ir/parse.js'
import { print } from '../../src/ir/print.js'
import { anyCase } from '../arbitraries/graph.js'
import { holds } from '../harness/law.js'

const right = <A>(either: E.Either<Error, A>): A => {
  if (E.isLeft(either)) throw either.left
  return either.right
}

describe('text', () => {
  it('parse undoes print', { timeout: 120_000 }, () => {
    holds('parse ∘ print = id', anyCase, { runs: 2000, stream: 30 }, ({ graph }) => {
      const text = print(graph)
      const again = right(parse(text))
      deepStrictEqual(again, graph)
      expect(print(again)).toBe(text)
    })
  })
})

describe('JSON', () => {
  it('decode undoes encode, through JSON text', { timeout: 120_000 }, () => {
    holds('decode ∘ encode = id', anyCase, { runs: 2000, stream: 31 }, ({ graph }) => {
      const json = toJSON(graph)
      const again = right(fromJSON(JSON.parse(JSON.stringify(json))))
      deepStrictEqual(again, graph)
      deepStrictEqual(toJSON(again), json)
    })
  })
})
