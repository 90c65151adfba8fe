/** What PyTorch gives in float64 for the programs beside this, and how far off fluxion may be: values, first and second derivatives. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { weightedTotal } from '../torch/weights.js'

export type Results = readonly fx.Tensor[]
export type Programs = Readonly<Record<string, (...xs: never[]) => Results>>

interface Plain {
  readonly shape: readonly number[]
  readonly dtype: 'f32' | 'i32' | 'bool'
  readonly data: readonly number[]
}

interface Case {
  readonly name: string
  /** The inputs differentiated by. */
  readonly wrt: readonly number[]
  readonly inputs: readonly Plain[]
  /** Values, first and second derivatives. */
  readonly results: readonly (readonly Plain[])[]
  /** How far PyTorch's own float32 is from these, in units, for each order. */
  readonly off: readonly number[]
}

/** What a script beside this wrote. */
export const readCases = (file: string): readonly Case[] =>
  (JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as { readonly programs: readonly Case[] }).programs

const isFloat = (x: fx.Tensor): boolean => x.dtype === 'f32'

type Program = (...xs: readonly fx.Tensor[]) => Results

/** A program's values, and where it has any, its first and second derivatives. */
const withDerivatives =
  (f: Program, wrt: readonly number[]) =>
  (...xs: readonly fx.Tensor[]): readonly Results[] => {
    if (wrt.length === 0) return [f(...xs)]
    const first = (...args: readonly fx.Tensor[]): Results => fx.grad((...a: readonly fx.Tensor[]) => weightedTotal(f(...a).filter(isFloat)), { argnums: wrt })(...args) // prettier-ignore
    const second = (...args: readonly fx.Tensor[]): Results => fx.grad((...a: readonly fx.Tensor[]) => weightedTotal(first(...a)), { argnums: wrt })(...args) // prettier-ignore
    return [f(...xs), first(...xs), second(...xs)]
  }

const runCase = async (program: Program, c: Case, device: fx.Device): Promise<readonly (readonly fx.NDArray[])[]> => {
  const args = c.inputs.map(({ data, shape, dtype }) => fx.ndarray(data as fx.Nested, { shape, dtype: dtype }))
  const run = await fx.compile(
    withDerivatives(program, c.wrt),
    args.map((x) => fx.specOf(x)),
    { device },
  )
  const results = await run(...args)
  return Promise.all(results.map((part) => Promise.all(part.map((x) => x.toNDArray()))))
}

/** A unit for an element is 2⁻²⁴ of itself plus the mean magnitude of its array: sums cancel, and leave the error of what they summed. */
const unitsOff = (want: Plain, got: fx.NDArray): number => {
  const mean = want.data.reduce((sum, x) => sum + Math.abs(x), 0) / Math.max(1, want.data.length)
  const off = want.data.map((x, i) => {
    const distance = Math.abs((got.data[i] ?? NaN) - x)
    return distance === 0 ? 0 : distance / (2 ** -24 * (Math.abs(x) + mean) || 1e-12)
  })
  return off.reduce((most, x) => (x > most || Number.isNaN(x) ? x : most), 0)
}

const typeOf = (x: fx.NDArray | Plain | undefined): string => (x === undefined ? 'nothing' : `${x.dtype}[${x.shape.join()}]`)

/**
 * How many units each order of derivative may be off: four times what PyTorch's own float32 is, and at least `floor`. The first allows for sums in
 * another order and formulas of another form, which differ by as much again as either is off; the second for arrays where PyTorch was lucky.
 * A GPU may compute exp, tanh and their kin less exactly (WGSL allows exp 3 + 2|x| units, and a quotient 2.5): twice as much there.
 */
const floor = [8, 16, 32]
const allowed = (c: Case, order: number, on: 'js' | 'webgpu'): number =>
  Math.max(floor[order] ?? 0, 4 * (c.off[order] ?? 0)) * (on === 'js' ? 1 : 2)

/** What is wrong with the results of a program, a line each. */
const faults = (c: Case, got: readonly (readonly fx.NDArray[])[], on: 'js' | 'webgpu'): string[] =>
  c.results.flatMap((part, order) =>
    part.flatMap((want, i) => {
      const have = got[order]?.[i]
      const where = `${c.name}: derivative ${String(order)}, array ${String(i)}`
      if (have === undefined || typeOf(have) !== typeOf(want)) return [`${where} is ${typeOf(have)}, not ${typeOf(want)}`]
      const limit = want.dtype === 'f32' ? allowed(c, order, on) : 0
      const off = unitsOff(want, have)
      return off <= limit ? [] : [`${where} is ${off.toPrecision(3)} units off, ${String(limit)} are allowed: [${have.data.join()}], not [${want.data.join()}]`] // prettier-ignore
    }),
  )

/** A test for each program, on one device. */
export const programTests = (name: 'js' | 'webgpu', device: () => fx.Device, programs: Programs, cases: readonly Case[]): void => {
  test('each program has numbers by PyTorch', () => {
    expect(Object.keys(programs)).toEqual(cases.map((c) => c.name))
  })
  describe(`programs give the numbers of PyTorch on ${name}`, () => {
    test.each(cases)(
      '$name',
      async (c) => {
        expect(faults(c, await runCase(programs[c.name] as Program, c, device()), name)).toEqual([])
      },
      240_000,
    ) // a driver in software takes long over the hundreds of kernels of a third derivative
  })
}
