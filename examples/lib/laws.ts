/** Laws that a system is held against. */
import type { DeviceArray } from '../../src/index.js'
import type { Context } from '../runner/system.js'

/** Notes by how much each law is off, and gives the largest. */
export const worstOf = async (ctx: Context, laws: Readonly<Record<string, DeviceArray<'f32'>>>): Promise<number> => {
  const off = await Promise.all(Object.entries(laws).map(async ([law, by]) => [law, await by.item()] as const))
  off.forEach(([law, by]) => {
    ctx.note(`${law}, to ${by.toExponential(1)}`)
  })
  return Math.max(...off.map(([, by]) => by))
}
