/** A model on a backend, beside the reference. */
import { expect } from 'vitest'
import * as fx from '../../src/index.js'
import { tensorLeaves } from '../../src/ops/leaves.js'
import { resultsOf } from '../harness/run.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>

/** A function of a model's arrays. */
export interface ModelProgram {
  readonly name: string
  readonly f: (...xs: never[]) => unknown
  readonly args: readonly fx.NDArray[]
  /** Of the largest result. */
  readonly tolerance?: number
}

/** Compiles it for a device and holds its results against the reference. */
export const sameAsReference = async ({ f, args, tolerance = 1e-5 }: ModelProgram, device: fx.Device): Promise<void> => {
  const flat = (...xs: never[]): unknown => tensorLeaves('model', 'what it gives', f(...xs)).leaves
  const graph = fx.trace(flat, ...(args.map((a) => fx.spec([...a.shape], a.dtype)) as never as []))
  const want = fx.evaluate(graph, args)
  const have = await resultsOf(await fx.compile(graph, { device }), args)
  expect(have.length).toBe(want.length)
  have.forEach((array, i) => {
    const [a, b] = [[...array.data].map(Number), [...(want[i] as fx.NDArray).data].map(Number)]
    const scale = Math.max(1, ...b.map(Math.abs))
    const off = a.reduce((most, x, j) => Math.max(most, Math.abs(x - (b[j] as number)) / scale), 0)
    expect(off, `result ${String(i)}`).toBeLessThanOrEqual(tolerance)
  })
}
