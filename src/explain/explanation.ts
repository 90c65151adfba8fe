/** What `explain` gives. */
import type { TensorType } from '../ir/type.js'
import type { Placing } from '../passes/place.js'
import type { Opening } from '../passes/schedule.js'

/** A value that a kernel writes, and why it does not stay within it. */
export interface StoredValue {
  /** The node, as `print` has it. */
  readonly node: string
  /** The path of a result; undefined for what no caller sees. */
  readonly result: string | undefined
  readonly bytes: number
  /** `step`: the next round of a loop wants it, or what comes after the loop; `enters`: a loop that follows reads it. */
  readonly why: Placing | 'step' | 'enters'
  /** The launches that read it. */
  readonly readBy: readonly number[]
}

/** Nodes of a kernel that run equally often: those of one loop's step, or those outside of loops. */
export interface Section {
  /** The loops it is in, outermost first. */
  readonly loops: readonly string[]
  /** How often it runs in one run of the kernel. */
  readonly runs: number
  readonly nodes: readonly string[]
  readonly ends: readonly StoredValue[]
}

/** Rows of all rounds of a loop. */
export interface KeptRows {
  readonly node: string
  readonly op: string
  readonly type: TensorType
  readonly bytes: number
}

export interface LoopExplanation {
  /** The loop, as `print` begins it. */
  readonly node: string
  /** 1 for a loop that is in no other. */
  readonly depth: number
  /** How often it goes round each time; undefined where that is known only when it runs. */
  readonly rounds: number | undefined
  /** The launches that are its rounds. */
  readonly launches: readonly number[]
  /** Whether all rounds are one launch. */
  readonly isOneKernel: boolean
  /** Of one round, with the loops in it: what its groups of nodes read and write, of stacks a row. */
  readonly bytesRead: number
  readonly bytesWritten: number
  /** What is kept of all rounds, for results or for the backward pass. */
  readonly keeps: readonly KeptRows[]
  /** What its rounds compute that those of an earlier loop have computed; the bytes are what keeping it would have taken. */
  readonly again: readonly KeptRows[]
}

export interface KernelExplanation {
  /** Which launch it is. */
  readonly launch: number
  readonly name: string
  /** How often it runs in a call: more than once within a loop. */
  readonly runs: number
  /** The loops it is in, as `print` has them, outermost first. */
  readonly loops: readonly string[]
  /** The nodes it computes, as `print` has them; none where it only moves data for a loop. */
  readonly nodes: readonly string[]
  /** The same, loop by loop. */
  readonly sections: readonly Section[]
  /** The buffers it reads: arguments by path, others by the op that makes them. */
  readonly reads: readonly string[]
  /** Why it does not go on in a kernel before it; undefined where it only moves data. */
  readonly begins: Opening | undefined
  readonly ends: readonly StoredValue[]
  /** Of one run. */
  readonly bytesRead: number
  readonly bytesWritten: number
  readonly flops: number
  /** What its nodes would have moved in a kernel each, less what it moves. A node computed again in a later kernel counts once. */
  readonly bytesSaved: number
  readonly workgroups: readonly [number, number, number]
}

/** A node that several kernels compute rather than one that stores it. */
export interface Recomputed {
  readonly node: string
  readonly launches: readonly number[]
  /** Of storing it once and reading it back in each. */
  readonly bytesSaved: number
}

export interface AliveBuffer {
  readonly name: string
  readonly bytes: number
  readonly role: 'param' | 'constant' | 'output' | 'temp'
}

export interface MemoryExplanation {
  /** As `executable.memory` has it. */
  readonly peakBytes: number
  readonly arenaBytes: number
  /** Arguments, constants and results, which have memory of their own throughout. */
  readonly fixedBytes: number
  /** Bytes of intermediates that are alive at each launch. */
  readonly timeline: readonly number[]
  /** The launch at which most of them are alive; -1 where there are none. */
  readonly peakLaunch: number
  /** What has memory then, largest first. */
  readonly alive: readonly AliveBuffer[]
}

export interface Checkpointing {
  /** Functions under `checkpoint` in what was traced, each application counted. */
  readonly checkpoints: number
  /** Nodes that are computed again so as not to be kept. */
  readonly again: number
  /** What these would have taken, had they been kept. */
  readonly bytesNotKept: number
}

export interface Totals {
  readonly opsTraced: number
  readonly opsCompiled: number
  readonly launches: number
  /** Launches as they run, with those in loops as often as they do. */
  readonly dispatches: number
  readonly distinctKernels: number
  readonly bytesRead: number
  readonly bytesWritten: number
  /** What one kernel for each op would move. */
  readonly bytesUnfused: number
  readonly bytesSaved: number
  readonly flops: number
}

export interface Explanation {
  readonly totals: Totals
  readonly kernels: readonly KernelExplanation[]
  /** In the order in which they begin. */
  readonly loops: readonly LoopExplanation[]
  readonly recomputed: readonly Recomputed[]
  /** Results that are written over a donated argument. */
  readonly inPlace: readonly { readonly result: string; readonly param: string; readonly bytes: number }[]
  readonly memory: MemoryExplanation
  readonly checkpointing: Checkpointing
  /** All of it for people, in lines of at most 100 characters. */
  readonly text: string
}
