/** Layers and losses beside PyTorch, values and gradients, on the reference, JS and WebAssembly. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { cases, faults, faultsOn, inputsOf, runCase } from './cases.js'
import { models } from './models.js'

test('each has a case', () => {
  expect(cases.map(({ name }) => name).sort()).toEqual(Object.keys(models).sort())
})

describe('PyTorch', () => {
  test.each(cases)('$name', async (c) => {
    const inputs = inputsOf(c)
    const graph = fx.trace(runCase(c), fx.specOf(inputs))
    const keys = Object.keys(inputs.params).sort()
    const paths = Object.keys(c.grads).sort()
    const results = fx.evaluate(graph, [...keys.map((key) => inputs.params[key]!), ...inputs.xs])
    // Records are flattened in the order of their keys: grads before values.
    const grads = Object.fromEntries(paths.map((path, i) => [path, results[i]!]))
    expect(faults(c, results.slice(paths.length), grads)).toEqual([])
    expect(await faultsOn(c, fx.js())).toEqual([])
    expect(await faultsOn(c, await fx.wasm())).toEqual([])
  })
})
