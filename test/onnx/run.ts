import * as fx from '../../src/index.js'
import type { OnnxCase } from './cases.js'

/** Runs cases as one program. */
export const runOnnx = async (device: fx.Device, cases: readonly OnnxCase[]): Promise<readonly (readonly fx.NDArray[])[]> => {
  const all = (...args: readonly (readonly fx.Tensor[])[]): readonly (readonly fx.Tensor[])[] => cases.map((c, i) => c.run(args[i] ?? []))
  const program = await fx.compile(
    all,
    cases.map((c) => c.args.map((arg) => fx.specOf(arg))),
    { device },
  )
  const results = await program(...cases.map((c) => c.args))
  return Promise.all(results.map((list) => Promise.all(list.map((array) => array.toNDArray()))))
}
