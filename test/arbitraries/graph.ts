/** Random graphs with arguments: lists of small numbers, read as steps, so that they shrink to small graphs. */
import * as fc from 'fast-check'
import { graphBuilder, rebuild } from '../../src/ir/builder.js'
import { dtypes, type DType } from '../../src/ir/dtype.js'
import { bodiesOf, nodeAt, type Graph } from '../../src/ir/graph.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import { range } from '../../src/ir/shape.js'
import type { TensorType } from '../../src/ir/type.js'
import { attempt } from './attempt.js'
import { bounded, diceOf, pick, type Draft } from './draft.js'
import { showCase } from './show.js'
import { chainStep, flowStep, randomStep, type Step } from './steps.js'
import { arrayOf, rngOf, type Style } from './value.js'

/** A graph and arguments to run it on. Prints as its IR and its arguments. */
export interface Case {
  readonly graph: Graph
  readonly args: readonly NDArray[]
  readonly [fc.toStringMethod]: () => string
}

interface Recipe {
  readonly params: readonly TensorType[]
  readonly steps: readonly (readonly number[])[]
  readonly outputs: readonly number[]
  readonly style: Style
  readonly seed: number
}

export interface GraphOptions {
  readonly step?: Step
  readonly minSteps?: number
  readonly maxSteps?: number
  readonly maxParams?: number
  readonly limit?: number
  /** What values may be. All dtypes unless said. */
  readonly dtypes?: readonly DType[]
  /** Lengths of the axes of arguments. */
  readonly lengths?: fc.Arbitrary<number>
}

const length: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 5, 6, 7, 9) },
  { weight: 1, arbitrary: fc.constant(0) },
)

/** What every device has. */
export const common: readonly DType[] = dtypes.filter((dtype) => dtype !== 'f16')

const anyDType = (list: readonly DType[]): fc.Arbitrary<DType> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant('f32' as const) }, { weight: 2, arbitrary: fc.constantFrom(...list) })

/** Types of rank 0 to 5 with at most so many elements. */
const anyType = (limit: number, length: fc.Arbitrary<number>, list: readonly DType[]): fc.Arbitrary<TensorType> =>
  fc.record({ shape: fc.array(length, { maxLength: 5, size: 'max' }).map((shape) => bounded(shape, limit)), dtype: anyDType(list) })

const style: fc.Arbitrary<Style> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0 as const) },
  { weight: 4, arbitrary: fc.constant(1 as const) },
  { weight: 1, arbitrary: fc.constant(2 as const) },
  { weight: 3, arbitrary: fc.constant(3 as const) },
)

const draw = fc.nat({ max: 65535 })

const recipe = ({
  minSteps = 0,
  maxSteps = 14,
  maxParams = 4,
  limit = 72,
  lengths = length,
  dtypes: list = dtypes,
}: GraphOptions): fc.Arbitrary<Recipe> =>
  fc.record({
    params: fc.array(anyType(limit, lengths, list), { minLength: 1, maxLength: maxParams, size: 'max' }),
    steps: fc.array(fc.array(draw, { minLength: 16, maxLength: 16 }), { minLength: minSteps, maxLength: maxSteps, size: 'max' }),
    outputs: fc.array(draw, { minLength: 1, maxLength: 4, size: 'max' }),
    style,
    seed: fc.nat({ max: 1 << 30 }),
  })

/** The graph that a recipe stands for, without what its results do not need. */
const graphOfRecipe = (
  { params, steps, outputs }: Recipe,
  { limit = 72, step = randomStep, dtypes: list = dtypes }: GraphOptions,
): Graph => {
  const builder = graphBuilder()
  const draft: Draft = { builder, ids: params.map((type) => builder.param(type)), bodies: [], limit, dtypes: list, depth: 0 }
  for (const numbers of steps) {
    const id = attempt(() => step(draft, diceOf(numbers)))
    if (id !== undefined) draft.ids.push(id)
  }
  const results = outputs.map((n) => pick(draft, diceOf([n])))
  const graph = builder.build(
    results,
    params.map(() => '*' as const),
    results.map(() => '*' as const),
  )
  return rebuild(graph, (to, node, args) => to.add(node.op, args, node.attrs))
}

const caseOf = (from: Recipe, options: GraphOptions): Case => {
  const graph = graphOfRecipe(from, options)
  const rng = rngOf(from.seed)
  const args = range(graph.params).map((i) => arrayOf(nodeAt(graph, i).type, from.style, rng))
  return { graph, args, [fc.toStringMethod]: () => showCase(graph, args) }
}

/** Random graphs with arguments. */
export const cases = (options: GraphOptions = {}): fc.Arbitrary<Case> => recipe(options).map((r) => caseOf(r, options))

/** Graphs of every op on up to four arguments; the `common` ones hold nothing that a device may lack. */
export const anyCase = cases()
export const commonCase = cases({ dtypes: common })

/** Whether a loop or a condition is in a graph, or in one within it. */
export const hasFlow = ({ nodes }: Graph): boolean =>
  nodes.some((node) => ['scan', 'while', 'cond'].includes(node.op) || bodiesOf(node).some(([, body]) => hasFlow(body)))

const flow: GraphOptions = { step: flowStep, minSteps: 2, maxSteps: 6, maxParams: 3, limit: 48 }

/** Programs with control flow, each of them. */
export const loopedCase = cases(flow).filter(({ graph }) => hasFlow(graph))
/** Short ones, whose kernels a software adapter has compiled soon. */
export const commonLoopedCase = cases({ ...flow, maxSteps: 3, dtypes: common }).filter(({ graph }) => hasFlow(graph))

const large: GraphOptions = { maxSteps: 6, maxParams: 3, limit: 4000, lengths: fc.constantFrom(64, 1, 7, 33, 63, 65, 100, 130) }
const long: GraphOptions = { step: chainStep, minSteps: 30, maxSteps: 90, maxParams: 14, limit: 12 }

/** Few steps on arrays of more than one workgroup, with lengths around powers of two. */
export const largeCase = cases(large)
export const commonLargeCase = cases({ ...large, dtypes: common })

/** Long elementwise chains with much sharing and many arguments: they run into the limits of fusion. */
export const longCase = cases(long)
export const commonLongCase = cases({ ...long, dtypes: common })
