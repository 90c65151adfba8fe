import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { union } from '../../src/passes/sets.js'

const sets = fc.array(fc.nat(6)).map((xs): ReadonlySet<number> => new Set(xs))

describe('a union of sets', () => {
  it('has all of both and nothing else, and leaves them as they were', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const before = [[...a], [...b]]
        const all = union(a, b)
        expect([...all].sort()).toEqual([...new Set([...a, ...b])].sort())
        expect([[...a], [...b]]).toEqual(before)
      }),
      { seed: 7 },
    )
  })
})
