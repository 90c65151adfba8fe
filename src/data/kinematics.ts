/** Where joints are, from what a motion says of their rotations. */
import { ndarray, type NDArray } from '../ir/ndarray.js'
import type { BvhChannel, BvhJoint, Motion } from './bvh.js'

type Matrix = readonly number[]

const identity: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1]

const times = (a: Matrix, b: Matrix): Matrix =>
  Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3]
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] as number) * (b[3 * k + column] as number), 0)
  })

/** By an angle in degrees, about one of the axes, anticlockwise as seen from its end. */
const rotation = (axis: number, degrees: number): Matrix => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  if (axis === 0) return [1, 0, 0, 0, c, -s, 0, s, c]
  return axis === 1 ? [c, 0, s, 0, 1, 0, -s, 0, c] : [c, -s, 0, s, c, 0, 0, 0, 1]
}

const axisOf = (channel: BvhChannel): number => 'XYZ'.indexOf(channel.charAt(0))

interface Placed {
  readonly at: readonly number[]
  readonly turned: Matrix
}

/** A joint, from where its parent is: x = xₚ + Rₚ (offset + translation), R = Rₚ R₁ R₂ R₃ in the order of its channels. */
const placed = ({ offset, channels }: BvhJoint, values: ArrayLike<number>, { at, turned }: Placed): Placed => {
  const shift = [...offset]
  let own = identity
  channels.forEach((channel, c) => {
    const [axis, value] = [axisOf(channel), values[c] as number]
    if (channel.endsWith('position')) shift[axis] = (shift[axis] as number) + value
    else own = times(own, rotation(axis, value))
  })
  const moved = at.map((x, i) => [0, 1, 2].reduce((sum, k) => sum + (turned[3 * i + k] as number) * (shift[k] as number), x))
  return { at: moved, turned: times(turned, own) }
}

export interface KinematicsOptions {
  /** 'world': where joints are. 'body': as seen from the root, which neither moves nor turns: a pose. Default 'world'. */
  readonly frame?: 'world' | 'body'
}

/** Forward kinematics: f32[frames, joints, 3], in the lengths of the file. */
export const jointPositions = ({ joints, frames }: Motion, { frame = 'world' }: KinematicsOptions = {}): NDArray<'f32'> => {
  const [count = 0, width = 0] = frames.shape
  const data = new Float32Array(count * joints.length * 3)
  const origin: Placed = { at: [0, 0, 0], turned: identity }
  for (let f = 0; f < count; f++) {
    const found: Placed[] = []
    let column = f * width
    joints.forEach((joint, j) => {
      const values = frames.data.subarray(column, column + joint.channels.length)
      column += joint.channels.length
      const self =
        joint.parent >= 0 ? placed(joint, values, found[joint.parent] as Placed) : frame === 'body' ? origin : placed(joint, values, origin)
      found.push(self)
      data.set(self.at, (f * joints.length + j) * 3)
    })
  }
  return ndarray(data, { shape: [count, joints.length, 3], dtype: 'f32' })
}
