/** The CPU by WebAssembly: vectors of four lanes, one linear memory, one module for every program, threads where there are. */
import { DeviceError, UnsupportedError } from '../../error.js'
import { dtypes } from '../../ir/dtype.js'
import type { Kernel } from '../../ir/kernel/kernel.js'
import type { Device, KernelSource } from '../backend.js'
import { createHeap, isShared, maxPages, type Heap } from './heap.js'
import { compileKernel, type CompiledKernel } from './kernel.js'
import { loadProgram, type Threading } from './load.js'
import { hasThreads, machineThreads, teams } from './team.js'
import { printFunc } from './text.js'

type Compile = (kernel: Kernel) => CompiledKernel

/** The functions of kernels, each compiled once. */
const compiler = (threads: number): Compile => {
  const known = new WeakMap<Kernel, CompiledKernel>()
  return (kernel) => {
    const compiled = known.get(kernel) ?? compileKernel(kernel, threads)
    known.set(kernel, compiled)
    return compiled
  }
}

const printer =
  (compile: Compile) =>
  (kernel: Kernel): KernelSource => ({
    name: kernel.name,
    get source() {
      return printFunc(compile(kernel).func)
    },
    workgroups: [1, 1, 1],
  })

/** More would wait for one another rather than work. */
const mostThreads = 64

/** A function that needs vectors: engines that accept it have them. */
const probe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11])

/** Whether this engine has WebAssembly with vectors. */
export const hasVectors = (): boolean => typeof WebAssembly === 'object' && WebAssembly.validate(probe)

export interface WasmOptions {
  /**
   * How many threads share the work of a program, at most; by default as many as the machine runs at once. One where the
   * engine has no threads over one memory, as in pages that are not cross-origin isolated, and for programs too small to gain.
   */
  readonly threads?: number
}

const deviceOver = (heap: Heap, threads: number, always = false): Device => {
  const compile = compiler(threads)
  const threading: Threading = { threads, team: teams(heap, threads), always, compile }
  return {
    kind: 'wasm',
    description: `WebAssembly, vectors of 128 bits, ${threads === 1 ? 'one thread' : `${String(threads)} threads`}`,
    // Vectors of WebAssembly have no f16.
    dtypes: dtypes.filter((dtype) => dtype !== 'f16'),
    maxBuffers: 32,
    tile: [4, 1],
    besideReduction: 1,
    rows: true,
    fewestRows: 8,
    // A row that fits into the nearest cache beside what it is made from.
    keeps: 4096,
    elements: 1,
    panel: 8,
    flash: [1, 4],
    againCost: 1.25,
    choices: {
      tile: [
        [2, 1],
        [3, 1],
        [4, 1],
        [6, 1],
        [8, 1],
      ],
      panel: [4, 8, 16],
      keeps: [0, 1024, 4096, 16384],
      flash: [
        [1, 2],
        [1, 4],
        [1, 8],
      ],
    },
    maxBufferBytes: 2 ** 31 - 1,
    print: printer(compile),
    load: (request) => loadProgram(heap, request, threading),
    synchronize: () => Promise.resolve(),
  }
}

/** A memory that threads share, where there is such. */
const newMemory = (): WebAssembly.Memory => {
  const limits = { initial: 16, maximum: maxPages }
  try {
    if (hasThreads()) return new WebAssembly.Memory({ ...limits, shared: true })
  } catch {
    // Not every system gives a shared memory as much room as it may come to need.
  }
  return new WebAssembly.Memory(limits)
}

const heaps: { heap?: Heap } = {}
const heapOf = (): Heap => (heaps.heap ??= createHeap(newMemory()))

const devices = new Map<number, Device>()

/** A device that shares all work among so many threads, however little there is. For tests. */
export const eagerWasm = (threads: number): Device => deviceOver(heapOf(), threads, true)

/** As many threads as were asked for, where there can be several. */
const threadsOf = ({ threads = machineThreads() }: WasmOptions): number => {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads)
    throw new DeviceError({
      op: 'wasm',
      problem: `${String(threads)} is no number of threads`,
      help: `give a whole number from 1 to ${String(mostThreads)}, or none for as many as the machine has`,
    })
  return isShared(heapOf()) ? threads : 1
}

/**
 * The CPU by WebAssembly. All programs share one memory, so arrays go from one device to another as they are; asking again
 * for as many threads gives the same device. Results are the same, bit for bit, however many threads there are.
 * @throws UnsupportedError where the engine has no WebAssembly with vectors; DeviceError for an impossible number of threads
 */
export const wasm = (options: WasmOptions = {}): Device => {
  if (!hasVectors())
    throw new UnsupportedError({
      op: 'wasm',
      problem: 'this engine has no WebAssembly with vectors (SIMD)',
      help: "use a newer browser or runtime, or compile with device: 'js'",
    })
  const threads = threadsOf(options)
  const device = devices.get(threads) ?? deviceOver(heapOf(), threads)
  devices.set(threads, device)
  return device
}
