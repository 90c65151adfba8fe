import type { Kernel } from '../ir/kernel/kernel.js'
import type { MemoryPlan, Program } from '../ir/kernel/program.js'
import type { DType } from '../ir/dtype.js'
import type { Shape } from '../ir/shape.js'
import type { NDArray } from '../ir/ndarray.js'

/**
 * A result that stays on its device. Reading it copies it to the host; it is freed when unreachable, or at once by
 * `dispose()`. Reading one that was disposed or donated is a `DeviceError`.
 */
export interface DeviceArray<D extends DType = DType> {
  readonly shape: Shape
  readonly dtype: D
  readonly device: string
  /** Copies to the host. Reads asked for in one turn of the event loop are answered by one batched read-back. */
  toNDArray(): Promise<NDArray<D>>
  /** The only element of an array of size 1: a number, or a boolean for `bool`. A `ShapeError` otherwise. */
  item(): Promise<D extends 'bool' ? boolean : number>
  dispose(): void
}

/** One kernel as a backend prints it. */
export interface KernelSource {
  readonly name: string
  /** WGSL, WebAssembly as text, or JS. */
  readonly source: string
  /** Workgroups dispatched per axis; [1, 1, 1] on a CPU. */
  readonly workgroups: readonly [number, number, number]
}

export interface KernelTime {
  readonly name: string
  readonly milliseconds: number
}

/** What the result leaves look like, in order. */
export interface OutputSpec {
  readonly shape: Shape
  readonly dtype: DType
}

export interface LoadRequest {
  readonly program: Program
  readonly plan: MemoryPlan
  readonly sources: readonly KernelSource[]
  readonly outputs: readonly OutputSpec[]
}

/** An argument leaf: already checked for shape and dtype. */
export type Argument = NDArray | DeviceArray

/** A program loaded on a device. `run` resolves when the work is submitted; reading a result waits for it. */
export interface Loaded {
  run(args: readonly Argument[]): Promise<readonly DeviceArray[]>
  /** Runs once on a copy of the state (nothing is donated) and times each launch. */
  profile(args: readonly Argument[]): Promise<readonly KernelTime[]>
}

/** The values that parts of a device's tiling may take for a kernel: see the properties of `Device` by these names. */
export interface TilingChoices {
  readonly tile?: readonly (readonly [number, number])[]
  readonly panel?: readonly number[]
  readonly elements?: readonly number[]
  readonly terms?: readonly number[]
  readonly keeps?: readonly number[]
  readonly flash?: readonly (readonly [number, number])[]
  readonly stage?: readonly number[]
  readonly members?: readonly number[]
  /** Invocations of a workgroup. */
  readonly workgroup?: readonly number[]
}

/** A device: prints kernels for itself and loads programs. The only place with effects. */
export interface Device {
  readonly kind: string
  /** For people: the adapter's name. */
  readonly description: string
  /** What its arrays may hold: `f16` not on every GPU. */
  readonly dtypes: readonly DType[]
  /** Most buffers one kernel may bind. */
  readonly maxBuffers: number
  /** Register tile of a contraction: rows and columns of outputs per grid point. */
  readonly tile: readonly [number, number]
  /** Products of a contraction from which on it gets whole tiles; smaller ones, which take longer to compile than to run, get a quarter of one. Default 0. */
  readonly fewestProducts?: number
  /** How many invocations may work together on one loop; absent where loops are better run as launches that repeat. */
  readonly team?: number
  /** Columns of a panel: contractions read one operand from a copy in this layout where that pays. Undefined: never. */
  readonly panel?: number
  /** Neighbouring elements that one grid point computes, at most, where there is no contraction: a power of two; default 1. */
  readonly elements?: number
  /** Terms of a sum in one round of its innermost loop, at most: a power of two; default 1. */
  readonly terms?: number
  /**
   * Arrays as large as a reduction's results that its kernel may read for what is made of them, at most; more are read by kernels after it.
   * Default any number: a CPU waits for the memory of each tile, where a pass of its own reads in order.
   */
  readonly besideReduction?: number
  /** Whether one invocation may go through a whole row, so that reductions over it and the work around them are one kernel; default false. */
  readonly rows?: boolean
  /** Rows that keep it busy: of fewer, larger ones, reductions stay kernels of their own; default 128. */
  readonly fewestRows?: number
  /** Elements of a row that such an invocation may keep for itself rather than compute again, at most; default none. */
  readonly keeps?: number
  /** Whether it may keep them in a result that it stores later, where that takes them; default false. */
  readonly keepsInResults?: boolean
  /**
   * Whether a point that computes a tile finishes its results in rounds of a loop, from an array that it keeps their sums in:
   * less code, which takes less time to compile; default false, for such an array is slow where registers have no numbers at run time.
   */
  readonly inRounds?: boolean
  /**
   * Where two products with a softmax between them are to be one kernel that keeps no scores in memory: the rows that a point goes
   * through the columns for, and the columns that it multiplies at a time; default kernels of their own.
   */
  readonly flash?: readonly [number, number]
  /**
   * How long an operation takes in kernels that compute matrices of attention again, block by block, in that of one of a product alone: what
   * decides whether a gradient keeps them, where `flash` is set; default 1.
   */
  readonly againCost?: number
  /** Terms of a contraction for which the points of a workgroup fetch its factors together, into memory that they share; default none. */
  readonly stage?: number
  /** Members of a workgroup that share out the loops of a point where these are long and points few, at most: a power of two; default none. */
  readonly members?: number
  /**
   * Grid points that keep it busy: tiles of contractions are halved while there are fewer, and of a small grid workgroups are made smaller until
   * there are twice as many of them as this; default none.
   */
  readonly busy?: number
  /** What else the kernels may be cut into, for `tune` to measure; absent where nothing is to be chosen. */
  readonly choices?: TilingChoices
  /** Bytes of the largest buffer that one binding may cover. */
  readonly maxBufferBytes: number
  print(kernel: Kernel): KernelSource
  load(request: LoadRequest): Promise<Loaded>
  /** Resolves when all calls made so far are computed. Reading a result waits by itself: this is for timing. */
  synchronize(): Promise<void>
}
