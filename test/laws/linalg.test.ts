/** What decompositions must be, on generated matrices: judged in f64, in units of f32's rounding times the number of rows. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  determinant,
  eigenvalues,
  identity,
  largest,
  minus,
  onDiagonal,
  symmetric,
  times,
  turned,
  type Matrix,
} from '../harness/matrices.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
const { linalg } = fx

/** How many n ulps an element may be off. */
const most = 12

/** Off by at most so many n ulps of a scale. */
const isNear = (a: Matrix, b: Matrix, scale = largest(b)): void => {
  const n = Math.max(a.length, a[0]?.length ?? 0)
  expect(largest(minus(a, b)) / (n * 2 ** -24 * scale || 1e-37)).toBeLessThanOrEqual(most)
}

const isLower = (a: Matrix): boolean => a.every((row, i) => row.every((x, j) => j <= i || x === 0))

type Vector = readonly number[]

/** The results of a function of matrices, as nested lists. */
const run = <R extends readonly (Matrix | Vector | number)[]>(f: (...xs: F32[]) => unknown, ...args: readonly Matrix[]): R => {
  const arrays = args.map((a) => fx.ndarray(a as fx.Nested, { dtype: 'f32', shape: [a.length, a[0]?.length ?? 0] }))
  const graph = fx.trace((...xs: fx.Tensor[]) => f(...(xs as F32[])), ...arrays.map((a) => fx.specOf(a)))
  return fx.evaluate(graph, arrays).map(fx.toNested) as unknown as R
}

const element = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -512, max: 512 }).map((x) => x / 256) },
  { weight: 1, arbitrary: fc.constant(0) },
)
/** What the whole matrix is multiplied by: scales at which squares would over- and underflow. */
const scale = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(2 ** 80, 2 ** -80) })
const matrix = (m: number, n: number): fc.Arbitrary<Matrix> =>
  fc
    .tuple(fc.array(fc.array(element, { minLength: n, maxLength: n }), { minLength: m, maxLength: m }), scale)
    .map(([a, s]) => a.map((row) => row.map((x) => x * s)))
const length = fc.integer({ min: 1, max: 6 })
const anySquare = length.chain((n) => matrix(n, n))
const anyMatrix = fc.tuple(length, length).chain(([m, n]) => matrix(m, n))
/** Of a condition that is bounded: the diagonal outweighs the rest. */
const heavy = length
  .chain((n) => matrix(n, n))
  .map((a) => {
    const s = largest(a) * a.length || 1
    return a.map((row, i) => row.map((x, j) => (i === j ? Math.fround(x + (x < 0 ? -s : s)) : x)))
  })

const holds = <T>(of: fc.Arbitrary<T>, law: (x: T) => void): void => {
  fc.assert(fc.property(of, law), { numRuns: 40, seed: 20_260_101 })
}

describe('linalg, on generated matrices', () => {
  test('cholesky: l lᵀ = a', () => {
    holds(heavy, (a) => {
      const positive = symmetric(a.map((row, i) => row.map((x, j) => (i === j ? Math.abs(x) : x)))).map((row) => row.map(Math.fround))
      const [l] = run<[Matrix]>((x) => linalg.cholesky(x), positive)
      expect(isLower(l)).toBe(true)
      expect(l.every((row, i) => row[i]! > 0)).toBe(true)
      isNear(times(l, turned(l)), positive)
    })
  })

  test('qr: q r = a, qᵀ q = 1, r is upper triangular', () => {
    holds(anyMatrix, (a) => {
      const [q, r] = run<[Matrix, Matrix]>((x) => linalg.qr(x), a)
      isNear(times(q, r), a)
      isNear(times(turned(q), q), identity(Math.min(a.length, a[0]!.length)), 1)
      expect(isLower(turned(r))).toBe(true)
    })
  })

  test('eigh: v diag(w) vᵀ = a, vᵀ v = 1, and w is what f64 gives', () => {
    holds(anySquare, (a) => {
      const [w, v] = run<[Vector, Matrix]>((x) => linalg.eigh(x), a)
      const s = symmetric(a)
      isNear(times(v, times(onDiagonal(w), turned(v))), s)
      isNear(times(turned(v), v), identity(a.length), 1)
      isNear([w], [eigenvalues(s)], largest(s))
      expect([...w].sort((x, y) => x - y)).toEqual([...w])
    })
  })

  test('svd: u diag(s) vt = a, u and vt are orthonormal also where s is 0, and s² is what f64 gives', () => {
    holds(anyMatrix, (a) => {
      const [u, s, vt] = run<[Matrix, Vector, Matrix]>((x) => linalg.svd(x), a)
      const k = Math.min(a.length, a[0]!.length)
      isNear(times(u, times(onDiagonal(s), vt)), a)
      isNear(times(turned(u), u), identity(k), 1)
      isNear(times(vt, turned(vt)), identity(k), 1)
      const gram = a.length < a[0]!.length ? times(a, turned(a)) : times(turned(a), a)
      isNear([s.map((x) => x * x)], [eigenvalues(gram).toReversed()], largest(gram))
      expect(s.every((x, i) => x >= 0 && x <= (s[i - 1] ?? Infinity))).toBe(true)
    })
  })

  test('solve: a x = b, and inv is the solution for b = 1', () => {
    holds(
      fc.tuple(heavy, fc.integer({ min: 1, max: 3 })).chain(([a, m]) => fc.tuple(fc.constant(a), matrix(a.length, m))),
      ([a, b]) => {
        const [x, y] = run<[Matrix, Matrix]>((p, q) => [linalg.solve(p, q), linalg.inv(p)], a, b)
        isNear(times(a, x), b, largest(a) * largest(x) + largest(b))
        isNear(times(a, y), identity(a.length), largest(a) * largest(y))
      },
    )
  })

  test('solve: rows of a system may come in any order', () => {
    const shuffled = heavy.chain((a) =>
      fc.tuple(fc.constant(a), fc.shuffledSubarray([...a.keys()], { minLength: a.length, maxLength: a.length })),
    )
    holds(shuffled, ([a, order]) => {
      const b = a.map((row) => [row[0]!])
      const [x] = run<[Matrix]>(
        (p, q) => [linalg.solve(p, q)],
        order.map((i) => a[i]!),
        order.map((i) => b[i]!),
      )
      isNear(
        x,
        a.map((_, i) => [i === 0 ? 1 : 0]),
        4,
      )
    })
  })

  test('triangularSolve: in all its forms', () => {
    const forms = fc.record({ lower: fc.boolean(), transpose: fc.boolean(), unitDiagonal: fc.boolean() })
    holds(fc.tuple(heavy, forms), ([given, o]) => {
      const s = largest(given)
      const a = o.unitDiagonal ? given.map((row) => row.map((x) => Math.fround(x / s))) : given
      const b = a.map((row) => row.slice(0, 1))
      const [x] = run<[Matrix]>((p, q) => [linalg.triangularSolve(p, q, o)], a, b)
      const t = a.map((row, i) => row.map((v, j) => (i === j ? (o.unitDiagonal ? 1 : v) : j < i === o.lower ? v : 0)))
      isNear(times(o.transpose ? turned(t) : t, x), b, largest(t) * largest(x) + largest(b))
    })
  })

  test('det: by Leibniz, of products, and as sign and logarithm', () => {
    const pair = length
      .chain((n) => fc.tuple(matrix(n, n), matrix(n, n)))
      .filter(([a, b]) => largest(a) < 4 && largest(b) < 4 && largest(a) > 1e-9 && largest(b) > 1e-9)
    holds(pair, ([a, b]) => {
      const [d, e, sign, log] = run<[number, number, number, number]>((x, y) => [linalg.det(x), linalg.det(y), ...linalg.slogdet(x)], a, b)
      const size = (m: Matrix): number => m.reduce((all, row) => all * Math.hypot(...row), 1)
      const near = (x: number, y: number, bound: number): void => {
        expect(Math.abs(x - y)).toBeLessThanOrEqual(most * a.length * 2 ** -24 * bound)
      }
      near(d, determinant(a), a.length * size(a))
      near(d * e, determinant(times(a, b)), a.length * size(a) * size(b))
      expect(sign).toBe(Math.sign(d))
      near(sign * Math.exp(log), d, size(a))
    })
  })
})
