/** An op applied to data, with the numbers that it must give: what every evaluator and device is held to. */
import * as fx from '../../src/index.js'

type Values = fx.Nested

const host =
  <D extends fx.DType>(dtype: D) =>
  (values: Values, shape?: fx.Shape): fx.NDArray<D> =>
    fx.ndarray(values, { dtype, ...(shape === undefined ? {} : { shape }) })

export const f32 = host('f32')
export const i32 = host('i32')
export const u32 = host('u32')
export const bool = host('bool')

/** 1, 2, … n in a shape. */
export const upTo = (n: number, shape: fx.Shape): fx.NDArray<'f32'> =>
  f32(
    Array.from({ length: n }, (_, i) => i + 1),
    shape,
  )

/** How far a value may be off, in units in the last place. Exact unless said. */
export interface Tolerance {
  /** On the reference and on JS, which compute in f64 and round. */
  readonly ulps?: number
  /** On a GPU, whose functions are approximations and which may take subnormals for 0. */
  readonly gpuUlps?: number
}

export interface OpCase extends Required<Tolerance> {
  readonly name: string
  readonly args: readonly fx.NDArray[]
  readonly run: (xs: readonly fx.Tensor[]) => readonly fx.Tensor[]
  readonly want: readonly fx.NDArray[]
}

type TensorsFor<A extends readonly fx.NDArray[]> = {
  readonly [K in keyof A]: A[K] extends fx.NDArray<infer D> ? fx.Tensor<fx.Shape, D> : never
}

type Result = fx.Tensor | readonly fx.Tensor[]

const isList = <T>(x: T | readonly T[]): x is readonly T[] => Array.isArray(x)

/** A case: `run` gets the arguments as tensors. */
export const opCase = <const A extends readonly fx.NDArray[]>(
  name: string,
  args: A,
  run: (...xs: TensorsFor<A>) => Result,
  want: fx.NDArray | readonly fx.NDArray[],
  { ulps = 0, gpuUlps = ulps }: Tolerance = {},
): OpCase => ({
  name,
  args,
  run: (xs) => {
    const result = (run as (...xs: readonly fx.Tensor[]) => Result)(...xs)
    return isList(result) ? result : [result]
  },
  want: isList(want) ? want : [want],
  ulps,
  gpuUlps,
})

const smallestNormal = 2 ** -126

/** Whether a value is the wanted one: the same sign of zero, NaN for NaN, or within so many ulps. */
const isClose = (got: number, want: number, ulps: number, flushes: boolean): boolean => {
  if (Object.is(got, want)) return true
  if (flushes && Math.abs(want) < smallestNormal && Math.abs(got) < smallestNormal) return want === 0 ? got === 0 : true
  if (!Number.isFinite(got) || !Number.isFinite(want) || ulps === 0) return false
  return Math.abs(got - want) <= ulps * 2 ** -23 * Math.max(Math.abs(want), smallestNormal)
}

const show = (x: number | undefined): string => (Object.is(x, -0) ? '-0' : String(x))

/** What is wrong with a result, a line for each fault; empty when nothing is. */
const faults = (got: fx.NDArray | undefined, want: fx.NDArray, ulps: number, flushes: boolean): string[] => {
  if (got === undefined) return ['no such result']
  if (got.dtype !== want.dtype) return [`dtype ${got.dtype}, not ${want.dtype}`]
  if (got.shape.join() !== want.shape.join()) return [`shape [${got.shape.join()}], not [${want.shape.join()}]`]
  if (got.data.length !== want.data.length) return [`${got.data.length} elements, not ${want.data.length}`]
  return [...want.data].flatMap((x, i) => {
    const y = got.data[i]
    return y !== undefined && isClose(y, x, ulps, flushes) ? [] : [`element ${i}: ${show(y)}, not ${show(x)}`]
  })
}

/** All that is wrong with the results of a case. */
export const mismatches = (c: OpCase, got: readonly fx.NDArray[], on: 'cpu' | 'gpu' = 'cpu'): string[] =>
  c.want.flatMap((want, i) =>
    faults(got[i], want, on === 'gpu' ? c.gpuUlps : c.ulps, on === 'gpu').map((fault) => `${c.name}: result ${i}: ${fault}`),
  )
