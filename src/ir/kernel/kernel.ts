/**
 * The Kernel IR: loops, loads, stores and scalar operations. It is all that a backend knows.
 *
 * A kernel computes, for every point of its `grid`, what its `body` says. Points are independent, so a backend may run
 * them in any order or at once. Buffers are flat; indices are i32 expressions in elements.
 *
 * In a kernel of teams a point of the grid is a team, whose members go through the body together: it holds nothing but
 * `for`s and `while`s that all members run alike, and `each`s, whose points they share out.
 */

/** The type of a scalar. A `bool` in a buffer is a 32-bit word, 0 or 1; in an expression it is a truth value. An `f16` takes two bytes. */
export type ScalarType = 'f32' | 'f16' | 'i32' | 'u32' | 'bool'

/** Scalar operations. Every one propagates NaN; ops on f32 round each result to f32; ops on f16 are those on f32, rounded once more to f16. */
export const scalarOps = [
  // arithmetic: f32, f16, i32, u32. Integer division truncates and x / 0 = -1; rem has the sign of the dividend and x rem 0 = x.
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'min',
  'max',
  'neg',
  'abs',
  'sign',
  'pow',
  // floats; round is half to even
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'sigmoid',
  'erf',
  'floor',
  'ceil',
  'round',
  'atan2',
  // → bool
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'isNan',
  'isFinite',
  // bool → bool, and bits of i32 and u32; shifts by 32 or more give 0 (or the sign, for i32 shr)
  'and',
  'or',
  'xor',
  'not',
  'shl',
  'shr',
  // select(cond, then, otherwise); cast from floats to integers saturates (NaN → 0) and between integers keeps the bits, as XLA's; bitcast keeps the bits, 32 or 16
  'select',
  'cast',
  'bitcast',
] as const

export type ScalarOp = (typeof scalarOps)[number]

/** Ops of which a float result needs no rounding: of f16 operands it is an f16. */
export const exactOps: ReadonlySet<ScalarOp> = new Set<ScalarOp>([
  ...(['rem', 'min', 'max', 'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'select', 'bitcast'] as const),
])

/** An expression. `ref` reads a `let`, `reg` a mutable register, `axis` a loop index (i32, from 0). */
export type Scalar =
  | { readonly k: 'lit'; readonly dtype: ScalarType; readonly value: number }
  | { readonly k: 'axis'; readonly axis: number; readonly dtype: 'i32' }
  | { readonly k: 'ref'; readonly id: number; readonly dtype: ScalarType }
  | { readonly k: 'reg'; readonly id: number; readonly dtype: ScalarType }
  | { readonly k: 'load'; readonly buffer: number; readonly at: Scalar; readonly dtype: ScalarType }
  | { readonly k: 'op'; readonly op: ScalarOp; readonly args: readonly Scalar[]; readonly dtype: ScalarType }

export type Stmt =
  /** Binds an immutable value. Its dtype is the value's. */
  | { readonly k: 'let'; readonly id: number; readonly value: Scalar }
  /** Declares a register with its first value. An f32 register may accumulate in higher precision (JS does, in f64). */
  | { readonly k: 'register'; readonly id: number; readonly dtype: ScalarType; readonly init: Scalar }
  | { readonly k: 'set'; readonly id: number; readonly value: Scalar }
  /** Runs `body` for axis = 0 … extent - 1, in order. */
  | {
      readonly k: 'for'
      readonly axis: number
      readonly extent: number
      readonly body: readonly Stmt[]
      /**
       * The rounds may be shared out among a workgroup. Where points share arrays, it fills one: all of them would store the same, and
       * they wait for one another before and after. In a kernel with `members` it collects and stores (`collect.ts`).
       */
      readonly together?: true
      /** Each round finishes results of its own: of memory that it stores to it loads only what it stores itself, and before that. */
      readonly apart?: true
    }
  /** Runs `body` while `cond`, asked before each round, is true: for all members of a team alike. */
  | { readonly k: 'while'; readonly cond: Scalar; readonly body: readonly Stmt[] }
  | {
      readonly k: 'if'
      readonly cond: Scalar
      readonly body: readonly Stmt[]
      /** Only spares work: where the condition is false, the body would change nothing, so a backend may run it all the same. */
      readonly spares?: true
    }
  | { readonly k: 'store'; readonly buffer: number; readonly at: Scalar; readonly value: Scalar }
  /** Runs `body` at every point of a grid, shared out among a team; once all have been run, all members see what was stored. */
  | { readonly k: 'each'; readonly grid: readonly GridAxis[]; readonly body: readonly Stmt[] }

/** Points of a workgroup where nothing else is said: two or more subgroups on every vendor's hardware. */
export const workgroupSize = 64

/** One parallel axis of a grid: index 0 … extent - 1. */
export interface GridAxis {
  readonly axis: number
  readonly extent: number
}

/** A buffer as the kernel sees it. A `bool` buffer holds words. `size` is in elements. */
export interface KernelBuffer {
  readonly dtype: ScalarType
  readonly size: number
  readonly access: 'read' | 'write' | 'readwrite'
  /** Of one that is written: a point may load what it stored itself, by the index under which it stored it. */
  readonly reread?: true
}

/** An array that every point of the grid has for itself. Its elements are undefined until they are stored. */
export interface OwnArray {
  readonly dtype: ScalarType
  readonly size: number
  /**
   * Filled by loops that are `together`, again and again: the points of a workgroup may have it in common. The workgroup is then a number
   * of points along the last axes of the grid that divides it, and where the points go together no condition and no register has a say.
   */
  readonly shared?: true
  /** Loaded from and stored to in turns. Of any other, not shared, all stores come before the loads. */
  readonly changes?: true
}

/** How loads and stores name a kernel's i-th array: buffers have the numbers from 0. */
export const arrayBuffer = (i: number): number => -1 - i

/** In text `b0` is the first buffer, and `a0` the first of a point's own arrays. */
export const bufferName = (buffer: number): string => (buffer < 0 ? `a${String(-1 - buffer)}` : `b${String(buffer)}`)

export interface Kernel {
  /** What it computes, in a few words joined by `_`: `matmul_add_max`. Unique within a program. */
  readonly name: string
  readonly buffers: readonly KernelBuffer[]
  /** Arrays of each point's own. */
  readonly arrays?: readonly OwnArray[]
  /** Outermost first; the last is the fastest. An empty grid is one point. */
  readonly grid: readonly GridAxis[]
  /** How many work together at a point of the grid; absent where one computes it alone. */
  readonly team?: number
  /** How many points run side by side, where a backend can be told; `workgroupSize` without. */
  readonly workgroup?: number
  /**
   * How many may share out the rounds of loops that are `together`, at each point of the grid: a power of two. What is outside of these
   * loops all compute alike, and store once; what the loops collect is brought together after them.
   */
  readonly members?: number
  readonly body: readonly Stmt[]
  /** Estimates over the whole grid, for reports. */
  readonly flops: number
}

/** How many points a grid has. */
export const pointsOf = (grid: readonly GridAxis[]): number => grid.reduce((n, { extent }) => n * extent, 1)
