/** Graphs as plain JSON: an io-ts codec between `unknown` and Graph. What it decodes is verified. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { DecodeError } from '../error.js'
import { linkModule, unlinkModule } from './codec/link.js'
import { snapshot } from './codec/snapshot.js'
import { writtenModule } from './codec/written.js'
import type { Graph } from './graph.js'
import { fault, type Fault } from './verify.js'

const encode = (graph: Graph): unknown => writtenModule.encode(unlinkModule(graph))

const isGraph = (u: unknown): u is Graph => {
  try {
    return E.isRight(decode(encode(u as Graph)))
  } catch {
    return false
  }
}

/** The codec, for use within other io-ts codecs. Malformed input of any kind is a failure, never an exception or a hang. */
export const graphCodec: t.Type<Graph, unknown> = new t.Type<Graph, unknown>(
  'Graph',
  isGraph,
  (u, context) => {
    const decoded = decode(u)
    return E.isRight(decoded) ? decoded : t.failure(u, [...context, ...contextOf(decoded.left.path)], decoded.left.problem)
  },
  encode,
)

const contextOf = (path: string): t.Context => (path === '' ? [] : path.split('.').map((key) => ({ key, type: t.unknown })))

const decode = (u: unknown): E.Either<Fault, Graph> => {
  const copied = snapshot(u)
  if ('path' in copied) return E.left(copied)
  const written = writtenModule.decode(copied.plain)
  if (E.isLeft(written)) return E.left(faultOf(written.left))
  const linked = linkModule(written.right)
  return 'path' in linked ? E.left(linked) : E.right(linked)
}

const faultOf = (errors: t.Errors): Fault => {
  const [error] = errors
  const path = (error?.context ?? []).map(({ key }) => key).filter((key) => key !== '')
  return fault(path.join('.'), error?.message ?? 'this is no graph', [`found ${describe(error?.value)}`])
}

/** A few words on a decoded value, however large it is. */
const describe = (u: unknown): string => {
  if (Array.isArray(u)) return `a list of ${String(u.length)}`
  if (typeof u === 'object' && u !== null) return 'a record'
  if (typeof u === 'string') return shorten(JSON.stringify(u))
  return typeof u === 'number' || typeof u === 'boolean' ? String(u) : u === null ? 'null' : 'nothing'
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)

/**
 * A graph as plain JSON, with a `version`. Sub-graphs stand in `graphs`, each once. Special numbers are strings
 * ('NaN', 'Infinity', '-Infinity', '-0'); a constant's elements are a list of numbers when there are few, else base64
 * of their little-endian bytes.
 */
export const toJSON: (graph: Graph) => unknown = encode

const help = 'give what toJSON made, unchanged; the path says which part of it is not as it should be'

/** The graph that JSON describes, verified; a DecodeError with a path into the JSON for all else. */
export const fromJSON = (u: unknown): E.Either<DecodeError, Graph> =>
  E.mapLeft(({ path, problem, facts }: Fault) => {
    const at = path === '' ? 'the top' : path.length > 200 ? `${path.slice(0, 197)}...` : path
    return new DecodeError({ op: 'fromJSON', problem, facts: [`at ${at}`, ...facts.slice(0, 8).map(shorten)], help })
  })(decode(u))
