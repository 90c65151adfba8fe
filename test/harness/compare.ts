/** Compares a backend's results with the reference, element by element, within what the backend's model of error allows. */
import type { NDArray } from '../../src/ir/ndarray.js'
import { showNumber } from '../../src/ir/number.js'
import type { Host } from '../../src/ir/ops/op.js'
import { sameType, showType } from '../../src/ir/type.js'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import { judge, worstOf, type Counts, type ResultElement, type Run, type Verdict } from '../../src/verify/judge.js'
import type { Model } from '../../src/verify/model.js'
import { showCase } from '../arbitraries/show.js'

export type { Counts, Run }

/** The share of elements that could be judged. */
export const shareDetermined = (counts: readonly Counts[]): number =>
  counts.reduce((sum, c) => sum + c.determined, 0) /
  Math.max(
    1,
    counts.reduce((sum, c) => sum + c.total, 0),
  )

/** @throws Error that shows the graph, its arguments and the element that differs most where one differs by more than the model allows */
export const compare = (run: Run, model: Model): Counts => {
  const expected = evaluateHosts(run.graph, run.args.map(toHost))
  checkTypes(run, expected)
  const verdict = judge(run, model, expected)
  const worst = worstOf(verdict)
  if (worst !== undefined) throw new Error(explain(run, model, verdict, worst))
  return verdict.outputs.reduce((sum, o) => ({ determined: sum.determined + o.determined, total: sum.total + o.total }), {
    determined: 0,
    total: 0,
  })
}

const checkTypes = (run: Run, expected: readonly Host[]): void => {
  expected.forEach(({ type }, i) => {
    const got = run.results[i] as NDArray
    if (sameType(type, got) && got.data.length === expected[i]?.data.length) return
    throw new Error(`result ${String(i)} is ${showType(got)}, not ${showType(type)}\n${showCase(run.graph, run.args)}`)
  })
}

const explain = (
  { graph, args }: Run,
  model: Model,
  { expected, samples }: Verdict,
  { output, index, expected: value, got, bound }: ResultElement,
): string => {
  const { type } = expected[output] as Host
  const seen = samples.map((s) => (s[output] as Host).data[index] as number)
  return [
    `${model.name} differs from the reference: result ${String(output)}, ${showType(type)}, element ${String(index)}`,
    `expected ${showNumber(type.dtype, value)} ± ${String(bound)}`,
    `got      ${showNumber(type.dtype, got)}`,
    `samples  ${seen
      .slice(0, 8)
      .map((x) => showNumber(type.dtype, x))
      .join(', ')}`,
    showCase(graph, args),
  ].join('\n')
}
