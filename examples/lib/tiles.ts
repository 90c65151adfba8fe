/** Arrays of pictures as one. */
import type { DeviceArray } from '../../src/index.js'
import type { Context, ImageGrid } from '../runner/system.js'
import { shadesOf } from './ink.js'

export interface TilesOptions extends ImageGrid {
  /** Pixels along each side of a picture. */
  readonly side: number
  /** The number that is black. Default 1. */
  readonly most?: number
}

/** Writes an array [..., side · side] as a grid of pictures, 0 white and `most` black. */
export const tiles = async (ctx: Context, name: string, array: DeviceArray, { side, most = 1, ...grid }: TilesOptions): Promise<void> => {
  const { data } = await array.toNDArray()
  const pictures = Array.from({ length: data.length / (side * side) }, (_, i) =>
    shadesOf(data.subarray(i * side * side, (i + 1) * side * side), [side, side], [0, most]),
  )
  await ctx.plot.images(name, pictures, grid)
}
