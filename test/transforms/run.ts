/** Functions of tensors on data, by the reference. */
import * as fx from '../../src/index.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>

/** The results of a function of f32 tensors on nested lists, leaf by leaf. */
export const run = (f: (...xs: F32[]) => unknown, ...args: readonly fx.Nested[]): fx.Nested[] =>
  runArrays(
    f as (...xs: fx.Tensor[]) => unknown,
    args.map((arg) => fx.ndarray(arg, { dtype: 'f32' })),
  )

/** The same on arrays of any dtype. */
export const runArrays = (f: (...xs: fx.Tensor[]) => unknown, args: readonly fx.NDArray[]): fx.Nested[] => {
  const graph = fx.trace((...xs: fx.Tensor[]) => f(...xs), ...args.map((arg) => fx.spec([...arg.shape], arg.dtype)))
  return fx.evaluate(graph, args).map(fx.toNested)
}
