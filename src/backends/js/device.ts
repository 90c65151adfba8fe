/** The CPU in plain JavaScript: one function per kernel, one ArrayBuffer for all temps. */
import { DeviceError } from '../../error.js'
import { allocate, deviceBytes, dtypes, type DType } from '../../ir/dtype.js'

import type { ScalarType } from '../../ir/kernel/kernel.js'
import type { NDArray } from '../../ir/ndarray.js'
import { turnsOf, type Turn } from '../../ir/kernel/program.js'
import { sizeOf } from '../../ir/shape.js'
import type { Argument, Device, DeviceArray, KernelSource, KernelTime, LoadRequest, Loaded, OutputSpec } from '../backend.js'
import { elementOf } from '../item.js'
import { lib, type Lib } from './lib.js'
import { printKernelJs } from './print.js'

/** Device memory: a `bool` takes a word, as on every device. */
type Memory = Float32Array | Uint16Array | Int32Array | Uint32Array

const memoryOf: { readonly [D in ScalarType]: new (buffer: ArrayBuffer, offset: number, size: number) => Memory } = {
  f32: Float32Array,
  f16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint32Array,
}

const newMemory = (dtype: DType, size: number): Memory => new memoryOf[dtype](new ArrayBuffer(size * deviceBytes(dtype)), 0, size)

/** An array in host memory that stands for one on a device. Its memory may be taken back by donation or disposal. */
class JsArray<D extends DType = DType> implements DeviceArray<D> {
  readonly device = 'js'
  private memory: Memory | undefined
  private gone = ''

  constructor(
    readonly shape: readonly number[],
    readonly dtype: D,
    memory: Memory,
  ) {
    this.memory = memory
  }

  /** @throws DeviceError after disposal or donation */
  read(): Memory {
    if (this.memory !== undefined) return this.memory
    throw new DeviceError({
      op: 'DeviceArray',
      problem: `the array was ${this.gone}`,
      help: this.gone === 'donated' ? 'use the result that took its place, or compile without donate' : 'read it before dispose()',
    })
  }

  release(how: 'donated' | 'disposed'): void {
    if (this.memory === undefined) return
    this.memory = undefined
    this.gone = how
  }

  toNDArray(): Promise<NDArray<D>> {
    return attempt(() => {
      const data = allocate(this.dtype, sizeOf(this.shape))
      data.set(this.read())
      return { shape: this.shape, dtype: this.dtype, data }
    })
  }

  item(): Promise<D extends 'bool' ? boolean : number> {
    return attempt(() => elementOf(this, this.read()))
  }

  dispose(): void {
    this.release('disposed')
  }
}

/** A computation as a promise that rejects with what it throws. */
const attempt = <T>(f: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(f())
  })

type KernelFunction = (lib: Lib, ...buffers: Memory[]) => void

const compileSource = ({ name, source }: KernelSource): KernelFunction => {
  try {
    // The source is printed by this library from the Kernel IR, never taken from elsewhere.
    const make = Reflect.construct(Function, [`return ${source}`]) as () => KernelFunction
    return make()
  } catch (error) {
    throw new DeviceError({
      op: name,
      problem: `the JavaScript engine refused the kernel: ${String(error)}`,
      help: "allow 'unsafe-eval' in the page's content security policy, or use device 'webgpu'",
    })
  }
}

interface Frame {
  readonly memories: readonly (Memory | undefined)[]
}

class JsLoaded implements Loaded {
  private readonly functions: readonly KernelFunction[]
  private readonly turns: readonly Turn[]
  /** Temps and constants: the same at every call. */
  private readonly fixed: readonly (Memory | undefined)[]

  constructor(private readonly request: LoadRequest) {
    const { program, plan, sources } = request
    this.functions = sources.map(compileSource)
    this.turns = turnsOf(program)
    const arena = new ArrayBuffer(plan.arenaBytes)
    this.fixed = program.buffers.map(({ role, dtype, size }, id) => {
      const place = plan.places[id]
      if (place?.kind === 'arena') return new memoryOf[dtype](arena, place.offset, size)
      if (role.kind !== 'constant') return undefined
      const memory = newMemory(dtype, size)
      memory.set(role.data)
      return memory
    })
  }

  async run(args: readonly Argument[]): Promise<readonly DeviceArray[]> {
    const { donated } = this.request.program
    const pending = args.map(inputOf)
    const inputs = pending.some((input) => input instanceof Promise) ? await settled(pending) : (pending as Input[])
    // No await from here on: a second call with the same donated arrays must find them gone.
    checkDonation(args, donated)
    const frame = this.frame(inputs, donated)
    this.launch(frame, (call) => {
      call()
    })
    for (const index of donated) {
      const arg = args[index]
      if (arg instanceof JsArray) arg.release('donated')
    }
    return this.results(frame)
  }

  async profile(args: readonly Argument[]): Promise<readonly KernelTime[]> {
    const times: KernelTime[] = []
    const frame = this.frame(await settled(args.map(inputOf)), [])
    this.launch(frame, (call, name) => {
      const before = performance.now()
      call()
      times.push({ name, milliseconds: performance.now() - before })
    })
    return times
  }

  /** Memory for one call. `inPlace`: parameters that may be written; others that are written are copied first. */
  private frame(inputs: readonly Input[], inPlace: readonly number[]): Frame {
    const { program, plan } = this.request
    const reused = new Set(plan.places.flatMap((place) => (place.kind === 'alias' ? [place.of] : [])))
    const memories = [...this.fixed]
    program.buffers.forEach(({ role, dtype, size }, id) => {
      if (role.kind === 'param') {
        const input = inputs[role.index] as Input
        const mustCopy = input instanceof JsArray && reused.has(id) && !inPlace.includes(role.index)
        const memory = input instanceof JsArray ? input.read() : input
        memories[id] = mustCopy ? memory.slice() : memory
      } else if (role.kind === 'output' && plan.places[id]?.kind === 'own') memories[id] = newMemory(dtype, size)
    })
    plan.places.forEach((place, id) => {
      if (place.kind === 'alias') memories[id] = memories[place.of]
    })
    return { memories }
  }

  private launch({ memories }: Frame, around: (call: () => void, name: string) => void): void {
    const calls = this.request.program.launches.map(({ bind }, i) => {
      const buffers = bind.map((id) => memories[id] as Memory)
      return () => {
        ;(this.functions[i] as KernelFunction)(lib, ...buffers)
      }
    })
    const play = (turns: readonly Turn[]): void => {
      for (const turn of turns) {
        if (typeof turn === 'number') around(calls[turn] as () => void, this.request.program.launches[turn]?.kernel.name ?? '')
        else if ('flag' in turn.loop) while (memories[turn.loop.flag]?.[0] === 1) play(turn.body)
        else for (let i = 0; i < turn.loop.times; i++) play(turn.body)
      }
    }
    play(this.turns)
  }

  /** Results own their memory: one that is an argument's or a constant's, or serves twice, is copied. */
  private results({ memories }: Frame): JsArray[] {
    const { program, outputs } = this.request
    const given = new Set<number>()
    return program.outputs.map((id, i) => {
      const { shape, dtype } = outputs[i] as OutputSpec
      const memory = memories[id] as Memory
      const isFresh = program.buffers[id]?.role.kind === 'output' && !given.has(id)
      given.add(id)
      return new JsArray(shape, dtype, isFresh ? memory : memory.slice())
    })
  }
}

/** @throws DeviceError when an array is donated and passed a second time: it would change under the other argument */
const checkDonation = (args: readonly Argument[], donated: readonly number[]): void => {
  for (const index of donated) {
    const twice = args.findIndex((arg, i) => i !== index && arg === args[index] && arg instanceof JsArray)
    if (twice === -1) continue
    throw new DeviceError({
      op: 'run',
      problem: `argument leaves ${String(index)} and ${String(twice)} are one array, and it is donated`,
      help: 'pass a copy, or compile without donate',
    })
  }
}

/** An argument that a call can use: memory of its own, or an array of this device. */
type Input = Memory | JsArray

const copyOf = ({ dtype, data }: NDArray): Memory => {
  const memory = newMemory(dtype, data.length)
  memory.set(data)
  return memory
}

/** Host data is copied at once, since the caller may change it; an array of another device comes by way of the host. */
const inputOf = (arg: Argument): Input | Promise<Input> => {
  if (arg instanceof JsArray) return arg
  return 'toNDArray' in arg ? arg.toNDArray().then(copyOf) : copyOf(arg)
}

const settled = (inputs: readonly (Input | Promise<Input>)[]): Promise<Input[]> => Promise.all(inputs.map(async (input) => input))

/** The CPU backend in plain JavaScript, on every platform that allows `new Function`. */
export const js = (): Device => ({
  kind: 'js',
  description: 'JavaScript, one thread',
  dtypes,
  maxBuffers: 32,
  tile: [4, 4],
  team: 1,
  maxBufferBytes: 2 ** 31 - 1,
  print: (kernel) => ({ name: kernel.name, source: printKernelJs(kernel), workgroups: [1, 1, 1] }),
  load: (request) => attempt(() => new JsLoaded(request)),
  synchronize: () => Promise.resolve(),
})
