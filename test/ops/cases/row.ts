/** A function of one f32 as a table of arguments and values. */
import type * as fx from '../../../src/index.js'
import { f32, opCase, type OpCase, type Tolerance } from '../opCase.js'

export interface Row extends Tolerance {
  readonly name: string
  readonly op: (x: fx.Tensor<fx.Shape, 'f32'>) => fx.Tensor
  readonly x: readonly number[]
  readonly y: readonly number[]
}

export const rowCase = ({ name, op, x, y, ulps = 0, gpuUlps = ulps }: Row): OpCase =>
  opCase(name, [f32(x)], (v) => op(v), f32(y), { ulps, gpuUlps })
