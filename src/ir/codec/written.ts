/** The form in which a graph is written: plain JSON, whose sub-graphs stand in one list so that sharing is kept and nothing nests. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Graph, OpName } from '../graph.js'
import { opNames } from '../ops/table.js'
import type { TensorType } from '../type.js'
import { attrsCodec, type WrittenAttrs } from './attrs.js'
import { codec, int, isRecord, list, natural, oneOf, part, record, tensorType, tree, unchecked, type Codec } from './combine.js'

/** Raised when older readers could not read what is written. */
export const version = 1

export interface WrittenNode {
  readonly op: OpName
  readonly args: readonly number[]
  readonly attrs: WrittenAttrs[OpName]
  readonly type: TensorType
}

export interface WrittenGraph extends Omit<Graph, 'nodes'> {
  readonly nodes: readonly WrittenNode[]
}

/** `graphs`: the sub-graphs, each of which may use those before it. */
export interface WrittenModule extends WrittenGraph {
  readonly version: number
  readonly graphs: readonly WrittenGraph[]
}

const outline = record<Omit<WrittenNode, 'attrs'> & { readonly attrs: unknown }>('a node', {
  op: oneOf(opNames),
  args: list(natural),
  attrs: unchecked,
  type: tensorType,
})

/** A node: the op says which attributes there are. */
export const writtenNode: Codec<WrittenNode> = codec<WrittenNode, unknown>(
  'a node',
  (u, context) => {
    const node = outline.validate(u, context)
    if (E.isLeft(node)) return node
    const attrs = part(attrsCodec(node.right.op), node.right.attrs, context, 'attrs')
    return E.isLeft(attrs) ? attrs : t.success({ ...node.right, attrs: attrs.right })
  },
  (node) => outline.encode({ ...node, attrs: attrsCodec(node.op).encode(node.attrs) }),
)

const fields = { params: natural, inTree: tree, outTree: tree, nodes: list(writtenNode), outputs: list(natural) } as const

const writtenGraph = record<WrittenGraph>('a graph', fields)

const head = int(version, version)

const whole = record<WrittenModule>('a graph', { version: head, graphs: list(writtenGraph), ...fields })

/** A graph with its sub-graphs. */
export const writtenModule: Codec<WrittenModule> = codec<WrittenModule, unknown>(
  'a graph',
  (u, context) => {
    // Another version is reported before all that it would bring with it.
    const known = isRecord(u) && Object.hasOwn(u, 'version') ? part(head, u.version, context, 'version') : t.success(version)
    return E.isLeft(known) ? known : whole.validate(u, context)
  },
  whole.encode,
)
