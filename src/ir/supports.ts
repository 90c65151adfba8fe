/** What a device must have for a graph. */
import { UnsupportedError } from '../error.js'
import type { DType } from './dtype.js'
import { bodiesOf, type Graph } from './graph.js'
import { showType } from './type.js'

/** What a device says of itself. */
interface Holder {
  readonly kind: string
  readonly description: string
  readonly dtypes: readonly DType[]
}

/** The dtypes of a graph's values, those of sub-graphs too. */
export const dtypesOf = (graph: Graph): readonly DType[] => [
  ...new Set(graph.nodes.flatMap((node) => [node.type.dtype, ...bodiesOf(node).flatMap(([, body]) => dtypesOf(body))])),
]

/** @throws UnsupportedError naming the device and the first value that its arrays cannot hold */
export const checkDTypes = (graph: Graph, device: Holder): void => {
  graph.nodes.forEach((node, id) => {
    for (const [, body] of bodiesOf(node)) checkDTypes(body, device)
    if (device.dtypes.includes(node.type.dtype)) return
    throw new UnsupportedError({
      op: 'compile',
      problem: `${device.kind} on ${device.description} has no ${node.type.dtype}`,
      facts: [`first there: %${String(id)} = ${node.op} : ${showType(node.type)}`, 'an adapter has f16 where its features name shader-f16'],
      help: "cast to f32, which every device has, or compile for the device 'js'",
    })
  })
}
