/** One launch as a program of its own. */
import { deviceBytes } from '../ir/dtype.js'
import type { Kernel } from '../ir/kernel/kernel.js'
import type { Place, ProgramBuffer } from '../ir/kernel/program.js'
import { range } from '../ir/shape.js'
import type { KernelSource, LoadRequest, OutputSpec } from './backend.js'

export interface Alone {
  readonly kernel: Kernel
  readonly source: KernelSource
  /** The kernel's buffers, and after them any that share their memory. */
  readonly buffers: readonly ProgramBuffer[]
  readonly places: readonly Place[]
  readonly outputs: readonly number[]
  readonly donated: readonly number[]
  readonly types: readonly OutputSpec[]
}

/** What a device loads to run it: nothing is in an arena, and all is live throughout. */
export const alone = ({ kernel, source, buffers, places, outputs, donated, types }: Alone): LoadRequest => ({
  program: { buffers, launches: [{ kernel, bind: range(kernel.buffers.length) }], loops: [], outputs, donated },
  plan: {
    places,
    lifetimes: buffers.map(() => [-1, 1]),
    arenaBytes: 0,
    peakBytes: buffers.reduce((sum, { size, dtype }) => sum + size * deviceBytes(dtype), 0),
    unsharedBytes: 0,
  },
  sources: [source],
  outputs: types,
})
