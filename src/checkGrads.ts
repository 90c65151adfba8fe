import { tensorLeaves } from './ops/leaves.js'
import { DTypeError, GradientError, TraceError } from './error.js'
import { evaluate } from './backends/reference/evaluate.js'
import { isFloat } from './ir/dtype.js'
import { isNDArray, ndarray, type NDArray } from './ir/ndarray.js'
import { apply, type Tensor } from './ir/tensor.js'
import { specOf, trace } from './ir/trace.js'
import { flatten, unflatten, type Flat } from './ir/tree.js'
import { showType, type TensorType } from './ir/type.js'
import type { TensorsOf } from './ir/typing.js'
import { orZeros, linearize, type AnyFunction } from './transforms/linear.js'
import { pushForward } from './transforms/jvp.js'

export interface CheckGradsOptions {
  /** Derivatives up to this order are checked. Default 2. */
  readonly order?: number
  /** Which modes: 'fwd' is `jvp`, 'rev' is `vjp`. Default both. */
  readonly modes?: readonly ('fwd' | 'rev')[]
  /** The step of the differences, as a share of the element, or of 1 where that is smaller. Default 1/32. */
  readonly eps?: number
  /** How far derivative and difference may be apart, as a share of the larger one, or of 1 where that is smaller. Default 0.002. */
  readonly tolerance?: number
}

/** Functions from the leaves of the arguments to f32 leaves: what is checked, then its derivatives. */
type Leaves = (args: readonly Tensor[]) => readonly Tensor[]

/** 1, then numbers from 0.5 to 1.5 or their negatives, the same each time: what results are weighted by, and directions. */
const weight = (stream: number, i: number): number => {
  if (stream === 0 && i === 0) return 1
  const x = Math.abs(Math.sin((i + 1) * 12.9898 + stream * 78.233) * 43758.5453) % 1
  return Math.fround((x < 0.5 ? -1 : 1) * (0.5 + x))
}

const weights = ({ shape, size }: Tensor, stream: number): Tensor =>
  apply('constant', [], { shape, dtype: 'f32', data: Float32Array.from({ length: size }, (_, i) => weight(stream, i)) })

/** The function's results weighted and summed, differentiated: the cotangents of the f32 arguments. */
const reverse =
  (f: Leaves): Leaves =>
  (args) => {
    const linear = linearize('checkGrads', (...xs: readonly Tensor[]) => f(xs), args)
    const parts = linear.pull(linear.out.leaves.map(weights))
    return args.flatMap((arg, i) => (isFloat(arg.dtype) ? [orZeros(parts[i], arg)] : []))
  }

/** The tangents of the function's results along given directions. */
const forward =
  (f: Leaves, directions: (args: readonly Tensor[]) => readonly Tensor[]): Leaves =>
  (args) => {
    const linear = linearize('checkGrads', (...xs: readonly Tensor[]) => f(xs), args)
    const pushed = pushForward(linear, directions(args))
    return linear.out.leaves.map((leaf, i) => orZeros(pushed[i], leaf))
  }

/** The weighted sum of results, in f64, so that differences see no more rounding than the results have. */
const total = (results: readonly NDArray[]): number =>
  results.reduce((sum, { data }, stream) => (data as Float32Array).reduce((s, x, i) => s + x * weight(stream, i), sum), 0)

const runner = (f: Leaves, at: readonly NDArray[], extra: readonly NDArray[] = []): ((args: readonly NDArray[]) => readonly NDArray[]) => {
  const graph = trace((...args: readonly Tensor[]) => f(args), ...[...at, ...extra].map((arg) => specOf(arg)))
  return (args) => evaluate(graph, args)
}

const replaced = (arg: NDArray, index: number, value: number): NDArray => {
  const data = Float32Array.from(arg.data)
  data[index] = value
  return { ...arg, data }
}

/** One element of an f32 argument. */
interface Element {
  readonly leaf: number
  readonly index: number
}

/** f' = (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12 h: what it leaves out is of fourth order in h. */
const difference = (f: (args: readonly NDArray[]) => number, args: readonly NDArray[], { leaf, index }: Element, eps: number): number => {
  const arg = args[leaf] as NDArray
  const x = arg.data[index] as number
  const h = Math.fround(eps * 2 ** Math.floor(Math.log2(Math.max(1, Math.abs(x)))))
  const at = (by: number): number => f(args.map((a, i) => (i === leaf ? replaced(arg, index, x + by * h) : a)))
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
}

const elementsOf = (args: readonly NDArray[]): readonly Element[] =>
  args.flatMap(({ dtype, data }, leaf) => (isFloat(dtype) ? Array.from(data, (_, index) => ({ leaf, index })) : []))

/** The derivative by every element: in reverse all at once, forward one after another. */
const slopes = (f: Leaves, mode: 'fwd' | 'rev', args: readonly NDArray[]): ((element: Element) => number) => {
  if (mode === 'rev') {
    const floats = args.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []))
    const grads = runner(reverse(f), args)(args)
    return ({ leaf, index }) => grads[floats.indexOf(leaf)]?.data[index] as number
  }
  const zeros = args.map(({ shape, data }): NDArray => ({ shape, dtype: 'f32', data: new Float32Array(data.length) }))
  const along = runner((all) => forward(f, () => all.slice(args.length))(all.slice(0, args.length)), args, zeros)
  return ({ leaf, index }) => total(along([...args, ...zeros.map((zero, i) => (i === leaf ? replaced(zero, index, 1) : zero))]))
}

const checkOrder = (f: Leaves, mode: 'fwd' | 'rev', order: number, given: Flat<NDArray>, eps: number, tolerance: number): void => {
  const { leaves: args, paths } = given
  const values = runner(f, args)
  const slopeOf = slopes(f, mode, args)
  for (const element of elementsOf(args)) {
    const [slope, wanted] = [slopeOf(element), difference((at) => total(values(at)), args, element, eps)]
    if (Math.abs(slope - wanted) <= tolerance * Math.max(1, Math.abs(slope), Math.abs(wanted)) || Object.is(slope, wanted)) continue
    throw new GradientError({
      op: 'checkGrads',
      problem: `the derivative of order ${String(order)} by ${mode === 'rev' ? 'vjp' : 'jvp'} is not the difference of values`,
      facts: [
        `argument ${paths[element.leaf] as string}, element ${String(element.index)} of ${showType(args[element.leaf] as NDArray)}`,
        `derivative: ${String(slope)}`,
        `difference: ${String(wanted)}`,
      ],
      help: 'check the rule of a customVjp; away from kinks, and with another eps where the function bends within it',
    })
  }
}

/** @throws DTypeError for f16, of which differences are rounding alone */
const refuseHalf = (what: string, leaves: readonly TensorType[]): void => {
  const bad = leaves.find(({ dtype }) => dtype === 'f16')
  if (bad === undefined) return
  throw new DTypeError({
    op: 'checkGrads',
    problem: `${what} is ${showType(bad)}, which is too coarse for differences`,
    help: 'check the function on f32: its derivatives are the same',
  })
}

const hostLeaves = (args: readonly unknown[]): Flat<NDArray> => {
  const isLeaf = (x: unknown): x is NDArray | number => typeof x === 'number' || isNDArray(x)
  const flat = flatten(args, isLeaf, (x, path): never => {
    throw new TraceError({
      op: 'checkGrads',
      problem: `argument ${path} is ${x === null ? 'null' : typeof x}, not an array`,
      help: 'give trees of host arrays and numbers',
    })
  })
  return { ...flat, leaves: flat.leaves.map((x) => (typeof x === 'number' ? ndarray(x, { dtype: 'f32' }) : x)) }
}

/**
 * Checks the derivatives of a function at host values against differences of its values, both computed by the reference
 * evaluator: by every element of every f32 argument, in both modes, to the order asked for. The results that are f32 are
 * weighted by fixed numbers and summed. A kink within two steps of the point, or a value that f32 rounds by more than the
 * tolerance, is told as a wrong derivative. As `jax.test_util.check_grads`.
 * @throws GradientError with the argument, the element, the derivative and the difference @throws DTypeError for f16
 */
export const checkGrads = <const A extends readonly unknown[]>(
  f: (...args: TensorsOf<NoInfer<A>>) => unknown,
  args: A,
  { order = 2, modes = ['fwd', 'rev'], eps = 1 / 32, tolerance = 2e-3 }: CheckGradsOptions = {},
): void => {
  const given = hostLeaves(args)
  refuseHalf('an argument', given.leaves)
  const called: Leaves = (leaves) => {
    const result: unknown = (f as AnyFunction as (...xs: readonly unknown[]) => unknown)(
      ...(unflatten(given.tree, leaves) as readonly unknown[]),
    )
    const { leaves: found } = tensorLeaves('checkGrads', "the function's result", result)
    refuseHalf('a result', found)
    return found.filter(({ dtype }) => isFloat(dtype))
  }
  const directions = (leaves: readonly Tensor[]): readonly Tensor[] => leaves.map((leaf, i) => weights(leaf, i + 1000))
  for (const mode of modes) {
    let current = called
    for (let n = 1; n <= order; n++) {
      checkOrder(current, mode, n, given, eps, tolerance)
      current = mode === 'rev' ? reverse(current) : forward(current, directions)
    }
  }
}
