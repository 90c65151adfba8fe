/**
 * Kernels as readable pseudo-code, for people, goldens and documents:
 *
 *     kernel matmul(b0: read f32[6], b1: read f32[6], b2: write f32[4]) grid(i0 < 2, i1 < 2)  // 24 flops
 *       var r0: f32 = 0.0
 *       for i2 < 3
 *         r0 = r0 + b0[i0 * 3 + i2] * b1[i2 * 2 + i1]
 *       b2[i0 * 2 + i1] = r0
 *
 * Expressions are shared where they are built: a large one used twice in a statement is written once, as `t0`.
 */
import { arrayBuffer, bufferName, type Kernel, type Scalar, type Stmt } from './kernel.js'
import { showOp, showLiteral, type Text } from './scalarText.js'
import { partsOf, postOrder } from './walk.js'

interface Printer {
  readonly lines: string[]
  temps: number
}

export const printKernel = ({ name, buffers, arrays = [], grid, team, workgroup, members, body, flops }: Kernel): string => {
  const params = buffers.map(({ access, dtype, size }, i) => `b${String(i)}: ${access} ${dtype}[${String(size)}]`)
  const counted = (what: string, n: number | undefined): string => (n === undefined ? '' : ` ${what}(${String(n)})`)
  const together = `${counted('team', team)}${counted('workgroup', workgroup)}${counted('members', members)}`
  const printer: Printer = {
    lines: [`kernel ${name}(${params.join(', ')}) grid(${showGrid(grid)})${together}  // ${String(flops)} flops`],
    temps: 0,
  }
  arrays.forEach(({ dtype, size, shared, changes }, i) =>
    printer.lines.push(
      `  ${shared === true ? 'shared' : 'var'} ${bufferName(arrayBuffer(i))}: ${dtype}[${String(size)}]${changes === true ? ' changes' : ''}`,
    ),
  )
  printBody(printer, body, '  ')
  return printer.lines.join('\n')
}

const showGrid = (grid: Kernel['grid']): string => grid.map(({ axis, extent }) => `i${String(axis)} < ${String(extent)}`).join(', ')

const printBody = (printer: Printer, body: readonly Stmt[], indent: string): void => {
  for (const stmt of body) printStmt(printer, stmt, indent)
}

const printStmt = (printer: Printer, stmt: Stmt, indent: string): void => {
  const line = (text: string): unknown => printer.lines.push(indent + text)
  const show = (x: Scalar): string => printScalar(printer, x, indent)
  switch (stmt.k) {
    case 'let':
      return void line(`let v${String(stmt.id)} = ${show(stmt.value)}`)
    case 'register':
      return void line(`var r${String(stmt.id)}: ${stmt.dtype} = ${show(stmt.init)}`)
    case 'set':
      return void line(`r${String(stmt.id)} = ${show(stmt.value)}`)
    case 'store':
      return void line(`${bufferName(stmt.buffer)}[${show(stmt.at)}] = ${show(stmt.value)}`)
    case 'for':
      line(
        `for i${String(stmt.axis)} < ${String(stmt.extent)}${stmt.together === true ? ' together' : ''}${stmt.apart === true ? ' apart' : ''}`,
      )
      return printBody(printer, stmt.body, `${indent}  `)
    case 'if':
    case 'while':
      line(`${stmt.k} ${show(stmt.cond)}${stmt.k === 'if' && stmt.spares === true ? ' spares' : ''}`)
      return printBody(printer, stmt.body, `${indent}  `)
    case 'each':
      line(`each ${showGrid(stmt.grid)}`.trimEnd())
      return printBody(printer, stmt.body, `${indent}  `)
  }
}

/** How large an expression's text is, in operators, and how deep. */
interface Extent {
  readonly size: number
  readonly depth: number
}

/** The text of an expression; large shared parts become lines before it. Bottom up, in linear time. */
const printScalar = (printer: Printer, root: Scalar, indent: string): string => {
  const order = postOrder(root)
  const uses = countUses(order)
  const texts = new Map<Scalar, Text>()
  const extents = new Map<Scalar, Extent>()
  for (const x of order) {
    const text = showScalar(x, (part) => texts.get(part) as Text)
    const parts = partsOf(x).map((part) => extents.get(part) as Extent)
    const extent = {
      size: parts.reduce((sum, part) => sum + part.size, 1),
      depth: parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1,
    }
    const isShared = (uses.get(x) ?? 0) > 1 && extent.size > 5
    const isHoisted = x !== root && (isShared || extent.depth > 24)
    texts.set(x, isHoisted ? hoist(printer, text.text, indent) : text)
    extents.set(x, isHoisted ? { size: 1, depth: 1 } : extent)
  }
  return (texts.get(root) as Text).text
}

const countUses = (order: readonly Scalar[]): ReadonlyMap<Scalar, number> => {
  const uses = new Map<Scalar, number>()
  for (const x of order) for (const part of partsOf(x)) uses.set(part, (uses.get(part) ?? 0) + 1)
  return uses
}

const hoist = (printer: Printer, text: string, indent: string): Text => {
  const name = `t${String(printer.temps++)}`
  printer.lines.push(`${indent}let ${name} = ${text}`)
  return { text: name }
}

const showScalar = (x: Scalar, textOf: (part: Scalar) => Text): Text => {
  switch (x.k) {
    case 'lit':
      return { text: showLiteral(x.dtype, x.value) }
    case 'axis':
      return { text: `i${String(x.axis)}` }
    case 'ref':
      return { text: `v${String(x.id)}` }
    case 'reg':
      return { text: `r${String(x.id)}` }
    case 'load':
      return { text: `${bufferName(x.buffer)}[${textOf(x.at).text}]` }
    case 'op':
      return showOp(x.op, x.args.map(textOf), x.dtype)
  }
}
