/** Poses of a moving skeleton, for autoencoders, and as pictures. */
import { fromArrays, jointPositions, type BvhJoint, type Dataset, type Motion } from '../../src/data.js'
import { ndarray, type NDArray } from '../../src/index.js'

export interface Poses {
  readonly joints: readonly BvhJoint[]
  /** x f32[n, joints · 3]: places as seen from the hips, less the mean over those that are learnt from. */
  readonly train: Dataset<{ readonly x: NDArray<'f32'> }>
  readonly test: Dataset<{ readonly x: NDArray<'f32'> }>
  /** [joints · 3] */
  readonly mean: Float32Array
  /** The largest coordinate of a joint as seen from the hips, in the lengths of the file. */
  readonly reach: number
}

/** Every fifth stretch of two seconds is kept for the test: frames that follow one another are much alike. */
const [stretch, every] = [240, 5] as const

/** Poses of several motions of one skeleton. */
export const posesOf = (motions: readonly [Motion, ...Motion[]]): Poses => {
  const { joints } = motions[0]
  const width = joints.length * 3
  const [train, test]: [Float32Array[], Float32Array[]] = [[], []]
  for (const motion of motions) {
    const { data } = jointPositions(motion, { frame: 'body' })
    for (let f = 0; f < data.length / width; f++)
      (Math.floor(f / stretch) % every === every - 1 ? test : train).push(data.slice(f * width, (f + 1) * width))
  }
  const mean = Float32Array.from({ length: width }, (_, i) => train.reduce((sum, row) => sum + (row[i] as number), 0) / train.length)
  const centred = (rows: readonly Float32Array[]) =>
    fromArrays({
      x: ndarray(Float32Array.from(rows.flatMap((row) => Array.from(row, (v, i) => v - (mean[i] as number)))), {
        shape: [rows.length, width],
      }),
    })
  const reach = train.reduce((most, row) => row.reduce((m, v) => Math.max(m, Math.abs(v)), most), 0)
  return { joints, train: centred(train), test: centred(test), mean, reach }
}

/** Joints that are below one, and it: a limb. */
export const limb = (joints: readonly BvhJoint[], name: string): readonly boolean[] => {
  const within: boolean[] = []
  for (const joint of joints) within.push(joint.name === name || (joint.parent >= 0 && within[joint.parent] === true))
  return within
}

/** A pose from the front, [side, side], dark on white; joints for which `faint` says so are lighter. */
export const drawPose = (
  joints: readonly BvhJoint[],
  at: ArrayLike<number>,
  { side, reach, faint = [] }: { readonly side: number; readonly reach: number; readonly faint?: readonly boolean[] },
) => {
  const data = new Float32Array(side * side).fill(1)
  const place = (j: number, axis: number): number =>
    side / 2 + ((axis === 0 ? 1 : -1) * (at[3 * j + axis] as number) * side) / (2.1 * reach)
  joints.forEach(({ parent }, j) => {
    if (parent < 0) return
    for (let t = 0; t <= 1; t += 0.02) {
      const [x, y] = [0, 1].map((axis) => Math.floor((1 - t) * place(parent, axis) + t * place(j, axis))) as [number, number]
      const shade = faint[j] === true ? 0.6 : 0
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
      ] as const)
        // prettier-ignore
        if (x + dx >= 0 && x + dx < side && y + dy >= 0 && y + dy < side) data[(y + dy) * side + x + dx] = shade
    }
  })
  return { shape: [side, side], data }
}
