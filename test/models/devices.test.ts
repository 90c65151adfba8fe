/** Every model on JavaScript and WebAssembly. On WebGPU: `webgpu.test.ts`. */
import { describe, test } from 'vitest'
import * as fx from '../../src/index.js'
import { sameAsReference } from './devices.js'
import { programs } from './programs.js'

describe.each(['js', 'wasm'] as const)('on %s', (name) => {
  test.each(programs)('$name', async (program) => {
    await sameAsReference(program, name === 'js' ? fx.js() : await fx.wasm())
  })
})
