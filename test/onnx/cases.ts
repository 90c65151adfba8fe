/** ONNX's node cases (onnx.json, by make.py) as programs of fluxion, with what they must give. */
import { readFileSync } from 'node:fs'
import * as fx from '../../src/index.js'
import { host, type Attribute, type Call, type F32, type Run } from './call.js'
import { nnOps } from './nn.js'
import { pointOps } from './point.js'
import { recurrentOps } from './recurrent.js'
import { shapeOps } from './shape.js'

interface Written {
  readonly shape: fx.Shape
  readonly dtype: fx.DType
  /** Floats as their bits in base64. */
  readonly data: string | readonly number[]
}

interface Named extends Written {
  readonly name: string
}

interface WrittenNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | Written>>
}

interface WrittenCase {
  readonly name: string
  readonly nodes: readonly WrittenNode[]
  readonly inputs: readonly Named[]
  readonly outputs: readonly Named[]
}

export interface OnnxCase {
  readonly name: string
  readonly ops: readonly string[]
  readonly args: readonly fx.NDArray[]
  readonly want: readonly fx.NDArray[]
  readonly run: (xs: readonly fx.Tensor[]) => readonly fx.Tensor[]
}

export const ops: Readonly<Record<string, Run>> = { ...pointOps, ...shapeOps, ...nnOps, ...recurrentOps }

const arrayOf = ({ shape, dtype, data }: Written): fx.NDArray => {
  if (typeof data !== 'string') return host(data, shape, dtype)
  const bytes = Uint8Array.from(Buffer.from(data, 'base64')).buffer
  return dtype === 'f16'
    ? fx.ndarray(new Uint16Array(bytes), { shape, dtype })
    : fx.ndarray(new Float32Array(bytes), { shape, dtype: 'f32' })
}

const attributesOf = ({ attributes = {} }: WrittenNode): Readonly<Record<string, Attribute>> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' && 'shape' in value ? arrayOf(value) : value]),
  )

/** A tensor, with its elements where they are known when the program is made. */
interface Value {
  readonly tensor: fx.Tensor
  readonly known?: fx.NDArray
  /** Whether it follows from constants and shapes alone. */
  readonly isFixed: boolean
}

type Values = Readonly<Record<string, Value>>

const valueOf = (tensor: fx.Tensor): fx.NDArray =>
  fx.evaluate(
    fx.trace(() => tensor),
    [],
  )[0]!

/** Ops of a shape alone, which is known even of an argument. */
const isShape = ({ op }: WrittenNode): boolean => op === 'Shape' || op === 'Size'

/** The values after one more node. What constants and shapes alone lead to is computed at once, as other nodes may need it as a shape. */
const after = (values: Values, node: WrittenNode): Values => {
  const given = node.inputs.map((name) => values[name])
  const call: Call = {
    xs: given.map((value) => value?.tensor as F32 | undefined),
    known: (i) => (given[i]?.known === undefined ? undefined : [...given[i].known.data]),
    attributes: attributesOf(node),
    results: node.outputs.length,
  }
  const result = ops[node.op]!(call)
  const tensors = Array.isArray(result) ? (result as readonly fx.Tensor[]) : [result as fx.Tensor]
  const isFixed = isShape(node) || given.every((value) => value?.isFixed ?? true)
  const made = tensors.map((tensor, i): [string, Value] => [
    node.outputs[i]!,
    isFixed ? { tensor, isFixed, known: valueOf(tensor) } : { tensor, isFixed },
  ])
  return { ...values, ...Object.fromEntries(made) }
}

const runOf =
  ({ nodes, inputs, outputs }: WrittenCase, args: readonly fx.NDArray[]) =>
  (xs: readonly fx.Tensor[]): readonly fx.Tensor[] => {
    const first = Object.fromEntries(inputs.map(({ name }, i) => [name, { tensor: xs[i]!, known: args[i]!, isFixed: false }]))
    const last = nodes.reduce<Values>(after, first)
    return outputs.map(({ name }) => last[name]!.tensor)
  }

const { cases, leftOut } = JSON.parse(readFileSync(new URL('onnx.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly WrittenCase[]
  readonly leftOut: Readonly<Record<string, readonly string[]>>
}

export { leftOut }

export const onnxCases: readonly OnnxCase[] = cases.map((written) => {
  const args = written.inputs.map(arrayOf)
  return {
    name: written.name,
    ops: written.nodes.map(({ op }) => op),
    args,
    want: written.outputs.map(arrayOf),
    run: runOf(written, args),
  }
})

/** Elements as numbers, those of f16 too. */
const elements = (x: fx.NDArray): readonly (number | boolean)[] => ([fx.toNested(x)] as unknown[]).flat(9) as (number | boolean)[]

/** ONNX's tolerance for floats; integers and truth values are exact. */
const isNear = (x: number, y: number): boolean => Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-7 + 1e-3 * Math.abs(y)

const isSame = (dtype: fx.DType, x: number | boolean | undefined, y: number | boolean): boolean =>
  dtype === 'f32' || dtype === 'f16' ? isNear(Number(x), Number(y)) : x === y

/** What is wrong with the results of a case, a line each. */
export const faults = ({ name, want }: OnnxCase, got: readonly fx.NDArray[]): string[] =>
  want.flatMap((y, i) => {
    const x = got[i]
    if (x?.shape.join() !== y.shape.join() || x.dtype !== y.dtype)
      return [`${name}: result ${String(i)} is ${x?.dtype ?? ''}[${x?.shape.join() ?? ''}], not ${y.dtype}[${y.shape.join()}]`]
    const [xs, ys] = [elements(x), elements(y)]
    const bad = ys.findIndex((v, j) => !isSame(y.dtype, xs[j], v))
    return bad === -1 ? [] : [`${name}: element ${String(bad)} of result ${String(i)} is ${String(xs[bad])}, not ${String(ys[bad])}`]
  })
