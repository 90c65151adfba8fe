/** What is tested of every network alike. */
import { expect } from 'vitest'
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'
import { resultsOf } from '../harness/run.js'
import type { F32, ModelProgram } from './devices.js'
import { noise } from '../harness/noise.js'

/** Any network. Its state, if any, is that before the first step. */
type Net = nn.AnyModule

type Loose = nn.Layer<fx.Tree<F32>, unknown, F32, unknown>

const loose = (net: Net): Loose => nn.layer(net) as unknown as Loose

/** Records by name, as trees are flattened; lists in their order. */
const entries = (tree: object): readonly (readonly [string, unknown])[] =>
  Array.isArray(tree) ? Object.entries(tree) : Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1))

const isTensor = (tree: object): tree is F32 => 'op' in tree

const tensorsIn = (tree: unknown): readonly F32[] =>
  typeof tree !== 'object' || tree === null ? [] : isTensor(tree) ? [tree] : entries(tree).flatMap(([, part]) => tensorsIn(part))

/** The same tree with other tensors. `f` is given each with its name. */
export const mapTensors = (tree: unknown, f: (t: F32, name: string) => F32, name = ''): unknown => {
  if (typeof tree !== 'object' || tree === null) return tree
  if (isTensor(tree)) return f(tree, name)
  if (Array.isArray(tree)) return tree.map((part, i) => mapTensors(part, f, String(i)))
  return Object.fromEntries(entries(tree).map(([key, part]) => [key, mapTensors(part, f, key)]))
}

/** Parameters of a usual size for a network: what the reference draws is slow for it, so these are no random numbers. */
export const parametersOf = (net: Net): fx.Tree<F32> => {
  let seed = 0
  return mapTensors(loose(net).init(fx.random.key(1)), ({ shape }, name) => {
    const values: F32 = fx.constant(noise(shape, seed++).data, { shape: [...shape] })
    if (shape.length > 1) return fx.mul(values, Math.sqrt(4 / (shape.length === 2 ? shape[0]! : shape.slice(1).reduce((a, b) => a * b, 1))))
    return name === 'scale' ? fx.add(fx.mul(values, 0.2), 1) : fx.mul(values, 0.1)
  }) as fx.Tree<F32>
}

/** A number that depends on every result, and on none alike. */
const mixed = (y: unknown): F32 =>
  tensorsIn(y)
    .map((t): F32 => fx.mean(fx.sin(fx.add(fx.mul(t, 3), fx.reshape(fx.cast(fx.arange(t.size), 'f32'), t.shape) as F32))))
    .reduce((a, b) => fx.add(a, b))

const lossOf =
  (net: Net, x: F32, training: boolean) =>
  (params: fx.Tree<F32>): F32 => {
    const { apply, initState } = loose(net)
    return mixed(apply(params, x, { training, key: fx.random.key(5), state: initState() }))
  }

/** The loss of a network that is made from a key, with the gradients of all parameters. */
export const training = (name: string, net: Net, shape: readonly number[], tolerance = 2e-4): ModelProgram => ({
  name,
  f: (x: F32) => fx.valueAndGrad(lossOf(net, x, true))(parametersOf(net)),
  args: [noise(shape, 3)],
  tolerance,
})

/** The derivative along a direction in the space of parameters, by the gradient and by a central difference. */
const slopes = async (net: Net, shape: readonly number[], inTraining: boolean, step: number): Promise<readonly [number, number]> => {
  const graph = fx.trace(
    (x: F32) => {
      const params = parametersOf(net)
      const loss = lossOf(net, x, inTraining)
      const direction = tensorsIn(params).map((t, i): F32 => fx.constant(noise(t.shape, 100 + i).data, { shape: [...t.shape] }))
      const shifted = (by: number): F32 => {
        let i = 0
        return loss(mapTensors(params, (t) => fx.add(t, fx.mul(direction[i++] as F32, by))) as fx.Tree<F32>)
      }
      const gradient = tensorsIn(fx.grad(loss)(params))
      const along = gradient.map((g, i): F32 => fx.sum(fx.mul(g, direction[i] as F32))).reduce((a, b): F32 => fx.add(a, b))
      return [along, fx.div(fx.sub(shifted(step), shifted(-step)), 2 * step)]
    },
    fx.spec([...shape]),
  )
  const results = await resultsOf(await fx.compile(graph, { device: fx.js() }), [noise(shape, 3)])
  const [a, b] = results.map(({ data }) => Number(data[0]))
  return [a as number, b as number]
}

/** @throws where gradient and difference are further apart than what f32 and a step's curvature explain */
export const expectGradient = async (net: Net, shape: readonly number[], inTraining = true, step = 1 / 1024): Promise<void> => {
  const [have, want] = await slopes(net, shape, inTraining, step)
  expect(Math.abs(want)).toBeGreaterThan(1e-3)
  expect(Math.abs(have - want)).toBeLessThan(0.01 * Math.abs(want) + 2e-3)
}

/** Output shapes by path of a network for images of a shape: traced, never run. */
export const shapesOf = (net: Net, shape: readonly number[]): Readonly<Record<string, readonly (readonly number[])[]>> =>
  Object.fromEntries(nn.summary(net, fx.spec([...shape])).rows.map(({ path, output }) => [path.join('.'), output]))

/** Parameters of a network: traced, never made. */
export const countOf = (net: Net): number => {
  const { init } = loose(net)
  let count = 0
  fx.trace(
    (key: fx.Key) => {
      count = nn.countParams(init(key))
      return key
    },
    fx.spec([2], 'u32'),
  )
  return count
}

/** What a network gives for an image, by the reference. */
export const outputs = (f: (...xs: F32[]) => unknown, ...args: readonly fx.NDArray[]): readonly number[][] =>
  fx
    .evaluate(
      fx.trace((...xs: F32[]) => tensorsIn(f(...xs)), ...(args.map((a) => fx.spec([...a.shape], a.dtype)) as never as [])),
      args,
    )
    .map(({ data }) => [...data].map(Number))
