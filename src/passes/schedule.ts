/**
 * Decides what is computed where. A group becomes one kernel: at most one reduction, and the elementwise nodes that
 * share its index space. Every other node is inline: whatever reads it computes it.
 *
 * The rules, by bytes that need not move:
 * - a reduction is computed in a group of its own, with its arguments inline where that repeats no work (prologue);
 * - an elementwise node is inline where one kernel reads it at one index; one that goes to several places, or to a
 *   reader that would repeat it, is computed once, unless it is nearly free or much smaller data makes it;
 * - a node computed once joins the group of what it reads, where all of that is read at its own index (epilogue,
 *   several outputs); else a group of the same size that shares an input;
 * - a view is always inline, and a kernel never binds more buffers than the device allows.
 *
 * Groups over the same rows may be joined afterwards (`rows.ts`).
 */
import { UnsupportedError } from '../error.js'
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import { sameShape, sizeOf, type Shape } from '../ir/shape.js'
import { showType } from '../ir/type.js'

export interface Group {
  /** The index space: a shape without axes of length 1. Of a group with columns, the rows. */
  readonly extents: Shape
  /** The axes that each point goes through, several times where it must: its members are reductions over them, and nodes over rows, or over rows and columns. */
  readonly columns?: Shape
  /** The reduction, if there is one. It is the first member. */
  readonly leader: number | undefined
  /** A node that runs a graph many times. It is the only member. */
  readonly loop: number | undefined
  /** In topological order. */
  readonly members: readonly number[]
}

/**
 * Why a node is computed once, in a group, rather than by every kernel that reads it: it is a `reduction`, a `loop` or a
 * `result`; it is `shared` by several places, would be `repeated` by a reader, the `limit` of buffers asks for it, or the
 * expression would be `large`.
 */
export type Placing = 'reduction' | 'loop' | 'result' | 'shared' | 'repeated' | 'limit' | 'large'

/**
 * Why a group does not go on in the one before: it is a `reduction` or a `loop`, reads `inputs` alone, reads `source` at
 * another `index` than its own, has another `shape`, or the group that computes `source` is `full` or binds too many `buffers`.
 */
export interface Opening {
  readonly kind: 'reduction' | 'loop' | 'inputs' | 'index' | 'shape' | 'full' | 'buffers'
  readonly source: number | undefined
}

export interface Schedule {
  readonly groups: readonly Group[]
  /** The group that computes a node; -1 for inline nodes and sources. */
  readonly groupOf: Int32Array
  /** 1 for nodes that are written to a buffer: results, and what other groups read. */
  readonly stored: Uint8Array
  /** Why each group is one, for people. */
  readonly openings: readonly Opening[]
  /** Why each node that is in a group is, for people. */
  readonly placings: readonly (Placing | undefined)[]
}

/** The limits of a device that shape the schedule. */
export interface ScheduleLimits {
  readonly maxBuffers: number
  /** Whether one invocation may go through a row: reductions over it, and the elementwise work around them, are one kernel then, where there are enough (128). */
  readonly rows?: boolean
  readonly fewestRows?: number
}

/** Work up to this (see `cost` in the op table) is repeated rather than stored. */
const nearlyFree = 1
/** Work up to this is repeated when its inputs are this many times smaller than it. */
const cheap = 8
const muchSmaller = 2
/** Inline expressions stay below this many nodes, so that kernels stay readable and recursion shallow. */
const mostInlined = 96
const mostMembers = 16

export const withoutOnes = (shape: Shape): Shape => shape.filter((n) => n !== 1)

/** Whether a view leaves every element at its row-major place and only adds or drops axes of length 1. */
export const isTrivialReshape = (node: Node, from: Node): boolean =>
  (node.op === 'reshape' && sameShape(withoutOnes(node.type.shape), withoutOnes(from.type.shape))) ||
  (node.op === 'broadcast' && sizeOf(node.type.shape) === sizeOf(from.type.shape))

export const kindOf = (node: Node): 'source' | 'graph' | 'point' | 'view' | 'reduce' => opDef(node.op).lower.kind

const costOf = (node: Node): number => {
  const { lower } = opDef(node.op)
  return lower.kind === 'point' || lower.kind === 'view' ? lower.cost : 0
}

/** Whether an element of an argument may be read many times. */
const repeats = (node: Node, i: number, from: Node): boolean => {
  const { lower } = opDef(node.op)
  if (lower.kind !== 'view' && lower.kind !== 'reduce') return false
  return lower.repeats.includes(i) && (lower.kind === 'reduce' || sizeOf(node.type.shape) > sizeOf(from.type.shape))
}

/** What is known of a node before anything is placed. */
interface Estimates {
  /** Work to compute one element from sources and reductions. */
  readonly cost: Float64Array
  /** Elements of the sources and reductions read. */
  readonly inputs: Float64Array
  /** How many sources and reductions are read. */
  readonly loads: Float64Array
}

const estimate = (graph: Graph): Estimates => {
  const n = graph.nodes.length
  const [cost, inputs, loads] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  graph.nodes.forEach((node, id) => {
    cost[id] = costOf(node)
    for (const arg of new Set(node.args)) {
      const from = nodeAt(graph, arg)
      const isStored = kindOf(from) !== 'point' && kindOf(from) !== 'view'
      cost[id] = Math.min(1e9, cost[id] + (isStored ? 0 : (cost[arg] as number)))
      inputs[id] = (inputs[id] as number) + (isStored ? sizeOf(from.type.shape) : (inputs[arg] as number))
      loads[id] = (loads[id] as number) + (isStored ? 1 : (loads[arg] as number))
    }
  })
  return { cost, inputs, loads }
}

/** Where the value of a node goes: nowhere yet, one place (a number of its own), or several. */
const nowhere = 0
const several = -1

/**
 * Where an argument goes through one of its readers. A reader in a group is a place (each operand of a reduction
 * another, since they are read at other indices); an inline elementwise reader passes on its own place; an inline view
 * reads at another index, so it is a place by itself.
 */
const placeThrough = (node: Node, id: number, i: number, placed: number, own: number): number => {
  if (placed === 1) return 1 + 4 * id + (kindOf(node) === 'reduce' ? Math.min(i, 3) : 0)
  return kindOf(node) === 'point' || own === several ? own : -2 - id
}

const placingOf = (kind: ReturnType<typeof kindOf>, isResult: boolean, isRepeated: boolean): Placing =>
  kind === 'reduce' ? 'reduction' : kind === 'graph' ? 'loop' : isResult ? 'result' : isRepeated ? 'repeated' : 'shared'

/** 1 for every node that is computed in a group rather than inline, and why. */
const place = (graph: Graph): { readonly placed: Uint8Array; readonly placings: (Placing | undefined)[] } => {
  const { cost, inputs, loads } = estimate(graph)
  const n = graph.nodes.length
  const placed = new Uint8Array(n)
  const goesTo = new Float64Array(n).fill(nowhere)
  const repeated = new Uint8Array(n)
  const placings = new Array<Placing | undefined>(n).fill(undefined)
  // Loops read and write buffers alone.
  const results = new Set([
    ...graph.outputs,
    ...graph.nodes.flatMap((node) => (node.op === 'scan' || node.op === 'while' ? node.args : [])),
  ])
  for (let id = n - 1; id >= 0; id--) {
    const node = nodeAt(graph, id)
    const kind = kindOf(node)
    const isFree = (cost[id] as number) <= nearlyFree && (loads[id] as number) <= 1
    const isBlownUp =
      (cost[id] as number) <= cheap && (loads[id] as number) <= 2 && sizeOf(node.type.shape) >= muchSmaller * (inputs[id] as number)
    const mayRepeat = costOf(node) === 0 || isBlownUp
    const isBusy = results.has(id) || (!mayRepeat && ((goesTo[id] === several && !isFree) || repeated[id] === 1))
    placed[id] = kind === 'reduce' || kind === 'graph' || (kind !== 'source' && isBusy) ? 1 : 0
    if (placed[id] === 1) placings[id] = placingOf(kind, results.has(id), repeated[id] === 1)
    node.args.forEach((arg, i) => {
      const there = placeThrough(node, id, i, placed[id] as number, goesTo[id] as number)
      goesTo[arg] = goesTo[arg] === nowhere || goesTo[arg] === there ? there : several
      if (repeats(node, i, nodeAt(graph, arg)) || (placed[id] === 0 && repeated[id] === 1)) repeated[arg] = 1
    })
  }
  return { placed, placings }
}

/** The buffers that computing a node reads: each with whether it is read at the node's own index only. */
type Reads = ReadonlyMap<number, boolean>

/** A group while it grows. */
interface Growing {
  readonly extents: Shape
  readonly leader: number | undefined
  readonly loop: number | undefined
  readonly members: number[]
  readonly buffers: Set<number>
}

class Grouper {
  readonly groups: Growing[] = []
  readonly openings: Opening[] = []
  /** Nodes that are in a group for the size of their expression. */
  readonly large: number[] = []
  /** Inline nodes that should have been stored: with them, a kernel would bind more than it may. */
  readonly forced = new Set<number>()
  readonly groupOf: Int32Array
  /** Of inline nodes. */
  private readonly reads: (Reads | undefined)[]
  private readonly weight: Float64Array
  private readonly latest = new Map<string, number[]>()

  constructor(
    private readonly graph: Graph,
    private readonly placed: Uint8Array,
    private readonly maxBuffers: number,
  ) {
    this.groupOf = new Int32Array(graph.nodes.length).fill(-1)
    this.reads = new Array<Reads | undefined>(graph.nodes.length)
    this.weight = new Float64Array(graph.nodes.length)
  }

  run(): void {
    this.graph.nodes.forEach((node, id) => {
      if (kindOf(node) === 'source') return
      if (kindOf(node) === 'graph') {
        this.enterLoop(id, node)
        return
      }
      const reads = this.collect(id)
      if (reads.size + 1 > this.maxBuffers) this.relieve(id)
      const isLarge = (this.weight[id] as number) > mostInlined
      if (this.placed[id] !== 1 && isLarge) this.large.push(id)
      if (this.placed[id] === 1 || isLarge) this.assign(id, reads)
      else this.reads[id] = reads
    })
  }

  /** A loop is a group by itself, and its results belong to it. */
  private enterLoop(id: number, node: Node): void {
    if (node.op === 'item') this.groupOf[id] = this.groupOf[node.args[0] as number] as number
    else {
      this.openings.push({ kind: 'loop', source: undefined })
      this.groupOf[id] = this.groups.push({ extents: [], leader: undefined, loop: id, members: [id], buffers: new Set(node.args) }) - 1
    }
  }

  /** What a node reads when its inline arguments are computed with it. */
  private collect(id: number): Map<number, boolean> {
    const node = nodeAt(this.graph, id)
    const kind = kindOf(node)
    const all = new Map<number, boolean>()
    let weight = 1
    for (const arg of node.args) {
      const keepsIndex = kind === 'point' || isTrivialReshape(node, nodeAt(this.graph, arg))
      const inner = this.reads[arg]
      if (inner === undefined) merge(all, arg, keepsIndex)
      else {
        weight += this.weight[arg] as number
        for (const [source, atOwn] of inner) merge(all, source, atOwn && keepsIndex)
      }
    }
    this.weight[id] = weight
    return all
  }

  /** Marks arguments, those that help most first, until the node's kernel could bind what it reads if they were stored. @throws UnsupportedError where it never could */
  private relieve(id: number): void {
    const { args } = nodeAt(this.graph, id)
    const stored = new Set<number>()
    const readsOf = (arg: number): readonly number[] => [...(this.reads[arg]?.keys() ?? [arg])]
    /** What the node's kernel reads and writes. */
    const count = (also?: number): number =>
      1 + new Set(args.flatMap((arg) => (stored.has(arg) || arg === also ? [arg] : readsOf(arg)))).size
    const wide = new Set(args.filter((arg) => readsOf(arg).length > 1))
    while (count() > this.maxBuffers && wide.size > 0) {
      const best = [...wide].reduce((a, b) => (count(b) < count(a) ? b : a))
      wide.delete(best)
      stored.add(best)
      this.forced.add(best)
    }
    if (count() > this.maxBuffers) throw this.tooWide(id, count())
  }

  private tooWide(id: number, buffers: number): UnsupportedError {
    const { op, args, type } = nodeAt(this.graph, id)
    const operand = (arg: number): string => `operand %${String(arg)}: ${showType(nodeAt(this.graph, arg).type)}`
    return new UnsupportedError({
      op,
      problem: `a kernel for it binds ${String(buffers)} buffers, and the device allows ${String(this.maxBuffers)}`,
      facts: [`%${String(id)}: ${showType(type)}`, ...[...new Set(args)].map(operand)],
      help: 'give it fewer operands that are computed or passed in (numbers need no buffer), or compile for a device that binds more',
    })
  }

  private assign(id: number, reads: Reads): void {
    const node = nodeAt(this.graph, id)
    const isReduction = kindOf(node) === 'reduce'
    const extents = withoutOnes(node.type.shape)
    const home = isReduction ? undefined : this.home(extents, reads)
    const index = home ?? this.groups.length
    if (home === undefined) {
      this.openings.push(isReduction ? { kind: 'reduction', source: undefined } : this.opening(extents, reads))
      this.open(extents, isReduction ? id : undefined)
    }
    const group = this.groups[index] as Growing
    group.members.push(id)
    for (const source of reads.keys()) group.buffers.add(source)
    group.buffers.add(id)
    this.groupOf[id] = index
    this.reads[id] = undefined
  }

  private open(extents: Shape, leader: number | undefined): void {
    const index = this.groups.push({ extents, leader, loop: undefined, members: [], buffers: new Set() }) - 1
    if (leader !== undefined) return
    const key = extents.join()
    this.latest.set(key, [index, ...(this.latest.get(key) ?? []).slice(0, 3)])
  }

  /** An existing group that a node can join: after all that it reads, or among it at its own index. */
  private home(extents: Shape, reads: Reads): number | undefined {
    let last = -1
    for (const source of reads.keys()) last = Math.max(last, this.groupOf[source] as number)
    const newest = [...reads].every(([source, atOwn]) => atOwn || this.groupOf[source] !== last) ? [last] : []
    const sharing = (this.latest.get(extents.join()) ?? []).filter(
      (g) => g > last && [...reads.keys()].some((source) => this.groups[g]?.buffers.has(source)),
    )
    return [...newest, ...sharing].find((g) => this.fits(g, extents, reads))
  }

  /** Why a node that found no home does not join the newest group that it reads. */
  private opening(extents: Shape, reads: Reads): Opening {
    const newest = Math.max(-1, ...[...reads.keys()].map((source) => this.groupOf[source] as number))
    const group = this.groups[newest]
    if (group === undefined) return { kind: 'inputs', source: undefined }
    const of = [...reads].filter(([source]) => this.groupOf[source] === newest)
    const [elsewhere] = of.find(([, atOwn]) => !atOwn) ?? []
    const source = elsewhere ?? of[0]?.[0]
    if (group.loop !== undefined) return { kind: 'loop', source }
    if (!sameShape(group.extents, extents)) return { kind: 'shape', source }
    return { kind: elsewhere !== undefined ? 'index' : group.members.length >= mostMembers ? 'full' : 'buffers', source }
  }

  private fits(index: number, extents: Shape, reads: Reads): boolean {
    const group = this.groups[index]
    if (group === undefined || group.loop !== undefined || !sameShape(group.extents, extents) || group.members.length >= mostMembers)
      return false
    const added = [...reads.keys()].filter((source) => !group.buffers.has(source)).length
    return group.buffers.size + added + 1 <= this.maxBuffers
  }
}

const merge = (all: Map<number, boolean>, source: number, atOwn: boolean): void => {
  all.set(source, atOwn && (all.get(source) ?? true))
}

/** 1 for every placed node that something outside of its group reads, and for results. */
export const storedNodes = (graph: Graph, groupOf: Int32Array): Uint8Array => {
  const stored = new Uint8Array(graph.nodes.length)
  const mark = (id: number, group: number): void => {
    if (groupOf[id] !== -1 && groupOf[id] !== group) stored[id] = 1
  }
  const readersOf = inlineReaders(graph, groupOf)
  graph.nodes.forEach((node, id) => {
    for (const group of readersOf[id] as ReadonlySet<number>) for (const arg of node.args) mark(arg, group)
  })
  for (const id of graph.outputs) if (groupOf[id] !== -1) stored[id] = 1
  return stored
}

/** The groups in which each node is computed: its own, or all those that an inline node ends up in. */
const inlineReaders = (graph: Graph, groupOf: Int32Array): ReadonlySet<number>[] => {
  const into = graph.nodes.map(() => new Set<number>())
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const own = groupOf[id] as number
    const groups = into[id] as Set<number>
    if (own !== -1) {
      groups.clear()
      groups.add(own)
    }
    for (const arg of nodeAt(graph, id).args) if (groupOf[arg] === -1) for (const g of groups) into[arg]?.add(g)
  }
  return into
}

/** Groups the nodes of a graph whose calls and conditions are inlined. Deterministic and linear in its size. @throws UnsupportedError for a node that alone needs more buffers than a kernel binds */
export const schedule = (graph: Graph, { maxBuffers }: ScheduleLimits): Schedule => {
  const { placed, placings } = place(graph)
  const attempt = (): Grouper => {
    const grouper = new Grouper(graph, placed, maxBuffers)
    grouper.run()
    return grouper
  }
  let grouper = attempt()
  // Once a node is inline in one kernel it cannot be stored for a later one: begin again with those that must be.
  while (grouper.forced.size > 0) {
    for (const id of grouper.forced) {
      placed[id] = 1
      placings[id] ??= 'limit'
    }
    grouper = attempt()
  }
  const { groups, groupOf, openings, large } = grouper
  for (const id of large) placings[id] ??= 'large'
  return {
    groups: groups.map(({ extents, leader, loop, members }) => ({ extents, leader, loop, members })),
    groupOf,
    stored: storedNodes(graph, groupOf),
    openings,
    placings,
  }
}
