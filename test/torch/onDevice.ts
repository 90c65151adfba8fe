/** Every case on a device, several of an op to a program. */
import { describe, expect, test } from 'vitest'
import type { Device } from '../../src/index.js'
import { faults, torchCases, type TorchCase } from './cases.js'
import { runTorch } from './run.js'

const perProgram = 6

const batches = torchCases.reduce<TorchCase[][]>((all, c) => {
  const last = all.at(-1)
  if (last !== undefined && last.length < perProgram) last.push(c)
  else all.push([c])
  return all
}, [])

export const torchTests = (name: string, device: Device): void => {
  describe(`PyTorch on ${name}`, () => {
    test.each(batches.map((cases) => ({ first: cases[0]!.name, cases })))('$first, …', async ({ cases }) => {
      const results = await runTorch(device, cases)
      expect(cases.flatMap((c, i) => faults(c, results[i] ?? [], 'gpu'))).toEqual([])
    })
  })
}
