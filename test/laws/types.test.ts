/** The reference gives what the type rules promise. */
import { describe, it } from 'vitest'
import { fromNumbers, isFloat, roundTo, toNumbers, type DType } from '../../src/ir/dtype.js'
import { outputTypes } from '../../src/ir/graph.js'
import { sizeOf } from '../../src/ir/shape.js'
import { sameType, showType } from '../../src/ir/type.js'
import { verify } from '../../src/ir/verify.js'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import { anyCase } from '../arbitraries/graph.js'
import { holds } from '../harness/law.js'

/** Whether a number is one that an array of the dtype can hold. */
const isValue = (dtype: DType, x: number): boolean => {
  const [stored] = toNumbers(dtype, fromNumbers(dtype, [x]))
  return Object.is(stored, x) && Object.is(roundTo[dtype](x), x)
}

describe('the reference', () => {
  it('gives values of the types inferred', { timeout: 120_000 }, () => {
    holds('evaluate has the inferred type', anyCase, { runs: 2000, stream: 10 }, ({ graph, args }) => {
      verify(graph)
      const types = outputTypes(graph)
      evaluateHosts(graph, args.map(toHost)).forEach(({ type, data }, i) => {
        const want = types[i] ?? type
        if (!sameType(type, want) || data.length !== sizeOf(want.shape))
          throw new Error(`result ${String(i)} is ${showType(type)} with ${String(data.length)} elements, not ${showType(want)}`)
        const bad = data.find((x) => !isValue(type.dtype, x) && !Number.isNaN(x))
        if (bad !== undefined || (!isFloat(type.dtype) && data.some(Number.isNaN)))
          throw new Error(`result ${String(i)} holds ${String(bad)}, which is no ${type.dtype}`)
      })
    })
  })
})
