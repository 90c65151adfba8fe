/** What a model is made of, as a table: output shapes, parameters, operations and memory, layer by layer. */
import { deviceBytes } from '../ir/dtype.js'
import type { Graph, Node } from '../ir/graph.js'
import { bodiesOf } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { showShape, sizeOf } from '../ir/shape.js'
import { freshParam, isTensor, topological, type Tensor } from '../ir/tensor.js'
import { specOf } from '../ir/trace.js'
import { flatten, unflatten } from '../ir/tree.js'
import type { TensorType } from '../ir/type.js'
import { fullLayer, type AnyModule, type Observation } from './module.js'
import { countParams } from './params.js'

export interface SummaryRow {
  /** Names from the model to this layer; the model itself has none. */
  readonly path: readonly string[]
  readonly label: string
  /** Shapes of what the layer gives. */
  readonly output: readonly (readonly number[])[]
  readonly params: number
  /** Operations on numbers of a forward pass: two for each product that is added up, one for each element of other ops. */
  readonly flops: number
  /** Bytes of what the layer gives. */
  readonly bytes: number
}

export interface Summary {
  /** The model first, each part before what it is made of. */
  readonly rows: readonly SummaryRow[]
  readonly params: number
  readonly flops: number
  /** Bytes of the parameters. */
  readonly paramBytes: number
  /** Bytes of all that innermost layers give: what a backward pass may keep. A compiled program's `memory` has what it does keep. */
  readonly activationBytes: number
  /** The table. */
  readonly text: string
}

/** A node of a graph, or a tensor, with the types of its arguments. */
interface Applied {
  readonly op: Node['op']
  readonly attrs: Node['attrs']
  readonly type: TensorType
  readonly args: readonly TensorType[]
}

const flopsOf = ({ op, attrs, type, args }: Applied): number => {
  const size = sizeOf(type.shape)
  const shapes = args.map(({ shape }) => shape)
  if (op === 'matmul') return 2 * size * (shapes[0]?.at(-1) ?? 0)
  // Kernels are [groups, outputs, inputs, *window].
  if (op === 'conv') return 2 * size * sizeOf(shapes[1]?.slice(2) ?? [])
  const inner = bodiesOf({ op, attrs }).reduce((total, [, body]) => total + flopsOfGraph(body), 0)
  if (op === 'scan') return inner * (attrs as { readonly length: number }).length
  const { kind } = opDef(op).lower
  return kind === 'graph' ? inner : kind === 'point' ? size : kind === 'reduce' ? sizeOf(shapes[0] ?? []) : 0
}

const flopsOfGraph = ({ nodes }: Graph): number =>
  nodes.reduce(
    (total, { op, attrs, type, args }) => total + flopsOf({ op, attrs, type, args: args.map((id) => (nodes[id] as Node).type) }),
    0,
  )

const tensorsIn = (tree: unknown): readonly Tensor[] => {
  if (isTensor(tree)) return [tree]
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(tensorsIn) : []
}

/** Operations between a layer's arguments and its results. */
const flopsBetween = (results: readonly Tensor[], known: readonly Tensor[]): number =>
  topological(results, known).reduce((total, t) => total + flopsOf({ op: t.op, attrs: t.attrs, type: t, args: t.args }), 0)

const bytesOf = (tensors: readonly TensorType[]): number =>
  tensors.reduce((n, { shape, dtype }) => n + sizeOf(shape) * deviceBytes(dtype), 0)

const rowOf = ({ path, label, params, x, y }: Observation): SummaryRow => {
  const outputs = tensorsIn(y)
  return {
    path,
    label,
    output: outputs.map(({ shape }) => shape),
    params: countParams(params),
    flops: flopsBetween(outputs, [...tensorsIn(params), ...tensorsIn(x)]),
    bytes: bytesOf(outputs),
  }
}

const isWithin = (outer: readonly string[], inner: readonly string[]): boolean =>
  inner.length > outer.length && outer.every((name, i) => inner[i] === name)

/** Layers are seen when they are done: each goes before the run of its parts at the end. */
const inserted = (rows: readonly SummaryRow[], row: SummaryRow): readonly SummaryRow[] => {
  const last = rows.findLastIndex(({ path }) => !isWithin(row.path, path))
  return [...rows.slice(0, last + 1), row, ...rows.slice(last + 1)]
}

const isInnermost = (rows: readonly SummaryRow[], i: number): boolean => {
  const next = rows[i + 1]
  return next === undefined || !isWithin((rows[i] as SummaryRow).path, next.path)
}

const units = (value: number, names: readonly string[], step: number): string => {
  const power = Math.min(names.length - 1, value < 1 ? 0 : Math.floor(Math.log(value) / Math.log(step)))
  const scaled = value / step ** power
  return `${power === 0 ? String(value) : scaled.toFixed(scaled < 10 ? 2 : 1)}${names[power] as string}`
}

const count = (n: number): string => n.toLocaleString('en')
const showFlops = (n: number): string => units(n, ['', ' K', ' M', ' G', ' T'], 1000)
const showBytes = (n: number): string => units(n, [' B', ' KB', ' MB', ' GB'], 1000)

const table = (rows: readonly SummaryRow[], totals: Omit<Summary, 'rows' | 'text'>): string => {
  const head = ['layer', 'output', 'parameters', 'FLOPs', 'memory']
  const cells = rows.map(({ path, label, output, params, flops, bytes }) => [
    `${'  '.repeat(path.length)}${path.length === 0 ? '' : `${path.at(-1) as string} `}${label}`,
    output.map(showShape).join(' '),
    count(params),
    showFlops(flops),
    showBytes(bytes),
  ])
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] as string).length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd()
  const rule = '─'.repeat(widths.reduce((a, b) => a + b + 2, -2))
  const end = `${count(totals.params)} parameters (${showBytes(totals.paramBytes)}), ${showFlops(totals.flops)} FLOPs forward, ${showBytes(totals.activationBytes)} of activations`
  return [line(head), rule, ...cells.map(line), rule, end].join('\n')
}

/** Symbolic arguments of a tree of specs. */
const symbolic = (specs: unknown): unknown => {
  const isSpec = (x: unknown): x is TensorType => typeof x === 'object' && x !== null && 'dtype' in x
  const flat = flatten(specOf(specs), isSpec, (): never => {
    throw new Error('specOf gives specs alone')
  })
  return unflatten(
    flat.tree,
    flat.leaves.map((type, i) => freshParam(type, i + 1)),
  )
}

/**
 * The layers of a model for an input of the spec given: output shapes, parameters, operations and memory, as data and as a `text`.
 * Nothing is computed: the model is traced. @throws TraceError where `x` is no tree of specs, and what the model throws
 */
export const summary = (module: AnyModule, x: unknown, { training = false }: { readonly training?: boolean } = {}): Summary => {
  const model = fullLayer(module)
  const key = freshParam({ shape: [2], dtype: 'u32' }, 0) as Tensor<readonly number[], 'u32'>
  const params = model.init(key)
  let rows: readonly SummaryRow[] = []
  const observe = (seen: Observation): void => {
    rows = inserted(rows, rowOf(seen))
  }
  model.stateful(params, symbolic(x), { training, key, state: model.initState(), observe })
  const own = tensorsIn(params)
  const totals = {
    params: countParams(params),
    flops: rows[0]?.flops ?? 0,
    paramBytes: bytesOf(own),
    activationBytes: rows.reduce((sum, { bytes }, i) => sum + (isInnermost(rows, i) ? bytes : 0), 0),
  }
  return { rows, ...totals, text: table(rows, totals) }
}
