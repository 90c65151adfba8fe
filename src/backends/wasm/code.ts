/** WebAssembly code as data: instructions over instructions, printed as text for people and encoded for the engine. */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export type Code =
  /** Arguments are pushed in order, then the instruction runs. `imm` is what it carries: an index, an offset, a constant. */
  | { readonly k: 'op'; readonly op: string; readonly args: readonly Code[]; readonly imm: readonly number[] }
  | { readonly k: 'block' | 'loop'; readonly body: readonly Code[] }
  | {
      readonly k: 'if'
      readonly type: ValueType | undefined
      readonly cond: Code
      readonly body: readonly Code[]
      readonly otherwise: readonly Code[]
    }

export interface Func {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
  /** Types of the locals after the parameters. */
  readonly locals: readonly ValueType[]
  readonly body: readonly Code[]
}

/** A function from outside, of module `host`. */
export interface Import {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
}

export interface Module {
  readonly imports: readonly Import[]
  readonly funcs: readonly Func[]
  /** Names of functions that JavaScript calls. */
  readonly exports: readonly string[]
  readonly memory: { readonly minPages: number; readonly maxPages: number; readonly shared: boolean }
}

const noImmediate: readonly number[] = []

export const op = (name: string, args: readonly Code[] = [], imm: readonly number[] = noImmediate): Code => ({
  k: 'op',
  op: name,
  args,
  imm,
})

export const i32 = (value: number): Code => op('i32.const', [], [value | 0])
export const f32 = (value: number): Code => op('f32.const', [], [value])
export const get = (local: number): Code => op('local.get', [], [local])
export const set = (local: number, value: Code): Code => op('local.set', [value], [local])

export const isConst = (code: Code): code is Extract<Code, { k: 'op' }> => code.k === 'op' && code.op === 'i32.const'
const constOf = (code: Code): number | undefined => (isConst(code) ? code.imm[0] : undefined)

/** Sums and products with what is constant computed at once. */
export const add = (x: Code, y: Code): Code => {
  const [a, b] = [constOf(x), constOf(y)]
  if (a !== undefined && b !== undefined) return i32(a + b)
  return a === 0 ? y : b === 0 ? x : op('i32.add', [x, y])
}

export const mul = (x: Code, factor: number): Code => {
  const a = constOf(x)
  if (a !== undefined) return i32(Math.imul(a, factor))
  if (factor === 0) return i32(0)
  if (factor === 1) return x
  const shift = 31 - Math.clz32(factor)
  return factor === 2 ** shift && factor > 0 ? op('i32.shl', [x, i32(shift)]) : op('i32.mul', [x, i32(factor)])
}

export const when = (cond: Code, body: readonly Code[], otherwise: readonly Code[] = [], type?: ValueType): Code => ({
  k: 'if',
  type,
  cond,
  body,
  otherwise,
})

export const loop = (body: readonly Code[]): Code => ({ k: 'loop', body })
