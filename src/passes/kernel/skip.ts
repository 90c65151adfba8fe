/**
 * Steps of a loop that do nothing once its flag is false, so that a device may be given more of them than there turn out
 * to be. Only the copies over the carries must; others save the work. A kernel that has no room for the flag computes what
 * nothing reads, and so does a team.
 */
import type { Kernel, KernelBuffer, Scalar } from '../../ir/kernel/kernel.js'
import type { Launch, Program } from '../../ir/kernel/program.js'

const skipping = (kernel: Kernel, place: number): Kernel => {
  const flag = kernel.buffers[place] ?? { dtype: 'bool', size: 1, access: 'read' }
  const buffers = kernel.buffers.map((buffer, i): KernelBuffer =>
    i === place && buffer.access === 'write' ? { ...buffer, access: 'readwrite' } : buffer,
  )
  const cond: Scalar = { k: 'load', buffer: place, at: { k: 'lit', dtype: 'i32', value: 0 }, dtype: 'bool' }
  return {
    ...kernel,
    name: `${kernel.name}_while${place < kernel.buffers.length ? `_${String(place)}` : ''}`,
    buffers: place < buffers.length ? buffers : [...buffers, flag],
    body: [{ k: 'if', cond, body: kernel.body }],
  }
}

/** The program whose loops of unknown length may run too often. */
export const skipAfterEnd = (program: Program, { maxBuffers }: { readonly maxBuffers: number }): Program => {
  const { launches, loops = [] } = program
  const known = new Map<Kernel, Map<number, Kernel>>()
  const skip = ({ kernel, bind }: Launch, flag: number): Launch => {
    const [found, end] = [bind.indexOf(flag), bind.length]
    const place = found < 0 ? end : found
    if (kernel.team !== undefined || place >= maxBuffers) return { kernel, bind }
    const ways = known.get(kernel) ?? new Map<number, Kernel>()
    const made = ways.get(place) ?? skipping(kernel, place)
    known.set(kernel, ways.set(place, made))
    return { kernel: made, bind: place === end ? [...bind, flag] : bind }
  }
  // The innermost loop around a launch says whether it runs: it comes first.
  const flagOf = (i: number): number | undefined =>
    loops.flatMap((loop) => ('flag' in loop && loop.from <= i && i < loop.to ? [loop.flag] : []))[0]
  return {
    ...program,
    launches: launches.map((launch, i) => {
      const flag = flagOf(i)
      return flag === undefined ? launch : skip(launch, flag)
    }),
  }
}
