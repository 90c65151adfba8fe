/** The cases of every family on a device, several to a program: fewer to load, and what fusion does to neighbours is tested, too. */
import { describe, expect, test } from 'vitest'
import type { Device } from '../../src/index.js'
import { families } from './cases/all.js'
import { runOn } from './checkCases.js'
import { mismatches, type OpCase } from './opCase.js'

const perProgram = 12

const batches = (cases: readonly OpCase[]): { readonly first: string; readonly cases: readonly OpCase[] }[] =>
  Array.from({ length: Math.ceil(cases.length / perProgram) }, (_, i) => {
    const part = cases.slice(i * perProgram, (i + 1) * perProgram)
    return { first: part[0]?.name ?? '', cases: part }
  })

export const opTests = (name: string, device: Device): void => {
  describe.each(Object.entries(families))(`%s on ${name}`, (_, cases) => {
    test.each(batches(cases))('$first, …', async ({ cases: batch }) => {
      const results = await runOn(device, batch)
      expect(batch.flatMap((c, i) => mismatches(c, results[i] ?? [], 'gpu'))).toEqual([])
    })
  })
}
