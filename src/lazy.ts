/**
 * `compile`, `explain` and `verify`, without the compiler: passes, scheduling and lowering are loaded when something is first
 * compiled, so that a page can trace, or fetch its data, while they arrive.
 */
import { left } from 'fp-ts/lib/Either.js'
import type { compile as Compile, compileTE as CompileTE } from './compile.js'
import { DeviceError } from './error.js'
import type { explain as Explain } from './explain/explain.js'
import type { verify as Verify } from './verify/verify.js'

/** A chunk that is fetched when it is asked for. @throws DeviceError where it cannot be had */
const loaded = async <T>(op: string, chunk: Promise<T>): Promise<T> => {
  try {
    return await chunk
  } catch (error) {
    throw new DeviceError({
      op,
      problem: 'the part of fluxion that does this could not be loaded',
      facts: [error instanceof Error ? error.message : String(error)],
      help: 'serve the files beside the entry of the package, too, and load the page again',
    })
  }
}

const compiler = () => loaded('compile', import('./compile.js'))

type Any = (...args: readonly unknown[]) => Promise<unknown>

/**
 * Compiles a function of trees of tensors, or a graph, to a program on a device. The function is called once.
 * The promise rejects with a FluxionError, and nothing is left allocated.
 */
export const compile = (async (...args: readonly unknown[]) => await ((await compiler()).compile as Any)(...args)) as typeof Compile

/** `compile` as a TaskEither: nothing happens until it is called, and nothing is thrown. An error thrown by the user's own function is wrapped, too, and one of loading the compiler. */
export const compileTE = ((...args: readonly unknown[]) =>
  () =>
    compiler().then(
      ({ compileTE: compiled }) => (compiled as (...args: readonly unknown[]) => Any)(...args)(),
      left,
    )) as unknown as typeof CompileTE

/**
 * Runs a compiled program on its device beside the reference, which computes the same in f64, node by node. Where they
 * part by more than the bounds stated for the ops allow, it looks for what is to blame: it runs each kernel by itself on
 * the reference's values, then each of its nodes, so that one node is named and not those that read it; failing that,
 * the order in which launches spoil one another's memory.
 *
 * The bounds are those of the project's own laws: Monte Carlo arithmetic, by which the reference runs many times, each
 * result moved within its op's bound. An element is judged only where all these runs give one kind of value, so a jump
 * (`floor`, `argmax`, a comparison) near its edge is no false alarm. Behind a `whileLoop` of more than 256 rounds nothing is
 * judged. The reference is slow: use small arguments.
 *
 * Nothing is donated: arguments are copied to the host first.
 * @throws TraceError where `exe` is no compiled program; TraceError, ShapeError or DTypeError where arguments are not its own;
 * UnsupportedError where a `whileLoop` goes on after 2²⁰ rounds on the reference
 */
export const verify = (async (...args: readonly unknown[]) =>
  await ((await loaded('verify', import('./verify/verify.js'))).verify as unknown as Any)(...args)) as typeof Verify

/**
 * What was made of a function: which ops share a kernel and why, what each kernel moves and what fusion saves, what is
 * computed twice rather than stored, what is written in place, and where memory peaks. Data, with a `text` for people.
 * @throws TraceError where `exe` is no compiled program
 */
export const explain = (async (...args: readonly unknown[]) =>
  await ((await loaded('explain', import('./explain/explain.js'))).explain as unknown as Any)(...args)) as typeof Explain
