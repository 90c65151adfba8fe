import { TraceError } from '../error.js'
import { graphBuilder } from './builder.js'
import type { Graph } from './graph.js'
import { isNDArray } from './ndarray.js'
import { checkShape } from './ops/check.js'
import { dtypes, type DType } from './dtype.js'
import { apply, freshParam, isTensor, type Tensor, topological } from './tensor.js'
import { flatten, unflatten } from './tree.js'
import type { TensorType } from './type.js'
import type { Shape } from './shape.js'
import type { Spec, SpecsOf, TensorsOf } from './typing.js'

/** A spec. @throws ShapeError for a shape that is none @throws TraceError for an unknown dtype */
export function spec<const S extends Shape>(shape: S): Spec<S, 'f32'>
export function spec<const S extends Shape, D extends DType>(shape: S, dtype: D): Spec<S, D>
export function spec(shape: Shape, dtype: DType = 'f32'): Spec {
  checkShape('spec', shape)
  if (dtypes.includes(dtype)) return { shape, dtype }
  throw new TraceError({ op: 'spec', problem: `${dtype as string} is no dtype`, help: `use one of ${dtypes.join(', ')}` })
}

const hasType = (x: unknown): x is TensorType =>
  typeof x === 'object' && x !== null && 'shape' in x && 'dtype' in x && Array.isArray(x.shape)

/** The spec of every array in a tree: NDArrays, DeviceArrays, tensors, numbers (f32 scalars) or specs. */
export const specOf = <const T>(tree: T): SpecsOf<T> => {
  const isLeaf = (x: unknown): x is TensorType | number => typeof x === 'number' || hasType(x)
  const flat = flatten(tree, isLeaf, notArray('specOf'))
  return unflatten(
    flat.tree,
    flat.leaves.map((x) => (typeof x === 'number' ? spec([]) : spec([...x.shape], x.dtype))),
  ) as SpecsOf<T>
}

const notArray =
  (op: string) =>
  (x: unknown, path: string): never => {
    throw new TraceError({
      op,
      problem: `${describe(x)} is neither an array nor a tree of arrays`,
      facts: [`at ${path === '' ? 'the top' : path}`],
      help: 'use specs, arrays, or records and lists of them',
    })
  }

const describe = (x: unknown): string =>
  typeof x === 'object' && x !== null ? `a ${x.constructor.name}` : typeof x === 'function' ? 'a function' : String(x)

/** A function from trees of tensors to a tree of tensors. */
export type TensorFunction<S extends readonly unknown[] = readonly never[], R = unknown> = (...args: TensorsOf<S>) => R

/**
 * Calls a function once on symbolic arguments and keeps what it derived, as a Graph.
 * @throws TraceError when the function returns something else than tensors and numbers, or uses tensors that belong to another trace
 */
export const trace = <const S extends readonly unknown[]>(f: TensorFunction<NoInfer<S>>, ...specs: S): Graph => {
  const flat = flatten(
    specs.map((s) => specOf(s)),
    hasType,
    notArray('trace'),
  )
  const params = flat.leaves.map(freshParam)
  const result: unknown = (f as (...args: unknown[]) => unknown)(...(unflatten(flat.tree, params) as unknown[]))
  const isLeaf = (x: unknown): x is Tensor | number => isTensor(x) || typeof x === 'number' || isNDArray(x)
  if (result instanceof Promise) {
    throw new TraceError({
      op: 'trace',
      problem: 'the function is asynchronous',
      help: 'a traced function builds a graph and returns at once; await outside of it',
    })
  }
  const out = flatten(result, isLeaf, notArray('trace'))
  return graphOf(params, out.leaves.map(leafTensor), flat.tree, out.tree)
}

const leafTensor = (x: Tensor | number): Tensor => {
  if (isTensor(x)) return x
  if (typeof x === 'number') return apply('fill', [], { value: Math.fround(x), shape: [], dtype: 'f32' })
  const { shape, dtype, data } = x as { shape: Shape; dtype: DType; data: never }
  return apply('constant', [], { shape, dtype, data })
}

/** The graph of results that depend on nothing but the parameters given. */
export const graphOf = (
  params: readonly Tensor[],
  results: readonly Tensor[],
  inTree: Graph['inTree'],
  outTree: Graph['outTree'],
): Graph => {
  const builder = graphBuilder()
  const ids = new Map<Tensor, number>(params.map((p) => [p, builder.param(p)]))
  const idOf = (tensor: Tensor): number => ids.get(tensor) as number
  for (const tensor of topological(results, params)) {
    if (tensor.op === 'param') throw escaped(tensor)
    ids.set(tensor, tensor.op === 'alias' ? idOf(tensor.args[0] as Tensor) : builder.add(tensor.op, tensor.args.map(idOf), tensor.attrs))
  }
  return builder.build(results.map(idOf), inTree, outTree)
}

const escaped = (tensor: Tensor): TraceError =>
  new TraceError({
    op: 'trace',
    problem: 'the result depends on an argument of another traced function',
    facts: [`a ${tensor.dtype}[${tensor.shape.join(', ')}] parameter`],
    help: 'do not keep tensors from one trace for another: pass what the function needs as arguments',
  })

/** Applies a graph to tensors, node by node: trace's inverse. */
export const instantiate = (graph: Graph, args: readonly Tensor[]): Tensor[] => {
  const tensors: Tensor[] = []
  for (const node of graph.nodes) {
    tensors.push(
      node.op === 'param'
        ? (args[node.attrs.index] as Tensor)
        : apply(
            node.op,
            node.args.map((id) => tensors[id] as Tensor),
            node.attrs as never,
          ),
    )
  }
  return graph.outputs.map((id) => tensors[id] as Tensor)
}
