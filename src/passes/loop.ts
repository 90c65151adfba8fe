/**
 * Loops as launches that repeat. A scan's body becomes a graph of one step: it takes the number of the step, reads row i of
 * the arrays, and writes row i of the stacks. Between steps the new carries are copied over the old ones.
 */
import { copyInto, graphBuilder, noAttrs, type GraphBuilder } from '../ir/builder.js'
import { nodeAt, type AttrsOf, type Graph } from '../ir/graph.js'
import type { GridAxis, Kernel, Scalar, ScalarType } from '../ir/kernel/kernel.js'
import { resultTypes } from '../ir/ops/nest.js'
import { range, sizeOf } from '../ir/shape.js'
import type { TensorType } from '../ir/type.js'
import { simplify } from './index.js'
import type { Draft, Placed } from './draft.js'
import { noRows } from './lower.js'
import { schedule } from './schedule.js'

/** One result of a step: its node, and where it goes. */
interface Target {
  readonly node: number
  readonly buffer: number
  readonly isRow: boolean
}

interface Step {
  readonly graph: Graph
  /** The nodes of the new carries, then of the rows that are stacked. */
  readonly results: readonly number[]
}

/** The graph of one step: parameters are the counter, the constants, the carries and whole arrays; `stacks` lists results that are wanted. */
const stepGraph = ({ body, consts, carries }: AttrsOf['scan'], args: readonly TensorType[], stacks: readonly number[]): Step => {
  const builder = graphBuilder()
  const counter = builder.param({ shape: [], dtype: 'i32' })
  const params = args.map((type) => builder.param(type))
  const inner = simplify(body)
  const inputs = params.map((id, i) => (i < consts + carries ? id : builder.add('take', [id, counter], { axis: 0 })))
  const outputs = copyInto(builder, inner, inputs)
  const histories = inputs.slice(consts, consts + carries)
  const wanted = [
    ...outputs.slice(0, carries),
    ...stacks.map((i) => (i < outputs.length ? outputs[i] : histories[i - outputs.length]) as number),
  ]
  const results = distinct(builder, wanted)
  const tree = (n: number) => range(n).map(() => '*' as const)
  return { graph: builder.build(results, tree(params.length + 1), tree(results.length)), results }
}

/** A graph whose every result is a node of its own. */
const closedGraph = (graph: Graph): Step => {
  const builder = graphBuilder()
  const params = graph.nodes.slice(0, graph.params).map(({ type }) => builder.param(type))
  const results = distinct(builder, copyInto(builder, simplify(graph), params))
  const tree = (n: number) => range(n).map(() => '*' as const)
  return { graph: builder.build(results, tree(params.length), tree(results.length)), results }
}

/** A node of its own for every result, so that each can be written where it goes. */
const distinct = (builder: GraphBuilder, ids: readonly number[]): number[] => {
  const taken = new Set<number>()
  return ids.map((id) => {
    let own = builder.add('alias', [id], noAttrs)
    while (taken.has(own)) own = builder.add('alias', [own], noAttrs)
    taken.add(own)
    return own
  })
}

const int = (value: number): Scalar => ({ k: 'lit', dtype: 'i32', value })

/** `counter = value`, or `counter += value`. */
const counterKernel = (value: number, isStep: boolean): Kernel => {
  const now: Scalar = { k: 'load', buffer: 0, at: int(0), dtype: 'i32' }
  const next: Scalar = isStep ? { k: 'op', op: 'add', args: [now, int(value)], dtype: 'i32' } : int(value)
  return {
    name: isStep ? 'next_step' : 'first_step',
    buffers: [{ dtype: 'i32', size: 1, access: isStep ? 'readwrite' : 'write' }],
    grid: [],
    body: [{ k: 'store', buffer: 0, at: int(0), value: next }],
    flops: 0,
  }
}

const copyKernel = (dtype: ScalarType, size: number): Kernel => {
  const grid: readonly GridAxis[] = [{ axis: 0, extent: size }]
  const at: Scalar = { k: 'axis', axis: 0, dtype: 'i32' }
  return {
    name: 'copy',
    buffers: [
      { dtype, size, access: 'read' },
      { dtype, size, access: 'write' },
    ],
    grid,
    body: [{ k: 'store', buffer: 1, at, value: { k: 'load', buffer: 0, at, dtype } }],
    flops: 0,
  }
}

const addTemp = ({ buffers }: Draft, name: string, { dtype, shape }: TensorType): number =>
  buffers.push({ name, dtype, size: sizeOf(shape), role: { kind: 'temp' } }) - 1

const copy = (draft: Draft, from: number, to: number, { dtype, shape }: TensorType): void => {
  if (sizeOf(shape) > 0) draft.launches.push({ kernel: draft.rename(copyKernel(dtype, sizeOf(shape))), bind: [from, to] })
}

/** The program's buffer of every result of the loop that something reads; carries always have one. */
const resultBuffers = (draft: Draft, placed: Placed, id: number, carries: number): (number | undefined)[] => {
  const { graph, bufferOf } = placed
  const found = new Map<number, number>()
  graph.nodes.forEach((node, itemId) => {
    const buffer = node.op === 'item' && node.args[0] === id ? bufferOf.get(itemId) : undefined
    if (node.op === 'item' && buffer !== undefined) found.set(node.attrs.index, buffer)
  })
  return (resultTypes(nodeAt(graph, id)) ?? []).map(
    (type, i) => found.get(i) ?? (i < carries ? addTemp(draft, `carry%${String(id)}.${String(i)}`, type) : undefined),
  )
}

type Emit = (draft: Draft, placed: Placed) => void

/** What the launches of a loop are about: the node, the buffers of its arguments and of its results. */
interface Site {
  readonly id: number
  readonly types: readonly TensorType[]
  readonly argBuffers: readonly number[]
  readonly results: readonly (number | undefined)[]
  /** The buffers of the carries, and where a step writes the next ones. */
  readonly carried: readonly number[]
  readonly next: readonly number[]
}

/** The site of a loop, its carries set to what they are at first. */
const enter = (draft: Draft, placed: Placed, id: number, consts: number, carries: number): Site => {
  const { args } = nodeAt(placed.graph, id)
  const types = args.map((arg) => nodeAt(placed.graph, arg).type)
  const argBuffers = args.map((arg) => placed.bufferOf.get(arg) as number)
  const results = resultBuffers(draft, placed, id, carries)
  const carried = results.slice(0, carries) as number[]
  const next = carried.map((_, i) => addTemp(draft, `next%${String(id)}.${String(i)}`, types[consts + i] as TensorType))
  carried.forEach((buffer, i) => {
    copy(draft, argBuffers[consts + i] as number, buffer, types[consts + i] as TensorType)
  })
  return { id, types, argBuffers, results, carried, next }
}

/** Copies the new carries over the old ones. */
const advance = (draft: Draft, { carried, next, types }: Site, consts: number): void => {
  next.forEach((buffer, i) => {
    copy(draft, buffer, carried[i] as number, types[consts + i] as TensorType)
  })
}

/** Writes the launches of a loop; `emit` writes those of a step. */
export const emitLoop = (draft: Draft, placed: Placed, id: number, emit: Emit): void => {
  const node = nodeAt(placed.graph, id)
  if (node.op === 'while') emitWhile(draft, placed, id, node.attrs, emit)
  else emitScan(draft, placed, id, node.attrs as AttrsOf['scan'], emit)
}

const emitScan = (draft: Draft, placed: Placed, id: number, attrs: AttrsOf['scan'], emit: Emit): void => {
  const { consts, carries, length, order } = attrs
  const begin = draft.launches.length
  const site = enter(draft, placed, id, consts, carries)
  const { types, argBuffers, results, carried, next } = site
  if (length === 0) return
  const stacks = range(results.length).filter((i) => i >= carries && results[i] !== undefined)
  const counter = addTemp(draft, `step%${String(id)}`, { shape: [], dtype: 'i32' })
  const [first, by] = order === 'forward' ? [0, 1] : [length - 1, -1]
  draft.launches.push({ kernel: draft.rename(counterKernel(first, false)), bind: [counter] })
  const from = draft.launches.length
  const step = stepGraph(attrs, types, stacks)
  const targets = step.results.map((result, k): Target => {
    const isRow = k >= carries
    return { node: result, isRow, buffer: (isRow ? results[stacks[k - carries] as number] : next[k]) as number }
  })
  const params = [counter, ...argBuffers.slice(0, consts), ...carried, ...argBuffers.slice(consts + carries)]
  emit(draft, { ...stepPlaced(draft, step.graph, params, targets, length), loops: [...placed.loops, id] })
  advance(draft, site, consts)
  draft.launches.push({ kernel: draft.rename(counterKernel(by, true)), bind: [counter] })
  draft.loops.push({ from, to: draft.launches.length, times: length, setup: from - begin, counter: { buffer: counter, first, by } })
}

/** The condition is computed before the first step and at the end of each. */
const emitWhile = (draft: Draft, placed: Placed, id: number, { cond, body, consts }: AttrsOf['while'], emit: Emit): void => {
  const begin = draft.launches.length
  const carries = nodeAt(placed.graph, id).args.length - consts
  const site = enter(draft, placed, id, consts, carries)
  const flag = addTemp(draft, `more%${String(id)}`, { shape: [], dtype: 'bool' })
  const params = [...site.argBuffers.slice(0, consts), ...site.carried]
  const run = (graph: Graph, buffers: readonly number[]): void => {
    const step = closedGraph(graph)
    const targets = step.results.map((node, k): Target => ({ node, isRow: false, buffer: buffers[k] as number }))
    emit(draft, { ...stepPlaced(draft, step.graph, params, targets, undefined), loops: [...placed.loops, id] })
  }
  run(cond, [flag])
  const from = draft.launches.length
  run(body, site.next)
  advance(draft, site, consts)
  run(cond, [flag])
  draft.loops.push({ from, to: draft.launches.length, setup: from - begin, flag })
}

/** A step, scheduled, with the program's buffers behind its nodes. Where there is a `length`, the first parameter is the counter. */
const stepPlaced = (
  draft: Draft,
  graph: Graph,
  params: readonly number[],
  targets: readonly Target[],
  length: number | undefined,
): Omit<Placed, 'loops'> => {
  // A kernel that writes rows binds the counter, too.
  const scheduled = schedule(graph, { maxBuffers: draft.target.maxBuffers - 1 })
  const bufferOf = new Map<number, number>([
    ...params.map((buffer, i) => [i, buffer] as const),
    ...targets.map(({ node, buffer }) => [node, buffer] as const),
  ])
  graph.nodes.forEach(({ op, attrs, type }, id) => {
    if (bufferOf.has(id)) return
    if (op === 'constant')
      bufferOf.set(
        id,
        draft.buffers.push({
          name: `constant%${String(id)}`,
          dtype: type.dtype,
          size: sizeOf(type.shape),
          role: { kind: 'constant', data: attrs.data },
        }) - 1,
      )
    else if (scheduled.stored[id] === 1) bufferOf.set(id, addTemp(draft, `${op}%${String(id)}`, type))
  })
  const lengths = new Map(targets.flatMap(({ isRow, node }) => (isRow && length !== undefined ? [[node, length] as const] : [])))
  return { graph, schedule: scheduled, rows: length === undefined ? noRows : { counter: 0, lengths }, bufferOf, repeats: true }
}
