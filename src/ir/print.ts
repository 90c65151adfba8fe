/**
 * Graphs as text for people, tests and documents: nodes named in order, one a line; `parse` reads it back exactly.
 *
 *     graph [%0, {b: %1, w: %2}] {
 *       %0 = param : f32[32, 784]  // 0
 *       %1 = param : f32[10]  // 1.b
 *       %2 = param : f32[784, 10]  // 1.w
 *       %3 = matmul(%0, %2) : f32[32, 10]
 *       return {logits: %3}
 *     }
 */
import { encodeData } from './codec/data.js'
import { decodeNumber, showNumber } from './number.js'
import type { DType } from './dtype.js'
import { bodiesOf, bodyKeysOf, nodeAt, type Graph, type Node } from './graph.js'
import { showShape } from './shape.js'
import { implied, type Implied } from './text/implied.js'
import { entriesOf, type TreeDef } from './tree.js'
import { showType } from './type.js'

interface Printer {
  /** Sub-graphs printed so far: a second use names the first. */
  readonly named: Map<Graph, number>
  readonly lines: string[]
}

/** The text of a graph. The same graph gives the same text. */
export const print = (graph: Graph): string => {
  const printer: Printer = { named: new Map(), lines: [] }
  printGraph(printer, graph, '', 'graph ', '')
  return printer.lines.join('\n')
}

/** The text of one node, as `print` has it: one line, or more where it carries graphs. */
export const printOne = (graph: Graph, id: number): string => {
  const printer: Printer = { named: new Map(), lines: [] }
  printNode(printer, graph, id, '', labelsOf(graph.inTree))
  return printer.lines.join('\n')
}

/** Lines of a graph between what stands before and after it. */
const printGraph = (printer: Printer, graph: Graph, indent: string, before: string, after: string): void => {
  const { lines } = printer
  const paths = labelsOf(graph.inTree)
  lines.push(`${indent}${before}${showTree(graph.inTree, (i) => name(i))} {`)
  graph.nodes.forEach((_, id) => printNode(printer, graph, id, `${indent}  `, paths))
  lines.push(`${indent}  return ${showTree(graph.outTree, (i) => name(graph.outputs[i] ?? -1))}`, `${indent}}${after}`)
}

const name = (id: number): string => `%${String(id)}`

const printNode = (printer: Printer, graph: Graph, id: number, indent: string, paths: readonly string[]): void => {
  const node = nodeAt(graph, id)
  const args = node.args.length === 0 ? '' : `(${node.args.map(name).join(', ')})`
  const head = `${name(id)} = ${node.op}${args}`
  const tail = ` : ${showType(node.type)}`
  const attrs = attrsOf(node, id)
  const bodies = bodiesOf(node)
  if (bodies.length > 0) return printBodies(printer, bodies, indent, `${head} {${attrs.map((attr) => `${attr}, `).join('')}`, `}${tail}`)
  const comment = node.op === 'param' && paths[id] !== undefined && paths[id] !== '' ? `  // ${paths[id]}` : ''
  printer.lines.push(`${indent}${head}${attrs.length === 0 ? '' : ` {${attrs.join(', ')}}`}${tail}${comment}`)
}

/** The graphs that a node carries, one after another; one that was printed before by its number. */
const printBodies = (printer: Printer, bodies: ReturnType<typeof bodiesOf>, indent: string, head: string, tail: string): void => {
  bodies.forEach(([key, body], i) => {
    const before = `${i === 0 ? head : ''}${key} = `
    const after = i === bodies.length - 1 ? tail : ','
    const known = printer.named.get(body)
    if (known !== undefined) {
      printer.lines.push(`${indent}${before}@${String(known)}${after}`)
      return
    }
    const number = printer.named.size
    printer.named.set(body, number)
    printGraph(printer, body, indent, `${before}graph @${String(number)} `, after)
  })
}

const attrsOf = (node: Node, id: number): string[] => {
  const follows = { index: String(id), shape: showShape(node.type.shape), dtype: node.type.dtype as string }
  const bodies = bodyKeysOf(node.op)
  return Object.entries(node.attrs).flatMap(([key, value]) => {
    if (bodies.includes(key)) return []
    const text = node.op === 'constant' && key === 'data' ? showData(node.attrs) : showValue(node.type.dtype, value)
    const isImplied = implied[node.op]?.includes(key as Implied) === true && follows[key as Implied] === text
    return isImplied ? [] : [`${key} = ${text}`]
  })
}

const showData = ({ dtype, data }: Extract<Node, { op: 'constant' }>['attrs']): string => {
  const json = encodeData(dtype, data)
  return typeof json === 'string' ? `base64 "${json}"` : `[${json.map((x) => showNumber(dtype, decodeNumber(x) ?? NaN)).join(', ')}]`
}

/** A value of an attribute: a number of the node's dtype, whole numbers, or a word. */
const showValue = (dtype: DType, value: unknown): string =>
  Array.isArray(value) ? showShape(value as number[]) : typeof value === 'number' ? showNumber(dtype, value) : String(value)

/** A tree whose leaves are names. */
const showTree = (tree: TreeDef, leaf: (i: number) => string): string => {
  let next = 0
  const show = (def: TreeDef): string => {
    if (def === '*') return leaf(next++)
    if (Array.isArray(def)) return `[${(def as readonly TreeDef[]).map(show).join(', ')}]`
    return `{${entriesOf(def)
      .map(([key, child]) => `${showKey(key)}: ${show(child)}`)
      .join(', ')}}`
  }
  return show(tree)
}

/** A key of a record: bare where it is a word, quoted where not. */
const showKey = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key))

/** The path of every leaf, with keys that are no words quoted: a comment must stay on its line. */
const labelsOf = (tree: TreeDef): string[] => {
  const labels: string[] = []
  const walk = (def: TreeDef, path: readonly string[]): void => {
    if (def === '*') labels.push(path.join('.'))
    else if (Array.isArray(def)) (def as readonly TreeDef[]).forEach((child, i) => walk(child, [...path, String(i)]))
    else entriesOf(def).forEach(([key, child]) => walk(child, [...path, showKey(key)]))
  }
  walk(tree, [])
  return labels
}
