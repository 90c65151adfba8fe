/** Every model on WebGPU. */
import { test } from 'vitest'
import * as fx from '../../src/index.js'
import { sameAsReference } from './devices.js'
import { programs } from './programs.js'

test.each(programs)('$name', async (program) => {
  await sameAsReference(program, await fx.webgpu())
})
