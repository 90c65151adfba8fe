/** Rewriting: a rule looks at one node, whose arguments are already simplified, and may offer another in its place. */
import { addAgain, noAttrs, rebuild, type GraphBuilder } from '../ir/builder.js'
import type { AttrsOf, Graph, Node, NodeOf, OpName, PointOp } from '../ir/graph.js'

/** What a rule sees of the graph that is being built. */
export interface Site {
  /** The node that another one's argument is. */
  at(id: number): Node
  /** Makes a node, simplified by all rules in turn. */
  make<K extends OpName>(op: K, args: readonly number[], attrs: AttrsOf[K]): number
}

/** A rewrite: exact to the last bit, the sign of zero and NaN included, and never leaving more to compute: fewer terms, if not fewer nodes. */
export interface Rule {
  readonly name: string
  readonly reason: string
  /** The replacement, or undefined where the rule does not apply. */
  rewrite(site: Site, node: Node): number | undefined
}

/** A rule for one op, whose attributes it then knows. */
export const rule = <K extends OpName>(
  name: string,
  op: K,
  reason: string,
  rewrite: (site: Site, node: NodeOf<K>) => number | undefined,
): Rule => ({
  name,
  reason,
  rewrite: (site, node) => (node.op === op ? rewrite(site, node as NodeOf<K>) : undefined),
})

/** The argument at a place. */
export const arg = (node: { readonly args: readonly number[] }, i = 0): number => node.args[i] as number

/** The value of a `fill` node; undefined for others. */
export const fillValue = (site: Site, id: number): number | undefined => {
  const node = site.at(id)
  return node.op === 'fill' ? node.attrs.value : undefined
}

export const makePoint = (site: Site, op: PointOp, args: readonly number[]): number => site.make(op, args, noAttrs)

/** Applies rules bottom-up until none applies. Each rule shrinks or normalises, so this ends. */
export const rewriteGraph = (graph: Graph, rules: readonly Rule[]): Graph => {
  const siteOf = (builder: GraphBuilder): Site => {
    const site: Site = {
      at: (id) => builder.node(id),
      make: (op, args, attrs) => {
        return applyFirst(rules, site, candidate(op, args, attrs)) ?? builder.add(op, args, attrs)
      },
    }
    return site
  }
  let site: Site | undefined
  return rebuild(graph, (builder, node, args) => {
    site ??= siteOf(builder)
    return applyFirst(rules, site, candidate(node.op, args, node.attrs)) ?? addAgain(builder, graph, node, args)
  })
}

const candidate = (op: Node['op'], args: readonly number[], attrs: Node['attrs']): Node =>
  ({ op, args, attrs, type: undefined }) as unknown as Node

const applyFirst = (rules: readonly Rule[], site: Site, node: Node): number | undefined => {
  for (const { rewrite } of rules) {
    const replaced = rewrite(site, node)
    if (replaced !== undefined) return replaced
  }
  return undefined
}
