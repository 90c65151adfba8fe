import { noAttrs } from '../ir/builder.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import { opDef } from '../ir/ops/table.js'
import type { Group, Schedule } from './schedule.js'

/** A group without its place in the graph. */
export interface Structure {
  /** Equal for groups that lower to one kernel. */
  readonly key: string
  /** The nodes by their number in the key. */
  readonly nodes: readonly number[]
}

/** The structure of a group: its members and inline nodes by op, attributes, type and arguments, numbered as they are met. */
export const structureOf = (graph: Graph, schedule: Schedule, index: number): Structure => {
  const numbers = new Map<number, number>()
  const lines: string[] = []
  const visit = (id: number): number => {
    const known = numbers.get(id)
    if (known !== undefined) return known
    const { op, args, attrs, type } = nodeAt(graph, id)
    const group = schedule.groupOf[id] as number
    const isBuffer = (group !== -1 && group !== index) || opDef(op).lower.kind === 'source'
    const inner = isBuffer
      ? 'buffer'
      : `${op}${attrs === noAttrs ? '{}' : JSON.stringify(attrs)}(${args.map(visit).join()})${group === index ? (schedule.stored[id] === 1 ? '!' : '.') : ''}`
    const number = numbers.size
    numbers.set(id, number)
    lines.push(`${inner}:${type.dtype}[${type.shape.join()}]${valueKey(attrs)}`)
    return number
  }
  const group = schedule.groups[index]
  const members = (group?.members ?? []).map(visit)
  return {
    key: `${lines.join(';')}>${members.join()}|${group?.columns?.join() ?? ''}${formOf(group)}`,
    nodes: [...numbers.keys()],
  }
}

/** How a group's kernel is written, where its members do not say it: by the products that share it, in their order. */
const formOf = (group: Group | undefined): string => {
  if (group?.blocks !== undefined) return `blocks${group.blocks.members.map(({ length }) => length).join('+')}`
  return group?.flash === undefined ? '' : 'flash'
}

/** What JSON leaves out of a value: the sign of zero, infinities and NaN. */
const valueKey = (attrs: object): string => ('value' in attrs ? (Object.is(attrs.value, -0) ? '-0' : String(attrs.value)) : '')
