import { describe, expect, it } from 'vitest'
import { jointPositions } from '../../src/data/kinematics.js'
import { orThrow, parseBvh } from '../../src/data.js'
import { bvh } from './files.js'

/** A skeleton of a root and a limb of two bones along y, and its frames. */
const arm = (order: string, frames: readonly (readonly number[])[]) =>
  orThrow(
    parseBvh(`HIERARCHY
ROOT a { OFFSET 1 0 0 CHANNELS 6 Xposition Yposition Zposition ${order}
  JOINT b { OFFSET 0 2 0 CHANNELS 3 ${order}
    End Site { OFFSET 0 3 0 } } }
MOTION
Frames: ${String(frames.length)}
Frame Time: 0.01
${frames.map((row) => row.join(' ')).join('\n')}`),
  )

const zyx = 'Zrotation Yrotation Xrotation'

const places = (motion: ReturnType<typeof arm>, frame?: 'world' | 'body') => {
  const { shape, data } = jointPositions(motion, frame === undefined ? {} : { frame })
  return { shape, rows: Array.from({ length: data.length / 3 }, (_, i) => Array.from(data.subarray(3 * i, 3 * i + 3), (v) => Math.round(v * 1e4) / 1e4 + 0)) } // prettier-ignore
}

describe('forward kinematics', () => {
  it('at rest adds offsets, and moves with the root', () => {
    const { shape, rows } = places(arm(zyx, [[0, 0, 0, 0, 0, 0, 0, 0, 0], [5, 6, 7, 0, 0, 0, 0, 0, 0]])) // prettier-ignore
    expect(shape).toEqual([2, 3, 3])
    expect(rows).toEqual([[1, 0, 0], [1, 2, 0], [1, 5, 0], [6, 6, 7], [6, 8, 7], [6, 11, 7]]) // prettier-ignore
  })

  it.each([
    ['z takes y to -x', [90, 0, 0], [-3, 2, 0]],
    ['y leaves y', [0, 90, 0], [0, 5, 0]],
    ['x takes y to z', [0, 0, 90], [0, 2, 3]],
    // R = Rz Ry Rx: x first takes y to z, then y takes z to x, then z takes x to y.
    ['rotations apply from the last to the first', [90, 90, 90], [0, 5, 0]],
  ])('a joint turns what is below it: %s', (_, angles, want) => {
    const [, , end] = places(arm(zyx, [[-1, 0, 0, 0, 0, 0, ...angles]])).rows
    expect(end).toEqual(want)
  })

  it('takes the order of the channels from the file', () => {
    const frame = [-1, 0, 0, 0, 0, 0, 90, 90, 0]
    expect(places(arm('Xrotation Zrotation Yrotation', [frame])).rows[2]).toEqual([-3, 2, 0])
    expect(places(arm('Zrotation Xrotation Yrotation', [frame])).rows[2]).toEqual([0, 2, 3])
  })

  it('turns of parents add up', () => {
    expect(places(arm(zyx, [[-1, 0, 0, 90, 0, 0, 90, 0, 0]])).rows).toEqual([[0, 0, 0], [-2, 0, 0], [-2, -3, 0]]) // prettier-ignore
  })

  it('a body is seen from its root, however it stands', () => {
    const one = places(arm(zyx, [[0, 0, 0, 0, 0, 0, 10, 20, 30]]), 'body').rows
    const other = places(arm(zyx, [[4, 5, 6, 70, -80, 15, 10, 20, 30]]), 'body').rows
    expect(one).toEqual(other)
    expect(one[0]).toEqual([0, 0, 0])
  })

  it('bones keep their lengths', () => {
    const { rows } = places(arm(zyx, [[3, 1, -2, 17, 132, -48, 71, -5, 160]]))
    const length = (i: number, j: number): number => Math.hypot(...rows[i]!.map((v, k) => v - rows[j]![k]!))
    expect(length(0, 1)).toBeCloseTo(2, 3)
    expect(length(1, 2)).toBeCloseTo(3, 3)
    expect(length(0, 2)).not.toBeCloseTo(5, 1)
  })

  it('reads what parseBvh reads', () => {
    const { shape, data } = jointPositions(orThrow(parseBvh(bvh)))
    expect(shape).toEqual([2, 3, 3])
    expect(Array.from(data.subarray(0, 3))).toEqual([1, 3, 3])
  })
})
