/**
 * Kernel → WGSL: a fold. One invocation computes one point of the grid, or a workgroup works on it as a team. The text carries no names of the program's, so
 * that kernels that compute alike print alike and share a pipeline.
 */
import type { KernelSource } from '../backend.js'
import { wideOf } from '../../ir/dtype.js'
import {
  bufferName,
  exactOps,
  pointsOf,
  workgroupSize,
  type Kernel,
  type KernelBuffer,
  type Scalar,
  type ScalarType,
  type Stmt,
} from '../../ir/kernel/kernel.js'
import { collectingNest } from '../../ir/kernel/collect.js'
import { axisName, checkPoints, pointsEach, printAxes, printMain, wordType, workgroupsFor } from './entry.js'
import { helpersFor } from './helpers.js'
import { joinName, joinsFor } from './join.js'
import { emitters, literal, runtimeLiteral, unfoldable, type Printed, type Wide } from './scalar.js'
import { packsIn, type Packs } from './packs.js'
import { storesFrom, storesTogether } from './stores.js'
import { keyOf, wideIn, type Spot, type WideBuffers } from './wide.js'

/** Parsers of WGSL limit nesting, so a deeper expression is cut and named. */
const maxDepth = 16

interface Nested extends Printed {
  readonly depth: number
}

/** Statements of one scope being written; `fresh` numbers the names that cuts need. */
interface Writer {
  readonly lines: string[]
  readonly indent: string
  readonly fresh: { next: number }
  readonly wide: WideBuffers
  readonly packs: Packs
  /** Invocations of a workgroup. */
  readonly workgroup: number
  /** The names of vectors that were loaded in this scope and those around it. */
  readonly vectors: Map<string, string>
}

const leaf = (text: string, dtype: Wide): Nested => ({ text, dtype, value: undefined, depth: 0 })

const cut = (w: Writer, e: Nested): Nested => {
  if (e.depth < maxDepth) return e
  const name = `t${String(w.fresh.next++)}`
  w.lines.push(`${w.indent}let ${name} = ${e.text};`)
  return leaf(name, e.dtype)
}

const printOp = (w: Writer, e: Extract<Scalar, { k: 'op' }>): Nested => {
  const args = e.args.map((arg) => cut(w, printScalar(w, arg)))
  const [first, ...rest] = args
  const isConstant = first?.value !== undefined && args.every((arg) => arg.value !== undefined)
  const operands = isConstant ? [{ ...first, text: runtimeLiteral[first.dtype](first.value) }, ...rest] : args
  const dtype = wideOf(e.dtype)
  const text = emitters[e.op](operands, dtype)
  const rounded = e.dtype === 'f16' && !exactOps.has(e.op) ? `fx_half(${text})` : text
  return { ...leaf(rounded, dtype), depth: 1 + Math.max(0, ...args.map((arg) => arg.depth)) }
}

/** Where statements within a statement are written. */
const inside = (w: Writer): Writer => ({ ...w, indent: `${w.indent}  `, vectors: new Map(w.vectors) })

const places = ['x', 'y', 'z', 'w'] as const

/** The index of a vector. */
const printSpot = (w: Writer, { base, vector }: Spot): string => {
  if (base === undefined) return String(vector)
  const quarter = base.k === 'ref' ? `q${String(base.id)}` : `(${cut(w, printScalar(w, base)).text} >> 2u)`
  return vector === 0 ? quarter : `${quarter} + ${String(vector)}`
}

/** An element of a wide buffer: of a vector that is loaded once for all that is read of it here, or by itself. */
const printWideElement = (w: Writer, { buffer, at }: Extract<Scalar, { k: 'load' }>): string => {
  const spot = w.wide.spotOf(at)
  const name = (): string => `t${String(w.fresh.next++)}`
  if (spot === undefined) {
    const index = name()
    w.lines.push(`${w.indent}let ${index} = ${cut(w, printScalar(w, at)).text};`)
    return `b${String(buffer)}[${index} >> 2u][${index} & 3]`
  }
  const key = `${String(buffer)}:${spot.key}`
  const vector = w.vectors.get(key) ?? name()
  if (!w.vectors.has(key)) {
    w.lines.push(`${w.indent}let ${vector} = b${String(buffer)}[${printSpot(w, spot)}];`)
    w.vectors.set(key, vector)
  }
  return `${vector}.${places[spot.place] ?? 'x'}`
}

const printLoad = (w: Writer, e: Extract<Scalar, { k: 'load' }>): Nested => {
  const isWide = w.wide.has(e.buffer)
  const at = isWide ? leaf('', 'i32') : cut(w, printScalar(w, e.at))
  const element = isWide ? printWideElement(w, e) : `${bufferName(e.buffer)}[${at.text}]`
  const value = e.dtype === 'bool' ? `(${element} != 0u)` : e.dtype === 'f16' ? `f32(${element})` : element
  return { ...leaf(value, wideOf(e.dtype)), depth: at.depth + 1 }
}

const printScalar = (w: Writer, e: Scalar): Nested => {
  const dtype = wideOf(e.dtype)
  switch (e.k) {
    case 'lit':
      return { ...leaf(literal[dtype](e.value), dtype), value: e.value }
    case 'axis':
      return leaf(axisName(e.axis), dtype)
    case 'ref':
      return leaf(`v${String(e.id)}`, dtype)
    case 'reg':
      return leaf(registerName(w, e.id), dtype)
    case 'load':
      return printLoad(w, e)
    case 'op':
      return printOp(w, e)
  }
}

/** A register, or where it is in a vector of such. */
const registerName = (w: Writer, id: number): string => {
  const lane = w.packs.laneOf(id)
  return lane === undefined ? `r${String(id)}` : `r${String(lane.vector)}.${places[lane.place] ?? 'x'}`
}

/** Of registers that are one vector, the first declares all. */
const printRegister = (w: Writer, { id, dtype, init }: Extract<Stmt, { k: 'register' }>): void => {
  const lane = w.packs.laneOf(id)
  if (lane !== undefined && lane.place > 0) return
  const { text } = unfoldable(printScalar(w, init))
  const [type, value] = lane === undefined ? [wideOf(dtype), text] : [vectorOf(dtype), `${vectorOf(dtype)}(${text})`]
  w.lines.push(`${w.indent}var r${String(id)}: ${type} = ${value};`)
}

const isJoint = (x: Scalar | undefined): x is Extract<Scalar, { k: 'op' }> =>
  x?.k === 'op' && x.dtype === 'f32' && (x.op === 'add' || x.op === 'sub' || x.op === 'mul')

/** The name of the vector of registers whose elements are these, in order. */
const wholeRegister = (w: Writer, xs: readonly Scalar[]): string | undefined => {
  const lanes = xs.map((x) => (x.k === 'reg' ? w.packs.laneOf(x.id) : undefined))
  const vector = lanes[0]?.vector
  return vector !== undefined && lanes.every((lane, i) => lane?.place === i && lane.vector === vector) ? `r${String(vector)}` : undefined
}

/** Values as one vector; as one number where they are equal. */
const printVector = (w: Writer, xs: readonly Scalar[]): Nested => {
  const [first] = xs as [Scalar]
  const key = keyOf(first)
  if (xs.every((x) => keyOf(x) === key)) return cut(w, printScalar(w, first))
  const whole = wholeRegister(w, xs)
  if (whole !== undefined) return leaf(whole, 'f32')
  const ops = xs.filter(isJoint)
  if (isJoint(first) && ops.length === xs.length && ops.every(({ op }) => op === first.op)) {
    const args = first.args.map((_, k) =>
      printVector(
        w,
        ops.map(({ args: parts }) => parts[k] as Scalar),
      ),
    )
    return { ...leaf(emitters[first.op](args, 'f32'), 'f32'), depth: 1 + Math.max(...args.map(({ depth }) => depth)) }
  }
  return leaf(gathered(w, xs), 'f32')
}

/** Values that were loaded as a vector, or are made one. */
const gathered = (w: Writer, xs: readonly Scalar[]): string => {
  const source = w.wide.isVector(xs) ? w.wide.sourceOf(xs[0] as Scalar) : undefined
  const loaded = source && w.vectors.get(`${String(source.buffer)}:${source.key}`)
  return loaded ?? `${vectorOf('f32')}(${xs.map((x) => cut(w, printScalar(w, x)).text).join(', ')})`
}

/** Sets of all elements of a vector as one. */
const printSets = (w: Writer, sets: readonly Extract<Stmt, { k: 'set' }>[]): void => {
  const values = sets.map(({ value }) => value)
  const isOne = values.every((value) => keyOf(value) === keyOf(values[0] as Scalar))
  const { text } = printVector(w, values)
  w.lines.push(`${w.indent}r${String(sets[0]?.id)} = ${isOne ? `${vectorOf('f32')}(${text})` : text};`)
}

const printBlock = (w: Writer, head: string, body: readonly Stmt[]): void => {
  w.lines.push(`${w.indent}${head} {`)
  printBody(inside(w), body)
  w.lines.push(`${w.indent}}`)
}

/** A `let`, and where it is the base of vectors, the index of the first. */
const printLet = (w: Writer, { id, value }: Extract<Stmt, { k: 'let' }>): void => {
  w.lines.push(`${w.indent}let v${String(id)}: ${wideOf(value.dtype)} = ${printScalar(w, value).text};`)
  if (w.wide.quartered.has(id)) w.lines.push(`${w.indent}let q${String(id)} = v${String(id)} >> 2u;`)
}

/** A value as a buffer holds it. An f16 is one already, so that converting it rounds nothing, whatever way a driver rounds. */
const printStored = (w: Writer, value: Scalar): string => {
  const { text } = printScalar(w, value)
  return value.dtype === 'bool' ? `select(0u, 1u, ${text})` : value.dtype === 'f16' ? `f16(${text})` : text
}

const printStmt = (w: Writer, s: Stmt): void => {
  const scalar = (e: Scalar): string => printScalar(w, e).text
  const line = (text: string): number => w.lines.push(`${w.indent}${text};`)
  switch (s.k) {
    case 'let':
      return printLet(w, s)
    case 'register':
      return printRegister(w, s)
    case 'set':
      return void line(`${registerName(w, s.id)} = ${scalar(s.value)}`)
    case 'for':
      return printFor(w, s)
    case 'if':
      return printBlock(w, `if (${scalar(s.cond)})`, s.body)
    case 'store':
      return void line(`${bufferName(s.buffer)}[${scalar(s.at)}] = ${printStored(w, s.value)}`)
    case 'each':
      return printEach(w, s)
    case 'while':
      return printWhile(w, s)
  }
}

/** The members take turns at the points, and wait for one another at the end. */
const printEach = (w: Writer, { grid, body }: Extract<Stmt, { k: 'each' }>): void => {
  const points = String(pointsOf(grid))
  const inner = inside(w)
  w.lines.push(`${w.indent}for (var point = member; point < ${points}u; point += team) {`)
  inner.lines.push(...printAxes(grid, 'point', inner.indent))
  printBody(inner, body)
  w.lines.push(`${w.indent}}`, `${w.indent}storageBarrier();`)
}

/** One member asks and all are told, so that they go on or stop together. */
const printWhile = (w: Writer, { cond, body }: Extract<Stmt, { k: 'while' }>): void => {
  const inner = inside(w)
  const asking = inside(inner)
  w.lines.push(`${w.indent}loop {`, `${inner.indent}if (member == 0u) {`)
  w.lines.push(`${asking.indent}fx_more = select(0u, 1u, ${printScalar(asking, cond).text});`)
  w.lines.push(`${inner.indent}}`, `${inner.indent}if (workgroupUniformLoad(&fx_more) == 0u) { break; }`)
  printBody(inner, body)
  w.lines.push(`${w.indent}}`)
}

/** All rounds, or those that are this invocation's. */
const printFor = (w: Writer, { axis, extent, body, together }: Extract<Stmt, { k: 'for' }>): void => {
  const i = axisName(axis)
  const [first, step] = together === true ? ['i32(member)', `${i} += ${String(w.workgroup)}`] : ['0', `${i}++`]
  printBlock(w, `for (var ${i} = ${first}; ${i} < ${String(extent)}; ${step})`, body)
}

const isTogether = (stmt: Stmt | undefined): boolean => stmt?.k === 'for' && stmt.together === true

/** A loop whose rounds members take in turns: each collects its own from nothing, and all of that is brought together. */
const printShared = (w: Writer, loop: Extract<Stmt, { k: 'for' }>): void => {
  const sums = (collectingNest(loop)?.sums ?? []).map(({ id, name, dtype, identity }) => ({
    id,
    dtype,
    name,
    before: `s${String(id)}_${String(w.fresh.next++)}`,
    nothing: literal[wideOf(dtype)](identity(dtype)),
  }))
  for (const { id, before, nothing } of sums)
    w.lines.push(`${w.indent}let ${before} = r${String(id)};`, `${w.indent}r${String(id)} = ${nothing};`)
  printFor(w, loop)
  for (const { id, dtype, name, before } of sums) {
    const wide = wideOf(dtype)
    const joined = emitters[name]([leaf(before, wide), leaf(`${joinName(name, dtype)}(r${String(id)}, member)`, wide)], wide)
    w.lines.push(`${w.indent}r${String(id)} = ${joined};`)
  }
}

/** The statements of a kernel whose points have several members: loops are shared out, and of what is outside of them one stores. */
const printMembers = (w: Writer, body: readonly Stmt[]): void => {
  for (let i = 0; i < body.length; i++) {
    const stmt = body[i] as Stmt
    const stores = storesFrom(body, i)
    if (stmt.k === 'for') printShared(w, stmt)
    else if (stmt.k !== 'if' && stores.length === 0) printStmt(w, stmt)
    else printBlock(w, 'if (member == 0u)', stores.length > 0 ? stores : [stmt])
    i += Math.max(0, stores.length - 1)
  }
}

/** Loops that fill shared arrays have barriers around all of them: who reads what was there before is waited for, and who stores what is there now. */
const printBody = (w: Writer, body: readonly Stmt[]): void => {
  const joined = w.packs.setsIn(body)
  for (let i = 0; i < body.length; i++) {
    const sets = joined.get(i)
    if (sets !== undefined) {
      if (sets.length > 0) printSets(w, sets)
      continue
    }
    if (isTogether(body[i]) !== isTogether(body[i - 1])) w.lines.push(`${w.indent}workgroupBarrier();`)
    const stores = storesFrom(body, i)
    if (stores.length > 0) printStores(w, stores)
    else printStmt(w, body[i] as Stmt)
    i += Math.max(0, stores.length - 1)
  }
}

/** Consecutive stores; those to one vector are one, where the last of them is. */
const printStores = (w: Writer, stores: readonly Extract<Stmt, { k: 'store' }>[]): void => {
  const groups = new Map<string, Scalar[]>()
  for (const store of stores) {
    const spot = w.wide.has(store.buffer) ? w.wide.spotOf(store.at) : undefined
    if (spot === undefined) {
      printStmt(w, store)
      continue
    }
    const key = `${String(store.buffer)}:${spot.key}`
    const values = groups.get(key) ?? []
    groups.set(key, values)
    values[spot.place] = store.value
    if (Object.keys(values).length < places.length) continue
    const elements = (): string => `${vectorOf(store.value.dtype)}(${values.map((value) => printStored(w, value)).join(', ')})`
    w.lines.push(`${w.indent}b${String(store.buffer)}[${printSpot(w, spot)}] = ${wholeRegister(w, values) ?? elements()};`)
  }
}

const vectorOf = (dtype: ScalarType): string => `vec4<${wordType(dtype)}>`

/** Every binding is `read_write`: WebGPU lets ranges of one buffer meet in a dispatch only so. */
const declare =
  (wide: WideBuffers) =>
  ({ dtype }: KernelBuffer, i: number): string =>
    `@group(0) @binding(${String(i)}) var<storage, read_write> b${String(i)}: array<${wide.has(i) ? vectorOf(dtype) : wordType(dtype)}>;`

/** Without the `let`s that nothing reads: indices within vectors. */
const withoutUnused = (lines: readonly string[]): readonly string[] => {
  const uses = new Map<string, number>()
  const namesIn = (line: string): readonly string[] => line.match(/\bv\d+\b/g) ?? []
  const count = (line: string, by: number): void => {
    for (const name of namesIn(line)) uses.set(name, (uses.get(name) ?? 0) + by)
  }
  for (const line of lines) count(line, 1)
  return lines
    .toReversed()
    .filter((line) => {
      const name = /^\s*let (v\d+):/.exec(line)?.[1]
      if (name === undefined || uses.get(name) !== 1) return true
      count(line, -1)
      return false
    })
    .toReversed()
}

const printSource = (given: Kernel): string => {
  const kernel = storesTogether(given)
  const written: string[] = []
  const workgroup = kernel.members ?? kernel.workgroup ?? workgroupSize
  const wide = wideIn(kernel)
  const writer: Writer = {
    lines: written,
    indent: '  ',
    fresh: { next: 0 },
    wide,
    packs: packsIn(kernel, wide),
    workgroup,
    vectors: new Map<string, string>(),
  }
  const print = kernel.members === undefined ? printBody : printMembers
  print(writer, kernel.body)
  const lines = withoutUnused(written)
  const joins = kernel.members === undefined ? [] : joinsFor(lines.join('\n'), kernel.members)
  const text = [...joins, ...lines].join('\n')
  const helpers = [...(text.includes('fx_more') ? ['var<workgroup> fx_more: u32;'] : []), ...helpersFor(text), ...joins]
  const needsZero = helpers.some((helper) => helper.startsWith('var<private> fx_zero'))
  const main = printMain(kernel, lines, needsZero)
  const enable = [...kernel.buffers, ...(kernel.arrays ?? [])].some(({ dtype }) => dtype === 'f16') ? 'enable f16;' : ''
  const source = [enable, kernel.buffers.map(declare(writer.wide)).join('\n'), ...helpers, main].filter((part) => part !== '').join('\n\n')
  return `${source}\n`
}

/**
 * Prints a kernel as a WGSL module with the entry point `main`, and the workgroups to dispatch. An empty grid dispatches none. The text is
 * printed when it is first read: of a program's kernels, the first are compiled while others are printed.
 */
export const printWgsl = (kernel: Kernel): KernelSource => {
  const points = pointsOf(kernel.grid)
  checkPoints(kernel, points)
  let source: string | undefined
  return {
    name: kernel.name,
    get source() {
      return (source ??= printSource(kernel))
    },
    workgroups: points === 0 ? [0, 1, 1] : workgroupsFor(points, pointsEach(kernel)),
  }
}
