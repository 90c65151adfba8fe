/** A program while it is written. */
import type { Graph } from '../ir/graph.js'
import type { Kernel } from '../ir/kernel/kernel.js'
import type { Launch, Loop, ProgramBuffer } from '../ir/kernel/program.js'
import type { Rows } from './lower.js'
import type { Tiling } from './panel.js'
import type { Schedule, ScheduleLimits } from './schedule.js'
import type { TeamLimits } from './team.js'

/** What a device says of the kernels it likes. */
export type Target = ScheduleLimits & TeamLimits & Tiling & { readonly choose?: Choose | undefined }

/** What was found best for the kernels of a structure (see `structureOf`), where that is known. */
export type Choose = (structure: string) => Partial<Tiling> | undefined

/** What a launch was made from: a group of a scheduled graph. */
export interface Origin {
  readonly graph: Graph
  readonly schedule: Schedule
  /** The group's number in the schedule. */
  readonly group: number
  /** The loops it is in, outermost first: a node of the graph around each. Empty for the compiled graph itself. */
  readonly loops: readonly number[]
}

/** A program while it is written. */
export interface Draft {
  readonly target: Target
  readonly buffers: ProgramBuffer[]
  readonly launches: Launch[]
  readonly loops: Loop[]
  readonly origins: Origin[]
  /** Gives distinct kernels of one name numbers. */
  rename(kernel: Kernel): Kernel
}

/** A scheduled graph with the program's buffers behind its nodes. */
export interface Placed {
  readonly graph: Graph
  readonly schedule: Schedule
  readonly rows: Rows
  /** Whether it runs many times. */
  readonly repeats: boolean
  readonly bufferOf: ReadonlyMap<number, number>
  /** The loops it is the step of, outermost first. */
  readonly loops: readonly number[]
}
