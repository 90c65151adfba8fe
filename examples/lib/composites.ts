/** Emoji on noise of any colour, with the masks of what is emoji: pictures whose foreground is known to the pixel. */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { fromArrays, generator, type Dataset, type Generator, type Image } from '../../src/data.js'
import { ndarray, type NDArray } from '../../src/index.js'
import type { Context } from '../runner/system.js'

export interface Composites {
  /** f32[n, 3, side, side] from 0 to 1. */
  readonly x: NDArray<'f32'>
  /** f32[n, 1, side, side] of 0 and 1. */
  readonly mask: NDArray<'f32'>
}

/** The mean of channel c over the square of the picture that one pixel of `step` stands for. */
const meanAt = ({ width, channels, data }: Image, step: number, x: number, y: number, c: number): number => {
  const [x0, y0, length] = [Math.floor(x * step), Math.floor(y * step), Math.max(1, Math.floor(step))]
  let sum = 0
  for (let dy = 0; dy < length; dy++)
    for (let dx = 0; dx < length; dx++) sum += data[((y0 + dy) * width + x0 + dx) * channels + c] as number
  return sum / (length * length * 255)
}

/** One colour, and noise. */
const plain = (rng: Generator): ((c: number) => number) => {
  const color = [uniformFloat32(rng), uniformFloat32(rng), uniformFloat32(rng)] as const
  return (c) => (color[c] as number) + 0.1 * (uniformFloat32(rng) - 0.5)
}

/** Everything of the emoji, from little more than half the side to all of it, anywhere. */
const compose = (rng: Generator, emoji: Image, side: number, x: Float32Array, mask: Float32Array): void => {
  const own = uniformInt(rng, Math.ceil(0.55 * side), side)
  const [left, top] = [uniformInt(rng, 0, side - own), uniformInt(rng, 0, side - own)]
  const [ground, step] = [plain(rng), emoji.width / own]
  for (let i = 0; i < side * side; i++) {
    const [px, py] = [i % side, Math.floor(i / side)]
    const inside = px >= left && px < left + own && py >= top && py < top + own
    const color = (c: number): number => meanAt(emoji, step, px - left, py - top, c)
    const alpha = inside ? color(3) : 0
    mask[i] = alpha > 0.5 ? 1 : 0
    for (let c = 0; c < 3; c++) x[c * side * side + i] = (alpha === 0 ? 0 : alpha * color(c)) + (1 - alpha) * ground(c)
  }
}

/** `count` pictures of some of the emoji. */
const picturesOf = (emoji: readonly Image[], count: number, side: number, rng: Generator): Dataset<Composites> => {
  const size = side * side
  const [x, mask] = [new Float32Array(count * 3 * size), new Float32Array(count * size)]
  for (let i = 0; i < count; i++) {
    compose(
      rng,
      emoji[uniformInt(rng, 0, emoji.length - 1)] as Image,
      side,
      x.subarray(i * 3 * size, (i + 1) * 3 * size),
      mask.subarray(i * size, (i + 1) * size),
    )
  }
  return fromArrays({ x: ndarray(x, { shape: [count, 3, side, side] }), mask: ndarray(mask, { shape: [count, 1, side, side] }) })
}

export interface CompositeSets {
  readonly train: Dataset<Composites>
  /** Of emoji that are in no picture of `train`. */
  readonly test: Dataset<Composites>
}

/** Pictures of `side` pixels: every seventh emoji is kept for the test. */
export const composites = async (
  ctx: Context,
  { side, train, test }: { readonly side: number; readonly train: number; readonly test: number },
): Promise<CompositeSets> => {
  const emoji = await ctx.data.emoji()
  const images = emoji.map(({ image }) => image).filter(({ channels }) => channels === 4)
  const held = (_: Image, i: number): boolean => i % 7 === 0
  return {
    train: picturesOf(images.filter((image, i) => !held(image, i)), train, side, generator(ctx.seed, 1)), // prettier-ignore
    test: picturesOf(images.filter(held), test, side, generator(ctx.seed, 2)),
  }
}
