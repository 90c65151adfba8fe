/** Plans memory before anything is allocated: who is live when, where temps lie, which results take a donated parameter's place. */
import { VerifyError } from '../error.js'
import { deviceBytes } from '../ir/dtype.js'
import type { MemoryPlan, Place, Program, ProgramBuffer } from '../ir/kernel/program.js'
import { updatesInPlace } from './kernel/inPlace.js'

/** WebGPU's alignment of bindings, in bytes. */
const alignment = 256

export const bytesOf = ({ size, dtype }: ProgramBuffer): number => size * deviceBytes(dtype)

const aligned = (bytes: number): number => Math.max(1, Math.ceil(bytes / alignment)) * alignment

type Lifetime = readonly [number, number]

/** First and last launch of every buffer. Parameters and constants are live from before the first; results to after the last. */
export const lifetimesOf = ({ buffers, launches, loops = [], outputs }: Program): Lifetime[] => {
  const first = buffers.map(({ role }) => (role.kind === 'param' || role.kind === 'constant' ? -1 : Infinity))
  const last = buffers.map(() => -1)
  launches.forEach(({ bind }, i) => {
    for (const id of bind) {
      first[id] = Math.min(first[id] as number, i)
      last[id] = i
    }
  })
  for (const id of outputs) last[id] = launches.length
  // What comes into a loop is read in every round, what leaves it written in every one: both live throughout.
  for (const { from, to } of loops) {
    buffers.forEach((_, id) => {
      const [begin, end] = [first[id] as number, last[id] as number]
      if (begin < from && end >= from) last[id] = Math.max(end, to - 1)
      if (begin >= from && begin < to && end >= to) first[id] = from
    })
  }
  return buffers.map((_, id) => [Math.min(first[id] as number, launches.length), last[id] as number])
}

/** A path without the argument or result it starts with: `0.params.w` and `1.params.w` hold the same thing. */
const within = (name: string): string => name.slice(name.indexOf('.') + 1)

/** Lists of parameters by a key, from which they are claimed. */
const shelves = (program: Program, keyOf: (buffer: ProgramBuffer) => string): ReadonlyMap<string, number[]> => {
  const shelf = new Map<string, number[]>()
  for (const id of program.donated) {
    const key = keyOf(program.buffers[id] as ProgramBuffer)
    shelf.set(key, [...(shelf.get(key) ?? []), id])
  }
  return shelf
}

const sizeKey = ({ dtype, size }: ProgramBuffer): string => `${dtype}:${String(size)}`

/** The donated parameter whose memory each result can take: one of the same size that nothing reads after the result is written, of the same name if there is one. */
const aliases = (program: Program, lifetimes: readonly Lifetime[]): Map<number, number> => {
  const { buffers } = program
  const claimed = new Set<number>()
  const taken = new Map<number, number>()
  for (const keyOf of [({ name }: ProgramBuffer) => within(name), sizeKey]) {
    const shelf = shelves(program, keyOf)
    buffers.forEach((result, id) => {
      if (result.role.kind !== 'output' || taken.has(id)) return
      const candidates = shelf.get(keyOf(result)) ?? []
      const param = candidates.find((candidate) => !claimed.has(candidate) && canTake(program, lifetimes, id, candidate))
      if (param === undefined) return
      candidates.splice(candidates.indexOf(param), 1)
      claimed.add(param)
      taken.set(id, param)
    })
  }
  return taken
}

const canTake = ({ buffers, launches }: Program, lifetimes: readonly Lifetime[], result: number, param: number): boolean => {
  const [from, to] = [buffers[param] as ProgramBuffer, buffers[result] as ProgramBuffer]
  if (from.size !== to.size || from.dtype !== to.dtype) return false
  const [written] = lifetimes[result] as Lifetime
  const [, read] = lifetimes[param] as Lifetime
  if (read < written) return true
  const launch = launches[written]
  return (
    read === written &&
    launch?.bind.includes(result) === true &&
    updatesInPlace(launch.kernel, launch.bind.indexOf(param), launch.bind.indexOf(result))
  )
}

interface Block {
  readonly offset: number
  readonly size: number
}

/** Free ranges of the arena, sorted by offset. */
const arena = () => {
  let free: Block[] = []
  let end = 0
  return {
    take: (size: number): number => {
      const best = free
        .filter((block) => block.size >= size)
        .reduce<Block | undefined>((a, b) => (a === undefined || b.size < a.size ? b : a), undefined)
      if (best !== undefined) {
        free = free.flatMap((block) =>
          block !== best ? [block] : block.size === size ? [] : [{ offset: block.offset + size, size: block.size - size }],
        )
        return best.offset
      }
      const tail = free.at(-1)
      const reaches = tail !== undefined && tail.offset + tail.size === end
      const offset = reaches ? tail.offset : end
      if (reaches) free.pop()
      end = offset + size
      return offset
    },
    give: (offset: number, size: number): void => {
      const at = free.findIndex((block) => block.offset > offset)
      const index = at === -1 ? free.length : at
      free.splice(index, 0, { offset, size })
      for (const i of [index, index - 1]) {
        const [a, b] = [free[i], free[i + 1]]
        if (a?.size !== undefined && a.offset + a.size === b?.offset) free.splice(i, 2, { offset: a.offset, size: a.size + b.size })
      }
    },
    bytes: () => end,
  }
}

const placeTemps = (
  { buffers, launches }: Program,
  lifetimes: readonly Lifetime[],
): { readonly offsets: Map<number, number>; readonly bytes: number } => {
  const [starts, ends] = [launches.map((): number[] => []), launches.map((): number[] => [])]
  buffers.forEach(({ role }, id) => {
    const [first, last] = lifetimes[id] as Lifetime
    if (role.kind !== 'temp' || first >= launches.length) return
    starts[first]?.push(id)
    ends[last]?.push(id)
  })
  const offsets = new Map<number, number>()
  const { take, give, bytes } = arena()
  const sizeOf = (id: number): number => aligned(bytesOf(buffers[id] as ProgramBuffer))
  launches.forEach((_, i) => {
    for (const id of starts[i] ?? []) offsets.set(id, take(sizeOf(id)))
    for (const id of ends[i] ?? []) give(offsets.get(id) as number, sizeOf(id))
  })
  return { offsets, bytes: bytes() }
}

/** The plan of a program's memory. Linear but for the search of the arena's free ranges, which are few. */
export const planMemory = (program: Program): MemoryPlan => {
  const { buffers } = program
  const lifetimes = lifetimesOf(program)
  const taken = aliases(program, lifetimes)
  const { offsets, bytes } = placeTemps(program, lifetimes)
  const places = buffers.map((_, id): Place => {
    const [of, offset] = [taken.get(id), offsets.get(id)]
    return of !== undefined ? { kind: 'alias', of } : offset !== undefined ? { kind: 'arena', offset } : { kind: 'own' }
  })
  const sum = (kind: Place['kind'] | 'temp'): number =>
    buffers.reduce(
      (total, buffer, id) => total + (places[id]?.kind === kind || (kind === 'temp' && buffer.role.kind === 'temp') ? bytesOf(buffer) : 0),
      0,
    )
  return { places, lifetimes, arenaBytes: bytes, peakBytes: bytes + sum('own'), unsharedBytes: sum('temp') }
}

const fail = (problem: string): never => {
  throw new VerifyError({ op: 'memory', problem, help: 'the memory plan is wrong; this is a bug in fluxion' })
}

/** Checks a plan against its program: no two live buffers overlap, every range is aligned and inside the arena, every alias is allowed. */
export const verifyMemory = (program: Program, plan: MemoryPlan): void => {
  const lifetimes = lifetimesOf(program)
  const ranges = program.buffers.flatMap((buffer, id) => {
    const place = plan.places[id]
    if (place?.kind === 'alias' && !(program.donated.includes(place.of) && canTake(program, lifetimes, id, place.of)))
      fail(`buffer ${String(id)} may not take the memory of ${String(place.of)}`)
    if (place?.kind !== 'arena') return []
    const [first, last] = lifetimes[id] as Lifetime
    const end = place.offset + bytesOf(buffer)
    if (place.offset % alignment !== 0 || end > plan.arenaBytes) fail(`buffer ${String(id)} is outside of the arena or not aligned`)
    return [{ id, first, last, offset: place.offset, end: Math.max(end, place.offset + 1) }]
  })
  const owners = program.buffers.flatMap((_, id) =>
    plan.places[id]?.kind === 'alias' ? [(plan.places[id] as { readonly of: number }).of] : [],
  )
  if (new Set(owners).size !== owners.length) fail('two results take the memory of one parameter')
  checkOverlaps(ranges)
}

interface LiveRange {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly offset: number
  readonly end: number
}

/** Sweeps over time. Ranges in the list are sorted by offset and disjoint, so a newcomer can only clash with its neighbours; dead ones in its way are dropped. */
const checkOverlaps = (ranges: readonly LiveRange[]): void => {
  const list: LiveRange[] = []
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    let at = placeIn(list, range.offset)
    const clears = (i: number): boolean => {
      const other = list[i]
      if (other === undefined || other.end <= range.offset || range.end <= other.offset) return false
      if (other.last >= range.first) fail(`buffers ${String(other.id)} and ${String(range.id)} are live at once and overlap`)
      list.splice(i, 1)
      return true
    }
    while (clears(at));
    while (clears(at - 1)) at--
    list.splice(at, 0, range)
  }
}

/** The first place in a list sorted by offset that is not below `offset`. */
const placeIn = (list: readonly LiveRange[], offset: number): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as LiveRange).offset < offset) low = middle + 1
    else high = middle
  }
  return low
}
