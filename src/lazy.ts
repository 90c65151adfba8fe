/**
 * `compile`, without the compiler: passes, scheduling and lowering are loaded when something is first compiled, so that
 * a page can trace, or fetch its data, while they arrive.
 */
import type { compile as Compile, compileTE as CompileTE } from './compile.js'

const compiler = () => import('./compile.js')

type Any = (...args: readonly unknown[]) => Promise<unknown>

/**
 * Compiles a function of trees of tensors, or a graph, to a program on a device. The function is called once.
 * The promise rejects with a FluxionError, and nothing is left allocated.
 */
export const compile = (async (...args: readonly unknown[]) => await ((await compiler()).compile as Any)(...args)) as typeof Compile

/** `compile` as a TaskEither: nothing happens until it is called, and nothing is thrown. An error thrown by the user's own function is wrapped, too. */
export const compileTE = ((...args: readonly unknown[]) =>
  async () =>
    await ((await compiler()).compileTE as (...args: readonly unknown[]) => Any)(...args)()) as unknown as typeof CompileTE
