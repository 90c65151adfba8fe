import { expect, test } from 'vitest'
import { square } from '../../examples/lib/faces.js'

test('a square that is made smaller or larger keeps slopes, its first pixel, and its edge', () => {
  const [width, height] = [12, 9]
  const colour = (i: number, j: number, c: number): number => 10 * c + 5 * i + 7 * j
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) =>
    colour(Math.floor(at / 3 / width), Math.floor(at / 3) % width, at % 3),
  )
  for (const to of [3, 6, 12]) {
    const made = square({ width, height, channels: 3, data }, { x: 4, y: 2, size: 6 }, to)
    const along = (n: number): number => Math.min((n * 6) / to, 5)
    const want = Array.from({ length: 3 * to * to }, (_, at) => {
      const [c, i, j] = [Math.floor(at / (to * to)), Math.floor(at / to) % to, at % to]
      return colour(2 + along(i), 4 + along(j), c)
    })
    expect(made.shape).toEqual([3, to, to])
    made.data.forEach((v, at) => expect(v).toBeCloseTo(want[at] as number, 4))
  }
})
