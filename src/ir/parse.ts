/**
 * Reads what `print` writes. A recursive descent over the grammar:
 *
 *     graph = 'graph' ['@' n] tree '{' node* 'return' tree '}'
 *     node  = '%' n '=' op ['(' names ')'] ['{' key '=' value, … '}'] ':' dtype '[' lengths ']'
 *     value = number | '[' numbers ']' | word | 'base64' string | graph | '@' n
 *     tree  = '%' n | '[' tree, … ']' | '{' key ':' tree, … '}'
 *
 * Attributes go through the codecs of the JSON form, and the graph through the same checks.
 */
import * as E from 'fp-ts/lib/Either.js'
import { DecodeError } from '../error.js'
import { link, linker, maxNesting, type Linker } from './codec/link.js'
import { fromShort } from './number.js'
import { writtenNode, type WrittenNode } from './codec/written.js'
import { bodyKeysOf, type Graph } from './graph.js'
import { implied, type Implied } from './text/implied.js'
import { readName, readTree, readType, readValue } from './text/read.js'
import {
  accept,
  between,
  expect,
  failAt,
  here,
  isParseFailure,
  peek,
  placeOf,
  whole,
  word,
  type ParseFailure,
  type Scanner,
} from './text/scanner.js'
import type { TensorType } from './type.js'

interface Parser {
  readonly scanner: Scanner
  readonly linker: Linker
  /** The index in the linker of every graph with a number. */
  readonly numbered: Map<number, number>
}

/** The graph that a text describes, verified, or where it goes wrong. */
export const parse = (text: string): E.Either<DecodeError, Graph> => {
  const parser: Parser = { scanner: { text, at: 0 }, linker: linker(), numbered: new Map() }
  try {
    const graph = readGraph(parser, 0)
    return here(parser.scanner) === text.length ? E.right(graph) : failAt(parser.scanner.at, 'expected nothing more')
  } catch (error) {
    if (isParseFailure(error)) return E.left(explain(text, error))
    throw error
  }
}

const explain = (text: string, { at, problem, facts }: ParseFailure): DecodeError => {
  const { line, column, source } = placeOf(text, at)
  const gutter = String(line)
  const excerpt = column > 100 ? [] : [`${gutter} | ${source.slice(0, 120)}`, `${' '.repeat(gutter.length)} | ${' '.repeat(column - 1)}^`]
  return new DecodeError({
    op: 'parse',
    problem: `${problem}, at line ${gutter}:${String(column)}`,
    facts: [...excerpt, ...facts],
    help: 'write the text as print does',
  })
}

const readGraph = (parser: Parser, depth: number): Graph => {
  const { scanner } = parser
  if (depth > maxNesting) failAt(here(scanner), `graphs hold graphs at most ${String(maxNesting)} deep`)
  expect(scanner, 'graph')
  const start = here(scanner)
  const number = accept(scanner, '@') ? whole(scanner, 'the number of a graph') : undefined
  if (number !== undefined && parser.numbered.has(number)) failAt(start, `there is a graph @${String(number)} already`)
  const params = readTree(scanner)
  if (params.names.some((id, i) => id !== i)) failAt(start, 'the parameters are not %0, %1, … in order')
  const { nodes, starts } = readNodes(parser, depth)
  const results = readTree(scanner)
  expect(scanner, '}')
  const written = { nodes, params: params.names.length, outputs: results.names, inTree: params.tree, outTree: results.tree }
  const graph = link(parser.linker, written)
  if (!('path' in graph)) {
    if (number !== undefined) parser.numbered.set(number, parser.linker.graphs.length - 1)
    return graph
  }
  const [, id] = /^nodes\.(\d+)/.exec(graph.path) ?? []
  return failAt(starts[Number(id)] ?? start, `${graph.path}: ${graph.problem}`, graph.facts)
}

/** The nodes, up to and with `return`, and where each begins. */
const readNodes = (parser: Parser, depth: number): { readonly nodes: readonly WrittenNode[]; readonly starts: readonly number[] } => {
  const [nodes, starts]: [WrittenNode[], number[]] = [[], []]
  expect(parser.scanner, '{')
  while (!accept(parser.scanner, 'return')) {
    starts.push(here(parser.scanner))
    nodes.push(readNode(parser, nodes.length, depth))
  }
  return { nodes, starts }
}

const readNode = (parser: Parser, id: number, depth: number): WrittenNode => {
  const { scanner } = parser
  const start = here(scanner)
  if (readName(scanner) !== id) failAt(start, `expected %${String(id)}`)
  expect(scanner, '=')
  const op = word(scanner, 'an op')
  const args = peek(scanner, '(') ? between(scanner, '(', ')', () => readName(scanner)) : []
  const attrs = peek(scanner, '{') ? readAttrs(parser, op, depth) : new Map<string, unknown>()
  expect(scanner, ':')
  const type = readType(scanner)
  const full = Object.fromEntries([...attrs, ...impliedAttrs(op, id, type, attrs), ...shortValue(start, type, attrs)])
  const node = writtenNode.decode({ op, args, attrs: full, type })
  if (E.isRight(node)) return node.right
  const [error] = node.left
  const path = (error?.context ?? []).map(({ key }) => key).filter((key) => key !== '')
  return failAt(start, `${path.join('.')}: ${error?.message ?? 'this is no node'}`)
}

const readAttrs = (parser: Parser, op: string, depth: number): ReadonlyMap<string, unknown> => {
  const { scanner } = parser
  const attrs = new Map<string, unknown>()
  const bodies = bodyKeysOf(op)
  between(scanner, '{', '}', () => {
    const start = here(scanner)
    const key = word(scanner, 'an attribute')
    if (attrs.has(key)) failAt(start, `${key} is there twice`)
    expect(scanner, '=')
    attrs.set(key, bodies.includes(key) ? readBody(parser, depth) : readValue(scanner))
  })
  return attrs
}

/** A graph here, or the number of one before: its index in the linker. */
const readBody = (parser: Parser, depth: number): number => {
  const {
    scanner,
    linker: { graphs },
  } = parser
  const start = here(scanner)
  if (accept(scanner, '@'))
    return parser.numbered.get(whole(scanner, 'the number of a graph')) ?? failAt(start, 'there is no graph of this number before')
  readGraph(parser, depth + 1)
  return graphs.length - 1
}

/** What the type says of attributes that are not there. */
const impliedAttrs = (op: string, id: number, type: TensorType, attrs: ReadonlyMap<string, unknown>): [string, unknown][] => {
  const values = { index: id, ...type }
  const names: readonly Implied[] = Object.hasOwn(implied, op) ? (implied[op as keyof typeof implied] ?? []) : []
  return names.filter((key) => !attrs.has(key)).map((key) => [key, values[key]])
}

/** The value of the dtype that a short decimal stands for. */
const shortValue = (start: number, { dtype }: TensorType, attrs: ReadonlyMap<string, unknown>): [string, unknown][] => {
  const value = attrs.get('value')
  return typeof value === 'number' ? [['value', fromShort(dtype, value) ?? failAt(start, `${String(value)} is no value of ${dtype}`)]] : []
}
