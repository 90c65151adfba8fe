/**
 * Linear algebra of matrices in the last two axes, batched over those before, as `jax.numpy.linalg`: pure functions over the
 * ops, so they run on every backend, in every transformation. Up to four rows are written out without loops and fuse; more
 * are loops on the device whose bodies do not grow. Derivatives have rules that are made of results, so they have any order.
 */
export { cholesky } from './linalg/cholesky.js'
export { eigh } from './linalg/eigh.js'
export { qr } from './linalg/qr.js'
export { det, inv, slogdet, solve } from './linalg/solve.js'
export { svd } from './linalg/svd.js'
export { triangularSolve } from './linalg/triangular.js'
