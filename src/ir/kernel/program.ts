import type { TypedArray } from '../dtype.js'
import type { Kernel, ScalarType } from './kernel.js'

/** What a buffer of a program is for. */
export type BufferRole =
  | { readonly kind: 'param'; readonly index: number }
  | { readonly kind: 'constant'; readonly data: TypedArray }
  | { readonly kind: 'output' }
  | { readonly kind: 'temp' }

export interface ProgramBuffer {
  /** For people: the path of a parameter or result, or the op that makes a temp. */
  readonly name: string
  readonly dtype: ScalarType
  /** In elements. An element takes 4 bytes on a device, `bool` too, and an `f16` 2. */
  readonly size: number
  readonly role: BufferRole
  /** The node of the compiled graph whose value it holds; none for what a loop uses within. */
  readonly node?: number
}

/** One kernel launch: `bind[i]` is the program's buffer behind the kernel's buffer `i`. */
export interface Launch {
  readonly kernel: Kernel
  readonly bind: readonly number[]
  /** Which of the program's origins it computes; none for what only moves data. */
  readonly origin?: number
  /** Of a kernel that is a whole loop: the origins that it computes, and how often it does. */
  readonly parts?: readonly { readonly origin: number; readonly runs: number }[]
}

/** Launches from `from` up to but without `to` that run many times in a row, with the loops among them. */
interface LoopRange {
  readonly from: number
  readonly to: number
  /** How many launches just before `from` prepare it. They run once. */
  readonly setup: number
}

export interface CountedLoop extends LoopRange {
  readonly times: number
  /** The buffer that says which step it is, from `first` on by `by` more each time. */
  readonly counter: { readonly buffer: number; readonly first: number; readonly by: number }
}

/** Runs while a buffer of one truth value holds true: asked first, and written by what prepares the loop and by each step. */
export interface WhileLoop extends LoopRange {
  readonly flag: number
}

export type Loop = CountedLoop | WhileLoop

/** Which kernels run, in which order, over which buffers. `outputs[i]` is the buffer of the i-th output leaf; it may be a parameter's or a constant's, and one buffer may serve two outputs. */
export interface Program {
  readonly buffers: readonly ProgramBuffer[]
  readonly launches: readonly Launch[]
  /** Inner loops come before those around them. */
  readonly loops?: readonly Loop[]
  readonly outputs: readonly number[]
  /** Params whose memory the caller gives up. */
  readonly donated: readonly number[]
}

/** Where a buffer lives. `arena`: at a byte offset of the shared arena. `own`: in memory of its own. `alias`: in the memory of buffer `of` (a donated parameter updated in place); a kernel that used both has one buffer for them. */
export type Place =
  { readonly kind: 'arena'; readonly offset: number } | { readonly kind: 'own' } | { readonly kind: 'alias'; readonly of: number }

/** Every buffer's place, decided before anything is allocated. Offsets are multiples of 256 bytes, WebGPU's alignment for bindings. */
export interface MemoryPlan {
  readonly places: readonly Place[]
  /** First and last launch at which each buffer is live; params and constants from -1, outputs to `launches.length`. */
  readonly lifetimes: readonly (readonly [number, number])[]
  readonly arenaBytes: number
  /** Arena + params + constants + outputs. */
  readonly peakBytes: number
  /** What the temps would take if each had memory of its own. */
  readonly unsharedBytes: number
}

/** What runs in turn: launches by number, and loops. */
export type Turn = number | { readonly loop: Loop; readonly body: readonly Turn[] }

/** The launches in the order in which they run, loops as loops. */
export const turnsOf = ({ launches, loops = [] }: Pick<Program, 'launches' | 'loops'>): readonly Turn[] => {
  const slots = launches.map((_, i): readonly Turn[] => [i])
  for (const loop of loops) {
    const body = slots.slice(loop.from, loop.to).flat()
    slots.fill([], loop.from, loop.to)
    slots[loop.from] = [{ loop, body }]
  }
  return slots.flat()
}

/** The launches in the order in which they run, those in loops as often as they do: of loops whose end is not known, `rounds` times. */
export const executionOrder = (program: Pick<Program, 'launches' | 'loops'>, rounds = 1): readonly number[] =>
  unrolled(turnsOf(program), rounds)

/** Turns written out. */
export const unrolled = (turns: readonly Turn[], rounds = 1): readonly number[] =>
  turns.flatMap((turn) => {
    if (typeof turn === 'number') return [turn]
    const body = unrolled(turn.body, rounds)
    return Array.from({ length: 'flag' in turn.loop ? rounds : turn.loop.times }, () => body).flat()
  })
