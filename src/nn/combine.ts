/** Modules made of modules. */
import { TraceError } from '../error.js'
import { split, type Key } from '../ops/random.js'
import { add } from '../ops/point.js'
import {
  fullLayer,
  inside,
  statefulLayer,
  type AnyModule,
  type Context,
  type F32,
  type InputOf,
  type Layer,
  type None,
  type OutputOf,
  type ParamsOf,
  type StateOf,
} from './module.js'

type Loose = Layer<unknown, unknown, unknown, unknown>
type Record_ = Readonly<Record<string, unknown>>

type Last<L extends readonly AnyModule[]> = L extends readonly [...(readonly AnyModule[]), infer M] ? M : L[number]

export type ParamsOfAll<L extends readonly AnyModule[]> = { readonly [K in keyof L]: ParamsOf<L[K]> }
export type StatesOfAll<L extends readonly AnyModule[]> = { readonly [K in keyof L]: StateOf<L[K]> }

/** A key for each of n parts. */
const keysFor = (key: Key, n: number): readonly Key[] => (n === 0 ? [] : split(key, n as 2))

/** @throws TraceError where parameters are not a list of one for each part */
const checkParams = (op: string, params: unknown, n: number): void => {
  if (Array.isArray(params) && params.length === n) return
  throw new TraceError({
    op,
    problem: `the parameters are ${Array.isArray(params) ? `a list of ${String(params.length)}` : 'no list'}`,
    facts: [`there are ${String(n)} parts`],
    help: 'give what init of the same module made',
  })
}

/** What parts need of keys and states, in order. `walk` runs them, each by a function of its own parameters, context and input. */
const manyParts = (
  label: string,
  modules: readonly AnyModule[],
  names: readonly string[],
  walk: (run: (i: number, x: unknown) => unknown, x: unknown) => unknown,
): Layer<readonly unknown[], readonly unknown[], unknown, unknown> => {
  const layers = modules.map(fullLayer)
  return statefulLayer<readonly unknown[], readonly unknown[], unknown, unknown>(label, {
    init: (key) => {
      const keys = keysFor(key, layers.length)
      return layers.map(({ init }, i) => init(keys[i] as Key))
    },
    initState: () => layers.map(({ initState }) => initState()),
    run: (params, x, ctx) => {
      checkParams(label, params, layers.length)
      const states: unknown[] = []
      const run = (i: number, input: unknown): unknown => {
        const [y, state] = (layers[i] as Loose).stateful(params[i], input, inside(ctx, names[i] ?? String(i), i, ctx.state?.[i]))
        states[i] = state
        return y
      }
      return [walk(run, x), states]
    },
  })
}

const through = (n: number) => (run: (i: number, x: unknown) => unknown, x: unknown) =>
  Array.from({ length: n }).reduce((y, _, i) => run(i, y), x)

/** One after another: parameters and state are lists. Functions of the input, such as `relu`, are layers, too. */
export const sequential = <const L extends readonly AnyModule[]>(
  ...layers: L
): Layer<ParamsOfAll<L>, StatesOfAll<L>, InputOf<L[0]>, OutputOf<Last<L>>> =>
  manyParts('sequential', layers, [], through(layers.length)) as unknown as Layer<
    ParamsOfAll<L>,
    StatesOfAll<L>,
    InputOf<L[0]>,
    OutputOf<Last<L>>
  >

/** A layer whose parameters and state are records by name, of one where they are lists. */
const byName = (label: string, names: readonly string[], list: Layer<readonly unknown[], readonly unknown[], unknown, unknown>): Loose => {
  const record = (values: readonly unknown[]): Record_ => Object.fromEntries(names.map((name, i) => [name, values[i]]))
  const listOf = (values: unknown): readonly unknown[] => names.map((name) => (values as Record_)[name])
  return statefulLayer(label, {
    init: (key) => record(list.init(key)) as unknown,
    initState: () => record(list.initState()) as unknown,
    run: (params, x, ctx) => {
      checkNames(label, params, names)
      const [y, states] = list.stateful(listOf(params), x, withState(ctx, ctx.state === undefined ? undefined : listOf(ctx.state)))
      return [y, record(states)]
    },
  })
}

/** The same context, key and all, with another state; not seen by `observe`, since the outer layer is. */
const withState = <S>(ctx: Context, state: S | undefined): Context<S> => ({
  training: ctx.training ?? false,
  state,
  observe: hidden(ctx),
  path: ctx.path ?? [],
  get key() {
    return ctx.key
  },
})

const hidden = ({ observe, path = [] }: Context): Context['observe'] =>
  observe === undefined
    ? undefined
    : (seen) => {
        if (seen.path.length > path.length) observe(seen)
      }

const checkNames = (op: string, params: unknown, names: readonly string[]): void => {
  const missing = names.find((name) => typeof params !== 'object' || params === null || !(name in params))
  if (missing === undefined) return
  throw new TraceError({ op, problem: `the parameters have no ${missing}`, help: 'give what init of the same module made' })
}

type Modules = Readonly<Record<string, AnyModule>>

/** One after another, in the order in which they are written: parameters and state are records by these names. */
export const named = <const R extends Modules>(
  layers: R,
): Layer<{ readonly [K in keyof R]: ParamsOf<R[K]> }, { readonly [K in keyof R]: StateOf<R[K]> }> => {
  const names = Object.keys(layers)
  const list = manyParts('named', Object.values(layers), names, through(names.length))
  return byName('named', names, list) as unknown as Layer<
    { readonly [K in keyof R]: ParamsOf<R[K]> },
    { readonly [K in keyof R]: StateOf<R[K]> }
  >
}

/** x + f(x), or with a module for the other way (a projection) shortcut(x) + f(x). Parameters: `{ body, shortcut }` (He et al. 2015). */
export const residual = <B extends AnyModule, S extends AnyModule = Layer<None>>(
  body: B,
  shortcut?: S,
): Layer<{ readonly body: ParamsOf<B>; readonly shortcut: ParamsOf<S> }, { readonly body: StateOf<B>; readonly shortcut: StateOf<S> }> => {
  const names = ['body', 'shortcut']
  const list = manyParts('residual', [body, shortcut ?? identity], names, (run, x) => add(run(1, x) as F32, run(0, x) as F32))
  return byName('residual', names, list) as unknown as Layer<
    { readonly body: ParamsOf<B>; readonly shortcut: ParamsOf<S> },
    { readonly body: StateOf<B>; readonly shortcut: StateOf<S> }
  >
}

const identity = (x: F32): F32 => x

/** All of the same input: the list of their outputs. Parameters and state are lists. `map(parallel(…), join)` makes one of them. */
export const parallel = <const L extends readonly AnyModule[]>(
  ...layers: L
): Layer<ParamsOfAll<L>, StatesOfAll<L>, InputOf<L[0]>, { readonly [K in keyof L]: OutputOf<L[K]> }> =>
  manyParts('parallel', layers, [], (run, x) => layers.map((_, i) => run(i, x))) as unknown as Layer<
    ParamsOfAll<L>,
    StatesOfAll<L>,
    InputOf<L[0]>,
    { readonly [K in keyof L]: OutputOf<L[K]> }
  >

/** f of a module's output, with the module's parameters and state. */
export const map = <M extends AnyModule, Z>(module: M, f: (y: OutputOf<M>) => Z): Layer<ParamsOf<M>, StateOf<M>, InputOf<M>, Z> => {
  const full = fullLayer(module)
  const mapped: Loose = statefulLayer(full.label, {
    init: full.init,
    initState: full.initState,
    run: (params, x, ctx) => {
      const [y, state] = full.stateful(params, x, withState(ctx, ctx.state))
      return [f(y as OutputOf<M>), state]
    },
  })
  return mapped as unknown as Layer<ParamsOf<M>, StateOf<M>, InputOf<M>, Z>
}
