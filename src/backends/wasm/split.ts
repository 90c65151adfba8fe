/** How the threads of a device share the work of a program. By estimates: what is measured differs from machine to machine. */
import type { GridAxis, Kernel } from '../../ir/kernel/kernel.js'
import { executionOrder, type Program } from '../../ir/kernel/program.js'

/** Indices that each thread takes of an axis: whole multiples of `grain`, the same for all but the last. */
export const shareOf = (extent: number, grain: number, threads: number): number => Math.ceil(extent / grain / threads) * grain

/** Of the time that all threads together have, the part in which they work. */
const useOf = (extent: number, grain: number, threads: number): number => extent / (shareOf(extent, grain, threads) * threads)

const goodUse = 0.9

/** The axis that threads share out: the outermost of which all get about as much, else that which keeps most of them busy. */
export const splitAxis = (grid: readonly GridAxis[], grainOf: (axis: GridAxis) => number, threads: number): number => {
  const uses = grid.map((axis) => (axis.extent > 1 ? useOf(axis.extent, grainOf(axis), threads) : 0))
  const good = uses.findIndex((use) => use >= goodUse)
  return Math.max(0, good >= 0 ? good : uses.indexOf(Math.max(...uses)))
}

/** Nanoseconds that one thread takes at least: operations, and elements from memory. */
const timeOf = ({ flops, buffers }: Kernel): number => Math.max(flops / 16, buffers.reduce((sum, { size }) => sum + size, 0) / 8)

/** In how many calls one thread computes a kernel: one for each 200 µs that it takes at least, up to 16. */
export const callsFor = (kernel: Kernel): number => Math.min(16, Math.max(1, Math.floor(timeOf(kernel) / 200_000)))

/** What waiting for one another costs in nanoseconds, threads that are awake and one that is woken. */
const cost = { barrier: 5000, wake: 40_000 } as const

/** What a kernel's launch takes less with threads, in nanoseconds; 0 where it is better left to one. */
const gainOf = (kernel: Kernel, threads: number): number => Math.max(0, timeOf(kernel) * (1 - 1 / threads) - cost.barrier)

/** Rounds that loops of unknown length are taken to have. */
const likelyRounds = 16

/** By launch, whether threads share it. None are where that would gain less than it costs to begin. `always`: however little there is to do. */
export const sharedLaunches = (program: Program, extents: readonly number[], threads: number, always: boolean): readonly boolean[] => {
  const gains = program.launches.map(({ kernel }, i) => ((extents[i] as number) > 1 ? gainOf(kernel, threads) : 0))
  const total = executionOrder(program, likelyRounds).reduce((sum, i) => sum + (gains[i] as number), 0)
  if (threads === 1) return gains.map(() => false)
  return always ? extents.map((extent) => extent > 1) : gains.map((gain) => gain > 0 && total > cost.wake)
}
