/** Whatever kernels are cut into, within what a device offers, the program computes the same within the bounds of its ops. */
import { expect, test } from 'vitest'
import { wasm } from '../../src/backends/wasm/wasm.js'
import { wasmModel } from '../../src/verify/model.js'
import { casesOf } from '../harness/law.js'
import { holdsCutAnyhow } from '../harness/tuning.js'

test('wasm', { timeout: 300_000 }, async () => {
  expect(await holdsCutAnyhow('wasm', wasm(), wasmModel, 600)).toBeGreaterThan(casesOf(600))
})
