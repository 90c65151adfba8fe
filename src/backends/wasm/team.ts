/** Threads beside the one that calls: workers over one memory, for as long as there are programs for them. */
import { DeviceError } from '../../error.js'
import { wordBytes, words } from './barrier.js'
import { range } from '../../ir/shape.js'
import type { Heap } from './heap.js'
import { workerScript, type Message } from './worker.js'

/** What each thread runs of a program: its number, and whether it may sleep. */
export type Part = (thread: number, mayWait: number) => void

/** A program on the threads of a team. */
export interface Member {
  /** Runs it by all threads, this one included, and returns when all are done. @throws DeviceError where one gave up */
  run(): void
  /** Whether all threads are there and have it. */
  isReady(): boolean
  /** Resolves once they have, or never will. */
  ready(): Promise<void>
  /** Lets this thread's events happen where threads begin by them and are not there yet: pages that only await would never have any. */
  letBegin(): Promise<void> | undefined
  leave(): void
}

export interface Team {
  /** The address of the words in which threads wait for one another. */
  readonly base: number
  readonly isWhole: () => boolean
  /** Hands a module to all threads, which take it when they come to it: nobody waits for that. */
  join(module: WebAssembly.Module, part: Part): Member
}

/** A worker, as browsers and Node have it in common. */
interface Thread {
  post(message: Message): void
  end(): void
}

interface NodeWorker {
  postMessage(message: Message): void
  on(event: 'error' | 'exit', f: () => void): void
  unref(): void
  terminate(): Promise<number>
}

type NodeWorkerClass = new (script: string, options: { readonly eval: true }) => NodeWorker

interface NodeHost {
  readonly versions?: { readonly node?: string }
  /** Since Node 20.16. No bundler looks for what it names. */
  getBuiltinModule?(name: string): { readonly Worker?: NodeWorkerClass; availableParallelism?(): number } | undefined
}

const host = globalThis as {
  readonly process?: NodeHost
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly crossOriginIsolated?: boolean
  readonly document?: unknown
}

const isNode = host.process?.versions?.node !== undefined

const builtin = (name: string): ReturnType<NonNullable<NodeHost['getBuiltinModule']>> => host.process?.getBuiltinModule?.(name)

/** Whether this engine has threads over one memory. A page has if it is isolated from those of other origins. */
export const hasThreads = (): boolean => {
  if (typeof SharedArrayBuffer === 'undefined') return false
  return isNode ? builtin('node:worker_threads')?.Worker !== undefined : typeof Worker === 'function' && host.crossOriginIsolated === true
}

/** How many threads the machine runs at once. */
export const machineThreads = (): number => builtin('node:os')?.availableParallelism?.() ?? host.navigator?.hardwareConcurrency ?? 1

/** The thread of a page may not sleep. */
const mayWait = host.document === undefined ? 1 : 0

const nodeThread = (script: string, onEnd: () => void): Thread => {
  const NodeWorker = builtin('node:worker_threads')?.Worker as NodeWorkerClass
  const worker = new NodeWorker(`${script}require('node:worker_threads').parentPort.on('message', receive)`, { eval: true })
  worker.on('error', onEnd)
  worker.on('exit', onEnd)
  worker.unref()
  return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() }
}

const webThread = (script: string, onEnd: () => void): Thread => {
  const url = URL.createObjectURL(new Blob([`${script}self.onmessage = (event) => receive(event.data)`], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onerror = onEnd
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}

/** One turn of the loop of events. A timer would take milliseconds. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })

const gaveUp = (): DeviceError =>
  new DeviceError({
    op: 'run',
    problem: 'a thread of the WebAssembly device ended before its part of the work was done',
    facts: ['the results of this call are lost; donated arrays are as they were or in part updated'],
    help: 'start again from the last saved state: calls from now on run on one thread; compile again for new threads',
  })

/** A team's words in memory. A memory that grows gets another buffer for the same words, so the view stays good. */
interface Words {
  readonly base: number
  get(name: keyof typeof words, thread?: number): number
  add(name: keyof typeof words): number
  set(name: keyof typeof words, value: number): void
  notify(name: keyof typeof words): void
}

const wordsIn = (heap: Heap, threads: number): Words => {
  const { offset: base } = heap.take(wordBytes(threads))
  const view = new Int32Array(heap.memory.buffer, base, wordBytes(threads) / 4).fill(0)
  return {
    base,
    get: (name, thread = 0) => Atomics.load(view, words[name] / 4 + thread),
    add: (name) => Atomics.add(view, words[name] / 4, 1) + 1,
    set: (name, value) => Atomics.store(view, words[name] / 4, value),
    notify: (name) => Atomics.notify(view, words[name] / 4),
  }
}

/** Workers that can be told something, all of them. */
interface Crew {
  readonly memory: Words
  readonly isWhole: () => boolean
  /** Sends a message to each; gives its number. */
  tell(message: (thread: number) => Message): number
  haveSeen(mail: number): boolean
  wake(): void
  end(): void
}

/** Begins `threads` - 1 workers. They keep no process from ending. */
const crewOf = (heap: Heap, threads: number): Crew => {
  const memory = wordsIn(heap, threads)
  const state = { isAlive: true }
  const stop = (): void => {
    state.isAlive = false
  }
  const begin = isNode ? nodeThread : webThread
  const workers = range(threads - 1).map(() => begin(workerScript(threads), stop))
  const wake = (): void => {
    memory.add('wake')
    memory.notify('wake')
  }
  return {
    memory,
    isWhole: () => state.isAlive && memory.get('failed') === 0,
    tell: (message) => {
      workers.forEach((worker, i) => worker.post(message(i + 1)))
      const count = memory.add('mail')
      wake()
      return count
    },
    haveSeen: (mail) => workers.every((_, i) => memory.get('handled', i + 1) >= mail),
    wake,
    end: () => {
      stop()
      for (const worker of workers) worker.end()
    },
  }
}

/** Ends a crew of which a thread gave up, also those who wait for it. */
const giveUp = ({ memory, end }: Crew): DeviceError => {
  memory.set('failed', 1)
  memory.add('phase')
  memory.notify('phase')
  end()
  return gaveUp()
}

const runBy = (crew: Crew, id: number, part: Part): void => {
  crew.memory.set('program', id)
  crew.memory.add('runs')
  crew.wake()
  try {
    part(0, mayWait)
  } catch {
    throw giveUp(crew)
  }
  if (!crew.isWhole()) throw giveUp(crew)
}

/** A team ends when no program is left. */
const createTeam = (heap: Heap, threads: number): Team => {
  const crew = crewOf(heap, threads)
  const { memory, isWhole, tell, haveSeen, end } = crew
  const state = { programs: 0, nextId: 1 }
  tell((thread) => ({ k: 'begin', memory: heap.memory, base: memory.base, thread }))
  const join = (module: WebAssembly.Module, part: Part): Member => {
    const id = state.nextId++
    state.programs++
    const mail = tell(() => ({ k: 'load', id, module }))
    const isReady = (): boolean => isWhole() && haveSeen(mail)
    return {
      run: () => runBy(crew, id, part),
      isReady,
      ready: async () => {
        while (isWhole() && !isReady()) await new Promise((resolve) => setTimeout(resolve, 1))
      },
      letBegin: () => (isNode || !isWhole() || isReady() ? undefined : turn()),
      leave: () => {
        if (--state.programs === 0) end()
        else if (isWhole()) tell(() => ({ k: 'drop', id }))
      },
    }
  }
  return { base: memory.base, isWhole, join }
}

/** One team for all programs of a device: begun when the first needs it, and anew after it has ended. */
export const teams = (heap: Heap, threads: number): (() => Team) => {
  const state: { team: Team | undefined } = { team: undefined }
  return () => {
    if (state.team?.isWhole() !== true) state.team = createTeam(heap, threads)
    return state.team
  }
}
