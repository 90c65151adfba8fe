/** Trees of parameters by path: what they are, which of them, how many. */
import { TraceError, UnsupportedError } from '../error.js'
import { isFloat, type DType } from '../ir/dtype.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import { isTensor, type Tensor } from '../ir/tensor.js'
import { flatten, unflatten, type Flat, type Tree } from '../ir/tree.js'
import { mapTrees } from '../ops/leaves.js'
import { cast, stopGradient } from '../ops/point.js'
import { statefulLayer, type Layer } from './module.js'

/** A leaf of any kind of tree: tensor, array on the host or on a device, spec. */
interface Leaf {
  readonly shape: Shape
  readonly dtype: DType
}

const isLeaf = (x: unknown): x is Leaf => typeof x === 'object' && x !== null && 'shape' in x && 'dtype' in x && Array.isArray(x.shape)

const leavesOf = (op: string, params: unknown): Flat<Leaf> =>
  flatten(params, isLeaf, (x, path): never => {
    throw new TraceError({
      op,
      problem: `${x === null ? 'null' : typeof x} is no parameter`,
      facts: [`at ${path === '' ? 'the top' : path}`],
      help: 'give a tree of tensors, arrays or specs',
    })
  })

/** The dotted path of every leaf, in the order in which leaves are counted: `['0.b', '0.w', '2.b', '2.w']`. */
export const paths = (params: unknown): readonly string[] => leavesOf('paths', params).paths

/**
 * Which paths: a glob (`*` is any part of one name, `**` any number of names, and a path stands for all below it), several of them, a
 * regular expression, or a function.
 */
export type Selector = string | readonly string[] | RegExp | ((path: string) => boolean)

const globOf = (glob: string): RegExp => {
  const parts = glob.split('.').map((part) => (part === '**' ? '.*' : part.replace(/[\\^$+?()[\]{}|]/g, '\\$&').replaceAll('*', '[^.]*')))
  // `**.b` is `b` at the top, too.
  return new RegExp(`^${parts.join('\\.').replaceAll('.*\\.', '(?:.*\\.)?')}(?:\\..*)?$`)
}

const matcher = (selector: Selector): ((path: string) => boolean) => {
  if (typeof selector === 'function') return selector
  if (selector instanceof RegExp) return (path) => selector.test(path)
  const globs = (typeof selector === 'string' ? [selector] : selector).map(globOf)
  return (path) => globs.some((glob) => glob.test(path))
}

/** The chosen leaves by path. @throws UnsupportedError where there are none: a name that is spelt wrong would be silent */
export const select = (params: unknown, selector: Selector): Readonly<Record<string, unknown>> => {
  const { leaves, paths: all } = leavesOf('select', params)
  const matches = matcher(selector)
  const found = all.flatMap((path, i) => (matches(path) ? [[path, leaves[i]] as const] : []))
  if (found.length === 0)
    throw new UnsupportedError({
      op: 'select',
      problem: 'no parameter has such a path',
      facts: all.slice(0, 12),
      help: 'see nn.paths(params) for what there is',
    })
  return Object.fromEntries(found)
}

/** Whether each leaf is chosen, as a tree of booleans: a mask for the optimisers. @throws UnsupportedError where none is */
export const maskOf = (params: unknown, selector: Selector): Tree<boolean> => {
  const { tree, paths: all } = leavesOf('maskOf', params)
  const chosen = new Set(Object.keys(select(params, selector)))
  return unflatten(
    tree,
    all.map((path) => chosen.has(path)),
  )
}

/** The same parameters, the chosen ones without a derivative. @throws UnsupportedError where none is chosen */
export const freeze = <P>(params: P, selector: Selector): P => {
  const chosen = select(params, selector)
  return mapTrees<P>('freeze', { params }, ([p], path) => (path in chosen ? stopGradient(p as Tensor) : (p as Tensor)))
}

/** How many numbers a tree of parameters has. */
export const countParams = (params: unknown): number =>
  leavesOf('countParams', params).leaves.reduce((n, { shape }) => n + sizeOf(shape), 0)

const toDType = (tree: unknown, dtype: 'f16' | 'f32'): unknown => {
  const { tree: def, leaves } = flatten(tree, isTensor, (x): never => {
    throw new TraceError({ op: 'half', problem: `${typeof x} is no tensor`, help: 'give trees of tensors' })
  })
  return unflatten(
    def,
    leaves.map((x) => (isFloat(x.dtype) ? cast(x, dtype) : x)),
  )
}

/**
 * A module computed in f16, with parameters, input and output in f32, as are its state and its gradients: mixed precision. Norms and
 * softmax still compute in f32. Scale the loss (`optim.lossScaled`), or small cotangents are zeros. Needs a device that has f16.
 */
export const half = <P, S, X, Y>(module: Layer<P, S, X, Y>): Layer<P, S, X, Y> =>
  statefulLayer<P, S, X, Y>(`half ${module.label}`, {
    init: module.init,
    initState: module.initState,
    run: (params, x, ctx) => {
      const [y, state] = module.stateful(toDType(params, 'f16') as P, toDType(x, 'f16') as X, { ...ctx, observe: undefined })
      return [toDType(y, 'f32') as Y, toDType(state, 'f32') as S]
    },
  })
