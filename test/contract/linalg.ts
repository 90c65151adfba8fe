/** Programs of linear algebra as a user writes them from the public page. linalg.json has what PyTorch gives for each. */
import * as fx from '../../src/index.js'
import { type Programs, type Results } from './cases.js'
import { type F32 } from './programs.js'

const { cholesky, det, eigh, inv, qr, slogdet, solve, svd, triangularSolve } = fx.linalg

const positive = (a: F32): F32 => fx.add(fx.matmul(a, fx.transpose(a)), fx.eye(a.shape[0] ?? 0))

const kalmanStep = (x0: F32, p0: F32, f: F32, h: F32, z: F32, r0: F32): Results => {
  const [p1, r] = [positive(p0), positive(r0)]
  const x = fx.matmul(f, x0)
  const p = fx.add(fx.matmul(fx.matmul(f, p1), fx.transpose(f)), fx.mul(0.1, fx.eye(3)))
  const s = fx.add(fx.matmul(fx.matmul(h, p), fx.transpose(h)), r)
  const k = fx.transpose(solve(s, fx.matmul(h, p)))
  return [fx.add(x, fx.matmul(k, fx.sub(z, fx.matmul(h, x)))), fx.matmul(fx.sub(fx.eye(3), fx.matmul(k, h)), p)]
}

const gaussianLogDensity = (x: F32, mean: F32, a: F32): Results => {
  const c = cholesky(positive(a))
  const z = triangularSolve(c, fx.transpose(fx.sub(x, mean)), { lower: true })
  const logDet = fx.sum(fx.log(fx.diag(c)))
  return [fx.sub(fx.sub(fx.mul(-0.5, fx.sum(fx.square(z), { axis: 0 })), logDet), 1.5 * Math.log(2 * Math.PI))]
}

const leastSquares = (a: F32, b: F32): Results => {
  const [q, r] = qr(a)
  return [triangularSolve(r, fx.matmul(fx.transpose(q), b), { lower: false })]
}

const centred = (x: F32): F32 => fx.sub(x, fx.mean(x, { axis: 0 }))

const componentsBySvd = (x: F32): Results => {
  const [u, s, vt] = svd(centred(x))
  const top = fx.mul(fx.slice(u, [0, 0], [7, 2]), fx.slice(s, [0], [2]))
  return [s, fx.matmul(top, fx.slice(vt, [0, 0], [2, 4]))]
}

const componentsByEigh = (x: F32): Results => {
  const y = centred(x)
  const [w, v] = eigh(fx.div(fx.matmul(fx.transpose(y), y), 7))
  return [w, fx.matmul(fx.mul(v, fx.exp(w)), fx.transpose(v))]
}

const determinants = (a0: F32, b: F32): Results => {
  const a = fx.add(a0, fx.mul(2, fx.eye(3)))
  const [sign, logAbsDet] = slogdet(a)
  return [det(a), sign, logAbsDet, inv(a), solve(a, b)]
}

const triangularSolves = (a: F32, b: F32): Results => {
  const t = fx.add(fx.tril(a), fx.mul(3, fx.eye(3)))
  // What unitDiagonal does not read may hold anything.
  return [triangularSolve(a, b, { lower: true, unitDiagonal: true }), triangularSolve(t, b, { lower: true, transpose: true })]
}

const evidence = (x: F32, y: F32, length: F32): Results => {
  const d = fx.sum(fx.square(fx.sub(fx.expandDims(x, 1), fx.expandDims(x, 0))), { axis: -1 })
  const k = fx.add(fx.exp(fx.div(fx.neg(d), fx.mul(2, fx.square(length)))), fx.mul(0.1, fx.eye(5)))
  const c = cholesky(k)
  const z = triangularSolve(c, fx.expandDims(y, 1), { lower: true })
  return [fx.add(fx.mul(0.5, fx.sum(fx.square(z))), fx.sum(fx.log(fx.diag(c))))]
}

/** Every program by its name in linalg.json. */
export const programs: Programs = {
  'kalman step': kalmanStep,
  'gaussian log density by cholesky': gaussianLogDensity,
  'least squares by qr': leastSquares,
  'principal components by svd': componentsBySvd,
  'principal components by eigh': componentsByEigh,
  'determinants and inverses': determinants,
  'triangular solves': triangularSolves,
  'gaussian process evidence': evidence,
}
