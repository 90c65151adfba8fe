import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'
import { fcn, intersectionOverUnion, unet } from '../../src/models.js'
import type { F32 } from './devices.js'
import { expectGradient, mapTensors, outputs, parametersOf } from './nets.js'
import { noise } from '../harness/noise.js'

const small = { channels: 2, maps: [2, 3, 3] } as const
const upsamplings = ['nearest', 'bedOfNails', 'maxUnpool', 'transposed'] as const

const of = (net: nn.Layer<never>) => (x: F32) => net.apply(parametersOf(net) as never, x)
const flat = (f: (x: F32) => F32, x: fx.NDArray): readonly number[] => outputs(f, x)[0] as readonly number[]

/** The same image with a margin of zeros, moved by a whole number of pixels. */
const placed = (x: F32, down: number, right: number, side: number): F32 => {
  const [, , h, w] = x.shape as readonly [number, number, number, number]
  return fx.pad(x, [[0, 0], [0, 0], [down, side - h - down], [right, side - w - right]]) // prettier-ignore
}

describe.each(upsamplings)('an FCN with %s', (upsampling) => {
  const net = fcn({ channels: 2, maps: [2, 3], upsampling })

  test('gives a logit for each pixel of images of any size that can be halved', () => {
    for (const size of [
      [4, 4],
      [8, 12],
    ] as const)
      // prettier-ignore
      expect(flat((x) => fx.cast(fx.arange(of(net as never)(x).ndim), 'f32'), noise([1, 2, ...size], 1))).toHaveLength(4)
    expect(flat(of(net as never), noise([1, 2, 8, 12], 1))).toHaveLength(96)
  })

  test('moves what it gives with the image, by what the smallest maps can tell apart', () => {
    // Two pixels are one of the smallest maps; the margins are wider than what a pixel sees.
    const shown = (down: number, right: number) => (x: F32) => {
      const y = of(net as never)(placed(x, 12 + down, 12 + right, 28))
      return fx.slice(y, [0, 0, 10 + down, 10 + right], [1, 1, 18 + down, 18 + right])
    }
    const [still, moved] = [flat(shown(0, 0), noise([1, 2, 4, 4], 2)), flat(shown(2, -2), noise([1, 2, 4, 4], 2))]
    still.forEach((v, i) => expect(moved[i]).toBeCloseTo(v, 4))
  })

  test('gradients are differences', async () => {
    await expectGradient(net, [1, 2, 4, 4])
  })
})

describe('max unpooling', () => {
  test('puts maxima where they were: pooling again gives them again', () => {
    const again = (x: F32): readonly F32[] => {
      const [pooled, positions] = nn.maxPoolWithPositions(x, { window: 2 })
      const back = nn.maxUnpool(pooled, positions, x.shape.slice(2))
      return [fx.sub(fx.maxPool(back, { window: 2 }), pooled), fx.mul(back, fx.sub(back, x)), fx.sum(fx.cast(fx.ne(back, 0), 'f32'))]
    }
    const positive = fx.ndarray(
      Float32Array.from(noise([2, 3, 6, 4], 3).data, (v) => Math.abs(v) + 0.1),
      { shape: [2, 3, 6, 4] },
    )
    const [same, there, count] = outputs(again, positive)
    expect(Math.max(...(same as number[]).map(Math.abs), ...(there as number[]).map(Math.abs))).toBe(0)
    expect(count).toEqual([(2 * 3 * 6 * 4) / 4])
  })
})

test('bed of nails: each value is at the top left of its block', () => {
  const y = flat((x) => nn.bedOfNails(x, 2), fx.ndarray(Float32Array.of(1, 2, 3, 4), { shape: [1, 1, 2, 2] }))
  expect(y).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0])
})

describe('max unpooling with its windows', () => {
  const both = (space: fx.Shape, options: fx.PoolOptions) => {
    const f = (x: F32, scale: F32): readonly F32[] => {
      const [pooled, positions] = nn.maxPoolWithPositions(x, options)
      const values = fx.mul(pooled, scale)
      return [nn.maxUnpool(values, positions, space), nn.maxUnpool(values, positions, space, options)]
    }
    const loss = (x: F32, scale: F32, i: number): F32 => fx.sum(fx.mul(f(x, scale)[i] as F32, fx.sin(fx.cast(fx.iota(space), 'f32'))))
    const images = noise([2, 3, ...space], 7)
    const pooledShape = fx.trace((x: F32) => [fx.maxPool(x, options)], fx.spec(images.shape)).nodes.at(-1)?.type.shape as fx.Shape
    const given = [images, noise(pooledShape, 8)] as const
    return [0, 1].map((i) => outputs((x: F32, s: F32) => [f(x, s)[i] as F32, fx.grad((y: F32): F32 => loss(y, s, i))(x)], ...given))
  }

  test.each([
    [2, [6, 4], {}],
    [2, [7, 5], {}],
    [[2, 3], [5, 8], {}],
    [3, [7, 7], { strides: 2 }],
    [2, [6, 6], { padding: [[1, 1], [1, 1]] }], // prettier-ignore
  ] as const)('of %o in %o, %o, does the same', (window, space, rest) => {
    const [general, own] = both(space, { window, ...rest })
    expect(own).toEqual(general)
  })

  test('asks for as many positions as there are windows', () => {
    const unpool = (): unknown => nn.maxUnpool(fx.ones([1, 1, 2, 2]), fx.zeros([1, 1, 2, 2], 'i32'), [6, 4], { window: 2 })
    expect(unpool).toThrow(/there are \[2, 2\] positions, and \[3, 2\] windows in \[6, 4\]/)
  })
})

describe('a U-Net', () => {
  test('gradients are differences', async () => {
    await expectGradient(unet(small), [1, 2, 4, 4])
  })

  test('tells single pixels apart when nothing comes from below, and an FCN then sees nothing', () => {
    const silent = (params: fx.Tree<F32>): unknown => {
      const { body, head } = params as unknown as { readonly body: { readonly up: unknown }; readonly head: unknown }
      return { body: { ...body, up: mapTensors(body.up, (t) => fx.mul(t, 0)) }, head }
    }
    const slope = (net: nn.Layer<never>) => (x: F32) =>
      fx.max(fx.abs(fx.grad((v: F32) => fx.sum(fx.square(net.apply(silent(parametersOf(net)) as never, v))))(x)))
    expect(flat(slope(unet(small) as never), noise([1, 2, 8, 8], 4))[0]).toBeGreaterThan(1e-3)
    expect(flat(slope(fcn(small) as never), noise([1, 2, 8, 8], 4))).toEqual([0])
  })
})

test('intersection over union is that of sets', () => {
  const a = fx.ndarray([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0]], { dtype: 'f32' }) // prettier-ignore
  const b = fx.ndarray([[0, 1, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]], { dtype: 'f32' }) // prettier-ignore
  const have = outputs((x: F32, y: F32) => intersectionOverUnion(x, y), a, b)[0] as number[]
  ;[1 / 3, 1, 1, 0].forEach((want, i) => expect(have[i]).toBeCloseTo(want, 6))
})

test('what does not fit is refused in a line', () => {
  expect(() => fcn({ maps: [4] })).toThrow(/maps of 1 sizes/)
  expect(() => fcn({ upsampling: 'cubic' as never })).toThrow(/no upsampling 'cubic'.*\n?.*use transposed, nearest, bedOfNails, maxUnpool/s)
  expect(() => flat(of(fcn(small) as never), noise([1, 2, 6, 8], 1))).toThrow(/cannot be halved 2 times/)
})
