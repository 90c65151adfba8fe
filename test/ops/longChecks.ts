/** Sorting and scanning along axes too long for numbers by hand: held to what plain loops and the host's own sort give. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { rngOf } from '../arbitraries/value.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type Fn = (x: never) => readonly fx.Tensor[]

const run = async (device: fx.Device, f: Fn, x: fx.TypedArray, shape: fx.Shape = [x.length]): Promise<readonly (readonly number[])[]> => {
  const arg: fx.NDArray = fx.ndarray(x, { shape })
  const program = await fx.compile(f as (x: fx.Tensor) => readonly fx.Tensor[], [fx.specOf(arg)] as const, { device })
  const results = await program(arg)
  return Promise.all(results.map(async (result) => [...(await result.toNDArray()).data]))
}

/** Few distinct values, so that there are ties; NaN and zeros of both signs among them. */
const withTies = (n: number): Float32Array<ArrayBuffer> => {
  const rng = rngOf(n)
  const special = [NaN, 0, -0, Infinity, -Infinity]
  return Float32Array.from({ length: n }, () => (rng() < 0.1 ? (special[Math.floor(rng() * 5)] ?? 0) : Math.floor(rng() * n) / 8 - n / 32))
}

const distinct = (n: number): Float32Array<ArrayBuffer> => {
  const rng = rngOf(n)
  return Float32Array.from({ length: n }, () => rng() - 0.5)
}

/** NaN last, else by value; equal elements stay in order, since the host's sort is stable. */
const order = (row: readonly number[], sign = 1): number[] => {
  const key = (x: number): number => sign * (Number.isNaN(x) ? Infinity : x)
  const isNan = (i: number): number => Number(Number.isNaN(row[i]))
  return row.map((_, i) => i).sort((i, j) => sign * (isNan(i) - isNan(j)) || compare(key(row[i] as number), key(row[j] as number)))
}

const compare = (x: number, y: number): number => (x < y ? -1 : x > y ? 1 : 0)

const rowsOf = (x: ArrayLike<number>, n: number): number[][] =>
  Array.from({ length: x.length / n }, (_, r) => Array.from(x).slice(r * n, (r + 1) * n))

/** The prefixes of integers, which are exact whatever the order. */
const prefixes = (x: Int32Array, f: (a: number, b: number) => number): number[] => {
  let last: number | undefined
  return [...x].map((value) => (last = last === undefined ? value : f(last, value)))
}

export const checkLong = (name: string, device: () => Promise<fx.Device> | fx.Device, most: number): void => {
  describe(`long axes on ${name}`, () => {
    test.each([255, 256, 257, 1000, most])('sort and argsort of %i', async (n) => {
      const x = withTies(n)
      const [indices, values] = await run(await device(), (v: F32) => [fx.argsort(v), fx.sort(v)], x)
      const want = order([...x])
      expect(indices).toEqual(want)
      expect(values).toEqual(want.map((i) => x[i]))
    })

    test('sort of rows and of columns', async () => {
      const x = withTies(900)
      const want = rowsOf(x, 300).map((row) => order(row).map((i) => row[i]))
      const rows = await run(await device(), (v: F32) => [fx.sort(v)], x, [3, 300])
      expect(rows[0]).toEqual(want.flat())
      const columns = await run(await device(), (v: F32) => [fx.transpose(fx.sort(fx.transpose(v), { axis: 0 }))], x, [3, 300])
      expect(columns[0]).toEqual(want.flat())
    })

    test.each([
      [1, 1000],
      [5, 600],
      [64, 300],
      [65, 300],
      [3, most],
    ])('the first %i of %i', async (k, n) => {
      const x = withTies(2 * n)
      const [values, indices] = await run(await device(), (v: F32) => fx.topK(v, k), x, [2, n])
      const want = rowsOf(x, n).map((row) => order(row, -1).slice(0, k))
      expect(indices).toEqual(want.flat())
      expect(values).toEqual(want.flatMap((row, r) => row.map((i) => x[r * n + i])))
    })

    test('the gradient of a long sort goes back to where elements came from', async () => {
      const x = distinct(300)
      const loss = (v: F32): F32 => fx.sum(fx.mul(fx.sort(v), fx.iota(300, { dtype: 'f32' })))
      const [slopes] = await run(await device(), (v: F32) => [fx.grad(loss)(v)], x)
      const want = new Array<number>(300)
      order([...x]).forEach((i, place) => (want[i] = place))
      expect(slopes).toEqual(want)
    })

    test.each(['i32', 'u32'] as const)('many updates of many places, by %s', async (dtype) => {
      const n = 4100
      const x = distinct(2 * n).map((v) => Math.round(v * 64))
      // A few of many places, some out of range at either end, where the next row begins; half of the places get nothing.
      const places = [n, -1, ...Array.from(distinct(n - 2), (v) => Math.round((1.2 * v + 0.5) * n))]
      const f = (v: F32): readonly fx.Tensor[] => {
        const i = fx.cast(fx.constant(places, { dtype: 'i32' }), dtype)
        const columns = fx.swapAxes(v, 0, 1)
        const along = fx.broadcastTo(i, [2, n])
        const weight = fx.iota([n, 2], { axis: 0, dtype: 'f32' })
        return [
          fx.scatterAdd(v, i, v),
          fx.scatterSet(v, i, fx.neg(v)),
          fx.scatterAdd(columns, along, columns, { axis: 1 }),
          fx.scatterSet(columns, along, fx.neg(columns), { axis: 1 }),
          fx.grad((u: F32) => fx.sum(fx.mul(fx.scatterSet(v, i, u), weight)))(v),
        ]
      }
      const results = await run(await device(), f, x, [n, 2])
      const [sums, sets, slopes] = [Float32Array.from(x), Float32Array.from(x), new Float32Array(2 * n)]
      const winner = new Map<number, number>()
      places.forEach((place, m) => {
        if (place < 0 || place >= n) return
        winner.set(place, m)
        for (const c of [0, 1]) {
          sums[2 * place + c] = (sums[2 * place + c] as number) + (x[2 * m + c] as number)
          sets[2 * place + c] = -(x[2 * m + c] as number)
        }
      })
      winner.forEach((m, place) => slopes.fill(place, 2 * m, 2 * m + 2))
      const turned = (v: Float32Array): number[] => [0, 1].flatMap((c) => Array.from({ length: n }, (_, r) => v[2 * r + c] as number))
      const plain = (list: readonly number[] | undefined): readonly number[] | undefined => list?.map((v) => v + 0)
      expect(plain(results[0])).toEqual([...sums].map((v) => v + 0))
      expect(plain(results[1])).toEqual([...sets].map((v) => v + 0))
      expect(plain(results[2])).toEqual(turned(sums).map((v) => v + 0))
      expect(plain(results[3])).toEqual(turned(sets).map((v) => v + 0))
      expect(plain(results[4])).toEqual([...slopes])
    })

    test('the gradient of many rows taken many times', async () => {
      const n = 4100
      const x = distinct(n)
      const places = Array.from(distinct(2 * n), (v) => Math.round((v + 0.5) * n * 0.5))
      const i = fx.constant(places, { dtype: 'i32' })
      const loss = (v: F32): F32 => fx.sum(fx.mul(fx.take(v, i), fx.iota(2 * n, { dtype: 'f32' })))
      const [slopes] = await run(await device(), (v: F32) => [fx.grad(loss)(v)], x)
      const want = new Float32Array(n)
      places.forEach((place, m) => (want[place] = (want[place] as number) + m))
      expect(slopes).toEqual([...want])
    })

    test('cumulative ops and prod', async () => {
      const x = Int32Array.from(distinct(most), (v) => v * 100)
      const f = (v: fx.Tensor<fx.Shape, 'i32'>): readonly fx.Tensor[] => [
        fx.cumsum(v),
        fx.cummax(v),
        fx.cumprod(fx.bitOr(v, 1)),
        fx.prod(fx.bitOr(v, 1)),
      ]
      const [sums, largest, products, product] = await run(await device(), f, x)
      const odd = x.map((v) => v | 1)
      expect(sums).toEqual(prefixes(x, (a, b) => (a + b) | 0))
      expect(largest).toEqual(prefixes(x, (a, b) => Math.max(a, b)))
      expect(products).toEqual(prefixes(odd, Math.imul))
      expect(product).toEqual([prefixes(odd, Math.imul).at(-1)])
    })

    test('an update of a donated array is written in its place', async () => {
      const f = (cache: F32, row: F32, at: fx.Tensor<fx.Shape, 'i32'>): F32 => fx.dynamicUpdateSlice(cache, row, [at, 0])
      const specs = [fx.spec([64, 8]), fx.spec([1, 8]), fx.spec([], 'i32')] as const
      const program = await fx.compile(f, specs, { device: await device(), donate: [0] })
      expect(program.memory.buffers.filter(({ alias }) => alias !== undefined)).toHaveLength(1)
      expect(program.kernels).toHaveLength(1)
      let cache: fx.NDArray<'f32'> | fx.DeviceArray<'f32'> = fx.ndarray(new Float32Array(512), { shape: [64, 8] })
      for (const at of [3, 63, 99]) {
        const row = fx.ndarray(new Float32Array(8).fill(at), { shape: [1, 8] })
        cache = await program(cache, row, fx.ndarray(at, { dtype: 'i32' }))
      }
      const rows = rowsOf((await (cache as fx.DeviceArray<'f32'>).toNDArray()).data, 8).map((row) => row[7])
      expect(rows).toEqual(Array.from({ length: 64 }, (_, r) => (r === 3 ? 3 : r === 63 ? 99 : 0)))
    })
  })
}
