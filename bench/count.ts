/**
 * What a warm call of a workload asks of WebGPU: `count.ts WORKLOAD`. Dispatches, bytes and objects are the same on
 * every adapter with the same limits, but for what is chosen by adapter; numbers beside them are the most there should be.
 */
import * as fx from '../src/index.js'
import { counter, type Counts } from './counter.js'
import { batchOf, initialOf, inputsOf, isTraining } from './inputs.js'
import { kernelOn, shapesOf, trainingOn } from './workloads.js'

interface Limits {
  readonly dispatches?: number
  readonly boundMB?: number
  readonly peakMB?: number
}

const limits: Readonly<Record<string, Limits>> = {
  softmax: { dispatches: 1, boundMB: 34 },
  attention: { dispatches: 2 },
  mlp: { dispatches: 14, boundMB: 30, peakMB: 16 },
  cnn: { dispatches: 20, boundMB: 45, peakMB: 18 },
  gpt: { dispatches: 110, boundMB: 110, peakMB: 38 },
}

/** Calls before the one that is counted: the first makes what later ones use. */
const warming = 3

/** One call of a workload and all that it reads. */
const callOf = async (device: fx.Device, name: string): Promise<() => Promise<unknown>> => {
  if (isTraining(name)) {
    const { step } = await trainingOn(device, name, initialOf(name), batchOf(name))
    return step
  }
  const { call, free } = await kernelOn(device, name, inputsOf(shapesOf(name)))
  return async () => {
    free(await call())
  }
}

const shown = (value: number, most: number | undefined): string =>
  `${Number.isInteger(value) ? String(value) : value.toFixed(1)}${most === undefined ? '' : `/${String(most)}${value > most ? '!' : ''}`}`

const row = (name: string, c: Counts): string => {
  const { dispatches, boundMB, peakMB } = limits[name] ?? {}
  const made = c.buffers + c.bindGroups + c.pipelines
  const columns = [
    shown(c.dispatches, dispatches),
    shown(c.passes, 1),
    shown(c.submits - c.maps, 1),
    shown(c.boundBytes / 1e6, boundMB),
    shown(c.peakBytes / 1e6, peakMB),
    shown(made, 0),
    String(c.maps),
  ]
  return name.padEnd(12) + columns.map((text) => text.padStart(12)).join('')
}

/** Counts a warm call in this process, which should do nothing else. A `!` follows what is more than the number beside it. */
const countOne = async (name: string): Promise<string> => {
  const counting = counter()
  const call = await callOf(await fx.webgpu(), name)
  for (let i = 0; i < warming; i++) await call()
  counting.mark()
  await call()
  return row(name, counting.read())
}

const [workload = ''] = process.argv.slice(2)
console.log(await countOne(workload))
process.exit(0)
