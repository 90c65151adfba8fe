/**
 * The Graph: an immutable, topological list of nodes, plain JSON data but for the typed arrays of constants.
 * A node's arguments are indices of earlier nodes. The first nodes are the parameters, in order.
 */
import type { TypedArray, DType } from './dtype.js'
import { scalarOps, type ScalarOp } from './kernel/kernel.js'
import type { Shape } from './shape.js'
import type { TreeDef } from './tree.js'
import type { TensorType } from './type.js'

/** Elementwise ops are named after the scalar op that they apply at every index. */
export type PointOp = Exclude<ScalarOp, 'cast' | 'bitcast'>

type NoAttrs = Readonly<Record<never, never>>

/** Sliding windows over the last `window.length` axes. */
export interface WindowAttrs {
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
}

export interface ConvAttrs {
  readonly strides: readonly number[]
  /** Zeros before and after each spatial axis; negative crops. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Spacing of the input's elements (a transposed convolution's stride). */
  readonly inputDilation: readonly number[]
  /** Spacing of the kernel's elements. */
  readonly dilation: readonly number[]
}

/** What each op carries besides its arguments. */
export interface AttrsOf extends Readonly<Record<PointOp, NoAttrs>> {
  readonly param: { readonly index: number; readonly shape: Shape; readonly dtype: DType }
  readonly constant: { readonly shape: Shape; readonly dtype: DType; readonly data: TypedArray }
  readonly fill: { readonly value: number; readonly shape: Shape; readonly dtype: DType }
  readonly iota: { readonly axis: number; readonly shape: Shape; readonly dtype: DType }
  readonly cast: { readonly dtype: DType }
  readonly bitcast: { readonly dtype: DType }
  readonly stopGradient: NoAttrs
  readonly alias: NoAttrs
  /** The first argument, as a value of its own that is not there before the others are: what is computed from it is computed again. */
  readonly barrier: NoAttrs
  readonly reshape: { readonly shape: Shape }
  readonly transpose: { readonly perm: readonly number[] }
  readonly broadcast: { readonly shape: Shape }
  readonly slice: { readonly starts: readonly number[]; readonly limits: readonly number[]; readonly strides: readonly number[] }
  readonly pad: {
    readonly low: readonly number[]
    readonly high: readonly number[]
    readonly interior: readonly number[]
    readonly value: number
  }
  readonly flip: { readonly axes: readonly number[] }
  readonly concat: { readonly axis: number }
  readonly windows: WindowAttrs
  readonly fold: WindowAttrs & { readonly shape: Shape }
  readonly take: { readonly axis: number }
  /** `indices`: whether they are known to name every element of the axis once, so that the gradient may be gathered, too. */
  readonly takeAlong: { readonly axis: number; readonly indices: 'any' | 'permutation' }
  readonly dynamicSlice: { readonly sizes: readonly number[] }
  readonly reduceSum: { readonly axes: readonly number[] }
  /** `ties`: whom the gradient goes to where several elements are the maximum. */
  readonly reduceMax: { readonly axes: readonly number[]; readonly ties: 'share' | 'first' }
  readonly reduceMin: { readonly axes: readonly number[]; readonly ties: 'share' | 'first' }
  readonly argmax: { readonly axis: number }
  readonly argmin: { readonly axis: number }
  readonly matmul: NoAttrs
  readonly conv: ConvAttrs
  /** Applies a graph. Its results are read by `item`; its own type is the first result's. */
  readonly call: { readonly body: Graph }
  /**
   * Runs `body` `length` times. Arguments: `consts` values that stay, `carries` that each step replaces, and arrays of
   * which step i sees row i. `body` takes these in that order and gives the new carries, then what is stacked. Results:
   * the last carries, the stacks, and for every carry the stack of what it was before each step, which derivatives need.
   * `reverse` starts with the last row; stacks keep their rows' places.
   */
  readonly scan: {
    readonly body: Graph
    readonly length: number
    readonly consts: number
    readonly carries: number
    readonly order: 'forward' | 'reverse'
  }
  /**
   * Runs `body` while `cond` gives true, which is asked first. Arguments: `consts` values that stay, and what each step
   * replaces; both graphs take these in that order. Results: the last of what is replaced.
   */
  readonly while: { readonly cond: Graph; readonly body: Graph; readonly consts: number }
  /** Applies one of two graphs of the same types to the arguments after the first, a bool scalar. */
  readonly cond: { readonly onTrue: Graph; readonly onFalse: Graph }
  /**
   * `body` with a derivative of its own. `fwd` gives the same results, then residuals; `bwd` takes the residuals and the
   * cotangents of the results (zeros of f32 for those that are no floats), and gives the cotangents of the last float
   * arguments; those before have none. Results: those of `fwd`. Where no residual is read, `body` is what runs.
   */
  readonly customVjp: { readonly body: Graph; readonly fwd: Graph; readonly bwd: Graph }
  /** As `call`, but of which nothing but the arguments is kept for derivatives: these compute `body` again. */
  readonly checkpoint: { readonly body: Graph }
  /** The `index`-th result of a node that carries a graph. */
  readonly item: { readonly index: number }
}

export type OpName = keyof AttrsOf

export type Attrs = AttrsOf[OpName]

export interface NodeOf<K extends OpName> {
  readonly op: K
  readonly args: readonly number[]
  readonly attrs: AttrsOf[K]
  readonly type: TensorType
}

export type Node = { readonly [K in OpName]: NodeOf<K> }[OpName]

export interface Graph {
  readonly nodes: readonly Node[]
  /** How many of the first nodes are parameters. */
  readonly params: number
  readonly outputs: readonly number[]
  /** The argument list and the result as trees. */
  readonly inTree: TreeDef
  readonly outTree: TreeDef
}

const pointOps: ReadonlySet<string> = new Set(scalarOps.filter((op) => op !== 'cast' && op !== 'bitcast'))

/** Whether an op is elementwise and without attributes. */
export const isPointOp = (op: OpName): op is PointOp => pointOps.has(op)

/** The node at an index known to be valid. */
export const nodeAt = (graph: Graph, id: number): Node => graph.nodes[id] as Node

/** The types of a graph's results. */
export const outputTypes = (graph: Graph): TensorType[] => graph.outputs.map((id) => nodeAt(graph, id).type)

/** The types of a graph's parameters. */
export const paramTypes = (graph: Graph): TensorType[] => graph.nodes.slice(0, graph.params).map((node) => node.type)

/** Attributes that are graphs, by op. */
const bodyKeys: { readonly [K in OpName]?: readonly string[] } = {
  call: ['body'],
  checkpoint: ['body'],
  scan: ['body'],
  while: ['cond', 'body'],
  cond: ['onTrue', 'onFalse'],
  customVjp: ['body', 'fwd', 'bwd'],
}

/** The names of the attributes of an op that are graphs. */
export const bodyKeysOf = (op: string): readonly string[] => (Object.hasOwn(bodyKeys, op) ? (bodyKeys[op as OpName] ?? []) : [])

/** Whether an op carries graphs, so that it may have several results, which `item` reads. */
export const isNest = (op: OpName): boolean => op in bodyKeys

/** The graphs that a node carries, with the attributes that hold them. */
export const bodiesOf = ({ op, attrs }: { readonly op: OpName; readonly attrs: Attrs }): readonly (readonly [string, Graph])[] =>
  bodyKeysOf(op).map((key) => [key, (attrs as unknown as Readonly<Record<string, Graph>>)[key] as Graph])

/** The nodes whose derivative of their own is asked for: `customVjp` of which a residual is read, so that `fwd` runs. */
export const differentiated = ({ nodes }: Graph): ReadonlySet<Node> => {
  const found = new Set<Node>()
  for (const node of nodes) {
    const from = node.op === 'item' ? nodes[node.args[0] as number] : undefined
    if (node.op === 'item' && from?.op === 'customVjp' && node.attrs.index >= from.attrs.body.outputs.length) found.add(from)
  }
  return found
}
