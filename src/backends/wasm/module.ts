/** A program as one module: its kernels, and a function that launches them all in order, loops included. */
import { turnsOf, unrolled, type Launch, type Program, type Turn } from '../../ir/kernel/program.js'
import { barrierFunc } from './barrier.js'
import { add, get, i32, loop, mul, op, set, when, type Code, type Func, type Module, type ValueType } from './code.js'
import { maxPages } from './heap.js'
import { firstKernel, imports, vectorHelpers } from './helpers.js'
import { compileHelper, type CompiledKernel } from './kernel.js'
import { callsFor, shareOf } from './split.js'

/** Where a buffer of the program is: at an address that never changes, or at one that a word of memory holds. */
export type Location = { readonly kind: 'fixed'; readonly address: number } | { readonly kind: 'moving'; readonly slot: number }

/** How threads share a program: which launches, where they wait for one another, and bytes between their memories for points' own arrays. */
export interface Sharing {
  readonly threads: number
  readonly shared: readonly boolean[]
  readonly words: number
  readonly ownStride: number
}

/** A program as a module is made of it. */
interface Source {
  readonly program: Program
  readonly compiled: readonly CompiledKernel[]
  readonly locations: readonly Location[]
  /** Memory for the points' own arrays. */
  readonly own: number
}

const addressCode = (location: Location): Code =>
  location.kind === 'fixed' ? i32(location.address) : op('i32.load', [i32(location.slot)], [0])

/** A launch from one index up to another, with its own arrays somewhere. */
const callOf = ({ program, compiled, locations }: Source, i: number, own: Code, from: Code, to: Code): Code => {
  const kernel = firstKernel + [...new Set(compiled)].indexOf(compiled[i] as CompiledKernel)
  const { bind } = program.launches[i] as Launch
  return op('call', [...bind.map((id) => addressCode(locations[id] as Location)), own, from, to], [kernel])
}

/**
 * A whole launch, in as many calls as it is worth: engines put better code in a function's place between its calls, and the
 * first time even a long launch should see some of it.
 */
const whole = (source: Source, i: number, locals: ValueType[], params: number): Code[] => {
  const { extent, grain } = source.compiled[i] as CompiledKernel
  const size = shareOf(extent, grain, callsFor((source.program.launches[i] as Launch).kernel))
  const own = i32(source.own)
  if (size >= extent) return [callOf(source, i, own, i32(0), i32(extent))]
  const [from, to] = [0, 1].map(() => params + locals.push('i32') - 1) as [number, number]
  const end = add(get(from), i32(size))
  const body = [
    set(to, op('select', [end, i32(extent), op('i32.lt_s', [end, i32(extent)])])),
    callOf(source, i, own, get(from), get(to)),
    op('br_if', [op('i32.lt_s', [op('local.tee', [get(to)], [from]), i32(extent)])], [0]),
  ]
  return [set(from, i32(0)), loop(body)]
}

/** A loop that runs so many times. */
const repeat = (times: number, body: readonly Code[], locals: ValueType[], params: number): Code[] => {
  if (times === 0 || body.length === 0) return []
  const left = params + locals.push('i32') - 1
  const again = op('br_if', [op('local.tee', [add(get(left), i32(-1))], [left])], [0])
  return [set(left, i32(times)), loop([...body, again])]
}

/** The launches in order, by one thread; those of a loop are in a loop. */
const alone = (source: Source, turns: readonly Turn[], locals: ValueType[], params: number): Code[] =>
  turns.flatMap((turn): Code[] => {
    if (typeof turn === 'number') return whole(source, turn, locals, params)
    const body = alone(source, turn.body, locals, params)
    if (!('flag' in turn.loop)) return repeat(turn.loop.times, body, locals, params)
    const goesOn = op('i32.load', [addressCode(source.locations[turn.loop.flag] as Location)], [0])
    return [when(goesOn, [loop([...body, op('br_if', [goesOn], [0])])])]
  })

/** Parameters of what each thread runs: its number, and whether it may sleep. */
const [thread, mayWait] = [0, 1]

/** What each thread runs, while it is written. */
interface Writing {
  readonly source: Source
  readonly sharing: Sharing
  readonly locals: ValueType[]
  readonly wait: Code
  /** Locals for where a thread's own arrays are, and for its share of a launch. */
  readonly own: number
  readonly from: number
  readonly to: number
  /** Whose work is not yet waited for. */
  open: 'nobody' | 'first' | 'all'
}

const settle = (w: Writing): Code[] => {
  const code = w.open === 'nobody' ? [] : [w.wait]
  w.open = 'nobody'
  return code
}

/** A launch of which every thread does its share. */
const share = (w: Writing, i: number): Code[] => {
  const { extent, grain } = w.source.compiled[i] as CompiledKernel
  const size = shareOf(extent, grain, w.sharing.threads)
  const least = (x: Code): Code => op('select', [x, i32(extent), op('i32.lt_s', [x, i32(extent)])])
  const before = settle(w)
  w.open = 'all'
  return [
    ...before,
    set(w.to, mul(get(thread), size)),
    set(w.from, least(get(w.to))),
    set(w.to, add(get(w.to), i32(size))),
    set(w.to, least(get(w.to))),
    callOf(w.source, i, get(w.own), get(w.from), get(w.to)),
  ]
}

/** What the first thread does alone. */
const byFirst = (w: Writing, turn: Turn): Code[] => {
  const before = w.open === 'all' ? settle(w) : []
  w.open = 'first'
  return [...before, when(op('i32.eqz', [get(thread)]), alone(w.source, [turn], w.locals, 2))]
}

const sharedLoop = (w: Writing, { loop: range, body }: Exclude<Turn, number>): Code[] => {
  const before = settle(w)
  const inner = [...body.flatMap((turn) => sharedTurn(w, turn)), ...settle(w)]
  if (!('flag' in range)) return [...before, ...repeat(range.times, inner, w.locals, 2)]
  // All have read the flag before any goes on to write it.
  const goesOn = 2 + w.locals.push('i32') - 1
  const ask = [set(goesOn, op('i32.load', [addressCode(w.source.locations[range.flag] as Location)], [0])), w.wait]
  return [...before, ...ask, when(get(goesOn), [loop([...inner, ...ask, op('br_if', [get(goesOn)], [0])])])]
}

const isShared = ({ sharing }: Writing, turn: Turn): boolean => unrolled([turn]).some((i) => sharing.shared[i] === true)

const sharedTurn = (w: Writing, turn: Turn): Code[] => {
  if (!isShared(w, turn)) return byFirst(w, turn)
  return typeof turn === 'number' ? share(w, turn) : sharedLoop(w, turn)
}

/**
 * The launches as each thread runs them: its share of those that are shared; of the others, all by the first thread and
 * none by the rest. Between a launch and what may need its results all wait for one another.
 */
const together = (source: Source, sharing: Sharing, barrier: number, locals: ValueType[]): Code[] => {
  const [own, from, to] = [0, 1, 2].map(() => 2 + locals.push('i32') - 1) as [number, number, number]
  const w: Writing = { source, sharing, locals, wait: op('call', [get(mayWait)], [barrier]), own, from, to, open: 'nobody' }
  const body = turnsOf(source.program).flatMap((turn) => sharedTurn(w, turn))
  return [set(own, add(i32(source.own), mul(get(thread), sharing.ownStride))), ...body, ...(w.open === 'all' ? settle(w) : [])]
}

const stub = (name: string): Func => ({ name, params: ['v128'], results: ['v128'], locals: [], body: [op('unreachable')] })

const runFunc = (source: Source): Func => {
  const locals: ValueType[] = []
  return { name: 'run', params: [], results: [], locals, body: alone(source, turnsOf(source.program), locals, 0) }
}

const threadFuncs = (source: Source, sharing: Sharing, barrier: number): readonly Func[] => {
  const locals: ValueType[] = []
  const body = together(source, sharing, barrier, locals)
  return [barrierFunc(sharing.words, sharing.threads), { name: 'part', params: ['i32', 'i32'], results: [], locals, body }]
}

/**
 * The module of a program. `run` does all of it; with threads, `part` does the part of one. Kernels are exported by name, to
 * be timed one by one.
 */
export const programModule = (source: Source, shared: boolean, sharing?: Sharing): Module => {
  const kernels = [...new Set(source.compiled)]
  const used = new Set(kernels.flatMap(({ helpers }) => [...helpers]))
  const helpers = vectorHelpers.map((name) => (used.has(name) ? compileHelper(name) : stub(name)))
  const funcs = kernels.map(({ func }, i): Func => ({ ...func, name: kernelExport(i) }))
  const threads = sharing === undefined ? [] : threadFuncs(source, sharing, firstKernel + funcs.length)
  return {
    imports,
    funcs: [...helpers, ...funcs, ...threads, runFunc(source)],
    exports: ['run', ...threads.slice(1).map(({ name }) => name), ...funcs.map(({ name }) => name)],
    memory: { minPages: 1, maxPages, shared },
  }
}

/** The name by which the module exports its i-th kernel. */
export const kernelExport = (i: number): string => `kernel${String(i)}`
