/** Builds graphs. Equal nodes are one node: same op, arguments and attributes (hash-consing). */
import { VerifyError } from '../error.js'
import { nodeAt, type Attrs, type AttrsOf, type Graph, type Node, type OpName } from './graph.js'
import { resultTypes } from './ops/nest.js'
import { opDef } from './ops/table.js'
import type { TreeDef } from './tree.js'
import type { TensorType } from './type.js'

export interface GraphBuilder {
  /** Parameters come first, in order. */
  param(type: TensorType): number
  /** The index of the node; an earlier one if it is there already. `type`: where it is known already. @throws what the op's type rule throws */
  add<K extends OpName>(op: K, args: readonly number[], attrs: AttrsOf[K], type?: TensorType): number
  node(id: number): Node
  build(outputs: readonly number[], inTree: TreeDef, outTree: TreeDef): Graph
}

/** What is shared by all nodes without attributes. */
export const noAttrs: Readonly<Record<never, never>> = Object.freeze({})

type IdentityOf = (x: object) => number

/** Numbers objects in the order in which they are first seen. */
const identities = (): IdentityOf => {
  const seen = new Map<object, number>()
  return (x) => {
    const known = seen.get(x) ?? seen.size
    seen.set(x, known)
    return known
  }
}

const keyOf = (value: unknown, identityOf: IdentityOf): string => {
  if (Array.isArray(value)) return `[${value.join()}]`
  if (typeof value === 'object' && value !== null) return `#${String(identityOf(value))}`
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A text that is equal for equal attributes. Typed arrays and graphs are equal when they are one object. */
const attrsKey = (attrs: Attrs, identityOf: IdentityOf): string => {
  if (attrs === noAttrs) return ''
  let key = ''
  for (const name in attrs) key += `${name}=${keyOf((attrs as Readonly<Record<string, unknown>>)[name], identityOf)};`
  return key
}

/** The type of a node, from its arguments. `item` looks into the graph that its argument carries. */
export const inferNode = (op: OpName, args: readonly Node[], attrs: Attrs): TensorType => {
  if (op === 'item') return itemType(args[0], attrs as AttrsOf['item'])
  return opDef(op).infer(
    args.map((arg) => arg.type),
    attrs,
  )
}

/** The type of one result of a node or tensor that carries graphs. @throws VerifyError where there is none such */
export const itemType = (from: { readonly op: OpName; readonly attrs: Attrs } | undefined, { index }: AttrsOf['item']): TensorType => {
  const type = from === undefined ? undefined : resultTypes(from)?.[index]
  if (type !== undefined) return type
  throw new VerifyError({
    op: 'item',
    problem: `there is no result ${String(index)}`,
    help: 'read a result that a node with a sub-graph has',
  })
}

export const graphBuilder = (): GraphBuilder => {
  const nodes: Node[] = []
  const table = new Map<string, number>()
  const identityOf = identities()
  let params = 0
  const push = (op: OpName, args: readonly number[], attrs: Attrs, type: TensorType): number =>
    nodes.push({ op, args, attrs, type } as Node) - 1
  return {
    param: ({ shape, dtype }) => {
      const index = params++
      return push('param', [], { index, shape, dtype }, { shape, dtype })
    },
    add: (op, args, attrs, type) => {
      const key = `${op}(${args.join()})${attrsKey(attrs, identityOf)}`
      const known = table.get(key)
      if (known !== undefined) return known
      const id = push(
        op,
        args,
        attrs,
        type ??
          inferNode(
            op,
            args.map((i) => nodes[i] as Node),
            attrs,
          ),
      )
      table.set(key, id)
      return id
    },
    node: (id) => nodes[id] as Node,
    build: (outputs, inTree, outTree) => ({ nodes, params, outputs, inTree, outTree }),
  }
}

/** Adds a node of a graph with other arguments. Its type is inferred only where theirs are not what they were. */
export const addAgain = (builder: GraphBuilder, graph: Graph, { op, args: before, attrs, type }: Node, args: readonly number[]): number => {
  let isKnown = op !== 'item'
  for (let i = 0; i < args.length && isKnown; i++)
    isKnown = builder.node(args[i] as number).type === nodeAt(graph, before[i] as number).type
  return builder.add(op, args, attrs, isKnown ? type : undefined)
}

/** Copies the nodes of a graph that its results need, and all its parameters, through `add`, which may put something else in their place; in another order, if one is given. */
export const rebuild = (
  graph: Graph,
  add: (builder: GraphBuilder, node: Node, args: readonly number[]) => number,
  order: readonly number[] = [...graph.nodes.keys()],
): Graph => {
  const live = liveNodes(graph)
  const builder = graphBuilder()
  const moved = new Array<number>(graph.nodes.length).fill(-1)
  for (const id of order) {
    const node = nodeAt(graph, id)
    if (node.op === 'param') moved[id] = builder.param(node.type)
    else if (live[id] === 1)
      moved[id] = add(
        builder,
        node,
        node.args.map((arg) => moved[arg] as number),
      )
  }
  return builder.build(
    graph.outputs.map((id) => moved[id] as number),
    graph.inTree,
    graph.outTree,
  )
}

/** Puts the nodes of a graph into another, with its arguments in the place of its parameters; gives the results. */
export const copyInto = (builder: GraphBuilder, graph: Graph, args: readonly number[]): number[] => {
  const moved: number[] = []
  for (const { op, attrs, args: inner } of graph.nodes) {
    if (op === 'param') moved.push(args[attrs.index] as number)
    else
      moved.push(
        builder.add(
          op,
          inner.map((id) => moved[id] as number),
          attrs,
        ),
      )
  }
  return graph.outputs.map((id) => moved[id] as number)
}

/** 1 for every node that an output depends on. */
export const liveNodes = (graph: Graph): Uint8Array => {
  const live = new Uint8Array(graph.nodes.length)
  for (const id of graph.outputs) live[id] = 1
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (live[id] === 1) for (const arg of nodeAt(graph, id).args) live[arg] = 1
  }
  return live
}
