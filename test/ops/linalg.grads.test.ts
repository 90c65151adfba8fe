/** Derivatives of linear algebra against differences, in both modes, to order two, and where there is something to say about a point. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { run, type F32 } from '../transforms/run.js'

const { linalg } = fx

/** Numbers from -1 to 1, the same each time, with a diagonal that keeps values apart. */
const matrix = (m: number, n: number, diagonal = (i: number): number => 2 * i + 2): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: m * n }, (_, i) => {
      const [r, c] = [Math.floor(i / n), i % n]
      return Math.sin(12.9898 * (i + 1) + 7 * m) + (r === c ? diagonal(r) : 0)
    }),
    { shape: [m, n] },
  )

const transposed = (x: F32): F32 => fx.swapAxes(x, -1, -2)
const gram = (a: F32): F32 => fx.matmul<fx.Shape, fx.Shape, 'f32'>(a, transposed(a))
/** What the signs of vectors do not change. */
const unsigned = (u: F32, s: F32, vt: F32): readonly F32[] => [s, fx.square(u), fx.square(vt), fx.matmul<fx.Shape, fx.Shape, 'f32'>(u, vt)]

const functions: Readonly<Record<string, (a: F32, b: F32) => unknown>> = {
  inv: (a) => linalg.inv(a),
  det: (a) => linalg.det(fx.mul(a, 0.25)),
  slogdet: (a) => linalg.slogdet(a),
  solve: (a, b) => linalg.solve(a, b),
  'triangularSolve, lower': (a, b) => linalg.triangularSolve(a, b, { lower: true }),
  'triangularSolve, transposed, of ones': (a, b) => linalg.triangularSolve(a, b, { transpose: true, unitDiagonal: true }),
  cholesky: (a) => linalg.cholesky(gram(a)),
  qr: (a) => linalg.qr(a),
}

const iterative: Readonly<Record<string, (a: F32) => unknown>> = {
  eigh: (a) => {
    const [w, v] = linalg.eigh(a)
    return [w, fx.square(v)]
  },
  svd: (a) => unsigned(...linalg.svd(a)),
}

const options = { eps: 1 / 64, tolerance: 4e-3 } as const

describe('derivatives are what differences say', () => {
  test.each([1, 2, 3, 5].flatMap((n) => Object.entries(functions).map(([name, f]) => ({ name, n, f }))))('$name of $n rows', ({ n, f }) => {
    fx.checkGrads(f, [matrix(n, n), matrix(n, 2, () => 0)], options)
  })

  test.each([1, 2, 3].flatMap((n) => Object.entries(iterative).map(([name, f]) => ({ name, n, f }))))('$name of $n rows', ({ n, f }) => {
    fx.checkGrads(f, [matrix(n, n)], options)
  })

  test.each([
    ['qr', functions.qr, 5, 2],
    ['qr', functions.qr, 2, 4],
    ['svd', iterative.svd, 4, 2],
    ['svd', iterative.svd, 2, 3],
  ] as const)('%s of %4$d × %5$d', (_, f, m, n) => {
    fx.checkGrads(f as unknown as (a: fx.Tensor) => unknown, [matrix(m, n)], options)
  })
})

const rounded = (x: unknown): unknown => (Array.isArray(x) ? x.map(rounded) : typeof x === 'number' ? Math.round(x * 1e4) / 1e4 + 0 : x)

describe('derivatives at a point', () => {
  const eye = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]

  test('of all values together, where they are equal', () => {
    expect(
      rounded(
        run(
          fx.grad((a: F32) => fx.sum(linalg.eigh(a)[0])),
          eye,
        ),
      ),
    ).toEqual([eye])
    expect(
      rounded(
        run(
          fx.grad((a: F32) => fx.sum(linalg.svd(a)[1])),
          eye,
        ),
      ),
    ).toEqual([eye])
    expect(rounded(run((a, t) => fx.jvp((x: F32) => fx.sum(linalg.eigh(x)[0]), [a], [t])[1], eye, eye))).toEqual([3])
  })

  test('of a determinant that is 0, up to four rows: the cofactors', () => {
    const singular = [
      [1, 2, 3],
      [2, 4, 6],
      [1, 0, 1],
    ]
    const cofactors = [
      [4, 4, -4],
      [-2, -2, 2],
      [0, 0, 0],
    ]
    expect(rounded(run(fx.grad(linalg.det as (a: F32) => F32), singular))).toEqual([cofactors])
  })

  test('the gradient of a factor is symmetric, and that of a sign is none', () => {
    const [g] = run(
      fx.grad((a: F32) => fx.sum(linalg.cholesky(a))),
      [
        [4, 1],
        [1, 3],
      ],
    ) as [[[number, number], [number, number]]]
    expect(g[0][1]).toBe(g[1][0])
    expect(
      run(
        fx.grad((a: F32) => linalg.slogdet(a)[0]),
        eye,
      ),
    ).toEqual([eye.map((row) => row.map(() => 0))])
  })

  test('of the third order', () => {
    const third = (f: (x: F32) => F32) => fx.grad(fx.grad(fx.grad(f)))
    const at = (x: F32): F32 => fx.reshape(x, [1, 1])
    const scalar = (y: F32): F32 => fx.reshape(y, [])
    expect(
      run(
        third((x) => scalar(linalg.inv(at(x)))),
        2,
      ),
    ).toEqual([-6 / 16])
    expect(
      rounded(
        run(
          third((x) => scalar(linalg.cholesky(at(x)))),
          1,
        ),
      ),
    ).toEqual([3 / 8])
    expect(
      rounded(
        run(
          third((x) => scalar(linalg.slogdet(at(x))[1])),
          2,
        ),
      ),
    ).toEqual([2 / 8])
  })
})

describe('vmap', () => {
  const stack = (f: (...xs: F32[]) => unknown, ...args: readonly fx.NDArray[]): void => {
    const graphOf = (g: (...xs: fx.Tensor[]) => unknown): fx.Graph => fx.trace(g, ...args.map((a) => fx.specOf(a)))
    const [mapped, native] = [fx.vmap(f as (...xs: fx.Tensor[]) => fx.Tensor), f as (...xs: fx.Tensor[]) => fx.Tensor].map((g) =>
      fx.evaluate(graphOf(g), args),
    )
    mapped!.forEach((x, i) => {
      expect(x.shape).toEqual(native![i]!.shape)
      x.data.forEach((v, j) => expect(v).toBeCloseTo(native![i]!.data[j]!, 4))
    })
  }
  const batch = (n: number): fx.NDArray => {
    const [a, b] = [matrix(n, n), matrix(n, n, (i) => 3 * i + 1)]
    return fx.ndarray(Float32Array.from([...a.data, ...b.data]), { shape: [2, n, n] })
  }

  test.each([3, 5])('of %d rows is the batch over leading axes', (n) => {
    const symmetric = (a: F32): F32 => fx.add(a, transposed(a))
    for (const f of [linalg.inv, linalg.det, (a: F32) => linalg.cholesky(gram(a)), linalg.slogdet, linalg.qr, linalg.svd] as const)
      stack(f, batch(n))
    stack((a) => linalg.eigh(symmetric(a)), batch(n))
    stack((a, b) => [linalg.solve(a, b), linalg.triangularSolve(a, b)], batch(n), batch(n))
  })

  test('of gradients is the gradient of the batch', () => {
    const loss = (a: F32): F32 => fx.sum(fx.square(linalg.solve(a, fx.ones([5, 1]))))
    const graph = fx.trace((a: F32) => [fx.vmap(fx.grad(loss))(a), fx.grad(loss)(a)], fx.spec<fx.Shape>([2, 5, 5]))
    const [mapped, native] = fx.evaluate(graph, [batch(5)])
    mapped!.data.forEach((v, j) => expect(v).toBeCloseTo(native!.data[j]!, 5))
  })
})
