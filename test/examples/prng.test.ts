import { describe, expect, it } from 'vitest'
import { batches } from '../../examples/lib/batches.js'
import { heUniform } from '../../examples/lib/prng.js'
import { generator, permutation } from '../../src/data/shuffle.js'

describe('prng', () => {
  it('is the same for the same seed and stream, another for others', () => {
    const draw = (seed: number, stream: number) => [...permutation(generator(seed, stream), 20)].join()
    expect(draw(1, 0)).toBe(draw(1, 0))
    expect(new Set([draw(1, 0), draw(1, 1), draw(2, 0), draw(0, 0)]).size).toBe(4)
  })

  it('permutes', () => {
    expect([...permutation(generator(3, 0), 100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([...permutation(generator(3, 0), 0)]).toEqual([])
  })

  it('draws weights of mean 0 and variance 2 / fanIn', () => {
    const { shape, data } = heUniform(generator(1, 0), 200, 100)
    const mean = data.reduce((a, b) => a + b, 0) / data.length
    const variance = data.reduce((a, b) => a + b * b, 0) / data.length
    expect(shape).toEqual([200, 100])
    expect(Math.abs(mean)).toBeLessThan(0.003)
    expect(variance).toBeGreaterThan(0.0095)
    expect(variance).toBeLessThan(0.0105)
  })
})

describe('batches', () => {
  it('takes every example once an epoch, across batches that span two', () => {
    const { steps, at } = batches(10, 4, 2, 1)
    const stream = Array.from({ length: steps }, (_, step) => [...at(step)]).flat()
    expect(steps).toBe(5)
    expect([...stream.slice(0, 10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([...stream.slice(10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(stream.slice(0, 10)).not.toEqual(stream.slice(10))
  })

  it('gives any step in any order', () => {
    const forward = batches(10, 4, 4, 7)
    const backward = batches(10, 4, 4, 7)
    const late = [...backward.at(9)]
    expect([...forward.at(0)]).toEqual([...backward.at(0)])
    expect([...forward.at(9)]).toEqual(late)
  })
})
