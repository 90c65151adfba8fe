/** Every name of the public page is exported, and every op has numbers by PyTorch. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { torchCases } from '../torch/cases.js'
import { linalgNames, opsByFamily, programNames, randomNames, transformNames } from './names.js'

const missing = (names: readonly string[], from: object): readonly string[] =>
  names.filter((name) => typeof (from as Readonly<Record<string, unknown>>)[name] !== 'function')

const ops = Object.values(opsByFamily).flat()

test('are functions', () => {
  expect(missing([...ops, ...transformNames, ...programNames], fx)).toEqual([])
  expect(missing(linalgNames, fx.linalg)).toEqual([])
  expect(missing(randomNames, fx.random)).toEqual([])
})

test('have cases by PyTorch', () => {
  const seen = new Set(torchCases.map(({ op }) => op))
  const parts = { qr: ['qrQ', 'qrR'], eigh: ['eighValues', 'eighVectors'], svd: ['svdValues', 'svdVectors'] } as Readonly<
    Record<string, readonly string[]>
  >
  expect(ops.filter((name) => !seen.has(name))).toEqual([])
  expect(linalgNames.flatMap((name) => parts[name] ?? [name]).filter((name) => !seen.has(name))).toEqual([])
})

test('have second derivatives by PyTorch', () => {
  expect(torchCases.filter(({ want }) => want.some(({ order }) => order === 2)).length).toBeGreaterThanOrEqual(250)
})
