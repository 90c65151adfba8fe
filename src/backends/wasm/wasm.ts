/** The CPU by WebAssembly: vectors of four lanes, one linear memory, one module for every program. */
import { UnsupportedError } from '../../error.js'
import { dtypes } from '../../ir/dtype.js'
import type { Kernel } from '../../ir/kernel/kernel.js'
import type { Device, KernelSource } from '../backend.js'
import { createHeap, maxPages, type Heap } from './heap.js'
import { compileKernel, type CompiledKernel } from './kernel.js'
import { loadProgram } from './load.js'
import { printFunc } from './text.js'

const known = new WeakMap<Kernel, CompiledKernel>()

/** The function of a kernel, compiled once. */
const compiledOf = (kernel: Kernel): CompiledKernel => {
  const compiled = known.get(kernel) ?? compileKernel(kernel)
  known.set(kernel, compiled)
  return compiled
}

const print = (kernel: Kernel): KernelSource => ({
  name: kernel.name,
  get source() {
    return printFunc(compiledOf(kernel).func)
  },
  workgroups: [1, 1, 1],
})

/** A function that needs vectors: engines that accept it have them. */
const probe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11])

/** Whether this engine has WebAssembly with vectors. */
export const hasVectors = (): boolean => typeof WebAssembly === 'object' && WebAssembly.validate(probe)

const deviceOver = (heap: Heap): Device => ({
  kind: 'wasm',
  description: 'WebAssembly, vectors of 128 bits, one thread',
  // Vectors of WebAssembly have no f16.
  dtypes: dtypes.filter((dtype) => dtype !== 'f16'),
  maxBuffers: 32,
  tile: [4, 1],
  rows: true,
  fewestRows: 8,
  // A row that fits into the nearest cache beside what it is made from.
  keeps: 4096,
  elements: 1,
  panel: 8,
  maxBufferBytes: 2 ** 31 - 1,
  print,
  load: (request) => loadProgram(heap, request, compiledOf),
})

let device: Device | undefined

/**
 * The CPU by WebAssembly. All programs share one memory, so there is one device.
 * @throws UnsupportedError where the engine has no WebAssembly with vectors
 */
export const wasm = (): Device => {
  if (!hasVectors())
    throw new UnsupportedError({
      op: 'wasm',
      problem: 'this engine has no WebAssembly with vectors (SIMD)',
      help: "use a newer browser or runtime, or compile with device: 'js'",
    })
  return (device ??= deviceOver(createHeap(new WebAssembly.Memory({ initial: 16, maximum: maxPages }))))
}
