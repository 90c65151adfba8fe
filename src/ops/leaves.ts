import { TraceError } from '../error.js'
import { isTensor, type Tensor } from '../ir/tensor.js'
import { flatten, type Flat } from '../ir/tree.js'
import { asTensor } from './operand.js'

const isLeaf = (x: unknown): x is Tensor | number => isTensor(x) || typeof x === 'number'

/** The leaves of a tree as tensors; numbers are f32 scalars. @throws TraceError for other leaves */
export const tensorLeaves = (op: string, what: string, value: unknown): Flat<Tensor> => {
  const flat = flatten(value, isLeaf, (x, path): never => {
    throw new TraceError({
      op,
      problem: `${what} holds ${x === null ? 'null' : typeof x} where a tensor should be`,
      facts: [`at ${path === '' ? 'the top' : path}`],
      help: 'use tensors, or records and lists of them; bind other values with a closure',
    })
  })
  return { ...flat, leaves: flat.leaves.map((leaf) => asTensor(op, leaf)) }
}
