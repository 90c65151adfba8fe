import type { Attrs, AttrsOf, OpName } from '../../ir/graph.js'
import type { Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'

/** A tensor of floats, which cotangents are: f32, or f16 with the same rules. */
export type Float = Tensor<Shape, 'f32'>

/**
 * The vector-Jacobian product of an op: from the cotangent of its result to those of its arguments, `undefined` where
 * there is none. Rules are made of public ops, so they differentiate again.
 */
export type Vjp<A = Attrs> = (g: Float, result: Float, args: readonly Float[], attrs: A) => readonly (Tensor | undefined)[]

export type VjpTable<K extends OpName> = { readonly [P in K]: Vjp<AttrsOf[P]> }

/** For ops whose result has no derivative: comparisons, integers, steps. */
export const none: Vjp = (_, __, args) => args.map(() => undefined)
