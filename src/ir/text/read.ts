/** Readers of the parts of a printed graph that hold no graph. */
import { dtypes } from '../dtype.js'
import type { TreeDef } from '../tree.js'
import type { TensorType } from '../type.js'
import { between, expect, failAt, here, number, peek, quoted, whole, word, type Scanner } from './scanner.js'

/** How deep trees nest. */
const maxDepth = 128

/** `%3`. */
export const readName = (scanner: Scanner): number => {
  expect(scanner, '%')
  return whole(scanner, 'the number of a node')
}

/** `f32[2, 3]`. */
export const readType = (scanner: Scanner): TensorType => {
  const start = here(scanner)
  const name = word(scanner, 'a dtype')
  const dtype = dtypes.find((d) => d === name) ?? failAt(start, `${name} is no dtype: use ${dtypes.join(', ')}`)
  return { dtype, shape: between(scanner, '[', ']', () => whole(scanner, 'the length of an axis')) }
}

/** A tree whose leaves are names, and the names in the order of the leaves. */
export interface NamedTree {
  readonly tree: TreeDef
  readonly names: readonly number[]
}

export const readTree = (scanner: Scanner, depth = 0): NamedTree => {
  if (depth > maxDepth) return failAt(here(scanner), `trees nest at most ${String(maxDepth)} deep`)
  if (peek(scanner, '%')) return { tree: '*', names: [readName(scanner)] }
  if (peek(scanner, '[')) {
    const children = between(scanner, '[', ']', () => readTree(scanner, depth + 1))
    return { tree: children.map(({ tree }) => tree), names: children.flatMap(({ names }) => names) }
  }
  return peek(scanner, '{') ? readRecord(scanner, depth) : failAt(here(scanner), 'expected a tree: %0, [...] or {...}')
}

const readRecord = (scanner: Scanner, depth: number): NamedTree => {
  const children = new Map<string, NamedTree>()
  between(scanner, '{', '}', () => {
    const start = here(scanner)
    const key = peek(scanner, '"') ? quoted(scanner) : word(scanner, 'a key')
    if (children.has(key)) failAt(start, `the key ${key} is there twice`)
    expect(scanner, ':')
    children.set(key, readTree(scanner, depth + 1))
  })
  const keys = [...children.keys()].sort()
  const childOf = (key: string): NamedTree => children.get(key) as NamedTree
  return { tree: Object.fromEntries(keys.map((key) => [key, childOf(key).tree])), names: keys.flatMap((key) => childOf(key).names) }
}

/** A number, a list of numbers, base64 or a word, as the JSON form has it. */
export const readValue = (scanner: Scanner): unknown => {
  if (peek(scanner, '[')) return between(scanner, '[', ']', () => number(scanner) ?? failAt(here(scanner), 'expected a number'))
  const value = number(scanner)
  if (value !== undefined) return value
  const name = word(scanner, 'a value')
  if (name !== 'base64') return name
  return peek(scanner, '"') ? quoted(scanner) : failAt(here(scanner), 'expected a string of base64')
}
