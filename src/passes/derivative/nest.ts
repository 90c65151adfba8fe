/** Derivatives of nodes that carry graphs: again nodes that carry graphs, so they differentiate to any order. */
import { outputTypes, type AttrsOf, type Graph } from '../../ir/graph.js'
import { cotangentType } from '../../ir/ops/nest.js'
import { range } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { instantiate } from '../../ir/trace.js'
import { noAttrs } from '../../ir/builder.js'
import { TraceError, UnsupportedError } from '../../error.js'
import { derive } from '../../ops/capture.js'
import { condLeaves, scanLeaves } from '../../ops/control.js'
import { add } from '../../ops/point.js'
import { throughNest } from './reach.js'
import type { Float } from './rule.js'
import { floats, whileVjp, zeros, type Backward, type Mode, type Wanted } from './while.js'

const itemOf = (node: Tensor, index: number): Tensor => apply('item', [node], { index })

/** A graph applied to tensors, pulled back: `gs` by result, cotangents for those of `args` that are asked for. */
const pullGraph = (
  body: Graph,
  args: readonly Tensor[],
  gs: ReadonlyMap<number, Tensor>,
  asked: readonly number[],
  backward: Backward,
): (Tensor | undefined)[] => {
  // Fresh variables: one tensor may stand for several arguments.
  const inputs = args.map((arg, i) => (asked.includes(i) ? apply('alias', [arg], noAttrs) : arg))
  const results = instantiate(body, inputs)
  const known = [...gs.keys()]
  return backward(
    known.map((i) => results[i] as Tensor),
    known.map((i) => gs.get(i) as Tensor),
    asked.map((i) => inputs[i] as Tensor),
  )
}

/** Which arguments of a scan have cotangents, by what they are. */
interface ScanPlan {
  readonly consts: readonly number[]
  readonly carries: readonly number[]
  readonly rows: readonly number[]
  /** Stacked results that have a cotangent. */
  readonly stacks: readonly number[]
}

const planScan = (node: Tensor, gs: ReadonlyMap<number, Tensor>, wanted: Wanted): ScanPlan => {
  const { body, consts, carries } = node.attrs as AttrsOf['scan']
  const { args } = node
  const through = throughNest(node, args.map(wanted))
  return {
    consts: floats(args, 0, consts).filter((i) => wanted(args[i] as Tensor)),
    carries: range(carries).flatMap((i) => (through[i] === true ? [consts + i] : [])),
    rows: floats(args, consts + carries, args.length).filter((i) => wanted(args[i] as Tensor)),
    stacks: [...gs.keys()].filter((i) => i >= carries && i < body.outputs.length),
  }
}

/**
 * The reverse of a scan is a scan the other way: it carries the cotangents of the carry and the sums of those of the
 * constants, sees what the carry was at each step, computes the step again and stacks the cotangents of the rows.
 */
const scanVjp = (node: Tensor, gs: ReadonlyMap<number, Tensor>, wanted: Wanted, backward: Backward): (Tensor | undefined)[] => {
  const { body, consts, carries, length, order } = node.attrs as AttrsOf['scan']
  const { args } = node
  const plan = planScan(node, gs, wanted)
  const past = [...gs.keys()].filter((i) => i >= body.outputs.length)
  const histories = range(carries).map((i) => itemOf(node, body.outputs.length + i))
  const carried = [
    ...plan.carries.map((i) => gs.get(i - consts) ?? zeros(args[i] as Tensor)),
    ...plan.consts.map((i) => zeros(args[i] as Tensor)),
  ]
  const rows = [...histories, ...args.slice(consts + carries), ...[...plan.stacks, ...past].map((i) => gs.get(i) as Tensor)]
  const derived = derive('scan', [...carried, ...rows.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }))], (params) => {
    const [g, now] = [params.slice(0, carried.length), params.slice(carried.length)]
    const ofResults = new Map<number, Tensor>(plan.carries.map((i, k) => [i - consts, g[k] as Tensor]))
    const ofRows = now.slice(args.length - consts)
    plan.stacks.forEach((i, k) => ofResults.set(i, ofRows[k] as Tensor))
    const inputs = [...args.slice(0, consts), ...now.slice(0, args.length - consts)]
    const asked = [...plan.carries, ...plan.consts, ...plan.rows]
    const pulled = pullGraph(body, inputs, ofResults, asked, backward).map((p, k) => p ?? zeros(inputs[asked[k] as number] as Tensor))
    return pulled.map((p, k) => {
      if (k >= plan.carries.length && k < carried.length) return add(g[k] as Float, p as Float)
      const own = past.findIndex((i) => i - body.outputs.length + consts === asked[k])
      return k < plan.carries.length && own >= 0 ? add(ofRows[plan.stacks.length + own] as Float, p as Float) : p
    })
  })
  const results = scanLeaves(derived, carried, rows, length, order === 'forward')
  const byArg = new Map([...plan.carries, ...plan.consts, ...plan.rows].map((i, k) => [i, results[k]]))
  return args.map((_, i) => byArg.get(i))
}

/** The reverse of a condition is a condition between the branches' reverses. */
const condVjp = (node: Tensor, gs: ReadonlyMap<number, Tensor>, wanted: Wanted, backward: Backward): (Tensor | undefined)[] => {
  const { onTrue, onFalse } = node.attrs as AttrsOf['cond']
  const [condition, ...operands] = node.args as readonly [Tensor, ...Tensor[]]
  const asked = floats(operands, 0, operands.length).filter((i) => wanted(operands[i] as Tensor))
  const known = [...gs.keys()]
  const all = [...operands, ...known.map((i) => gs.get(i) as Tensor)]
  const reverse = (branch: Graph) =>
    derive('cond', all, (params) => {
      const given = new Map(known.map((i, k) => [i, params[operands.length + k] as Tensor]))
      const pulled = pullGraph(branch, params.slice(0, operands.length), given, asked, backward)
      return asked.map((i, k) => pulled[k] ?? zeros(operands[i] as Tensor))
    })
  if (asked.length === 0) return []
  const results = condLeaves(condition, reverse(onTrue), reverse(onFalse), all)
  return [undefined, ...operands.map((_, i) => results[asked.indexOf(i)])]
}

/**
 * The derivative that a function brings along. Those of its residuals, which only derivatives of derivatives ask for, are
 * those of what `fwd` computes; but a residual that is a result is read as the result, and has its derivative.
 */
const customVjp = (node: Tensor, gs: ReadonlyMap<number, Tensor>, wanted: Wanted, backward: Backward): (Tensor | undefined)[] => {
  const { body, fwd, bwd } = node.attrs as AttrsOf['customVjp']
  const { args } = node
  const count = body.outputs.length
  const all = floats(args, 0, args.length)
  const own = all.slice(all.length - bwd.outputs.length)
  const isGiven = [...gs.keys()].some((i) => i < count)
  if (isGiven && all.some((i) => !own.includes(i) && wanted(args[i] as Tensor)))
    throw new TraceError({
      op: 'customVjp',
      problem: 'the function uses a tensor from outside with respect to which is differentiated',
      help: 'pass it as an argument, so that bwd can give its cotangent, or use stopGradient',
    })
  const residuals = fwd.outputs.slice(count).map((id, i) => {
    const same = fwd.outputs.indexOf(id)
    return itemOf(node, same < count ? same : count + i)
  })
  const cotangents = outputTypes(body).map((type, i) => gs.get(i) ?? zeros(cotangentType(type)))
  const given = isGiven ? instantiate(bwd, [...residuals, ...cotangents]) : []
  const past = new Map([...gs].filter(([i]) => i >= count))
  const asked = past.size === 0 ? [] : all.filter((i) => wanted(args[i] as Tensor))
  const pulled = pullGraph(fwd, args, past, asked, backward)
  return args.map((_, i) => {
    const [g, h] = [given[own.indexOf(i)], pulled[asked.indexOf(i)]]
    return g === undefined || h === undefined ? (g ?? h) : add(g as Float, h as Float)
  })
}

/** Computes the body again, from arguments that are not there before the cotangents are, so that nothing else is kept. */
const checkpointVjp = (node: Tensor, gs: ReadonlyMap<number, Tensor>, wanted: Wanted, backward: Backward): (Tensor | undefined)[] => {
  const { body } = node.attrs as AttrsOf['checkpoint']
  const { args } = node
  const asked = floats(args, 0, args.length).filter((i) => wanted(args[i] as Tensor))
  const again = args.map((arg) => apply('barrier', [arg, ...gs.values()], noAttrs))
  const pulled = pullGraph(body, again, gs, asked, backward)
  return args.map((_, i) => pulled[asked.indexOf(i)])
}

/** Cotangents of the arguments of a node that carries graphs, from those of its results. `wanted` says which arguments need one. */
export const nestVjp = (
  node: Tensor,
  gs: ReadonlyMap<number, Tensor>,
  wanted: Wanted,
  backward: Backward,
  mode: Mode,
): readonly (Tensor | undefined)[] => {
  if (node.op === 'while') return whileVjp(node, gs, wanted, backward, mode)
  if (node.op === 'scan') return scanVjp(node, gs, wanted, backward)
  if (node.op === 'cond') return condVjp(node, gs, wanted, backward)
  if (node.op === 'checkpoint') return checkpointVjp(node, gs, wanted, backward)
  if (node.op === 'customVjp') return customVjp(node, gs, wanted, backward)
  throw new UnsupportedError({
    op: node.op,
    problem: 'it has no derivative in reverse',
    help: 'use scan, foriLoop with fixed bounds, or cond',
  })
}
