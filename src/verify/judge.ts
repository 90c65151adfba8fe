/** Holds results against the reference, element by element, within what the backend's model of error allows. */
import { evaluateHosts, toHost } from '../backends/reference/evaluate.js'
import { isFloat, toNumbers } from '../ir/dtype.js'
import { bodiesOf, type Graph } from '../ir/graph.js'
import type { NDArray } from '../ir/ndarray.js'
import type { Host } from '../ir/ops/op.js'
import { kindOf, ulpOf } from './float.js'
import type { Model } from './model.js'
import { rngOf, type Rng } from './random.js'
import { sample } from './sample.js'
import { unroll } from './unroll.js'

export interface Counts {
  /** Elements that the model leaves one kind of value, and all. */
  readonly determined: number
  readonly total: number
}

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

/** One element of one result. */
export interface ResultElement {
  readonly output: number
  readonly index: number
  readonly expected: number
  readonly got: number
  /** How far from `expected` the model lets it be. */
  readonly bound: number
  /** The error in units of `bound`; more than 1 is wrong. */
  readonly error: number
}

export interface OutputVerdict extends Counts {
  readonly wrong: number
  /** The element of the largest error among those that could be judged. */
  readonly worst: ResultElement | undefined
}

export interface Verdict {
  readonly outputs: readonly OutputVerdict[]
  readonly samples: readonly (readonly Host[])[]
  readonly expected: readonly Host[]
}

interface Spread {
  /** Whether all samples are of one kind. */
  readonly determined: boolean
  readonly tolerance: number
}

/** The samples are around `expected`, which is what the compiled graph gives without any error. */
const spreadOf = (expected: number, isReal: boolean, samples: readonly number[], flush: number): Spread => {
  const same = isReal ? samples.every((s) => kindOf(s) === kindOf(expected)) : samples.every((s) => s === expected)
  const spread = isReal && Number.isFinite(expected) ? samples.reduce((most, s) => Math.max(most, Math.abs(s - expected)), 0) : 0
  const tiny = flush > 0 && Math.abs(expected) <= flush ? flush : 0
  return { determined: same, tolerance: spread > 0 ? safety * spread + 2 * ulpOf(expected) + tiny : tiny }
}

/** The error in units of the tolerance: at most 1 where the two are close. */
const errorOf = (expected: number, got: number, tolerance: number): number => {
  if (Object.is(expected, got) || expected === got) return 0
  const difference = Math.abs(expected - got)
  return difference <= tolerance ? difference / tolerance : Number.isNaN(difference / tolerance) ? Infinity : difference / tolerance
}

/** What one output should be, what the compiled graph makes of it without any error, and with some. */
interface Expected {
  readonly want: Host
  readonly centre: Host
  readonly samples: readonly Host[]
}

const judgeOutput = (output: number, { want, centre, samples }: Expected, got: NDArray, flush: number): OutputVerdict => {
  const isReal = isFloat(want.type.dtype)
  const results = toNumbers(got.dtype, got.data)
  let [determined, wrong, worst] = [0, 0, undefined as ResultElement | undefined]
  want.data.forEach((expected, index) => {
    const seen = samples.map(({ data }) => data[index] as number)
    const spread = spreadOf(centre.data[index] as number, isReal, seen, isReal ? flush : 0)
    if (!spread.determined) return
    determined++
    const value = results[index] as number
    const error = errorOf(expected, value, spread.tolerance)
    if (error > 1) wrong++
    if (worst === undefined || error > worst.error) worst = { output, index, expected, got: value, bound: spread.tolerance, error }
  })
  return { determined, total: want.data.length, wrong, worst }
}

const asks = ({ nodes }: Graph): boolean => nodes.some((node) => node.op === 'while' || bodiesOf(node).some(([, body]) => asks(body)))

const sameHosts = (a: readonly Host[], b: readonly Host[]): boolean =>
  a.every(({ data }, i) => data.every((x, j) => Object.is(x, b[i]?.data[j])))

/** How many steps of a loop whose end is not known are written out, at first and at most. */
const [fewestRounds, mostRounds] = [4, 256]

/** The compiled graph without loops, of as many steps as give what it gives; undefined where that takes too many. */
const writtenOut = (compiled: Graph, hosts: readonly Host[], centre: readonly Host[]): Graph | undefined => {
  if (!asks(compiled)) return unroll(compiled, 0)
  for (let rounds = fewestRounds; rounds <= mostRounds; rounds *= 2) {
    const graph = unroll(compiled, rounds)
    if (sameHosts(evaluateHosts(graph, hosts), centre)) return graph
  }
  return undefined
}

const take = (run: Run, compiled: Graph, model: Model, count: number, rng: Rng): (readonly Host[])[] => {
  const hosts = run.args.map(toHost)
  const perturb = model.of(compiled)
  const samples: (readonly Host[])[] = []
  for (let i = 0; i < count; i++) {
    const { outputs, touched } = sample(compiled, hosts, perturb, rng)
    samples.push(outputs)
    if (!touched && i > 1) break
  }
  return samples
}

const undetermined = (total: number): OutputVerdict => ({ determined: 0, total, wrong: 0, worst: undefined })

/** What is wrong with the results of a run. The reference runs a few times under the model, and often where something looks wrong. */
export const judge = (run: Run, model: Model, expected: readonly Host[] = evaluateHosts(run.graph, run.args.map(toHost))): Verdict => {
  const rng = rngOf(1)
  const centre = run.compiled === run.graph ? expected : evaluateHosts(run.compiled, run.args.map(toHost))
  const over = (samples: readonly (readonly Host[])[]): Verdict => {
    const outputs = expected.map((want, i) => {
      const around = { want, centre: centre[i] as Host, samples: samples.map((s) => s[i] as Host) }
      return judgeOutput(i, around, run.results[i] as NDArray, model.flush)
    })
    return { outputs, samples, expected }
  }
  const compiled = writtenOut(run.compiled, run.args.map(toHost), centre)
  if (compiled === undefined) return { outputs: expected.map(({ data }) => undetermined(data.length)), samples: [], expected }
  const first = over(take(run, compiled, model, firstSamples, rng))
  return isRight(first) ? first : over([...first.samples, ...take(run, compiled, model, moreSamples, rng)])
}

/** Whether no element is wrong. */
export const isRight = ({ outputs }: Verdict): boolean => outputs.every(({ wrong }) => wrong === 0)

/** The element that is wrong by most. */
export const worstOf = ({ outputs }: Verdict): ResultElement | undefined =>
  outputs.reduce<ResultElement | undefined>(
    (most, { worst }) => (worst !== undefined && worst.error > (most?.error ?? 1) ? worst : most),
    undefined,
  )
