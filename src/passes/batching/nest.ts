/** Batched forms of nodes that carry graphs: their graphs are batched in turn. */
import type { Attrs, AttrsOf, Graph } from '../../ir/graph.js'
import { nodeAt } from '../../ir/graph.js'
import { resultTypes } from '../../ir/ops/nest.js'
import { range, type Shape } from '../../ir/shape.js'
import { apply, freshParam, type Tensor } from '../../ir/tensor.js'
import { noAttrs } from '../../ir/builder.js'
import { graphOf, instantiate } from '../../ir/trace.js'
import { any } from '../../ops/reduce.js'
import { guarded, hasWhile } from '../guard.js'
import { lane, spread, toFront, type Lane } from './rule.js'

/** Batches what is derived from tensors whose lanes are known. */
export type Visit = (results: readonly Tensor[]) => readonly Lane[]

/** Batches derivations from placeholders, given their lanes. */
export type BatchAll = (results: readonly Tensor[], placeholders: readonly Tensor[], lanes: readonly Lane[], n: number) => readonly Lane[]

/** What a rule sees: the node and the lanes of its arguments. */
export interface NestSite<A> {
  readonly node: Tensor
  readonly attrs: A
  readonly args: readonly Lane[]
  readonly n: number
  readonly visit: Visit
  readonly batchAll: BatchAll
}

type NestRule<A = Attrs> = (site: NestSite<A>) => readonly Lane[]

const batched = (x: Tensor): Lane => ({ x, batched: true })

/** The graph of all elements at once: of parameters that are batched or not, to results that all are. */
const batchGraph = (graph: Graph, args: readonly boolean[], n: number, batchAll: BatchAll): Graph => {
  const inner = range(graph.params).map((i) => freshParam(nodeAt(graph, i).type, i))
  const outer = inner.map((x, i) => (args[i] === true ? freshParam({ shape: [n, ...x.shape], dtype: x.dtype }, i) : x))
  const lanes = outer.map((x, i) => ({ x, batched: args[i] === true }))
  const results = batchAll(instantiate(graph, inner), inner, lanes, n)
  return graphOf(
    outer,
    results.map((result) => spread(result, n)),
    graph.inTree,
    graph.outTree,
  )
}

const call: NestRule<AttrsOf['call']> = ({ node, attrs, visit }) => visit(instantiate(attrs.body, node.args))

/** One condition for all chooses between batched branches; a condition for each element chooses between their results. */
const cond: NestRule<AttrsOf['cond']> = ({ node, attrs, args, n, visit, batchAll }) => {
  const [condition, operands] = [lane(args), args.slice(1)]
  if (condition.batched) {
    const branches = [attrs.onTrue, attrs.onFalse] as const
    const [yes, no] = branches.map((branch, i) => {
      // Where a branch is not taken, its loops must not run: they might not end.
      if (!hasWhile(branch)) return visit(instantiate(branch, node.args.slice(1)))
      const [taken, ...rest] = node.args as readonly [Tensor, ...Tensor[]]
      return visit(instantiate(guarded(branch), [i === 0 ? taken : apply('not', [taken], noAttrs), ...rest]))
    })
    return (yes ?? []).map((x, i) => batched(chosen(condition.x, spread(x, n), spread(lane(no ?? [], i), n))))
  }
  const flags = operands.map((operand) => operand.batched)
  const [onTrue, onFalse] = [batchGraph(attrs.onTrue, flags, n, batchAll), batchGraph(attrs.onFalse, flags, n, batchAll)]
  const both = apply('cond', [condition.x, ...operands.map(({ x }) => x)], { onTrue, onFalse })
  return onTrue.outputs.map((_, index) => batched(apply('item', [both], { index })))
}

/** x or y by a truth value for each element. */
const chosen = (condition: Tensor, x: Tensor, y: Tensor): Tensor => {
  const each = apply('reshape', [condition], { shape: x.shape.map((n, d) => (d === 0 ? n : 1)) })
  return apply('select', [apply('broadcast', [each], { shape: x.shape }), x, y], {})
}

/** Constants stay shared where they are; carries are each element's own; the batch is the second axis of rows and stacks. */
const scan: NestRule<AttrsOf['scan']> = ({ node, attrs, args, n, batchAll }) => {
  const { consts, carries } = attrs
  const flags = args.map((arg, i) => arg.batched || (i >= consts && i < consts + carries))
  const values = args.map((arg, i) => (flags[i] !== true ? arg.x : i < consts + carries ? spread(arg, n) : secondAxis(arg.x)))
  const body = batchGraph(attrs.body, flags, n, batchAll)
  const looped = apply('scan', values, { ...attrs, body })
  return (resultTypes(node) ?? []).map((_, index) => {
    const result = apply('item', [looped], { index })
    return batched(index < carries ? result : secondAxis(result))
  })
}

/** Runs while any element wants to; those that do not keep what they have. */
const whileLoop: NestRule<AttrsOf['while']> = ({ attrs, args, n, batchAll }) => {
  const { consts } = attrs
  const flags = args.map((arg, i) => arg.batched || i >= consts)
  const values = args.map((arg, i) => (i < consts ? arg.x : spread(arg, n)))
  const [wants, next] = [batchGraph(attrs.cond, flags, n, batchAll), batchGraph(attrs.body, flags, n, batchAll)]
  const graph = (f: (params: readonly Tensor[], wanting: Tensor) => readonly Tensor[]): Graph => {
    const params = values.map((x, i) => freshParam(x, i))
    const results = f(params, instantiate(wants, params)[0] as Tensor)
    const leaves = (xs: readonly Tensor[]) => xs.map(() => '*' as const)
    return graphOf(params, results, leaves(params), leaves(results))
  }
  const cond = graph((_, wanting) => [any(wanting as Tensor<Shape, 'bool'>)])
  const body = graph((params, wanting) => instantiate(next, params).map((x, i) => chosen(wanting, x, params[consts + i] as Tensor)))
  const looped = apply('while', values, { cond, body, consts })
  return body.outputs.map((_, index) => batched(apply('item', [looped], { index })))
}

/** Every argument becomes each element's own, so that `bwd` gives each its own cotangent; repeating one sums them. */
const customVjp: NestRule<AttrsOf['customVjp']> = ({ node, attrs, args, n, batchAll }) => {
  const every = (graph: Graph): Graph =>
    batchGraph(
      graph,
      range(graph.params).map(() => true),
      n,
      batchAll,
    )
  const values = args.map((arg) => spread(arg, n))
  const both = apply('customVjp', values, { body: every(attrs.body), fwd: every(attrs.fwd), bwd: every(attrs.bwd) })
  return (resultTypes(node) ?? []).map((_, index) => batched(apply('item', [both], { index })))
}

const checkpoint: NestRule<AttrsOf['checkpoint']> = ({ node, attrs, args, n, batchAll }) => {
  const body = batchGraph(
    attrs.body,
    args.map((arg) => arg.batched),
    n,
    batchAll,
  )
  const again = apply(
    'checkpoint',
    args.map(({ x }) => x),
    { body },
  )
  return (resultTypes(node) ?? []).map((_, index) => batched(apply('item', [again], { index })))
}

const secondAxis = (x: Tensor): Tensor => toFront(x, 1)

/** The ops that carry graphs. */
type Nest = 'call' | 'scan' | 'while' | 'cond' | 'customVjp' | 'checkpoint'

const table: { readonly [K in Nest]: NestRule<AttrsOf[K]> } = { call, scan, while: whileLoop, cond, customVjp, checkpoint }

/** The results of a node that carries graphs; undefined for other nodes. */
export const batchNest = (site: NestSite<Attrs>): readonly Lane[] | undefined =>
  Object.hasOwn(table, site.node.op) ? (table[site.node.op as Nest] as NestRule)(site) : undefined

export type { Nest }
