/**
 * The derivative of a loop of unknown length. In reverse it would need every step's carry, so there is none. Forward, the
 * tangents are carried along. `jvp` is a pullback transposed, of which only that it is linear matters and never its
 * value: so the pullback here is zeros, with a derivative of its own, the tangent loop.
 */
import { noAttrs } from '../../ir/builder.js'
import { isFloat } from '../../ir/dtype.js'
import type { AttrsOf, Graph } from '../../ir/graph.js'
import { range } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { instantiate } from '../../ir/trace.js'
import type { TensorType } from '../../ir/type.js'
import { GradientError } from '../../error.js'
import { close, derive } from '../../ops/capture.js'
import { whileLeaves } from '../../ops/control.js'

/** Reverse mode between tensors: cotangents of inputs from those of outputs. */
export type Backward = (outputs: readonly Tensor[], cotangents: readonly Tensor[], inputs: readonly Tensor[]) => (Tensor | undefined)[]

/** What a pullback is made for: its value, or to be transposed. */
export type Mode = 'reverse' | 'forward'

export type Wanted = (arg: Tensor) => boolean

export const zeros = ({ shape, dtype }: TensorType): Tensor => apply('fill', [], { value: 0, shape, dtype })

/** Those of the places from `from` to `to` that hold f32. */
export const floats = (types: readonly TensorType[], from: number, to: number): number[] =>
  range(to - from)
    .map((i) => from + i)
    .filter((i) => isFloat((types[i] as TensorType).dtype))

const refuse = (): never => {
  throw new GradientError({
    op: 'whileLoop',
    problem: 'a loop of unknown length has no derivative in reverse mode',
    facts: ['it would have to keep the carry of every step'],
    help: 'use scan, or foriLoop with fixed bounds; or forward mode: jvp; or stopGradient, where the loop does not matter',
  })
}

/** Tangents of a graph's f32 results along those of its arguments: its pullback, transposed. */
const push = (body: Graph, args: readonly Tensor[], tangents: ReadonlyMap<number, Tensor>, backward: Backward): (Tensor | undefined)[] => {
  const inputs = args.map((arg, i) => (tangents.has(i) ? apply('alias', [arg], noAttrs) : arg))
  const results = instantiate(body, inputs)
  const kept = floats(results, 0, results.length)
  const variables = kept.map((i) => apply('alias', [zeros(results[i] as Tensor)], noAttrs))
  const asked = [...tangents.keys()]
  const pulled = backward(
    kept.map((i) => results[i] as Tensor),
    variables,
    asked.map((i) => inputs[i] as Tensor),
  )
  const terms = asked.flatMap((i, k) => (pulled[k] === undefined ? [] : [[pulled[k], tangents.get(i) as Tensor] as const]))
  const pushed = backward(
    terms.map(([part]) => part),
    terms.map(([, tangent]) => tangent),
    variables,
  )
  return results.map((_, i) => pushed[kept.indexOf(i)])
}

/** The loop with tangents beside its carries: the tangents of its results, zeros for those that are not f32. */
const tangentLoop = (
  { cond, body, consts }: AttrsOf['while'],
  args: readonly Tensor[],
  tangents: ReadonlyMap<number, Tensor>,
  backward: Backward,
): Tensor[] => {
  const [fixed, carries] = [args.slice(0, consts), args.slice(consts)]
  const moving = floats(args, consts, args.length)
  const init = [...carries, ...moving.map((i) => tangents.get(i) ?? zeros(args[i] as Tensor))]
  const ofFixed = [...tangents].filter(([i]) => i < consts)
  const asks = derive('whileLoop', init, (params) => instantiate(cond, [...fixed, ...params.slice(0, carries.length)]))
  const step = derive('whileLoop', init, (params) => {
    const now = [...fixed, ...params.slice(0, carries.length)]
    const along = new Map([...ofFixed, ...moving.map((i, k) => [i, params[carries.length + k] as Tensor] as const)])
    const pushed = push(body, now, along, backward)
    return [...instantiate(body, now), ...moving.map((i) => pushed[i - consts] ?? zeros(args[i] as Tensor))]
  })
  const results = whileLeaves(asks, step, init)
  return carries.map((carry, k) => results[carries.length + moving.indexOf(consts + k)] ?? zeros(carry))
}

/** @throws GradientError in reverse mode, where a cotangent would have to go through the loop */
export const whileVjp = (
  node: Tensor,
  gs: ReadonlyMap<number, Tensor>,
  wanted: Wanted,
  backward: Backward,
  mode: Mode,
): readonly (Tensor | undefined)[] => {
  const attrs = node.attrs as AttrsOf['while']
  const { args } = node
  const results = [...gs.keys()]
  const asked = floats(args, 0, args.length).filter((i) => wanted(args[i] as Tensor))
  if (asked.length === 0) return []
  if (mode === 'reverse') return refuse()
  const all = [...args, ...gs.values()]
  const nothing = asked.map((i) => zeros(args[i] as Tensor))
  const bwdTypes = [...args, ...nothing]
  const derivations = [
    derive('whileLoop', all, () => nothing),
    derive('whileLoop', all, (params) => [...nothing, ...params.slice(0, args.length)]),
    derive('whileLoop', bwdTypes, (params) => {
      const along = new Map(asked.map((i, k) => [i, params[args.length + k] as Tensor]))
      const tangents = tangentLoop(attrs, params.slice(0, args.length), along, backward)
      // It is called with cotangents of 0, where it is 0 whatever the arguments are.
      return [...floats(args, 0, args.length).map((i) => zeros(args[i] as Tensor)), ...results.map((k) => tangents[k] as Tensor)]
    }),
  ]
  const [body, fwd, bwd] = derivations.map((derived) => close([derived]).graphs[0]) as [Graph, Graph, Graph]
  const pullback = apply('customVjp', all, { body, fwd, bwd })
  return args.map((_, i) => (asked.includes(i) ? apply('item', [pullback], { index: asked.indexOf(i) }) : undefined))
}
