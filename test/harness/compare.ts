/** Compares a backend's results with the reference, element by element, within what the backend's model of error allows. */
import { isFloat, toNumbers } from '../../src/ir/dtype.js'
import type { Graph } from '../../src/ir/graph.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import { showNumber } from '../../src/ir/number.js'
import type { Host } from '../../src/ir/ops/op.js'
import { sameType, showType } from '../../src/ir/type.js'
import { evaluateHosts, toHost } from '../../src/backends/reference/evaluate.js'
import { showCase } from '../arbitraries/show.js'
import { rngOf, type Rng } from '../arbitraries/value.js'
import { kindOf, ulpOf } from './float.js'
import type { Model } from './model.js'
import { sample } from './sample.js'
import { unroll } from './unroll.js'

export interface Counts {
  /** Elements that the model leaves one kind of value, and all. */
  readonly determined: number
  readonly total: number
}

/** The share of elements that could be judged. */
export const shareDetermined = (counts: readonly Counts[]): number =>
  counts.reduce((sum, c) => sum + c.determined, 0) /
  Math.max(
    1,
    counts.reduce((sum, c) => sum + c.total, 0),
  )

/** A graph, as given and as compiled (loops are its only sub-graphs), and what it ran on. */
export interface Run {
  readonly graph: Graph
  readonly compiled: Graph
  readonly args: readonly NDArray[]
  readonly results: readonly NDArray[]
}

const firstSamples = 6
/** Taken only where a result looks wrong: few samples may miss that a value is on an edge. */
const moreSamples = 150
/** Samples are random, and fewer than the ways in which errors can add up. */
const safety = 5

interface Spread {
  /** Whether all samples are of one kind. */
  readonly determined: boolean
  readonly tolerance: number
}

const spreadOf = (expected: number, isReal: boolean, samples: readonly number[], flush: number): Spread => {
  const same = isReal ? samples.every((s) => kindOf(s) === kindOf(expected)) : samples.every((s) => s === expected)
  const spread = isReal && Number.isFinite(expected) ? samples.reduce((most, s) => Math.max(most, Math.abs(s - expected)), 0) : 0
  const tiny = flush > 0 && Math.abs(expected) <= flush ? flush : 0
  return { determined: same, tolerance: spread > 0 ? safety * spread + 2 * ulpOf(expected) + tiny : tiny }
}

const isClose = (expected: number, got: number, tolerance: number): boolean =>
  Object.is(expected, got) || (expected === 0 && got === 0 && tolerance > 0) || Math.abs(expected - got) <= tolerance

interface Mismatch {
  readonly output: number
  readonly element: number
}

/** The elements that are wrong given these samples, and how many could be judged. */
const judge = (
  { results }: Run,
  expected: readonly Host[],
  samples: readonly (readonly Host[])[],
  flush: number,
): Counts & { readonly wrong: readonly Mismatch[] } => {
  let determined = 0
  let total = 0
  const wrong: Mismatch[] = []
  const got = results.map(({ dtype, data }) => toNumbers(dtype, data))
  expected.forEach(({ type, data }, output) => {
    data.forEach((value, element) => {
      total++
      const seen = samples.map((s) => (s[output] as Host).data[element] as number)
      const spread = spreadOf(value, isFloat(type.dtype), seen, isFloat(type.dtype) ? flush : 0)
      if (!spread.determined) return
      determined++
      if (!isClose(value, got[output]?.[element] as number, spread.tolerance)) wrong.push({ output, element })
    })
  })
  return { determined, total, wrong }
}

const take = (run: Run, model: Model, count: number, rng: Rng): (readonly Host[])[] => {
  const hosts = run.args.map(toHost)
  const compiled = unroll(run.compiled)
  const perturb = model.of(compiled)
  const samples: (readonly Host[])[] = []
  for (let i = 0; i < count; i++) {
    const { outputs, touched } = sample(compiled, hosts, perturb, rng)
    samples.push(outputs)
    if (!touched && i > 1) break
  }
  return samples
}

/** @throws Error that shows the graph, its arguments and the first element that differs by more than the model allows */
export const compare = (run: Run, model: Model): Counts => {
  const expected = evaluateHosts(run.graph, run.args.map(toHost))
  checkTypes(run, expected)
  const rng = rngOf(1)
  const samples = take(run, model, firstSamples, rng)
  const first = judge(run, expected, samples, model.flush)
  if (first.wrong.length === 0) return first
  const all = [...samples, ...take(run, model, moreSamples, rng)]
  const second = judge(run, expected, all, model.flush)
  const [wrong] = second.wrong
  if (wrong === undefined) return second
  throw new Error(explain(run, model, expected, all, wrong))
}

const checkTypes = (run: Run, expected: readonly Host[]): void => {
  expected.forEach(({ type }, i) => {
    const got = run.results[i] as NDArray
    if (sameType(type, got) && got.data.length === expected[i]?.data.length) return
    throw new Error(`result ${String(i)} is ${showType(got)}, not ${showType(type)}\n${showCase(run.graph, run.args)}`)
  })
}

const explain = (
  { graph, args, results }: Run,
  model: Model,
  expected: readonly Host[],
  samples: readonly (readonly Host[])[],
  { output, element }: Mismatch,
): string => {
  const { type, data } = expected[output] as Host
  const seen = samples.map((s) => (s[output] as Host).data[element] as number)
  const value = data[element] as number
  return [
    `${model.name} differs from the reference: result ${String(output)}, ${showType(type)}, element ${String(element)}`,
    `expected ${showNumber(type.dtype, value)} ± ${String(spreadOf(value, isFloat(type.dtype), seen, model.flush).tolerance)}`,
    `got      ${showNumber(type.dtype, toNumbers(type.dtype, (results[output] as NDArray).data)[element] ?? NaN)}`,
    `samples  ${seen
      .slice(0, 8)
      .map((x) => showNumber(type.dtype, x))
      .join(', ')}`,
    showCase(graph, args),
  ].join('\n')
}
