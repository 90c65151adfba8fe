import { join } from 'node:path'
import type * as fx from '../../src/index.js'
import { encodeSafetensors } from '../../src/interop.js'
import { writeWhole } from '../../src/node.js'
import type { AdamState } from '../lib/adam.js'
import { toPng, toSvg } from '../lib/plot.js'
import { figure, type Story } from './figure.js'
import type { DemoOptions } from './options.js'
import type { Point, State } from './train.js'

export const checkpointPath = (out: string): string => join(out, 'checkpoint.safetensors')

const toHost = async (array: fx.NDArray | fx.DeviceArray): Promise<fx.NDArray> => ('toNDArray' in array ? array.toNDArray() : array)

/** The leaves of a state with dotted names, as `params.w1`. */
const leavesOf = ({ params, m, v, t }: AdamState<fx.NDArray | fx.DeviceArray>): [string, fx.NDArray | fx.DeviceArray][] => [
  ...Object.entries({ params, m, v }).flatMap(([part, named]) =>
    Object.entries(named).map(([name, x]): [string, typeof x] => [`${part}.${name}`, x]),
  ),
  ['t', t],
]

/** Writes the whole training state. Its leaves are read in one turn, so in one copy from the device. */
export const saveCheckpoint = async (state: State, step: number, { out, seed, epochs }: DemoOptions): Promise<void> => {
  const arrays = await Promise.all(leavesOf(state).map(async ([name, x]) => [name, await toHost(x)] as const))
  const metadata = { step: String(step), seed: String(seed), epochs: String(epochs) }
  await writeWhole(checkpointPath(out), encodeSafetensors({ arrays: Object.fromEntries(arrays), metadata }))
}

const csv = (curve: readonly Point[], tests: readonly Point[]): string => {
  const row = (of: string) => (p: Point) => [of, p.step, p.epoch.toFixed(4), p.loss, p.accuracy].join(',')
  return ['set,step,epoch,loss,accuracy', ...curve.map(row('train')), ...tests.map(row('test'))].join('\n') + '\n'
}

/** Writes the curves as CSV and JSON and the picture as PNG; gives the paths. */
export const saveResults = async (story: Story, facts: object, { out }: DemoOptions): Promise<readonly string[]> => {
  const png = toPng(await toSvg(figure(story)), 2)
  const { curve, tests } = story
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [join(out, 'demo.png'), png],
    [join(out, 'curves.csv'), csv(curve, tests)],
    [join(out, 'curves.json'), `${JSON.stringify({ ...facts, curve, tests }, null, 1)}\n`],
  ]
  await Promise.all(files.map(([path, data]) => writeWhole(path, data)))
  return [...files.map(([path]) => path), checkpointPath(out)]
}
