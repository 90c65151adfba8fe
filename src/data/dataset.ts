/** What batches are drawn from. */
import { ShapeError, TraceError } from '../error.js'
import { allocate } from '../ir/dtype.js'
import { isNDArray, type NDArray } from '../ir/ndarray.js'
import { sizeOf } from '../ir/shape.js'
import { flatten, unflatten } from '../ir/tree.js'

/** Examples by number: `gather` gives those asked for as one batch, a tree of arrays whose first axis counts them. */
export interface Dataset<B> {
  readonly size: number
  readonly gather: (indices: Uint32Array) => B | Promise<B>
}

/** The rows of an array at `indices`, as one array. @throws ShapeError where there is no such row */
export const takeRows = <D extends NDArray>(array: D, indices: ArrayLike<number>): D => {
  const { shape, dtype, data } = array
  const [count = 0, ...row] = shape
  const size = sizeOf(row)
  const out = allocate(dtype, indices.length * size)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] as number
    if (!(from >= 0 && from < count))
      throw new ShapeError({
        op: 'takeRows',
        problem: `there is no row ${String(from)}`,
        facts: [`the array has ${String(count)}`],
        help: 'give indices of rows',
      })
    out.set(data.subarray(from * size, (from + 1) * size), i * size)
  }
  return { shape: [indices.length, ...row], dtype, data: out } as NDArray as D
}

const notArray = (x: unknown, path: string): never => {
  throw new TraceError({
    op: 'fromArrays',
    problem: `${typeof x} at ${path === '' ? 'the top' : path} is no array`,
    help: 'give a tree of ndarray(...)',
  })
}

/**
 * The data set of a tree of arrays in memory, whose first axis counts the examples.
 * @throws ShapeError where the arrays differ in it, or have none; TraceError for what is no tree of arrays
 */
export const fromArrays = <B>(arrays: B): Dataset<B> => {
  const { leaves, paths, tree } = flatten(arrays, isNDArray, notArray)
  const [first] = leaves
  const size = first?.shape[0]
  const odd = leaves.findIndex(({ shape }) => shape[0] !== size)
  if (size === undefined || odd >= 0)
    throw new ShapeError({
      op: 'fromArrays',
      problem: 'the arrays do not have the same number of examples',
      facts: leaves.map(({ shape }, i) => `${paths[i] ?? ''}: ${shape.join(' × ')}`),
      help: 'the first axis of every array counts the examples',
    })
  return {
    size,
    gather: (indices) =>
      unflatten(
        tree,
        leaves.map((leaf) => takeRows(leaf, indices)),
      ) as B,
  }
}

/** Each batch changed by a pure function: scaled, widened to f32, augmented. */
export const mapBatches = <A, B>({ size, gather }: Dataset<A>, change: (batch: A) => B | Promise<B>): Dataset<B> => ({
  size,
  gather: async (indices) => change(await gather(indices)),
})

/** Some of the examples, in the order given. @throws ShapeError where there is no such example */
export const subset = <B>({ size, gather }: Dataset<B>, indices: ArrayLike<number>): Dataset<B> => {
  const all = Uint32Array.from(indices)
  const bad = all.find((i) => i >= size)
  if (bad !== undefined)
    throw new ShapeError({
      op: 'subset',
      problem: `there is no example ${String(bad)}`,
      facts: [`the data set has ${String(size)}`],
      help: 'give indices of examples',
    })
  return { size: all.length, gather: (own) => gather(Uint32Array.from(own, (i) => all[i] as number)) }
}
