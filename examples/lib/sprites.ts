/** Little white figures on black whose factors of variation are known, like those of dSprites (Matthey et al. 2017), drawn here. */
import { ndarray, type NDArray } from '../../src/index.js'

export interface Sprites {
  /** f32[n, side · side] from 0 to 1: shares of a pixel that the figure covers. */
  readonly x: NDArray<'f32'>
  /** i32[n, factors] */
  readonly factors: NDArray<'i32'>
}

export const spriteSide = 20

export const spriteFactors = [
  { name: 'x', size: 10 },
  { name: 'y', size: 6 },
  { name: 'size', size: 5 },
  { name: 'shape', size: 2 },
] as const

export const spriteSizes: readonly number[] = spriteFactors.map(({ size }) => size)

/** Whether (u, v) is within a disc or a ring of radius 1. */
const within = [(u: number, v: number) => u * u + v * v <= 1, (u: number, v: number) => u * u + v * v <= 1 && u * u + v * v > 0.36] as const

/** Points of a pixel that are asked, along each side. */
const fine = 3

const draw = ([x = 0, y = 0, size = 0, shape = 0]: readonly number[], into: Float32Array): void => {
  const radius = 3.2 + 0.5 * size
  const [left, top] = [6 + 0.89 * x, 7.8 + 0.89 * y]
  const inside = within[shape] as (u: number, v: number) => boolean
  for (let p = 0; p < into.length; p++)
    for (let q = 0; q < fine * fine; q++) {
      const u = ((p % spriteSide) + ((q % fine) + 0.5) / fine - left) / radius
      const v = (Math.floor(p / spriteSide) + (Math.floor(q / fine) + 0.5) / fine - top) / radius
      if (inside(u, v)) into[p] = (into[p] as number) + 1 / (fine * fine)
    }
}

/** Each combination of the factors once, the last one varying first. */
export const sprites = (): Sprites => {
  const n = spriteSizes.reduce((a, b) => a * b, 1)
  const x = new Float32Array(n * spriteSide * spriteSide)
  const factors = new Int32Array(n * spriteSizes.length)
  for (let i = 0; i < n; i++) {
    let rest = i
    for (let k = spriteSizes.length - 1; k >= 0; k--) {
      factors[i * spriteSizes.length + k] = rest % (spriteSizes[k] as number)
      rest = Math.floor(rest / (spriteSizes[k] as number))
    }
    const own = Array.from(factors.subarray(i * spriteSizes.length, (i + 1) * spriteSizes.length))
    draw(own, x.subarray(i * spriteSide * spriteSide, (i + 1) * spriteSide * spriteSide))
  }
  return {
    x: ndarray(x, { shape: [n, spriteSide * spriteSide], dtype: 'f32' }),
    factors: ndarray(factors, { shape: [n, spriteSizes.length], dtype: 'i32' }),
  }
}
