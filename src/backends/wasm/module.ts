/** A program as one module: its kernels, and a function that launches them all in order, loops included. */
import { turnsOf, type Launch, type Program, type Turn } from '../../ir/kernel/program.js'
import { add, get, i32, loop, op, set, when, type Code, type Func, type Module, type ValueType } from './code.js'
import { maxPages } from './heap.js'
import { firstKernel, imports, vectorHelpers } from './helpers.js'
import { compileHelper, type CompiledKernel } from './kernel.js'

/** Where a buffer of the program is: at an address that never changes, or at one that a word of memory holds. */
export type Location = { readonly kind: 'fixed'; readonly address: number } | { readonly kind: 'moving'; readonly slot: number }

/** One launch, ready to be called. */
interface Ready {
  readonly func: number
  readonly launch: Launch
  readonly extent: number
  /** Memory for the points' own arrays. */
  readonly own: number
}

const addressCode = (location: Location): Code =>
  location.kind === 'fixed' ? i32(location.address) : op('i32.load', [i32(location.slot)], [0])

const callOf = ({ func, launch, extent, own }: Ready, locations: readonly Location[]): Code =>
  op('call', [...launch.bind.map((id) => addressCode(locations[id] as Location)), i32(own), i32(0), i32(extent)], [func])

/** The launches in order; those of a loop are in a loop. */
const sequence = (turns: readonly Turn[], calls: readonly Code[], locations: readonly Location[], locals: ValueType[]): Code[] =>
  turns.flatMap((turn): Code[] => {
    if (typeof turn === 'number') return [calls[turn] as Code]
    const body = sequence(turn.body, calls, locations, locals)
    if ('flag' in turn.loop) {
      const goesOn = op('i32.load', [addressCode(locations[turn.loop.flag] as Location)], [0])
      return [when(goesOn, [loop([...body, op('br_if', [goesOn], [0])])])]
    }
    if (turn.loop.times === 0 || body.length === 0) return []
    const left = locals.push('i32') - 1
    const again = op('br_if', [op('local.tee', [add(get(left), i32(-1))], [left])], [0])
    return [set(left, i32(turn.loop.times)), loop([...body, again])]
  })

const stub = (name: string): Func => ({ name, params: ['v128'], results: ['v128'], locals: [], body: [op('unreachable')] })

/** The module of a program. `run` does all of it; kernels are exported by name, to be timed one by one. */
export const programModule = (
  program: Program,
  compiled: readonly CompiledKernel[],
  locations: readonly Location[],
  own: number,
  shared: boolean,
): Module => {
  const { launches } = program
  const kernels = [...new Set(compiled)]
  const used = new Set(kernels.flatMap(({ helpers }) => [...helpers]))
  const calls = launches.map((launch, i) => {
    const kernel = compiled[i] as CompiledKernel
    return callOf({ func: firstKernel + kernels.indexOf(kernel), launch, extent: kernel.extent, own }, locations)
  })
  const locals: ValueType[] = []
  const body = sequence(turnsOf(program), calls, locations, locals)
  const helpers = vectorHelpers.map((name) => (used.has(name) ? compileHelper(name) : stub(name)))
  const funcs = kernels.map(({ func }, i): Func => ({ ...func, name: kernelExport(i) }))
  return {
    imports,
    funcs: [...helpers, ...funcs, { name: 'run', params: [], results: [], locals, body }],
    exports: ['run', ...funcs.map(({ name }) => name)],
    memory: { minPages: 1, maxPages, shared },
  }
}

/** The name by which the module exports its i-th kernel. */
export const kernelExport = (i: number): string => `kernel${String(i)}`
