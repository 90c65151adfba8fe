/** What a loaded program is, and the commands that play it. */
import type { Turn } from '../../ir/kernel/program.js'
import type { OutputSpec } from '../backend.js'
import type { Copy, Param } from './args.js'
import type { Context } from './context.js'
import type { ReadyLaunch } from './launches.js'
import type { Block } from './pool.js'
import type { Location, Slot } from './slots.js'

/** A program that is played loop by loop. */
export interface Rounds {
  readonly turns: readonly Turn[]
  readonly ready: ReadonlyMap<number, ReadyLaunch>
  /** Where the buffers of the program are. */
  readonly locations: readonly Location[]
}

export interface Recording {
  readonly context: Context
  readonly params: readonly Param[]
  /** Slots of outputs that get new memory at each run. */
  readonly renewed: readonly Slot[]
  /** In the order in which they run; of loops whose end is not known, once. */
  readonly launches: readonly ReadyLaunch[]
  /** Where there are loops whose end is not known: what is played in their stead. */
  readonly rounds: Rounds | undefined
  readonly outputs: readonly Location[]
  readonly specs: readonly OutputSpec[]
}

export const encodeCopies = (encoder: GPUCommandEncoder, copies: readonly Copy[]): void => {
  for (const { from, to, bytes } of copies) encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes)
}

export const encodeLaunch = (pass: GPUComputePassEncoder, { pipeline, workgroups: [x, y, z], group }: ReadyLaunch): void => {
  pass.setPipeline(pipeline)
  pass.setBindGroup(0, group())
  pass.dispatchWorkgroups(x, y, z)
}

/** Takes memory for outputs that want it anew. */
export const renewSlots = ({ context, renewed }: Recording, loose: Set<Block>): void => {
  for (const slot of renewed) {
    slot.block = context.pool.take(slot.bytes)
    loose.add(slot.block)
  }
}
