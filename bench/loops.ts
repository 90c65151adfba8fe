/** Times loops as launches that repeat and as one kernel: `npm run bench:loops`, on WebGPU where there is a GPU. */
import * as fx from '../src/index.js'
import { dense, gru, ssm, wave, type Recurrence } from '../test/harness/recurrent.js'
import { median } from './median.js'

/** Milliseconds of a run, from the call to the result on the host, after a run that is not counted. */
const timeOf = async (
  { f, specs }: Recurrence,
  device: fx.Device,
): Promise<{ readonly kernels: number; readonly milliseconds: number }> => {
  const program = (await fx.compile(f as never, specs as never, { device })) as fx.Executable
  const args = specs.map(({ shape }, i) => wave(shape, i)) as never[]
  const times: number[] = []
  for (let i = 0; i < 8; i++) {
    const before = performance.now()
    const results = [await program(...args)].flat() as fx.DeviceArray[]
    await Promise.all(results.map((result) => result.toNDArray()))
    times.push(performance.now() - before)
  }
  return { kernels: program.kernels.length, milliseconds: median(times.slice(1)) }
}

const device = process.argv.includes('js') ? fx.js() : await fx.webgpu()
const { team: _, ...replaying } = device
console.log(`${device.kind}, ${device.description}, teams of ${String(device.team)}; medians of 7`)
for (const recurrence of [gru(16, 16, 1000), gru(64, 32, 1000), ssm(64, 8, 1000), dense(32, 200)]) {
  const [replay, one] = [await timeOf(recurrence, replaying), await timeOf(recurrence, device)]
  const row = [
    `${recurrence.name.padEnd(28)}${String(replay.kernels).padStart(3)} kernels ${replay.milliseconds.toFixed(1).padStart(8)} ms`,
    `${String(one.kernels).padStart(3)} ${one.milliseconds.toFixed(1).padStart(8)} ms`,
    `ratio ${(replay.milliseconds / one.milliseconds).toFixed(2)}`,
  ]
  console.log(row.join('   '))
}
process.exit(0)
