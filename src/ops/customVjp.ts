/** A function with a derivative of its own: a node that carries the graphs of both. */
import { DTypeError, ShapeError, TraceError } from '../error.js'
import { isFloat } from '../ir/dtype.js'
import type { Graph } from '../ir/graph.js'
import { cotangentType } from '../ir/ops/nest.js'
import { range, sameShape } from '../ir/shape.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { sameTree, unflatten, type Flat, type TreeDef } from '../ir/tree.js'
import { sameType, showType } from '../ir/type.js'
import { close, derive, type Derived } from './capture.js'
import { tensorLeaves } from './leaves.js'
import { filled } from './operand.js'

type AnyFunction = (...args: never[]) => unknown

/** The cotangents of arguments: `null` where there is none. */
export type Cotangents<A extends readonly unknown[]> = { readonly [K in keyof A]: A[K] | null }

export interface CustomVjpRules<A extends readonly unknown[], R, S> {
  /** The same results as the function, and what `bwd` needs of them and of the arguments. */
  readonly fwd: (...args: A) => readonly [R, S]
  /** From the residuals and a cotangent like the result to a list of cotangents like the arguments. */
  readonly bwd: (residuals: S, cotangent: R) => Cotangents<A>
}

const refuse = (problem: string, facts: readonly string[], help: string): never => {
  throw new TraceError({ op: 'customVjp', problem, facts, help })
}

/** The result's part of what `fwd` returns. @throws TraceError where it is no pair, or unlike what the function returns */
const checkForward = (body: Derived, forward: Derived): TreeDef => {
  const tree = forward.outTree
  const help = 'return [what the function returns, residuals]; residuals may be []'
  if (!Array.isArray(tree) || tree.length !== 2) return refuse('fwd does not return a pair', [], help)
  const [out, residuals] = tree as readonly TreeDef[] as readonly [TreeDef, TreeDef]
  if (!sameTree(out, body.outTree)) return refuse('fwd returns another tree than the function', [], help)
  const bad = body.results.findIndex((result, i) => !sameType(result, forward.results[i] as Tensor))
  if (bad >= 0) {
    const [want, got] = [body.results[bad] as Tensor, forward.results[bad] as Tensor]
    return refuse('fwd returns another type than the function', [`function: ${showType(want)}`, `fwd: ${showType(got)}`], help)
  }
  return residuals
}

/** One argument's cotangent, leaf by leaf, without those of leaves that are no floats. */
const cotangentsOf = (value: unknown, like: Flat<Tensor>, i: number): Tensor[] => {
  const floats = like.leaves.filter(({ dtype }) => isFloat(dtype))
  if (value === null || value === undefined) return floats.map(({ shape, dtype }) => filled('customVjp', shape, 0, dtype))
  const given = tensorLeaves('customVjp', `cotangent ${String(i)} of bwd`, value)
  if (!sameTree(given.tree, like.tree))
    return refuse(`cotangent ${String(i)} of bwd is another tree than the argument`, [], 'return one like the argument, or null')
  return like.leaves.flatMap((leaf, k) => {
    if (!isFloat(leaf.dtype)) return []
    const g = given.leaves[k] as Tensor
    if (sameType(g, leaf)) return [g]
    const detail = {
      op: 'customVjp',
      problem: `cotangent ${String(i)} of bwd is ${showType(g)}, the argument ${showType(leaf)}`,
      help: 'return a cotangent of the type of its argument',
    }
    throw sameShape(g.shape, leaf.shape) ? new DTypeError(detail) : new ShapeError(detail)
  })
}

/** The results of a node with a derivative of its own. */
const customNode = (args: readonly Tensor[], attrs: { readonly body: Graph; readonly fwd: Graph; readonly bwd: Graph }): Tensor[] => {
  const node = apply('customVjp', args, attrs)
  return range(attrs.body.outputs.length).map((index) => apply('item', [node], { index }))
}

/** What `bwd` derives from residuals and cotangents: the cotangents of the float leaves of the arguments. */
const deriveBackward = (
  bwd: AnyFunction,
  args: readonly Flat<Tensor>[],
  body: Derived,
  residuals: readonly Tensor[],
  tree: TreeDef,
): Derived =>
  derive('customVjp', [...residuals, ...body.results.map(cotangentType)], (params) => {
    const [kept, g] = [params.slice(0, residuals.length), params.slice(residuals.length)]
    const result: unknown = (bwd as (...xs: readonly unknown[]) => unknown)(unflatten(tree, kept), unflatten(body.outTree, g))
    if (!Array.isArray(result) || result.length !== args.length)
      return refuse('bwd does not return a cotangent for every argument', [], `return a list of ${String(args.length)}`)
    return args.flatMap((arg, i) => cotangentsOf(result[i], arg, i))
  })

/**
 * A function with a derivative in reverse of its own, as `jax.custom_vjp`. Where it is differentiated, `fwd` runs in its
 * place and keeps residuals; `bwd` makes cotangents of the arguments of them and of the cotangent of the result.
 * Derivatives of derivatives are those of `fwd` and `bwd`, and of the function again by `bwd`: a residual that is one of
 * the results has the derivative of the result, so a `bwd` made of arguments and results serves every order. Forward mode
 * works, too, where `bwd` is linear in the cotangent. Tensors from outside may be used, but have no derivative.
 * @throws TraceError, ShapeError or DTypeError where `fwd` or `bwd` does not return what it should
 */
export const customVjp =
  <A extends readonly unknown[], R, S>(f: (...args: A) => R, { fwd, bwd }: CustomVjpRules<A, R, S>): ((...args: A) => R) =>
  (...args) => {
    const given = args.map((arg, i) => tensorLeaves('customVjp', `argument ${String(i)}`, arg))
    const leaves = given.flatMap((flat) => flat.leaves)
    if (leaves.length === 0) return f(...args)
    const called = (g: AnyFunction): Derived =>
      derive('customVjp', leaves, (params) => {
        let next = 0
        const inner = given.map(({ tree, leaves: own }) => unflatten(tree, params.slice(next, (next += own.length))))
        return (g as (...xs: readonly unknown[]) => unknown)(...inner)
      })
    const [body, forward] = [called(f), called(fwd)]
    const tree = checkForward(body, forward)
    if (body.results.length === 0) return unflatten(body.outTree, []) as R
    const [outs, residuals] = [forward.results.slice(0, body.results.length), forward.results.slice(body.results.length)]
    const backward = close([deriveBackward(bwd, given, body, residuals, tree)])
    // What bwd uses from outside is handed on as residuals.
    const kept = { ...forward, results: [...outs, ...backward.captured, ...residuals] }
    const { graphs, captured } = close([flat(body), flat(kept)])
    const [own, other] = graphs as readonly [Graph, Graph]
    return unflatten(body.outTree, customNode([...captured, ...leaves], { body: own, fwd: other, bwd: backward.graphs[0] as Graph })) as R
  }

/** Its results as a list: the trees are kept elsewhere. */
const flat = (derived: Derived): Derived => ({ ...derived, outTree: derived.results.map((): TreeDef => '*') })
