/**
 * The least time that programs can take on a GPU, from the flops and bytes of their kernels: `npm run bench:roofline -- --tflops 67 --gbps 3350`.
 * A kernel takes as long as its arithmetic or its traffic, whichever is longer. Programs are planned for hardware; nothing is run.
 */
import { parseArgs } from 'node:util'
import type { LoadRequest } from '../src/backends/backend.js'
import { preferencesFor } from '../src/backends/webgpu/device.js'
import { printWgsl } from '../src/backends/wgsl/print.js'
import * as fx from '../src/index.js'
import { deviceBytes } from '../src/ir/dtype.js'
import type { Kernel } from '../src/ir/kernel/kernel.js'
import { batchOf, initialOf, inputsOf, isTraining } from './inputs.js'
import { kernelOn, shapesOf, trainingOn } from './workloads.js'

const { values } = parseArgs({ options: { tflops: { type: 'string', default: '67' }, gbps: { type: 'string', default: '3350' } } })
const [flopsPerMs, bytesPerMs] = [Number(values.tflops) * 1e9, Number(values.gbps) * 1e6]
if (!(flopsPerMs > 0 && bytesPerMs > 0)) throw new Error('--tflops and --gbps are numbers above 0: what the card does at most in a second')

/** What was loaded last on a device that computes nothing. */
let loaded: LoadRequest | undefined

const info = { vendor: 'any', architecture: '', device: '', description: '', isFallbackAdapter: false } as GPUAdapterInfo

const device: fx.Device = {
  kind: 'webgpu',
  description: 'hardware as it is planned for',
  dtypes: ['f32', 'i32', 'u32', 'bool'],
  maxBuffers: 10,
  maxBufferBytes: 2 ** 31,
  ...preferencesFor(info),
  print: printWgsl,
  load: (request) => {
    loaded = request
    const results = request.outputs.map(({ shape, dtype }) => {
      const none = (): Promise<never> => Promise.reject(new Error('nothing is computed here'))
      return { shape, dtype, device: 'webgpu', toNDArray: none, item: () => Promise.resolve(0), dispose: () => undefined }
    })
    return Promise.resolve({ run: () => Promise.resolve(results), profile: () => Promise.resolve([]) })
  },
  synchronize: () => Promise.resolve(),
}

const bytesOf = ({ buffers }: Kernel): number =>
  buffers.reduce((sum, { size, dtype, access }) => sum + size * deviceBytes(dtype) * (access === 'readwrite' ? 2 : 1), 0)

const cells = (...texts: readonly string[]): string => texts.map((text, i) => (i === 0 ? text.padEnd(28) : text.padStart(12))).join('')

/** A line for what was loaded last. */
const report = (name: string): void => {
  const kernels = loaded?.program.launches.map(({ kernel }) => kernel) ?? []
  const parts = kernels.map((kernel) => ({ flops: kernel.flops, bytes: bytesOf(kernel) }))
  const sum = (of: (part: (typeof parts)[number]) => number): number => parts.reduce((total, part) => total + of(part), 0)
  const [flops, bytes] = [sum((part) => part.flops), sum((part) => part.bytes)]
  const least = sum((part) => Math.max(part.flops / flopsPerMs, part.bytes / bytesPerMs))
  const bound = sum((part) => part.flops / flopsPerMs) > sum((part) => part.bytes / bytesPerMs) ? 'arithmetic' : 'traffic'
  console.log(
    cells(
      name,
      String(kernels.length),
      (flops / 1e9).toFixed(2),
      (bytes / 1e6).toFixed(1),
      (flops / bytes).toFixed(1),
      least.toPrecision(3),
      bound,
    ),
  )
}

type F32 = fx.Tensor<fx.Shape, 'f32'>
const chain = (x: F32): F32 => fx.add(fx.mul(fx.tanh(fx.add(fx.mul(x, 1.5), -0.3)), fx.sigmoid(x)), fx.square(x))

console.log(`${values.tflops} TFLOP/s, ${values.gbps} GB/s\n`)
console.log(cells('', 'kernels', 'GFLOP', 'MB', 'flops/byte', 'ms at least', 'bound by'))
await fx.compile((x: F32, y: F32) => fx.matmul(x, y), [fx.spec([4096, 4096]), fx.spec([4096, 4096])], { device })
report('matmul 4096')
await fx.compile(chain, [fx.spec([2 ** 26])], { device })
report('fused chain of 2^26')
for (const name of ['matmul1024', 'conv', 'convgrad', 'softmax', 'layernorm', 'attention']) {
  const { call } = await kernelOn(device, name, inputsOf(shapesOf(name)))
  await call()
  report(name)
}
for (const name of ['mlp', 'cnn', 'gpt'].filter(isTraining)) {
  const { step } = await trainingOn(device, name, initialOf(name), batchOf(name))
  await step()
  report(`training step, ${name}`)
}
