/** The io-ts codecs that the graph's is made of. They stop at the first fault, take no unknown field, and allocate nothing for a mere claim. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { dtypes, type DType } from '../dtype.js'
import type { Shape } from '../shape.js'
import { entriesOf, type TreeDef } from '../tree.js'
import type { TensorType } from '../type.js'
import { maxElements } from '../verify.js'
import { decodeNumber, encodeNumber, type NumberJSON } from '../number.js'

/** From unknown JSON to `A`, and from `A` to JSON of the form `O`. */
export type Codec<A, O = unknown> = t.Type<A, O>

type Validate<A> = t.Validate<unknown, A>

export const codec = <A, O>(name: string, validate: Validate<A>, encode: (a: A) => O): Codec<A, O> =>
  new t.Type<A, O>(name, (u): u is A => E.isRight(validate(u, [])), validate, encode)

/** A codec of a value without parts: `read` gives it, or undefined for what is none. */
const leaf = <A, O>(expected: string, read: (u: unknown) => A | undefined, encode: (a: A) => O): Codec<A, O> => {
  const validate: Validate<A> = (u, context) => {
    const value = read(u)
    return value === undefined ? t.failure(u, context, `expected ${expected}`) : t.success(value)
  }
  return codec(expected, validate, encode)
}

/** Decodes a part: a failure's path goes through `key`. */
export const part = <A>(type: Codec<A>, u: unknown, context: t.Context, key: string): t.Validation<A> =>
  type.validate(u, t.appendContext(context, key, type, u))

const isIn = (u: unknown, low: number, high: number): u is number => typeof u === 'number' && Number.isInteger(u) && u >= low && u <= high

/** A whole number in a range; -0 becomes 0. */
export const int = (low: number, high: number): Codec<number, number> =>
  leaf(`a whole number from ${String(low)} to ${String(high)}`, (u) => (isIn(u, low, high) ? u + 0 : undefined), t.identity)

export const natural = int(0, maxElements)

const integer = int(-maxElements - 1, maxElements)

/** Any number; special ones are named. */
export const number: Codec<number, NumberJSON> = leaf("a number, 'NaN', 'Infinity', '-Infinity' or '-0'", decodeNumber, encodeNumber)

export const oneOf = <S extends string>(names: readonly S[]): Codec<S, string> =>
  leaf(names.map((name) => `'${name}'`).join(' or '), (u) => names.find((name) => name === u), t.identity)

/** Anything: what it is follows from something else. */
export const unchecked: Codec<unknown> = codec<unknown, unknown>('anything', t.success, t.identity)

/** A list, decoded element by element. */
export const list = <A, O>(element: Codec<A, O>, limit = Infinity): Codec<readonly A[], O[]> => {
  const validate: Validate<readonly A[]> = (u, context) => {
    if (!Array.isArray(u)) return t.failure(u, context, 'expected a list')
    if (u.length > limit) return t.failure(u, context, `expected at most ${String(limit)} elements, found ${String(u.length)}`)
    const out: A[] = []
    for (let i = 0; i < u.length; i++) {
      const decoded = part(element, u[i], context, String(i))
      if (E.isLeft(decoded)) return decoded
      out.push(decoded.right)
    }
    return t.success(out)
  }
  return codec('list', validate, (xs) => xs.map(element.encode))
}

/** The most axes of an array, as in NumPy. */
const maxRank = 64

export const naturals = list(natural, maxRank)

export const integers = list(integer, maxRank)

export const shape: Codec<Shape, number[]> = list(natural, maxRank)

export const dtype: Codec<DType, string> = oneOf(dtypes)

export const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null && !Array.isArray(u)

type Fields<A> = { readonly [K in keyof A]: Codec<A[K]> }

/** A record with just these fields. */
export const record = <A extends object>(name: string, fields: Fields<A>): Codec<A, Readonly<Record<string, unknown>>> => {
  const keys = Object.keys(fields) as (keyof A & string)[]
  const known = new Set<string>(keys)
  const validate: Validate<A> = (u, context) => {
    if (!isRecord(u)) return t.failure(u, context, `expected a record: ${name}`)
    const strange = Object.keys(u).find((key) => !known.has(key))
    if (strange !== undefined) return t.failure(u[strange], t.appendContext(context, strange, t.never), `${name} has no such field`)
    const out: Partial<A> = {}
    for (const key of keys) {
      const decoded = part(fields[key], Object.hasOwn(u, key) ? u[key] : undefined, context, key)
      if (E.isLeft(decoded)) return decoded
      out[key] = decoded.right
    }
    return t.success(out as A)
  }
  return codec(name, validate, (a) => Object.fromEntries(keys.map((key) => [key, fields[key].encode(a[key])])))
}

export const tensorType: Codec<TensorType> = record<TensorType>('a type', { shape, dtype })

/** A tree's structure. Records come out in key order. The input's depth is known to be small. */
export const tree: Codec<TreeDef, TreeDef> = codec<TreeDef, TreeDef>(
  'tree',
  (u, context) => validateTree(u, context),
  (def) => copyTree(def),
)

const validateTree: Validate<TreeDef> = (u, context) => {
  if (u === '*') return t.success(u)
  if (Array.isArray(u)) return list(tree).validate(u, context)
  if (!isRecord(u)) return t.failure(u, context, "expected a tree: '*', a list or a record")
  const out: [string, TreeDef][] = []
  for (const key of Object.keys(u).sort()) {
    const child = part(tree, u[key], context, key)
    if (E.isLeft(child)) return child
    out.push([key, child.right])
  }
  return t.success(Object.fromEntries(out))
}

const copyTree = (def: TreeDef): TreeDef => {
  if (def === '*') return def
  if (Array.isArray(def)) return (def as readonly TreeDef[]).map(copyTree)
  return Object.fromEntries(entriesOf(def).map(([key, child]) => [key, copyTree(child)]))
}
