/**
 * Decides what is computed where. A group becomes one kernel: a reduction, if any, with others that go through the same
 * elements, and the elementwise nodes that share its index space. Every other node is inline: whatever reads it computes it.
 *
 * The rules, by bytes that need not move:
 * - a reduction is computed in a group of its own, with its arguments inline where that repeats no work (prologue), or
 *   beside one over the same axes of the same data;
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
import { sameShape, sizeOf, type Shape } from '../ir/shape.js'
import { showType } from '../ir/type.js'
import type { Blocks, Flash } from './flash/matrix.js'
import { kindOf, place, type Placing } from './place.js'
import { storedNodes } from './readers.js'

export interface Group {
  /** The index space: a shape without axes of length 1. Of a group with columns, the rows. */
  readonly extents: Shape
  /** The axes that each point goes through, several times where it must: its members are reductions over them, and nodes over rows, or over rows and columns. */
  readonly columns?: Shape
  /** The reduction, if there is one. It is the first member; others among the members go through the same rounds. */
  readonly leader: number | undefined
  /** A node that runs a graph many times. It is the only member. */
  readonly loop: number | undefined
  /** In topological order. */
  readonly members: readonly number[]
  /** Of two products with a softmax between them: what is what. The leader is the second product. */
  readonly flash?: Flash
  /** Of sums over a matrix that its kernel computes block by block. The leader is the first of them. */
  readonly blocks?: Blocks
}

/**
 * Why a group does not go on in the one before: it is a `reduction` or a `loop`, reads `inputs` alone, reads `source` at
 * another `index` than its own, has another `shape`, or the group that computes `source` is `full`, binds too many `buffers`, or
 * would read too much `beside` its reduction.
 */
export interface Opening {
  readonly kind: 'reduction' | 'loop' | 'inputs' | 'index' | 'shape' | 'full' | 'buffers' | 'beside'
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

/** A schedule with some of its groups, in an order: those by their numbers so far. All nodes that are in a group are in one of these. */
export const withGroups = (
  graph: Graph,
  { groups, groupOf, openings, placings }: Pick<Schedule, 'groups' | 'groupOf' | 'openings' | 'placings'>,
  order: readonly number[],
): Schedule => {
  const placeOf = new Map(order.map((index, place) => [index, place]))
  const now = groupOf.map((index) => (index === -1 ? -1 : (placeOf.get(index) as number)))
  return {
    groups: order.map((index) => groups[index] as Group),
    groupOf: now,
    stored: storedNodes(graph, now),
    openings: order.map((index) => openings[index] as Opening),
    placings,
  }
}

/** The limits of a device that shape the schedule. */
export interface ScheduleLimits {
  readonly maxBuffers: number
  /** Whether one invocation may go through a row: reductions over it, and the elementwise work around them, are one kernel then, where there are enough (128). */
  readonly rows?: boolean
  readonly fewestRows?: number
  /** Arrays as large as a reduction's results that its kernel may read for what is made of them, at most; of more, none. Default any number. */
  readonly besideReduction?: number
  /** Columns of a panel, where products read one operand from panels: rows that they read with a stride are put in order first. */
  readonly panel?: number
  /** Whether two products with a softmax between them are one kernel: the rows of a point, and the columns it multiplies at a time. */
  readonly flash?: readonly [number, number]
  /** How long an operation takes in kernels that compute matrices of attention again, in that of one of a product alone. */
  readonly againCost?: number
  /** Bytes of the largest buffer that one binding may cover. */
  readonly maxBufferBytes?: number
}

/** Smaller results lie in the nearest cache with all that is read beside them. */
const largeResults = 4096

/** Inline expressions stay below this many nodes, so that kernels stay readable and recursion shallow. */
const mostInlined = 96
const mostMembers = 16

export const withoutOnes = (shape: Shape): Shape => shape.filter((n) => n !== 1)

/** Whether a view leaves every element at its row-major place and only adds or drops axes of length 1. */
export const isTrivialReshape = (node: Node, from: Node): boolean =>
  (node.op === 'reshape' && sameShape(withoutOnes(node.type.shape), withoutOnes(from.type.shape))) ||
  (node.op === 'broadcast' && sizeOf(node.type.shape) === sizeOf(from.type.shape))

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
  /** What reductions are made of. */
  private readonly sources = new Map<number, readonly number[]>()
  private readonly latest = new Map<string, number[]>()
  /** The latest groups of reductions, by what they reduce over. */
  private readonly reducing = new Map<string, number[]>()

  constructor(
    private readonly graph: Graph,
    private readonly placed: Uint8Array,
    private readonly maxBuffers: number,
    /** Reductions whose results are stored alone, or with what reads nothing else that is as large. */
    private readonly alone: ReadonlySet<number>,
    /** What is inline however large it is, products among it. */
    private readonly inline: ReadonlySet<number>,
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
      const isLarge = (this.weight[id] as number) > mostInlined && !this.inline.has(id)
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

  /** A group of a reduction that goes through the same data as this one over the same axes, and that reads nothing computed later. */
  private beside(id: number, extents: Shape, reads: Reads): number | undefined {
    const key = this.inline.has(nodeAt(this.graph, id).args[0] as number) ? undefined : sweepOf(this.graph, id)
    if (key === undefined) return undefined
    const known = this.reducing.get(key) ?? []
    const isShared = (source: number, buffers: ReadonlySet<number>): boolean =>
      buffers.has(source) && sizeOf(nodeAt(this.graph, source).type.shape) >= sizeOf(sweptBy(this.graph, id))
    const sources = [...reads.keys()]
    const found = known.find((g) => {
      const { buffers } = this.groups[g] as Growing
      return (
        sources.every((source) => (this.groupOf[source] as number) < g) &&
        sources.some((source) => isShared(source, buffers)) &&
        this.fits(g, extents, reads)
      )
    })
    if (found === undefined) this.reducing.set(key, [this.groups.length, ...known.slice(0, 3)])
    return found
  }

  private assign(id: number, reads: Reads): void {
    const node = nodeAt(this.graph, id)
    const isReduction = kindOf(node) === 'reduce'
    const extents = withoutOnes(node.type.shape)
    const home = isReduction ? this.beside(id, extents, reads) : this.home(extents, reads)
    const index = home ?? this.groups.length
    if (home === undefined) {
      this.openings.push(isReduction ? { kind: 'reduction', source: undefined } : this.opening(extents, reads))
      this.open(extents, isReduction ? id : undefined)
    }
    const group = this.groups[index] as Growing
    if (group.leader === id) this.sources.set(id, [...reads.keys()])
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
    if (this.crowds(group, reads)) return { kind: 'beside', source }
    return { kind: elsewhere !== undefined ? 'index' : group.members.length >= mostMembers ? 'full' : 'buffers', source }
  }

  private isLarge(group: Growing, source: number): boolean {
    return sizeOf(nodeAt(this.graph, source).type.shape) >= Math.max(largeResults, sizeOf(group.extents))
  }

  /** Whether what a node reads would be read beside a reduction that is to be alone. */
  private crowds(group: Growing, reads: Reads): boolean {
    if (group.leader === undefined || !this.alone.has(group.leader)) return false
    return [...reads.keys()].some((source) => !group.buffers.has(source) && this.isLarge(group, source))
  }

  /** The reductions beside which more than so many large arrays are read. */
  crowded(most: number): readonly number[] {
    return this.groups.flatMap((group) => {
      const { leader, buffers, members } = group
      if (leader === undefined) return []
      const own = new Set([...members, ...(this.sources.get(leader) ?? [])])
      return [...buffers].filter((source) => !own.has(source) && this.isLarge(group, source)).length > most ? [leader] : []
    })
  }

  private fits(index: number, extents: Shape, reads: Reads): boolean {
    const group = this.groups[index]
    if (group === undefined || group.loop !== undefined || !sameShape(group.extents, extents) || group.members.length >= mostMembers)
      return false
    if (this.crowds(group, reads)) return false
    const added = [...reads.keys()].filter((source) => !group.buffers.has(source)).length
    return group.buffers.size + added + 1 <= this.maxBuffers
  }
}

/** The shape of what a reduction goes through. */
export const sweptBy = (graph: Graph, id: number): Shape => nodeAt(graph, nodeAt(graph, id).args[0] as number).type.shape

/** Terms of a search for an extreme's place that may share a kernel: those of long ones could not be shared out among the members of a workgroup. */
const mostSearched = 16

/** The axes that a reduction which may share a kernel goes over; undefined for others. */
export const sweptAxes = (graph: Graph, id: number): readonly number[] | undefined => {
  const node = nodeAt(graph, id)
  if (node.op === 'argmax' || node.op === 'argmin')
    return (sweptBy(graph, id)[node.attrs.axis] ?? 0) <= mostSearched ? [node.attrs.axis] : undefined
  return node.op === 'reduceSum' || node.op === 'reduceMax' || node.op === 'reduceMin' ? node.attrs.axes : undefined
}

/** What a reduction goes through, and over which axes; undefined for those of windows and products. */
const sweepOf = (graph: Graph, id: number): string | undefined => {
  const axes = sweptAxes(graph, id)
  return axes === undefined ? undefined : `${sweptBy(graph, id).join()}/${axes.join()}`
}

const merge = (all: Map<number, boolean>, source: number, atOwn: boolean): void => {
  all.set(source, atOwn && (all.get(source) ?? true))
}

/** Groups the nodes of a graph whose calls and conditions are inlined. `inline`: nodes that kernels compute themselves, where the limits allow that. Deterministic and linear in its size. @throws UnsupportedError for a node that alone needs more buffers than a kernel binds */
export const schedule = (
  graph: Graph,
  { maxBuffers, besideReduction = Infinity, panel }: ScheduleLimits,
  inline: ReadonlySet<number> = new Set(),
): Schedule => {
  const { placed, placings } = place(graph, panel !== undefined, inline)
  const alone = new Set<number>()
  const attempt = (): Grouper => {
    const grouper = new Grouper(graph, placed, maxBuffers, alone, inline)
    grouper.run()
    return grouper
  }
  let grouper = attempt()
  // Once a node is inline in one kernel it cannot be stored for a later one, nor leave a kernel that has grown: begin again with what is known.
  for (;;) {
    const crowded = grouper.crowded(besideReduction)
    if (grouper.forced.size === 0 && crowded.every((id) => alone.has(id))) break
    for (const id of crowded) alone.add(id)
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
