/** Kernel IR as JavaScript: loops over typed arrays. f32 operations are rounded as they happen; sums accumulate in f64. */
import { wideOf } from '../../ir/dtype.js'
import {
  arrayBuffer,
  bufferName,
  exactOps,
  type GridAxis,
  type Kernel,
  type Scalar,
  type ScalarOp,
  type ScalarType,
  type Stmt,
} from '../../ir/kernel/kernel.js'
import { levelsOf } from '../../ir/kernel/levels.js'

/** The dtypes that are computed in. */
type Wide = Exclude<ScalarType, 'f16'>

/** An operation as text, from its operands' texts, the dtype of the operands and that of the result. */
type Print = (args: readonly string[], from: Wide, to: Wide) => string

const round = (text: string, dtype: Wide): string =>
  dtype === 'f32' ? `Math.fround(${text})` : dtype === 'i32' ? `(${text} | 0)` : dtype === 'u32' ? `(${text} >>> 0)` : text

const infix =
  (sign: string): Print =>
  ([x, y], from) =>
    round(`${String(x)} ${sign} ${String(y)}`, from)
const fromMath =
  (name: string): Print =>
  (args, _, to) =>
    round(`Math.${name}(${args.join(', ')})`, to)
const fromLib =
  (name: string): Print =>
  (args, from, to) =>
    round(`lib.${name}${from === 'f32' ? '' : 'Int'}(${args.join(', ')})`, to)
const test =
  (sign: string): Print =>
  ([x, y]) =>
    `(${String(x)} ${sign} ${String(y)})`
const bitwise =
  (sign: string, logical: string): Print =>
  ([x, y], from) =>
    from === 'bool' ? `(${String(x)} ${logical} ${String(y)})` : round(`(${String(x)} ${sign} ${String(y)})`, from)

const castTo: { readonly [D in Wide]: (x: string, from: Wide) => string } = {
  f32: (x, from) => (from === 'bool' ? `(${x} ? 1 : 0)` : `Math.fround(${x})`),
  i32: (x, from) => (from === 'bool' ? `(${x} ? 1 : 0)` : from === 'f32' ? `lib.toI32(${x})` : `(${x} | 0)`),
  u32: (x, from) => (from === 'bool' ? `(${x} ? 1 : 0)` : from === 'f32' ? `lib.toU32(${x})` : `(${x} >>> 0)`),
  bool: (x) => `(${x} !== 0)`,
}

const scalarPrinters: { readonly [K in ScalarOp]: Print } = {
  add: infix('+'),
  sub: infix('-'),
  mul: ([x, y], from) =>
    from === 'f32' ? `Math.fround(${String(x)} * ${String(y)})` : round(`Math.imul(${String(x)}, ${String(y)})`, from),
  div: ([x, y], from) =>
    from === 'f32' ? `Math.fround(${String(x)} / ${String(y)})` : round(`lib.divInt(${String(x)}, ${String(y)})`, from),
  rem: ([x, y], from) =>
    from === 'f32' ? `Math.fround(${String(x)} % ${String(y)})` : round(`lib.remInt(${String(x)}, ${String(y)})`, from),
  min: fromMath('min'),
  max: fromMath('max'),
  neg: ([x], from) => round(`-${String(x)}`, from),
  abs: fromMath('abs'),
  sign: fromMath('sign'),
  pow: fromLib('pow'),
  exp: fromMath('exp'),
  expm1: fromMath('expm1'),
  log: fromMath('log'),
  log1p: fromMath('log1p'),
  sqrt: fromMath('sqrt'),
  sin: fromMath('sin'),
  cos: fromMath('cos'),
  tan: fromMath('tan'),
  asin: fromMath('asin'),
  acos: fromMath('acos'),
  atan: fromMath('atan'),
  sinh: fromMath('sinh'),
  cosh: fromMath('cosh'),
  tanh: fromMath('tanh'),
  atan2: fromMath('atan2'),
  sigmoid: ([x], from) => round(`1 / (1 + Math.exp(-${String(x)}))`, from),
  erf: fromLib('erf'),
  floor: fromMath('floor'),
  ceil: fromMath('ceil'),
  round: fromLib('round'),
  eq: test('==='),
  ne: test('!=='),
  lt: test('<'),
  le: test('<='),
  gt: test('>'),
  ge: test('>='),
  isNan: ([x]) => `(${String(x)} !== ${String(x)})`,
  isFinite: ([x]) => `(${String(x)} - ${String(x)} === 0)`,
  and: bitwise('&', '&&'),
  or: bitwise('|', '||'),
  xor: bitwise('^', '!=='),
  not: ([x], from) => (from === 'bool' ? `!${String(x)}` : round(`~${String(x)}`, from)),
  shl: ([x, y], from) => round(`lib.shl(${String(x)}, ${String(y)})`, from),
  shr: ([x, y], from) => round(`lib.${from === 'i32' ? 'shr' : 'shrLogical'}(${String(x)}, ${String(y)})`, from),
  select: ([c, x, y]) => `(${String(c)} ? ${String(x)} : ${String(y)})`,
  cast: ([x], from, to) => castTo[to](String(x), from),
  bitcast: ([x], from, to) => (from === to ? String(x) : `lib.bits(${String(x)}, '${from}', '${to}')`),
}

const literal = (value: number, dtype: ScalarType): string =>
  dtype === 'bool' ? String(value !== 0) : Object.is(value, -0) ? '-0' : value < 0 ? `(${String(value)})` : String(value)

export const printScalar = (x: Scalar): string => {
  if (x.k === 'lit') return literal(x.value, x.dtype)
  if (x.k === 'axis') return `i${String(x.axis)}`
  if (x.k === 'ref') return `t${String(x.id)}`
  if (x.k === 'reg') return x.dtype === 'f32' ? `Math.fround(r${String(x.id)})` : `r${String(x.id)}`
  if (x.k === 'load') {
    const element = `${bufferName(x.buffer)}[${printScalar(x.at)}]`
    return x.dtype === 'bool' ? `(${element} !== 0)` : x.dtype === 'f16' ? `lib.fromHalf(${element})` : element
  }
  return printOp(x)
}

/** An f16 is a number that is an f16: it is computed with as f32, and what comes out is rounded once more. */
const printOp = ({ op, args, dtype }: Extract<Scalar, { k: 'op' }>): string => {
  const [from, texts] = [args[0]?.dtype ?? dtype, args.map(printScalar)]
  if (op === 'cast' && from === 'f16' && dtype === 'f32') return texts[0] as string
  const text = scalarPrinters[op](texts, wideOf(from), wideOf(dtype))
  return dtype === 'f16' && !exactOps.has(op) ? `lib.half(${text})` : text
}

/** A sum into an f32 register keeps f64: the register is not rounded until it is read, nor the product that is added. */
const printWide = (x: Scalar): string => {
  if (x.k === 'reg') return `r${String(x.id)}`
  if (x.k !== 'op' || x.dtype !== 'f32') return printScalar(x)
  const [a, b, c] = x.args
  if (x.op === 'add') return `${printWide(a as Scalar)} + ${printWide(b as Scalar)}`
  if (x.op === 'mul') return `${printScalar(a as Scalar)} * ${printScalar(b as Scalar)}`
  if (x.op === 'select') return `(${printScalar(a as Scalar)} ? ${printWide(b as Scalar)} : ${printWide(c as Scalar)})`
  return printScalar(x)
}

const isWideSum = (value: Scalar, id: number): boolean =>
  value.k === 'op' && value.op === 'add' && value.dtype === 'f32' && value.args[0]?.k === 'reg' && value.args[0].id === id

const printStmt = (stmt: Stmt, indent: string): string[] => {
  switch (stmt.k) {
    case 'let':
      return [`${indent}const t${String(stmt.id)} = ${printScalar(stmt.value)}`]
    case 'register':
      return [`${indent}let r${String(stmt.id)} = ${printScalar(stmt.init)}`]
    case 'set':
      return [`${indent}r${String(stmt.id)} = ${isWideSum(stmt.value, stmt.id) ? printWide(stmt.value) : printScalar(stmt.value)}`]
    case 'store':
      return [`${indent}${bufferName(stmt.buffer)}[${printScalar(stmt.at)}] = ${printStored(stmt.value)}`]
    case 'if':
    case 'while':
      return [`${indent}${stmt.k} (${printScalar(stmt.cond)}) {`, ...stmt.body.flatMap((s) => printStmt(s, `${indent}  `)), `${indent}}`]
    case 'each':
      // One alone goes through the points in turn.
      return [`${indent}{`, ...printGrid(stmt.grid, stmt, `${indent}  `), `${indent}}`]
    case 'for':
      return [openLoop(stmt.axis, stmt.extent, indent), ...stmt.body.flatMap((s) => printStmt(s, `${indent}  `)), `${indent}}`]
  }
}

/** A value as the element of a buffer. */
const printStored = (x: Scalar): string => {
  const text = printScalar(x)
  return x.dtype === 'bool' ? `${text} ? 1 : 0` : x.dtype === 'f16' ? `lib.toHalf(${text})` : text
}

const openLoop = (axis: number, extent: number, indent: string): string => {
  const i = `i${String(axis)}`
  return `${indent}for (let ${i} = 0; ${i} < ${String(extent)}; ${i}++) {`
}

/** The loops of a grid around a body, its statements as far out in them as they can be. */
const printGrid = (grid: readonly GridAxis[], kernel: Pick<Kernel, 'body' | 'arrays'>, indent: string): string[] => {
  const levels = levelsOf(grid, kernel)
  const open = (level: number, inner: string): string[] => {
    const own = (levels[level] as readonly Stmt[]).flatMap((stmt) => printStmt(stmt, inner))
    const next = grid[level]
    return next === undefined ? own : [...own, openLoop(next.axis, next.extent, inner), ...open(level + 1, `${inner}  `), `${inner}}`]
  }
  return open(0, indent)
}

const arrayType: { readonly [D in ScalarType]: string } = {
  f32: 'Float32Array',
  f16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  bool: 'Uint32Array',
}

/** Points come one after another, so one array serves them all. */
const printArrays = ({ arrays = [] }: Kernel): string[] =>
  arrays.map(({ dtype, size }, i) => `  const ${bufferName(arrayBuffer(i))} = new ${arrayType[dtype]}(${String(size)})`)

/** The kernel as a function of the library and its buffers. */
export const printKernelJs = (kernel: Kernel): string => {
  const buffers = kernel.buffers.map((_, i) => `b${String(i)}`)
  const head = `function ${kernel.name}(lib${buffers.map((b) => `, ${b}`).join('')}) {`
  return [head, ...printArrays(kernel), ...printGrid(kernel.grid, kernel, '  '), '}'].join('\n')
}
