/** Runs cases on everything that evaluates: the reference, the JS device, and the compiler itself, which folds constants. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { passes } from '../../src/passes/index.js'
import { mismatches, type OpCase } from './opCase.js'

const traced = (c: OpCase): fx.Graph => fx.trace((...xs: readonly fx.Tensor[]) => c.run(xs), ...c.args.map((arg) => fx.specOf(arg)))

const onReference = (c: OpCase): readonly fx.NDArray[] => fx.evaluate(traced(c), c.args)

/** The same with the arguments as constants of the program. */
const onPasses = (c: OpCase): readonly fx.NDArray[] => {
  const graph = fx.trace(() => c.run(c.args.map((arg) => fx.constant(arg))))
  return fx.evaluate(
    passes.reduce((before, pass) => pass.run(before), graph),
    [],
  )
}

/** Runs cases as one program. */
export const runOn = async (device: fx.Device, cases: readonly OpCase[]): Promise<readonly (readonly fx.NDArray[])[]> => {
  const all = (...args: readonly (readonly fx.Tensor[])[]): readonly (readonly fx.Tensor[])[] => cases.map((c, i) => c.run(args[i] ?? []))
  const program = await fx.compile(
    all,
    cases.map((c) => c.args.map((arg) => fx.specOf(arg))),
    { device, debug: true },
  )
  const results = await program(...cases.map((c) => c.args))
  return Promise.all(results.map((list) => Promise.all(list.map((array) => array.toNDArray()))))
}

/** A test per case. */
export const checkCases = (family: string, cases: readonly OpCase[]): void => {
  describe(family, () => {
    test.each(cases)('$name', async (c) => {
      expect(mismatches(c, onReference(c))).toEqual([])
      expect(mismatches(c, onPasses(c))).toEqual([])
      const [results] = await runOn(fx.js(), [c])
      expect(mismatches(c, results ?? [])).toEqual([])
    })
  })
}
