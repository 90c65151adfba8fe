/** The block function's known answers, and numbers that JAX's documentation has printed, in either mode. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { threefry2x32, type Word } from '../../src/ops/random/threefry.js'

const { random } = fx

const word = (x: number): Word => fx.constant(Uint32Array.of(x), { dtype: 'u32' })

const numbers = (x: fx.Tensor | readonly fx.Tensor[]): number[] =>
  fx
    .evaluate(
      fx.trace(() => x),
      [],
    )
    .flatMap((array) => [...array.data])

describe("Random123's known answers for threefry2x32, 20 rounds", () => {
  test.each([
    { counter: [0, 0], key: [0, 0], want: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], want: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], want: [0xc4923a9c, 0x483df7a0] },
  ])('$counter by $key', ({ counter: [c0, c1], key: [k0, k1], want }) => {
    expect(numbers(threefry2x32([word(k0!), word(k1!)], [word(c0!), word(c1!)]))).toEqual(want)
  })
})

/** Digits as printed. */
const near = (x: fx.Tensor, want: readonly number[]): void =>
  numbers(x).forEach((value, i) => {
    expect(value).toBeCloseTo(want[i]!, 6)
  })

describe('numbers as published', () => {
  test('with partitionable off: the documentation before JAX 0.5', () => {
    expect(numbers(random.bits(random.key(1701), [3]))).toEqual([56197195, 4200222568, 961309823])
    expect(numbers(random.split(random.key(0)))).toEqual([4146024105, 967050713, 2718843009, 1272950319])
    const [key, subkey] = [...random.split(random.key(0))] as [fx.Key, fx.Key]
    near(random.uniform(random.key(0)), [0.41845703])
    near(random.uniform(subkey), [0.10536897])
    near(random.normal(random.key(0), [1]), [-0.20584226])
    near(random.normal(key, [1]), [0.14389051])
    near(random.normal(subkey, [1]), [-1.2515389])
    near(random.normal(random.key(123), [3]), [-0.1470326, 0.5524756, 1.648498])
  })

  test('with partitionable on: the documentation since', () => {
    const { split, uniform, normal } = random.partitionable
    expect(numbers(split(random.key(0)))).toEqual([1797259609, 2579123966, 928981903, 3453687069])
    const [, subkey] = [...split(random.key(0))] as [fx.Key, fx.Key]
    near(uniform(random.key(0)), [0.947667])
    near(uniform(subkey), [0.00729382])
    near(normal(random.key(42)), [-0.028304616])
  })

  test('an element of the partitionable ones depends on its own index alone', () => {
    const few = numbers(random.partitionable.bits(random.key(3), [5]))
    expect(numbers(random.partitionable.bits(random.key(3), [1000])).slice(0, 5)).toEqual(few)
  })
})
