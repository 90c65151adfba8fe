/** What a module is: a pair of pure functions, and what they thread explicitly. */
import { TraceError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { abs, cos, exp, relu, sigmoid, silu, sin, softplus, square, tanh } from '../ops/point.js'
import { foldIn, type Key } from '../ops/random.js'

export type F32 = Tensor<Shape, 'f32'>
export type I32 = Tensor<Shape, 'i32'>
export type Bool = Tensor<Shape, 'bool'>

/** The tree without leaves: the parameters or the state of what has none. */
export type None = readonly []

export const none: None = []

/** One module applied: what `summary` is made of. */
export interface Observation {
  /** Names from the outermost module to this one. */
  readonly path: readonly string[]
  readonly label: string
  readonly params: unknown
  readonly x: unknown
  readonly y: unknown
}

/** What is threaded through a model besides its parameters and its input, all of it explicit and optional. */
export interface Context<S = unknown> {
  /** Dropout drops, and batch norm takes the statistics of the batch. Default false. */
  readonly training?: boolean
  /** For what is random; each part of a model folds its own index in. */
  readonly key?: Key | undefined
  /** The state of the last step, as `stateful` or `initState` gave it. */
  readonly state?: S | undefined
  /** Told of each module that is applied, inner ones first. */
  readonly observe?: ((seen: Observation) => void) | undefined
  /** Where in the model this is, for `observe`. */
  readonly path?: readonly string[]
}

/**
 * A layer or a model: parameters P from a key, and a function of them. P and S are trees of tensors. Both functions are pure and can be
 * traced: compile `init` to make parameters on the device. A model of your own needs no more than `init` and `apply`; `layer` gives
 * it the rest.
 */
export interface Module<P = unknown, S = None, X = F32, Y = F32> {
  readonly init: (key: Key) => P
  readonly apply: (params: P, x: X, ctx?: Context<S>) => Y
  /** The state before the first step. */
  readonly initState?: () => S
  /** `apply`, and the state after it. */
  readonly stateful?: (params: P, x: X, ctx?: Context<S>) => readonly [y: Y, state: S]
  /** For people. */
  readonly label?: string
}

/** A module that has everything: what all functions here return. */
export type Layer<P = unknown, S = None, X = F32, Y = F32> = Required<Module<P, S, X, Y>>

/** Any module, or a function of the input alone, which has no parameters. */
export type AnyModule =
  | {
      readonly init: (key: Key) => unknown
      readonly apply: (params: never, x: never, ctx?: never) => unknown
      readonly initState?: () => unknown
      readonly stateful?: (params: never, x: never, ctx?: never) => unknown
      readonly label?: string
    }
  | ((x: never) => unknown)

export type ParamsOf<M> = M extends { readonly init: (key: Key) => infer P } ? P : None
export type StateOf<M> = M extends { readonly initState?: () => infer S } ? (unknown extends S ? None : S) : None
/** A function's own `apply` is not a module's: functions are taken to map f32 to f32. `lambda` has the types of any other. */
export type InputOf<M> = M extends (x: never) => unknown
  ? F32
  : M extends { readonly apply: (params: never, x: infer X, ctx?: never) => unknown }
    ? X
    : F32
export type OutputOf<M> = M extends (x: never) => unknown
  ? F32
  : M extends { readonly apply: (params: never, x: never, ctx?: never) => infer Y }
    ? Y
    : F32

/** A module as it is run. */
export interface Parts<P, S, X, Y> {
  readonly init: (key: Key) => P
  readonly initState: () => S
  readonly run: (params: P, x: X, ctx: Context<S>) => readonly [Y, S]
}

const observed = <P, S, X, Y>(label: string, { run }: Parts<P, S, X, Y>, params: P, x: X, ctx: Context<S>): readonly [Y, S] => {
  const result = run(params, x, ctx)
  ctx.observe?.({ path: ctx.path ?? [], label, params, x, y: result[0] })
  return result
}

/** A layer that threads a state. */
export const statefulLayer = <P, S, X, Y>(label: string, parts: Parts<P, S, X, Y>): Layer<P, S, X, Y> => ({
  label,
  init: parts.init,
  initState: parts.initState,
  apply: (params, x, ctx = {}) => observed(label, parts, params, x, ctx)[0],
  stateful: (params, x, ctx = {}) => observed(label, parts, params, x, ctx),
})

/** A layer without state. */
export const statelessLayer = <P, X, Y>(
  label: string,
  init: (key: Key) => P,
  apply: (params: P, x: X, ctx: Context<None>) => Y,
): Layer<P, None, X, Y> => statefulLayer(label, { init, initState: () => none, run: (params, x, ctx) => [apply(params, x, ctx), none] })

/** The name of a function: those of the ops that are made by others have none of their own. */
const nameOf = (f: (x: never) => unknown): string => {
  const ops: Readonly<Record<string, unknown>> = { abs, cos, exp, relu, sigmoid, silu, sin, softplus, square, tanh }
  return Object.keys(ops).find((name) => ops[name] === f) ?? (f.name === '' ? 'lambda' : f.name)
}

/** A function of the input alone as a layer. */
export const lambda = <X, Y>(f: (x: X) => Y, label = nameOf(f)): Layer<None, None, X, Y> =>
  statelessLayer(
    label,
    () => none,
    (_, x: X) => f(x),
  )

type Loose = Layer<unknown, unknown, unknown, unknown>

/** Any module or function with everything that a layer has. */
export const fullLayer = (module: AnyModule): Loose => {
  if (typeof module === 'function') return lambda(module as (x: unknown) => unknown) as Loose
  const given = module as Module<unknown, unknown, unknown, unknown>
  const { init, initState, stateful, label } = given
  if (initState !== undefined && stateful !== undefined && label !== undefined) return given as Loose
  const run: Parts<unknown, unknown, unknown, unknown>['run'] = stateful ?? ((params, x, ctx) => [given.apply(params, x, ctx), none])
  return statefulLayer(label ?? 'module', { init, initState: initState ?? (() => none), run })
}

/** A module of your own with everything that the combinators and `summary` use. */
export const layer = <M extends AnyModule>(module: M): Layer<ParamsOf<M>, StateOf<M>, InputOf<M>, OutputOf<M>> =>
  fullLayer(module) as unknown as Layer<ParamsOf<M>, StateOf<M>, InputOf<M>, OutputOf<M>>

/** The context of a part of a model: a key of its own, made when it is asked for, and its part of the state. */
export const inside = <S>(ctx: Context, name: string, index: number, state: S | undefined): Context<S> => ({
  training: ctx.training ?? false,
  state,
  observe: ctx.observe,
  path: [...(ctx.path ?? []), name],
  get key() {
    return ctx.key === undefined ? undefined : foldIn(ctx.key, index)
  },
})

/** The key of a layer that is random. @throws TraceError where the context has none */
export const keyOf = (op: string, ctx: Context): Key => {
  if (ctx.key !== undefined) return ctx.key
  throw new TraceError({
    op,
    problem: 'it is random in training, and was given no key',
    help: 'pass one: apply(params, x, { training: true, key })',
  })
}
