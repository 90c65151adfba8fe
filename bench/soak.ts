/**
 * Trains for very many steps and shows that memory stays where it was: `npm run bench:soak -- --device wasm --steps 100000`.
 *
 * The state goes in and comes out on the device, donated in even thousands and not in odd ones, so that memory is taken
 * and given back both ways; nothing is disposed of by hand. Memory is that of the process after a collection.
 */
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fx from '../src/index.js'
import { adamInit, adamUpdate, type AdamState, type F32, type Named } from '../examples/lib/adam.js'

const { values } = parseArgs({ options: { device: { type: 'string', default: 'wasm' }, steps: { type: 'string', default: '100000' } } })
const steps = Number(values.steps)
const device = values.device === 'webgpu' ? await fx.webgpu() : values.device === 'js' ? fx.js() : await fx.wasm()

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const mlp = (p: Named<F32>, x: F32): F32 =>
  fx.add(fx.matmul(fx.tanh(fx.add(fx.matmul(x, p.w1 as F32), p.b1 as F32)), p.w2 as F32), p.b2 as F32)

const step = (state: AdamState<F32>, x: F32, y: F32): [AdamState<F32>, F32] => {
  const [loss, grads] = fx.valueAndGrad((p: Named<F32>) => fx.mean(fx.square(fx.sub(mlp(p, x), y))))(state.params)
  return [adamUpdate(grads, state, 1e-3), loss]
}

const wave = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233) / 4),
    { shape },
  )

const state0 = adamInit({ w1: wave([16, 32], 1), b1: wave([32], 2), w2: wave([32, 4], 3), b2: wave([4], 4) })
const [x, y] = [wave([32, 16], 5), wave([32, 4], 6)]
type Step = (state: unknown, x: fx.NDArray, y: fx.NDArray) => Promise<readonly [unknown, fx.DeviceArray<'f32'>]>
const compiled = async (donate: readonly number[]): Promise<Step & { readonly memory: fx.Executable['memory'] }> =>
  (await fx.compile(step as never, [fx.specOf(state0), fx.specOf(x), fx.specOf(y)], { device, donate })) as never
const [donating, copying] = [await compiled([0]), await compiled([])]

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(8)
/** Resident and JavaScript's own, after what is unreachable was given back. */
const measured = async (): Promise<NodeJS.MemoryUsage> => {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return process.memoryUsage()
}

console.log(
  `${device.kind}, ${device.description}; planned: ${String(donating.memory.peakBytes)} B donated, ${String(copying.memory.peakBytes)} B not`,
)
console.log(`${'step'.padStart(8)}${'loss'.padStart(12)}${'RSS MiB'.padStart(9)}${'heap MiB'.padStart(9)}${'buffers MiB'.padStart(12)}`)
let state: unknown = state0
for (let i = 0; i <= steps; i++) {
  const [next, loss] = await (Math.floor(i / 1000) % 2 === 0 ? donating : copying)(state, x, y)
  state = next
  if (i % Math.ceil(steps / 10) === 0) {
    const value = await loss.item()
    const { rss, heapUsed, arrayBuffers } = await measured()
    console.log(
      `${String(i).padStart(8)}${value.toExponential(3).padStart(12)} ${mebibytes(rss)} ${mebibytes(heapUsed)}    ${mebibytes(arrayBuffers)}`,
    )
  }
  // Lets a GPU's driver breathe, and finalisers run.
  else if (i % 100 === 0) {
    await loss.item()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
process.exit(0)
