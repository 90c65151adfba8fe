import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { autoencoder, covariance, mlp, principalComponents, subspaceAngles } from '../../src/models.js'
import { dense, type Affine } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { linearLoss } from './latentPrograms.js'
import { apart, numbersOf } from './numbers.js'

/** Points that vary by 3, 2, 1, 0.5 and 0.2 along five directions that are not the axes. */
const x = (() => {
  const [n, d] = [40, 5]
  const mixed = noise([d, d], 3).data
  const free = noise([n, d], 1).data
  return fx.ndarray(
    Float32Array.from({ length: n * d }, (_, i) =>
      [3, 2, 1, 0.5, 0.2].reduce((sum, by, k) => sum + by * free[Math.floor(i / d) * d + k]! * mixed[k * d + (i % d)]!, 0.3),
    ),
    { shape: [n, d] },
  )
})()

const linear = autoencoder<Affine, Affine>({ encoder: dense(5, 2), decoder: dense(2, 5) })

/** The autoencoder whose codes are the projections onto columns q [5, 2] of what is centred. */
const projecting = (q: F32, v: F32) => {
  const centre = fx.reshape(fx.mean(v, { axis: 0 }), [1, 5])
  const b: F32 = fx.reshape(fx.neg(fx.matmul(centre, q)), [2])
  const [w, back]: readonly [F32, F32] = [fx.transpose(q), fx.reshape(centre, [5])]
  return { encoder: { w: q, b }, decoder: { w, b: back } }
}

const eigen = (v: F32): { readonly top: F32; readonly others: F32; readonly values: F32 } => {
  const [w, vectors] = fx.linalg.eigh(covariance(v))
  return { top: fx.slice(vectors, [0, 3], [5, 5]), others: fx.slice(vectors, [0, 2], [5, 4]), values: w }
}

describe('a linear autoencoder', () => {
  test('that projects onto principal components leaves the variance of the others, and gradient descent leads nowhere from there', () => {
    const [loss, values, slopes, worse] = numbersOf((v: F32) => {
      const { top, others, values: w } = eigen(v)
      const at = projecting(top, v)
      const grads = fx.grad((p: typeof at) => linear.loss(p as never, v))(at)
      return [
        linear.loss(at, v),
        w,
        fx.concat([fx.reshape(grads.encoder.w, [10]), fx.reshape(grads.decoder.w, [10]), grads.encoder.b, grads.decoder.b]),
        linear.loss(projecting(others, v), v),
      ]
    }, x) as [number[], number[], number[], number[]]
    expect(loss[0]).toBeCloseTo((values[0]! + values[1]! + values[2]!) / 5, 5)
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1e-5)
    expect(worse[0]).toBeGreaterThan(1.5 * loss[0]!)
  })

  test('is the same for any other basis of its codes', () => {
    const [one, other] = numbersOf((v: F32) => {
      const { encoder, decoder } = projecting(eigen(v).top, v)
      const [a, inverse]: readonly [F32, F32] = [fx.constant([[2, 1], [1, 1]]), fx.constant([[1, -1], [-1, 2]])] // prettier-ignore
      const b: F32 = fx.reshape(fx.matmul(fx.reshape(encoder.b, [1, 2]), a), [2])
      const changed = { encoder: { w: fx.matmul(encoder.w, a), b }, decoder: { ...decoder, w: fx.matmul(inverse, decoder.w) } }
      return [linear.apply({ encoder, decoder }, v), linear.apply(changed, v)]
    }, x) as [number[], number[]]
    expect(apart(one, other)).toBeLessThan(1e-4)
  })

  test('trained by gradient descent ends in the principal subspace', async () => {
    const train = (v: F32): F32 => {
      const step = (_: unknown, { e, d }: { readonly e: F32; readonly d: F32 }) => {
        const centred: F32 = fx.sub(v, fx.mean(v, { axis: 0, keepDims: true }))
        const [de, dd] = fx.grad(linearLoss, { argnums: [0, 1] })(e, d, centred)
        const next: readonly [F32, F32] = [fx.sub(e, fx.mul(de, 0.2)), fx.sub(d, fx.mul(dd, 0.2))]
        return { e: next[0], d: next[1] }
      }
      const start: { readonly e: F32; readonly d: F32 } = {
        e: fx.mul(fx.constant(noise([5, 2], 8)), 0.3),
        d: fx.mul(fx.constant(noise([2, 5], 9)), 0.3),
      }
      const { d } = fx.foriLoop(0, 2000, step as never, start as never) as unknown as typeof start
      return subspaceAngles(fx.transpose(d), eigen(v).top)
    }
    const program = await fx.compile(train, [fx.specOf(x)] as const, { device: await fx.wasm() })
    const { data } = await (await program(x)).toNDArray()
    expect(Math.max(...data)).toBeLessThan(0.002)
  })
})

describe('principal components', () => {
  test('are the eigenvectors of the covariance, and the variances its eigenvalues', () => {
    const [ours, theirs, own, w] = numbersOf((v: F32) => {
      const { components, variances } = principalComponents(covariance(v), 2)
      const { top, values } = eigen(v)
      return [fx.abs(components), fx.abs(fx.flip(top, { axis: 1 })), variances, values]
    }, x) as [number[], number[], number[], number[]]
    expect(apart(ours, theirs)).toBeLessThan(1e-3)
    expect(apart(own, [w[4]!, w[3]!])).toBeLessThan(1e-3)
  })

  test('are found where coordinates do not vary', () => {
    const [components, variances] = run(
      (s) => {
        const { components: c, variances: v } = principalComponents(s, 2)
        return [fx.abs(c), v]
      },
      [0, 0, 5, 0, 2].map((v, i) => Array.from({ length: 5 }, (_, j) => (i === j ? v : 0))),
    ) as [number[][], number[]]
    expect(apart(components.flat(), [0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeLessThan(1e-5)
    expect(apart(variances, [5, 2])).toBeLessThan(1e-5)
  })

  test('of a covariance by hand', () => {
    const [sigma] = run((v) => [covariance(v)], [[1, 2], [3, 2], [5, 8]]) as [number[][]] // prettier-ignore
    expect(apart(sigma.flat(), [8 / 3, 4, 4, 8])).toBeLessThan(1e-5)
  })

  test('more of them than there are directions are refused', () => {
    expect(() => run((s) => principalComponents(s, 3).components, [[1, 0], [0, 1]])).toThrow(/give a covariance \[d, d\] and k from 1 to d/) // prettier-ignore
  })
})

describe('angles between subspaces', () => {
  const plane = (t: number): number[][] => [[1, 0], [0, Math.cos(t)], [0, Math.sin(t)]] // prettier-ignore

  test.each([0, 1e-4, 0.3, 1.2, Math.PI / 2])('%f is found, whatever the bases', (t) => {
    const [angles] = run((a, b) => [subspaceAngles(fx.matmul(a, fx.constant([[2, 1], [1, 1]])), b)], plane(0), plane(t)) as [number[]] // prettier-ignore
    expect(angles[0]).toBeCloseTo(t, 3)
    expect(angles[1]).toBeCloseTo(0, 3)
    if (t === 1e-4) expect(angles[0]).toBeCloseTo(t, 6)
  })

  test('of spans that differ in size are refused', () => {
    expect(() => run((a, b) => subspaceAngles(a, b), [[1, 0], [0, 1]], [[1], [0]])).toThrow(/give two matrices \[d, k\]/) // prettier-ignore
  })
})

test('a corrupted input is compared with what it was', () => {
  const [loss] = run((v, noisy) => [linear.loss(projecting(eigen(v).top, v), v, noisy)], fx.toNested(x), fx.toNested(noise([40, 5], 5))) // prettier-ignore
  const [made] = numbersOf((v: F32, noisy: F32) => [linear.apply(projecting(eigen(v).top, v), noisy)], x, noise([40, 5], 5)) as [number[]] // prettier-ignore
  const want = made.reduce((sum, v, i) => sum + (v - x.data[i]!) ** 2, 0) / made.length
  expect(loss).toBeCloseTo(want, 4)
})

test('codes are what lies between encoder and decoder', () => {
  const model = autoencoder({ encoder: mlp({ sizes: [3, 2] }), decoder: mlp({ sizes: [2, 3] }) })
  const [z, whole, parts] = numbersOf(
    (v: F32) => {
      const params = { encoder: [{ w: fx.constant(noise([3, 2], 1)) }], decoder: [{ w: fx.constant(noise([2, 3], 2)) }] }
      return [model.encode(params, v), model.apply(params, v), model.decode(params, model.encode(params, v))]
    },
    noise([4, 3], 3),
  ) as [number[], number[], number[]]
  expect(z).toHaveLength(8)
  expect(whole).toEqual(parts)
})

test('gradients are those of differences', () => {
  fx.checkGrads(linearLoss, [noise([5, 2], 1), noise([2, 5], 2), noise([4, 5], 3)] as never, { order: 2 })
})
