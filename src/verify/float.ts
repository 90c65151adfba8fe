/** f64 numbers taken apart, for bounds in units of the last place. */

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)

/** The smallest normal f32. Devices may take anything smaller for zero. */
export const smallestNormal = 2 ** -126

const exponentOf = (x: number): number => {
  scratch[0] = x
  return (((words[1] as number) >>> 20) & 0x7ff) - 1023
}

/** The distance between f32 numbers around x; that of the largest for infinities. */
export const ulpOf = (x: number): number => (Number.isNaN(x) ? 0 : 2 ** (Math.min(127, Math.max(-126, exponentOf(x))) - 23))

/** The largest power of two that divides x; Infinity for 0 and what is not finite. */
export const gridOf = (x: number): number => {
  if (x === 0 || !Number.isFinite(x)) return Infinity
  scratch[0] = x
  const low = words[0] as number
  const high = ((words[1] as number) & 0xfffff) | 0x100000
  const bits = low === 0 ? high : low
  const trailing = 31 - Math.clz32(bits & -bits) + (low === 0 ? 32 : 0)
  return 2 ** (exponentOf(x) - 52 + trailing)
}

/** The finest grid that all elements lie on. */
export const gridOfAll = (data: Float64Array): number => data.reduce((grid, x) => Math.min(grid, gridOf(x)), Infinity)

/** What kind of number it is: kinds are never close to one another. */
export const kindOf = (x: number): 'nan' | 'inf' | '-inf' | 'finite' =>
  Number.isNaN(x) ? 'nan' : x === Infinity ? 'inf' : x === -Infinity ? '-inf' : 'finite'
