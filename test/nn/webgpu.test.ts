/** Layers and losses beside PyTorch on WebGPU. */
import { describe, expect, test } from 'vitest'
import { webgpu } from '../../src/index.js'
import { cases, faultsOn } from './cases.js'

const device = await webgpu()

describe('PyTorch on WebGPU', () => {
  test.each(cases)('$name', async (c) => {
    expect(await faultsOn(c, device)).toEqual([])
  })
})
