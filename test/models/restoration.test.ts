import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { autoencoder, gaussianLogProb, inpaint, psnr, squareHoles, type AutoencoderParams } from '../../src/models.js'
import { dense, type Affine } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'

type Params = AutoencoderParams<Affine, Affine>

const linear = (given: number, own: number) =>
  autoencoder<Affine, Affine>({ encoder: dense(given, own, { bias: false }), decoder: dense(own, own, { bias: false }) })

const [n, d, s2] = [12, 3, 0.4]

/** Points, less their mean. */
const points = (() => {
  const x = noise([n, d], 4).data
  const mean = Array.from({ length: d }, (_, k) => x.reduce((sum, v, i) => sum + (i % d === k ? v / n : 0), 0))
  return fx.ndarray(
    Float32Array.from(x, (v, i) => 2 * (v - mean[i % d]!)),
    { shape: [n, d] },
  )
})()

/** Each point with noise that is ± √(d s²) along each axis in turn: its covariance is s² I exactly, and it does not depend on x. */
const corrupted = (x: F32): { readonly clean: F32; readonly noisy: F32 } => {
  const step: F32 = fx.mul(fx.eye(d), Math.sqrt(d * s2))
  const all: F32 = fx.concat([step, fx.neg(step)])
  const clean: F32 = fx.repeat(x, 2 * d, { axis: 0 })
  return { clean, noisy: fx.add(clean, fx.tile(all, [n, 1])) }
}

const covarianceOf = (x: F32): F32 => fx.div(fx.matmul(fx.transpose(x), x), n)

/** Σ (Σ + s² I)⁻¹, transposed, as it is applied to rows. */
const wiener = (x: F32): F32 => {
  const sigma = covarianceOf(x)
  return fx.linalg.solve(fx.add(sigma, fx.mul(fx.eye(d), s2)), sigma)
}

const slopesOf = (loss: (p: Params) => F32, at: Params): F32 => {
  const grads = fx.grad(loss)(at)
  return fx.concat([fx.reshape(grads.encoder.w, [-1]), fx.reshape(grads.decoder.w, [-1])])
}

describe('a denoising autoencoder', () => {
  const model = linear(d, d)
  const at = (w: F32): Params => ({ encoder: { w }, decoder: { w: fx.eye(d) } })

  test('is best where it gives E[x | noisy]: linear, Σ (Σ + s² I)⁻¹; neither copying nor shrinking evenly is', () => {
    const losses = (x: F32) => {
      const { clean, noisy } = corrupted(x)
      const slope = (w: F32) => slopesOf((p) => model.loss(p, clean, noisy), at(w))
      return [slope(wiener(x)), slope(fx.eye(d)), slope(fx.mul(fx.eye(d), 0.5))]
    }
    const [best, copy, half] = numbersOf(losses, points) as [number[], number[], number[]]
    expect(Math.max(...best.map(Math.abs))).toBeLessThan(1e-5)
    expect(Math.max(...copy.map(Math.abs))).toBeGreaterThan(0.05)
    expect(Math.max(...half.map(Math.abs))).toBeGreaterThan(0.02)
  })

  test('then goes up the density of what is noisy: E[x | y] = y + s² ∇ ln p(y)', () => {
    const [made, climbed] = numbersOf((x: F32) => {
      const covariance: F32 = fx.add(covarianceOf(x), fx.mul(fx.eye(d), s2))
      const logP = (y: F32): F32 => fx.sum(gaussianLogProb({ mean: fx.zeros([d]), covariance }, y))
      return [model.apply(at(wiener(x)), x), fx.add(x, fx.mul(fx.grad(logP)(x), s2))]
    }, points) as [number[], number[]]
    expect(apart(made, climbed)).toBeLessThan(1e-5)
  })

  test('is best at the identity only without noise', () => {
    const [slopes] = numbersOf((x: F32) => slopesOf((p) => model.loss(p, x, x), at(fx.eye(d))), points) as [number[]]
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-6)
  })
})

describe('inpainting', () => {
  const known = [[true, true, false], [false, true, true]] // prettier-ignore

  test('leaves what is known as it is, bit for bit, and no gradient goes to what was made of it', () => {
    const x = fx.ndarray(new Float32Array([0.1, NaN, 0.3, 0.4, -0, 1e-38]), { shape: [2, 3] })
    const made = noise([2, 3], 2)
    const [filled, slopes] = numbersOf(
      (a: F32, b: F32) => {
        const mask: fx.Tensor<fx.Shape, 'bool'> = fx.constant(fx.ndarray(known, { dtype: 'bool' }))
        return [inpaint(a, mask, b), fx.grad((m: F32) => fx.sum(fx.square(inpaint(fx.zeros([2, 3]), mask, m))))(b)]
      },
      x,
      made,
    ) as [number[], number[]]
    const where = known.flat()
    expect(filled).toEqual(where.map((is, i) => (is ? x.data[i] : made.data[i])))
    expect(apart(slopes, where.map((is, i) => (is ? 0 : 2 * made.data[i]!)))).toBeLessThan(1e-6) // prettier-ignore
  })

  test('is best where a hole is E[hidden | known] = Σₕₖ Σₖₖ⁻¹ x', () => {
    const model = linear(2, 3)
    const best = (x: F32): F32 => {
      const sigma = covarianceOf(x)
      return fx.linalg.solve(fx.slice(sigma, [0, 0], [2, 2]), fx.slice(sigma, [0, 0], [2, 3]))
    }
    const [slopes, other] = numbersOf((x: F32) => {
      const at = (encoder: F32): Params => ({ encoder: { w: encoder }, decoder: { w: fx.eye(3) } })
      const slope = (w: F32) => slopesOf((p) => model.loss(p, x, fx.slice(x, [0, 0], [n, 2])), at(w))
      return [slope(best(x)), slope(fx.mul(best(x), 0.9))]
    }, points) as [number[], number[]]
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-5)
    expect(Math.max(...other.map(Math.abs))).toBeGreaterThan(0.02)
  })

  test('holes are squares within the picture, anywhere', () => {
    const [side, hole, count] = [6, 3, 200]
    const [flat] = numbersOf(() => [fx.cast(squareHoles(fx.random.key(3), count, { side, hole }), 'f32')]) as [number[]]
    const starts = Array.from({ length: count }, (_, i) => {
      const hidden = [...Array(side * side).keys()].filter((p) => flat[i * side * side + p] === 0)
      const first = hidden[0]!
      expect(hidden).toEqual(Array.from({ length: hole * hole }, (_w, k) => first + side * Math.floor(k / hole) + (k % hole)))
      expect(first % side).toBeLessThanOrEqual(side - hole)
      return first
    })
    expect(new Set(starts).size).toBe((side - hole + 1) ** 2)
  })

  test('a hole of none leaves everything known, one of all nothing', () => {
    const [none, all] = numbersOf(() => [0, 4].map((hole) => fx.cast(squareHoles(fx.random.key(0), 2, { side: 4, hole }), 'f32'))) as [number[], number[]] // prettier-ignore
    expect([Math.min(...none), Math.max(...all)]).toEqual([1, 0])
  })

  test.each([-1, 1.5, 5])('a hole of %f in a picture of 4 is refused', (hole) => {
    expect(() => run(() => squareHoles(fx.random.key(0), 1, { side: 4, hole }))).toThrow(/the hole is not within the picture/)
  })
})

describe('PSNR', () => {
  test('an error of a tenth of the peak is 20 dB, of 16 of 255 levels 24.05 dB', () => {
    const [a, b] = numbersOf((x: F32) => [psnr(x, fx.add(x, 0.1)), psnr(x, fx.add(x, 16), { peak: 255 })], noise([4, 5], 1)) as [number[], number[]] // prettier-ignore
    expect(a[0]).toBeCloseTo(20, 3)
    expect(b[0]).toBeCloseTo(20 * Math.log10(255 / 16), 3)
  })

  test('compares only where it is asked', () => {
    const [value] = run((x) => psnr(x, fx.mul(x, 0), { where: fx.eq(x, 0.5) }), [0.5, 0.5, 100, -7]) as [number]
    expect(value).toBeCloseTo(20 * Math.log10(2), 3)
  })

  test('shapes that differ are refused', () => {
    expect(() => run((x, y) => psnr(x, y), [1, 2], [[1, 2]])).toThrow(/psnr/)
    expect(() => run((x, y) => inpaint(x, fx.gt(x, 0), y), [1, 2], [1])).toThrow(/inpaint/)
  })
})
