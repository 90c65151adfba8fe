/** Whatever kernels are cut into, within what a device offers, the program computes the same within the bounds of its ops. */
import { expect, test } from 'vitest'
import { webgpu } from '../../src/backends/webgpu/device.js'
import { webgpuModel } from '../../src/verify/model.js'
import { casesOf } from '../harness/law.js'
import { holdsCutAnyhow } from '../harness/tuning.js'

test('webgpu', { timeout: 300_000 }, async () => {
  expect(await holdsCutAnyhow('webgpu', await webgpu(), webgpuModel, 200)).toBeGreaterThan(casesOf(200))
})
