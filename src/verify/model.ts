/**
 * What a backend may do differently from the reference, as Monte Carlo arithmetic: a model gives, for a node and the
 * values it is computed from, one of the results that the backend could have.
 */
import { nodeAt, type Graph, type Node } from '../ir/graph.js'
import { scalarOps } from '../ir/kernel/kernel.js'
import type { Host } from '../ir/ops/op.js'
import { opDef } from '../ir/ops/table.js'
import { bounds as wgslBounds } from '../backends/wgsl/bounds.js'
import type { Rng } from './random.js'
import { cancelling, perturbKinds } from './cancel.js'
import { smallestNormal, ulpOf } from './float.js'
import { isSum, perturbSum, type Accumulator } from './sums.js'

/** One possible result of a node; the data itself where there is only one. */
export type Perturbation = (id: number, node: Node, inputs: readonly Host[], data: Float64Array, rng: Rng) => Float64Array

export interface Model {
  readonly name: string
  /** The perturbation of a graph as it is compiled. */
  readonly of: (graph: Graph) => Perturbation
  /** Results below this may be zero instead. */
  readonly flush: number
}

type Rounded = Extract<Node, { readonly op: 'add' | 'sub' | 'mul' }>

const isRounded = (node: Node): node is Rounded =>
  node.type.dtype === 'f32' && (node.op === 'add' || node.op === 'sub' || node.op === 'mul')

const exactly = {
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
} as const

/** A result that may be used before it is rounded: in a wider sum, or by a fused multiply-add. */
const perturbRounding = (node: Rounded, [x, y]: readonly Host[], data: Float64Array, rng: Rng): Float64Array => {
  const exact = data.map((_, i) => exactly[node.op](x?.data[i] ?? NaN, y?.data[i] ?? NaN))
  return data.every((value, i) => Object.is(value, exact[i])) ? data : data.map((value, i) => (rng() < 0.5 ? value : (exact[i] as number)))
}

/** The nodes whose rounding a sum in f64 may skip: additions and products that it reads through views and choices. */
const wideNodes = (graph: Graph): ReadonlySet<number> => {
  const wide = new Set<number>()
  const enter = (id: number): void => {
    const node = nodeAt(graph, id)
    if (wide.has(id) || node.type.dtype !== 'f32') return
    wide.add(id)
    if (node.op === 'add' || node.op === 'select' || opDef(node.op).lower.kind === 'view') node.args.forEach(enter)
  }
  for (const node of graph.nodes) if (node.op === 'reduceSum' || node.op === 'fold') node.args.forEach(enter)
  return wide
}

/** WGSL may round a whole number that is no f32 to either neighbour. */
const perturbCast = ([x]: readonly Host[], data: Float64Array, rng: Rng): Float64Array =>
  data.every((value, i) => value === x?.data[i] || Number.isNaN(value))
    ? data
    : data.map((value, i) => (value === x?.data[i] ? value : Math.fround(value + Math.floor(rng() * 3 - 1) * ulpOf(value))))

/** The bits of a NaN are anyone's. */
const perturbBits = ([x]: readonly Host[], data: Float64Array, rng: Rng): Float64Array =>
  x?.type.dtype === 'f32' && x.data.some(Number.isNaN)
    ? data.map((bits, i) => (Number.isNaN(x.data[i]) ? Math.floor(rng() * 2 ** 30) : bits))
    : data

const wideSum: Accumulator = { bits: 53, loss: (terms) => terms * 2 ** -53, flush: 0 }

/** Products that a loop does not change, or that serve twice, are rounded before they are added. Those of f16 are f32s. */
const wideProducts: Accumulator = { bits: 24, loss: () => 2 ** -24, flush: 0 }

/** JavaScript rounds every node to f32 and adds up sums in f64, as the reference does, but in another order and without rounding the terms first. */
export const jsModel: Model = {
  name: 'js',
  flush: 0,
  of: (graph) => {
    const wide = wideNodes(graph)
    return (id, node, inputs, data, rng) =>
      isSum(node)
        ? perturbSum(node, inputs, data, inputs.length > 1 && node.type.dtype === 'f32' ? wideProducts : wideSum, rng)
        : wide.has(id) && isRounded(node)
          ? perturbRounding(node, inputs, data, rng)
          : data
  },
}

const scalarNames: ReadonlySet<string> = new Set(scalarOps)

/** Within the bound stated for its op; the bound of half a unit is correct rounding, which is the reference's own. */
const perturbScalar = (node: Node, data: Float64Array, rng: Rng): Float64Array => {
  const bound = scalarNames.has(node.op) && node.type.dtype === 'f32' ? wgslBounds[node.op as keyof typeof wgslBounds] : undefined
  if (bound === undefined || bound.ulp <= 0.5) return data
  return data.map((x) => Math.fround(x + (rng() * 2 - 1) * Math.max(bound.ulp * ulpOf(x), bound.abs ?? 0)))
}

const isTiny = (x: number): boolean => x !== 0 && Math.abs(x) < smallestNormal

/** Subnormal numbers kept, or taken for zero of either sign. */
const flushTiny = (data: Float64Array, rng: Rng): Float64Array =>
  data.some(isTiny) ? data.map((x) => (isTiny(x) && rng() < 0.6 ? (rng() < 0.5 ? 0 : -0) : x)) : data

const narrowSum: Accumulator = { bits: 24, loss: (terms) => terms * 2 ** -24, flush: smallestNormal }

/** WGSL: every op within its stated bound, sums in f32 in any order, fused multiply-adds, what undoes itself left out, subnormals at will. */
export const webgpuModel: Model = {
  name: 'webgpu',
  flush: smallestNormal,
  of: (graph) => {
    const cancels = cancelling(graph)
    return (id, node, inputs, data, rng) => {
      if (node.op === 'bitcast') return perturbBits(inputs, data, rng)
      if (node.type.dtype !== 'f32') return data
      const computed = isSum(node)
        ? perturbSum(node, inputs, data, narrowSum, rng)
        : isRounded(node)
          ? perturbRounding(node, inputs, data, rng)
          : node.op === 'cast'
            ? perturbCast(inputs, data, rng)
            : perturbScalar(node, data, rng)
      return flushTiny(cancels.has(id) ? perturbKinds(computed, rng) : computed, rng)
    }
  },
}

/** WebAssembly keeps the same bounds: the formulas are the same, and sums are in f32 in any order, too. */
export const wasmModel: Model = { ...webgpuModel, name: 'wasm' }
