/** Every scalar op on a device against its meaning in f64: the tests of all backends that state bounds. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '../../src/backends/backend.js'
import { bounds, smallestNormal } from '../../src/backends/wgsl/bounds.js'
import { allocate, type DType } from '../../src/ir/dtype.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import { scalarOps, type ScalarOp } from '../../src/ir/kernel/kernel.js'
import { meaning } from '../../src/ir/kernel/meaning.js'
import { load as loadOf, loadSketch, op, output, param, pointKernel } from './webgpu/programs.js'
import { sampleRows } from './samples.js'

/** The dtypes that an op is defined on, and what it gives. */
interface Signature {
  readonly args: readonly DType[]
  readonly to: DType
}

const alike = (arity: number, dtypes: readonly DType[], to?: DType): readonly Signature[] =>
  dtypes.map((dtype) => ({ args: Array.from({ length: arity }, () => dtype), to: to ?? dtype }))

const all = ['f32', 'i32', 'u32', 'bool'] as const
const numeric = ['f32', 'i32', 'u32'] as const
const integer = ['i32', 'u32'] as const
const logical = ['i32', 'u32', 'bool'] as const

const table: { readonly [K in ScalarOp]?: readonly Signature[] } = {
  add: alike(2, numeric),
  sub: alike(2, numeric),
  mul: alike(2, numeric),
  div: alike(2, numeric),
  rem: alike(2, numeric),
  min: alike(2, numeric),
  max: alike(2, numeric),
  pow: alike(2, numeric),
  neg: alike(1, numeric),
  abs: alike(1, numeric),
  sign: alike(1, numeric),
  atan2: alike(2, ['f32']),
  eq: alike(2, all, 'bool'),
  ne: alike(2, all, 'bool'),
  lt: alike(2, numeric, 'bool'),
  le: alike(2, numeric, 'bool'),
  gt: alike(2, numeric, 'bool'),
  ge: alike(2, numeric, 'bool'),
  isNan: alike(1, ['f32'], 'bool'),
  isFinite: alike(1, ['f32'], 'bool'),
  and: alike(2, logical),
  or: alike(2, logical),
  xor: alike(2, logical),
  not: alike(1, logical),
  shl: alike(2, integer),
  shr: alike(2, integer),
  select: all.map((dtype) => ({ args: ['bool', dtype, dtype], to: dtype })),
  cast: all.flatMap((from) => all.map((to) => ({ args: [from], to }))),
  bitcast: integer.flatMap((from) => integer.map((to) => ({ args: [from], to }))),
}

const signaturesOf = (name: ScalarOp): readonly Signature[] => table[name] ?? alike(1, ['f32'])

const column = (rows: readonly (readonly number[])[], i: number, dtype: DType): NDArray => {
  const data = allocate(dtype, rows.length)
  rows.forEach((row, r) => (data[r] = row[i] as number))
  return { shape: [rows.length], dtype, data }
}

const onDevice = async (
  device: Device,
  name: ScalarOp,
  { args, to }: Signature,
  rows: readonly (readonly number[])[],
): Promise<readonly number[]> => {
  const size = rows.length
  const kernel = pointKernel(
    name,
    size,
    args,
    to,
    op(
      name,
      args.map((dtype, i) => loadOf(i, dtype)),
      to,
    ),
  )
  const buffers = [...args.map((dtype, i) => param(i, size, dtype)), output(size, to)]
  const { run } = await loadSketch(device, { buffers, launches: [{ kernel, bind: buffers.map((_, i) => i) }], outputs: [args.length] })
  const [result] = await run(args.map((dtype, i) => column(rows, i, dtype)))
  return [...((await result?.toNDArray())?.data ?? [])]
}

const isTiny = (x: number): boolean => x !== 0 && Math.abs(x) < smallestNormal

const unit = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23)

/** The meaning is rounded to f32, which is half a unit more; a device may take numbers below the normal ones for zero. */
const agrees = (name: ScalarOp, to: DType, want: number, got: number): boolean => {
  if (Object.is(want, got)) return true
  if (to !== 'f32') return want === got
  if (!Number.isFinite(want)) return false
  if (want === 0 && got === 0) return false
  const { ulp, abs = 0 } = bounds[name]
  const tiny = Math.abs(want) < 2 * smallestNormal ? smallestNormal : 0
  return Math.abs(got - want) <= Math.max(ulp === 0 ? 0 : (ulp + 0.5) * unit(want), abs, tiny)
}

export const scalarOpTests = (language: string, load: () => Device | Promise<Device>): void => {
  describe(`scalar ops in ${language}`, () => {
    let device: Device
    beforeAll(async () => {
      device = await load()
    })

    test.each(scalarOps)('%s', async (name) => {
      for (const signature of signaturesOf(name)) {
        const { args, to } = signature
        const rows = sampleRows(args, 4000).filter((row) => !row.some((x, i) => args[i] === 'f32' && isTiny(x)))
        const got = await onDevice(device, name, signature, rows)
        const from = args.at(-1) as DType
        const wrong = rows
          .map((row, i) => ({ args: row, want: meaning[name](row, from, to), got: got[i] as number }))
          .filter(({ want, got: x }) => !agrees(name, to, want, x))
        expect(wrong.slice(0, 5), `${name}(${args.join()}) → ${to}`).toEqual([])
      }
    })

    test('bits pass through loads, stores and bitcasts', async () => {
      const rows = [0, 0x3f800000, 0x7f800000, 0xff800000, 0x80000000, 0x7f7fffff].map((x) => [x])
      const there = await onDevice(device, 'bitcast', { args: ['u32'], to: 'f32' }, rows)
      expect(there).toEqual([0, 1, Infinity, -Infinity, -0, 3.4028234663852886e38])
      const back = await onDevice(
        device,
        'bitcast',
        { args: ['f32'], to: 'u32' },
        there.map((x) => [x]),
      )
      expect(back).toEqual(rows.map(([x]) => x))
    })

    test('literals keep every bit, awkward ones too', async () => {
      const floats = [0, -0, 0.1, 1e-45, 1.1754944e-38, 3.4028235e38, -16777216, 1 / 3, 1e21, NaN, Infinity, -Infinity].map(Math.fround)
      const ints = [0, -1, 2147483647, -2147483648]
      const words = [0, 4294967295]
      const body = (['f32', 'i32', 'u32'] as const).flatMap(
        (dtype, buffer) =>
          [floats, ints, words][buffer]?.map(
            (value, i) => ({ k: 'store', buffer, at: { k: 'lit', dtype: 'i32', value: i }, value: { k: 'lit', dtype, value } }) as const,
          ) ?? [],
      )
      const kernel = { ...pointKernel('literals', 1, [], 'f32', loadOf(0)), grid: [], body, buffers: [] }
      const buffers = [output(floats.length), output(ints.length, 'i32'), output(words.length, 'u32')]
      const typed = { ...kernel, buffers: buffers.map(({ dtype = 'f32', size }) => ({ dtype, size, access: 'write' as const })) }
      const { run } = await loadSketch(device, { buffers, launches: [{ kernel: typed, bind: [0, 1, 2] }], outputs: [0, 1, 2] })
      const read = await Promise.all((await run([])).map((array) => array.toNDArray()))
      expect(read.map(({ data }) => [...data])).toEqual([floats, ints, words])
    })

    test('ops on literals alone compile, even where WGSL would refuse the constant', async () => {
      const value = (x: number) => ({ k: 'lit', dtype: 'f32', value: x }) as const
      const int = (x: number) => ({ k: 'lit', dtype: 'i32', value: x }) as const
      const f32s = [
        op('div', [value(1), value(0)]),
        op('mul', [value(3e38), value(10)]),
        op('bitcast', [int(0x7fc00000)]),
        op('neg', [value(5)]),
      ]
      const i32s = [op('add', [int(2147483647), int(1)], 'i32'), op('div', [int(1), int(0)], 'i32'), op('shl', [int(1), int(40)], 'i32')]
      const store = (buffer: number) => (x: ReturnType<typeof op>, i: number) => ({ k: 'store', buffer, at: int(i), value: x }) as const
      const kernel = {
        name: 'constants',
        grid: [],
        flops: 0,
        body: [...f32s.map(store(0)), ...i32s.map(store(1))],
        buffers: [
          { dtype: 'f32', size: 4, access: 'write' },
          { dtype: 'i32', size: 3, access: 'write' },
        ],
      } as const
      const { run } = await loadSketch(device, {
        buffers: [output(4), output(3, 'i32')],
        launches: [{ kernel, bind: [0, 1] }],
        outputs: [0, 1],
      })
      const [f, i] = await Promise.all((await run([])).map((array) => array.toNDArray()))
      expect([...(f?.data ?? [])]).toEqual([Infinity, Infinity, NaN, -5])
      expect([...(i?.data ?? [])]).toEqual([-2147483648, -1, 0])
    })
  })
}
