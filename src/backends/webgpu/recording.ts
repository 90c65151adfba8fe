/** What a loaded program is, and the commands that play it. */
import type { OutputSpec } from '../backend.js'
import type { Copy, Param } from './args.js'
import type { Context } from './context.js'
import type { ReadyLaunch } from './launches.js'
import type { Block } from './pool.js'
import type { Location, Slot } from './slots.js'

export interface Recording {
  readonly context: Context
  readonly params: readonly Param[]
  /** Slots of outputs that get new memory at each run. */
  readonly renewed: readonly Slot[]
  readonly launches: readonly ReadyLaunch[]
  readonly outputs: readonly Location[]
  readonly specs: readonly OutputSpec[]
}

export const encodeCopies = (encoder: GPUCommandEncoder, copies: readonly Copy[]): void => {
  for (const { from, to, bytes } of copies) encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, bytes)
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
