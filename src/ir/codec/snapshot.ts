/** Copies data of unknown origin once, so that what is checked is what is used: getters, proxies, holes and cycles end here. */
import { fault, type Fault } from '../verify.js'

/** How deep lists and records nest: more is an attack or a cycle. Trees of parameters are far flatter. */
const maxDepth = 128

/** How many values there are at most: a graph of half a million nodes has about as many. */
const maxValues = 8_000_000

/** How many more records and lists there are than distinct objects: data that shares its parts may be exponentially large. */
const maxShared = 1_000_000

interface Copier {
  readonly seen: Set<object>
  objects: number
  values: number
}

/** A plain copy, made of lists, records and primitive values, or what is wrong. Never throws. */
export const snapshot = (u: unknown): { readonly plain: unknown } | Fault => {
  const path: string[] = []
  try {
    return { plain: copy({ seen: new Set(), objects: 0, values: 0 }, u, path) }
  } catch (error) {
    return fault(path.join('.'), error instanceof Refusal ? error.message : 'this value cannot be read')
  }
}

class Refusal extends Error {}

const copy = (state: Copier, u: unknown, path: string[]): unknown => {
  if (++state.values > maxValues) throw new Refusal(`there are more than ${String(maxValues)} values`)
  if (typeof u === 'string' || typeof u === 'number' || typeof u === 'boolean' || u === null) return u
  if (typeof u !== 'object') throw new Refusal(`${u === undefined ? 'undefined' : `a ${typeof u}`} is not JSON`)
  if (path.length >= maxDepth) throw new Refusal(`this is nested deeper than ${String(maxDepth)} levels, or holds itself`)
  state.seen.add(u)
  if (++state.objects - state.seen.size > maxShared) throw new Refusal('this shares its parts too often')
  return Array.isArray(u) ? copyList(state, u, path) : copyRecord(state, u as Readonly<Record<string, unknown>>, path)
}

const copyList = (state: Copier, list: readonly unknown[], path: string[]): unknown[] => {
  const out: unknown[] = []
  const count = list.length
  if (count > maxValues) throw new Refusal(`a list of ${String(count)} is longer than ${String(maxValues)}`)
  for (let i = 0; i < count; i++) {
    path.push(String(i))
    if (!(i in list)) throw new Refusal('the list has a hole')
    out.push(copy(state, list[i], path))
    path.pop()
  }
  return out
}

const copyRecord = (state: Copier, record: Readonly<Record<string, unknown>>, path: string[]): unknown => {
  const entries: [string, unknown][] = []
  for (const key of Object.keys(record)) {
    path.push(key)
    entries.push([key, copy(state, record[key], path)])
    path.pop()
  }
  return Object.fromEntries(entries)
}
