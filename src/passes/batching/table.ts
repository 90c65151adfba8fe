/** The batched form of every op. A missing rule is an error of `tsc`. */
import type { AttrsOf, OpName, PointOp } from '../../ir/graph.js'
import { pointNames } from '../../ir/ops/point.js'
import { contractBatching } from './contract.js'
import { gatherBatching } from './gather.js'
import type { Nest } from './nest.js'
import { pointwise, source, type Batch, type BatchTable } from './rule.js'
import { viewBatching } from './view.js'

const points = Object.fromEntries(pointNames.map((op) => [op, pointwise(op)])) as unknown as BatchTable<PointOp>

/** Ops that carry graphs have rules of their own: see `nest`. */
const table: { readonly [K in Exclude<OpName, Nest | 'item'>]: Batch<AttrsOf[K]> } = {
  param: source,
  constant: source,
  fill: source,
  iota: source,
  ...points,
  cast: pointwise('cast'),
  bitcast: pointwise('bitcast'),
  stopGradient: pointwise('stopGradient'),
  alias: pointwise('alias'),
  barrier: pointwise('barrier'),
  ...viewBatching,
  ...contractBatching,
  ...gatherBatching,
}

export const batchOf = (op: OpName): Batch => table[op as keyof typeof table] as Batch
