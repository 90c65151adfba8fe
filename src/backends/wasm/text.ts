/** Code as text, in the manner of the text format of WebAssembly. */
import type { Code, Func } from './code.js'

const pad = (depth: number): string => '  '.repeat(depth)

const number = (value: number): string =>
  Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf')

const head = (code: Extract<Code, { k: 'op' }>): string => {
  const [first, second] = code.imm
  if (code.op.startsWith('local.')) return `${code.op} $${String(first)}`
  if (code.op === 'call') return `call $${String(first)}`
  if (/load|store/.test(code.op))
    return `${code.op}${first === 0 ? '' : ` offset=${String(first)}`}${second === undefined ? '' : ` ${String(second)}`}`
  return [code.op, ...code.imm.map(number)].join(' ')
}

/** On one line where it is short. */
const line = (code: Code): string | undefined => {
  if (code.k !== 'op') return undefined
  const args = code.args.map(line)
  const text = `(${[head(code), ...args].join(' ')})`
  return args.includes(undefined) || text.length > 100 ? undefined : text
}

const print = (code: Code, depth: number): string => {
  const short = line(code)
  if (short !== undefined) return `${pad(depth)}${short}`
  const inner = (list: readonly Code[], at: number): string => list.map((part) => print(part, at)).join('\n')
  if (code.k === 'op') return `${pad(depth)}(${head(code)}\n${inner(code.args, depth + 1)})`
  if (code.k !== 'if') return `${pad(depth)}(${code.k}\n${inner(code.body, depth + 1)})`
  const otherwise = code.otherwise.length === 0 ? '' : `\n${pad(depth + 1)}(else\n${inner(code.otherwise, depth + 2)})`
  const type = code.type === undefined ? '' : ` (result ${code.type})`
  return `${pad(depth)}(if${type}\n${print(code.cond, depth + 1)}\n${pad(depth + 1)}(then\n${inner(code.body, depth + 2)})${otherwise})`
}

/** A function, for people. Locals have numbers, parameters first. */
export const printFunc = ({ name, params, results, locals, body }: Func): string =>
  [
    `(func $${name}${params.length === 0 ? '' : ` (param ${params.join(' ')})`}${results.length === 0 ? '' : ` (result ${results.join(' ')})`}`,
    ...(locals.length === 0 ? [] : [`  (local ${locals.join(' ')})`]),
    ...body.map((code) => print(code, 1)),
  ].join('\n') + ')\n'
