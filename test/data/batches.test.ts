import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batches, type BatchOptions } from '../../src/data/batches.js'
import { fromArrays, mapBatches, subset } from '../../src/data/dataset.js'
import { DecodeError, ShapeError, TraceError } from '../../src/error.js'
import { ndarray, type NDArray } from '../../src/ir/ndarray.js'
import { holdsAsync } from '../harness/law.js'

const numbers = (n: number) =>
  fromArrays({
    x: ndarray(
      Float32Array.from({ length: 2 * n }, (_, i) => i),
      { shape: [n, 2] },
    ),
    y: ndarray(Int32Array.from({ length: n }, (_, i) => i)),
  })

interface Batch {
  readonly x: NDArray<'f32'>
  readonly y: NDArray<'i32'>
}

const collect = async (n: number, options: BatchOptions): Promise<number[][]> => {
  const all: number[][] = []
  for await (const batch of batches<Batch>(numbers(n), options)) all.push([...batch.y.data])
  return all
}

const plans = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  batchSize: fc.integer({ min: 1, max: 9 }),
  shuffle: fc.oneof(fc.constant(false as const), fc.integer({ min: 0, max: 9 })),
  epochs: fc.integer({ min: 1, max: 3 }),
  prefetch: fc.integer({ min: 0, max: 4 }),
})

describe('batches', () => {
  it('hands out every example once each epoch, rows whole', async () => {
    await holdsAsync('each once', plans, { runs: 200 }, async ({ n, epochs, ...options }) => {
      const perEpoch = Math.ceil(n / options.batchSize)
      const all = await collect(n, { ...options, epochs })
      expect(all.length).toBe(epochs * perEpoch)
      for (let e = 0; e < epochs; e++)
        expect(
          all
            .slice(e * perEpoch, (e + 1) * perEpoch)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(Array.from({ length: n }, (_, i) => i))
    })
    for await (const { x, y } of batches<Batch>(numbers(5), { batchSize: 2, shuffle: 3 }))
      expect([...x.data]).toEqual([...y.data].flatMap((i) => [2 * i, 2 * i + 1]))
  })

  it('goes on from any position, through JSON, as if it had never stopped', async () => {
    await holdsAsync('resume', fc.tuple(plans, fc.nat(20)), { runs: 200 }, async ([{ n, ...options }, stop]) => {
      const whole = await collect(n, options)
      const first = batches<Batch>(numbers(n), options)
      const seen: number[][] = []
      for (let i = 0; i < stop; i++) {
        const { done, value } = (await first.next()) as IteratorResult<Batch, undefined>
        if (done !== true) seen.push([...value.y.data])
      }
      const state = JSON.parse(JSON.stringify(first.state)) as typeof first.state
      expect([...seen, ...(await collect(n, { ...options, state }))]).toEqual(whole)
    })
  })

  it('shuffles differently each epoch and for each seed, and the same again', async () => {
    const [a, b] = await collect(50, { batchSize: 50, shuffle: 1, epochs: 2 })
    expect(a).not.toEqual(b)
    expect(await collect(50, { batchSize: 50, shuffle: 1 })).toEqual([a])
    expect(await collect(50, { batchSize: 50, shuffle: 2 })).not.toEqual([a])
    expect(await collect(4, { batchSize: 4 })).toEqual([[0, 1, 2, 3]])
  })

  it('leaves out what does not fill a batch only when told, and gives any step by number', async () => {
    expect((await collect(7, { batchSize: 3 })).map((batch) => batch.length)).toEqual([3, 3, 1])
    expect((await collect(7, { batchSize: 3, dropLast: true, epochs: 2 })).map((batch) => batch.length)).toEqual([3, 3, 3, 3])
    const source = batches<Batch>(numbers(7), { batchSize: 3, shuffle: 1, epochs: 2 })
    const all = await collect(7, { batchSize: 3, shuffle: 1, epochs: 2 })
    for (const step of [5, 0, 3, 1]) expect([...(await source.at(step)).y.data]).toEqual(all[step])
  })

  it('gathers ahead as many as asked, and tells errors where they are awaited', async () => {
    const log: number[] = []
    const watched = mapBatches(numbers(6), (batch: Batch) => {
      log.push(batch.y.data[0] as number)
      if (batch.y.data[0] === 2) throw new Error('broken')
      return batch
    })
    const iteration = batches(watched, { batchSize: 1, prefetch: 2 })
    await iteration.next()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(log).toEqual([0, 1, 2])
    expect(iteration.state.step).toBe(1)
    await iteration.next()
    await expect(iteration.next()).rejects.toThrow('broken')
  })

  it('refuses what cannot be', () => {
    expect(() => batches(numbers(3), { batchSize: 0 })).toThrow(ShapeError)
    expect(() => batches(numbers(3), { batchSize: 4, dropLast: true })).toThrow(/no batch in an epoch/)
    expect(() => batches(numbers(3), { batchSize: 1, state: { ...batches(numbers(4), { batchSize: 1 }).state } })).toThrow(DecodeError)
  })
})

describe('data sets', () => {
  it('need one number of examples', () => {
    expect(() => fromArrays({ a: ndarray([1, 2]), b: ndarray([1]) })).toThrow(ShapeError)
    expect(() => fromArrays(ndarray(1))).toThrow(ShapeError)
    expect(() => fromArrays({ a: 'no' })).toThrow(TraceError)
  })

  it('can be cut', async () => {
    const some = subset(numbers(9), [8, 2])
    expect([...((await some.gather(Uint32Array.of(1, 0))) as Batch).y.data]).toEqual([2, 8])
    expect(() => subset(numbers(2), [2])).toThrow(ShapeError)
    expect(() => numbers(2).gather(Uint32Array.of(2))).toThrow(ShapeError)
  })
})
