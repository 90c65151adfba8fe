/** JAX's numbers on a device, several to a program; and many on all that evaluates, bit for bit. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { runOn } from '../ops/checkCases.js'
import { mismatches } from '../ops/opCase.js'
import { jaxCases } from './jaxCases.js'

const { random } = fx
const perProgram = 4
const batches = Array.from({ length: Math.ceil(jaxCases.length / perProgram) }, (_, i) => {
  const cases = jaxCases.slice(i * perProgram, (i + 1) * perProgram)
  return { first: cases[0]!.name, cases }
})

export const randomTests = (device: fx.Device): void => {
  test.each(batches)('$first, …', async ({ cases }) => {
    const results = await runOn(device, cases)
    expect(cases.flatMap((c, i) => mismatches(c, results[i] ?? [], 'gpu'))).toEqual([])
  })

  test.each([random, random.partitionable])(
    'bits, uniform and split are the same bits on the reference, on JS and on the device',
    async (r) => {
      const draw = (key: fx.Key): fx.Tensor[] => [r.bits(key, [3, 1367]), r.uniform(key, [4096]), r.split(key, 1001)]
      const onReference = fx.evaluate(fx.trace(draw, fx.spec([2], 'u32')), [random.keyData(99)])
      for (const on of [fx.js(), device]) {
        const program = await fx.compile(draw, [fx.spec([2], 'u32')], { device: on })
        const results = await program(random.keyData(99))
        expect(await Promise.all(results.map((x) => x.toNDArray()))).toEqual(onReference)
      }
    },
  )
}
