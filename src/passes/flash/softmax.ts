/** Softmax over the last axis, found in a graph as `softmax` writes it. */
import { nodeAt, type Graph } from '../../ir/graph.js'
import { sameShape } from '../../ir/shape.js'
import { kindOf } from '../place.js'
import { isTrivialReshape } from '../schedule.js'
import type { Powers, Softmax } from './matrix.js'

/** The node that a node gives on with other axes of length 1 alone. */
export const bare = (graph: Graph, id: number): number => {
  const [from] = nodeAt(graph, id).args
  return from !== undefined && isTrivialReshape(nodeAt(graph, id), nodeAt(graph, from)) ? bare(graph, from) : id
}

/** The node of which each element serves a whole row: what is broadcast along the last axis. */
const ofRow = (graph: Graph, id: number): number | undefined => {
  const node = nodeAt(graph, id)
  const [from] = node.args
  if (node.op !== 'broadcast' || from === undefined) return undefined
  const source = nodeAt(graph, from).type.shape
  return sameShape(source, [...node.type.shape.slice(0, -1), 1]) ? bare(graph, from) : undefined
}

type Op = 'mul' | 'div' | 'exp' | 'sub' | 'select' | 'isFinite' | 'reduceSum' | 'reduceMax' | 'transpose' | 'matmul'

/** The arguments of a node that is of an op. */
export const argsOf = (graph: Graph, id: number | undefined, op: Op): readonly number[] => {
  const node = id === undefined ? undefined : nodeAt(graph, id)
  return node?.op === op ? node.args : []
}

export const isFill = (graph: Graph, id: number | undefined, value: number): boolean => {
  const node = id === undefined ? undefined : nodeAt(graph, id)
  return node?.op === 'fill' && node.attrs.value === value
}

/** The powers, if a node is those of a softmax as `softmax` writes it: the largest score, where it is finite, is taken off. */
export const powersOf = (graph: Graph, powers: number | undefined): Powers | undefined => {
  const through = (id: number | undefined): number | undefined => (id === undefined ? undefined : bare(graph, id))
  const [shifted] = argsOf(graph, powers, 'exp')
  const [biased, shift] = argsOf(graph, shifted, 'sub')
  const taken = shift === undefined ? undefined : ofRow(graph, shift)
  const [asked, then, otherwise] = argsOf(graph, taken, 'select')
  const finite = through(asked)
  const largest = through(then)
  const isShift =
    isFill(graph, otherwise, 0) &&
    through(argsOf(graph, finite, 'isFinite')[0]) === largest &&
    argsOf(graph, largest, 'reduceMax')[0] === biased
  if (!isShift || powers === undefined || biased === undefined || shift === undefined || largest === undefined) return undefined
  return { biased, powers, shift, largest, nodes: [powers, shifted, taken, finite, largest].filter((id) => id !== undefined) }
}

/** The softmax that gives some weights, if there is one. */
export const softmaxOf = (graph: Graph, weights: number): Softmax | undefined => {
  const [powers, share] = argsOf(graph, weights, 'mul')
  const quotient = share === undefined ? undefined : ofRow(graph, share)
  const [one, divisor] = argsOf(graph, quotient, 'div')
  const total = divisor === undefined ? undefined : bare(graph, divisor)
  const found = powersOf(graph, powers)
  if (found === undefined || total === undefined || quotient === undefined) return undefined
  const isSoftmax = isFill(graph, one, 1) && argsOf(graph, total, 'reduceSum')[0] === powers
  return isSoftmax ? { ...found, weights, total, nodes: [...found.nodes, weights, quotient, total] } : undefined
}

/** The products of a shape that a node is made of, by what is computed for each element. */
export const productsUnder = (graph: Graph, id: number, isPart: (id: number) => boolean): ReadonlySet<number> => {
  const [seen, found] = [new Set<number>(), new Set<number>()]
  const visit = (at: number): void => {
    if (seen.has(at)) return
    seen.add(at)
    const node = nodeAt(graph, at)
    if (node.op === 'matmul') found.add(at)
    else if (kindOf(node) === 'point' && isPart(at)) node.args.forEach(visit)
  }
  visit(id)
  return found
}
