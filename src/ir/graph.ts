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
