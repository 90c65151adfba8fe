import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { digitsOf, gather, loadMnist, pixels, side } from '../../examples/lib/mnist.js'
import { DecodeError } from '../../src/index.js'

const idx = (shape: readonly number[], data: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]), ...data])

const problemOf = (result: E.Either<DecodeError, unknown>): string =>
  E.isLeft(result) && result.left instanceof DecodeError ? result.left.detail.problem : 'none'

describe('digitsOf', () => {
  const images = idx([1, side, side], Array<number>(pixels).fill(255))

  it('pairs images and labels', () => {
    const digits = digitsOf(images, idx([1], [7]), 'x')
    expect(E.isRight(digits) && [digits.right.count, digits.right.labels[0]]).toEqual([1, 7])
  })

  it('refuses counts that differ, other sizes, and labels over 9', () => {
    expect(problemOf(digitsOf(images, idx([2], [7, 7]), 'x'))).toMatch(/not labelled 28 × 28 digits/)
    expect(problemOf(digitsOf(idx([1, 2, 2], [0, 0, 0, 0]), idx([1], [7]), 'x'))).toMatch(/not labelled/)
    expect(problemOf(digitsOf(images, idx([1], [10]), 'x'))).toMatch(/not labelled/)
  })
})

describe('loadMnist', () => {
  it('has 60,000 and 10,000 digits, pixels from 0 to 1', async () => {
    const { train, test } = await loadMnist()
    expect([train.count, test.count]).toEqual([60000, 10000])
    const { x, y } = gather(test, [0, 9999])
    expect(x.shape).toEqual([2, pixels])
    expect([Math.min(...x.data), Math.max(...x.data)]).toEqual([0, 1])
    expect([...y.data]).toEqual([7, 6])
  })
})
