/** What the browser test runs in the page: every case of every op, and every transformation, loop and random function once. */
import * as fx from '../../src/index.js'
import { families } from '../ops/cases/all.js'
import { mismatches, type OpCase } from '../ops/opCase.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const perProgram = 12

/** Runs cases as one program, and gives what is wrong with the results. */
const faultsOf = async (device: fx.Device, cases: readonly OpCase[]): Promise<readonly string[]> => {
  const program = await fx.compile(
    (...args: readonly (readonly fx.Tensor[])[]) => cases.map((c, i) => c.run(args[i] ?? [])),
    cases.map((c) => c.args.map((arg) => fx.specOf(arg))),
    { device },
  )
  const results = await program(...cases.map((c) => c.args))
  const arrays = await Promise.all(results.map((list) => Promise.all(list.map((array) => array.toNDArray()))))
  return cases.flatMap((c, i) => mismatches(c, arrays[i] ?? [], 'gpu'))
}

const deviceOf = async (name: 'webgpu' | 'wasm' | 'js'): Promise<fx.Device> =>
  name === 'webgpu' ? fx.webgpu() : name === 'wasm' ? fx.wasm() : fx.js()

export interface Ran {
  readonly cases: number
  readonly faults: readonly string[]
}

/** The cases of all ops. */
export const runOps = async (name: 'webgpu' | 'wasm' | 'js'): Promise<Ran> => {
  const device = await deviceOf(name)
  const cases = Object.values(families).flat()
  const faults: string[] = []
  for (let at = 0; at < cases.length; at += perProgram) faults.push(...(await faultsOf(device, cases.slice(at, at + perProgram))))
  return { cases: cases.length, faults }
}

const cube = (x: F32): F32 => fx.mul(x, fx.mul(x, x))
const total = (x: F32): F32 => fx.sum(cube(x))
const doubled = fx.customVjp((x: F32): F32 => fx.mul(x, 2), {
  fwd: (x: F32) => [fx.mul(x, 2), []] as const,
  bwd: (_, g: F32) => [fx.mul(g, 7)],
})
const key = () => fx.random.key(0)

/** Functions of [1, 2, 3], by the name of what they are for, with what they give; null for what must be finite, no more. */
const table: Readonly<Record<string, readonly [(x: F32) => fx.Tensor, fx.Nested | null]>> = {
  grad: [fx.grad(total), [3, 12, 27]],
  valueAndGrad: [(x) => fx.add(fx.valueAndGrad(total)(x)[1], fx.valueAndGrad(total)(x)[0]), [39, 48, 63]],
  vjp: [(x) => fx.vjp(cube, x)[1](fx.ones([3]))[0], [3, 12, 27]],
  jvp: [(x) => fx.jvp(cube, [x], [x])[1], [3, 24, 81]],
  jacobian: [(x) => fx.diag(fx.jacobian(cube)(x)), [3, 12, 27]],
  hessian: [(x) => fx.diag(fx.hessian(total)(x)), [6, 12, 18]],
  vmap: [(x) => fx.vmap(fx.grad(cube))(x), [3, 12, 27]],
  checkpoint: [fx.grad((x: F32) => fx.sum(fx.checkpoint(cube)(x))), [3, 12, 27]],
  customVjp: [fx.grad((x: F32) => fx.sum(doubled(x))), [7, 7, 7]],
  stopGradient: [fx.grad((x: F32) => fx.sum(fx.mul(fx.stopGradient(x), x))), [1, 2, 3]],
  scan: [(x) => fx.scan((c: F32, r: F32) => [fx.add(c, r), fx.mul(c, r)] as const, fx.zeros<fx.Shape>([]), x)[1], [0, 2, 9]],
  foriLoop: [(x) => fx.foriLoop(0, 5, (_, c: F32) => fx.mul(c, 2), x), [32, 64, 96]],
  whileLoop: [
    (x) =>
      fx.whileLoop(
        (c: F32) => fx.lt(fx.sum(c), 40),
        (c: F32) => fx.mul(c, 2),
        x,
      ),
    [8, 16, 24],
  ],
  cond: [
    (x) =>
      fx.cond(
        fx.gt(fx.sum(x), 9),
        (y: F32) => y,
        (y: F32) => fx.neg(y),
        x,
      ),
    [-1, -2, -3],
  ],
  key: [() => fx.random.bits(key(), [1]), null],
  split: [() => fx.random.split(key(), 2), null],
  foldIn: [() => fx.random.foldIn(key(), 1), null],
  uniform: [() => fx.random.uniform(key(), [3]), null],
  normal: [() => fx.random.normal(key(), [3]), null],
  bernoulli: [() => fx.cast(fx.random.bernoulli(key(), 1, [3]), 'f32'), [1, 1, 1]],
  categorical: [(x) => fx.cast(fx.random.categorical(key(), fx.mul(x, 1e6)), 'f32'), 2],
  permutation: [() => fx.sort(fx.cast(fx.random.permutation(key(), 3), 'f32')), [0, 1, 2]],
  truncatedNormal: [() => fx.random.truncatedNormal(key(), -1, 1, [3]), null],
  gumbel: [() => fx.random.gumbel(key(), [3]), null],
}

/** What runs of the table, by name: the numbers on a device. */
export const runTable = async (name: 'webgpu' | 'wasm' | 'js'): Promise<Readonly<Record<string, readonly number[]>>> => {
  const names = Object.keys(table)
  const program = await fx.compile((x: F32) => names.map((each) => table[each]![0](x)), [fx.spec<fx.Shape>([3])], {
    device: await deviceOf(name),
  })
  const results = await program(fx.ndarray([1, 2, 3], { dtype: 'f32' }))
  const data = await Promise.all(results.map(async (array) => Array.from((await array.toNDArray()).data, Number)))
  return Object.fromEntries(names.map((each, i) => [each, data[i] as readonly number[]]))
}

/** What the table must give. */
export const wanted = (): Readonly<Record<string, fx.Nested | null>> =>
  Object.fromEntries(Object.entries(table).map(([each, [, want]]) => [each, want]))

/** How a product of matrices is written for WebAssembly in this engine. */
export const wasmSource = async (): Promise<string> => {
  const device = await fx.wasm({ threads: 1 })
  const { kernels } = await fx.compile((x, y) => fx.matmul(x, y), [fx.spec([64, 64]), fx.spec([64, 64])], { device })
  return kernels.map(({ source }) => source).join('\n')
}
