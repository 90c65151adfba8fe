/** Reads tokens off a text, left to right, in linear time. A mismatch ends the parse with the place and what was expected. */

/** A text and how far it is read. */
export interface Scanner {
  readonly text: string
  at: number
}

/** What ends a parse: thrown by the readers, caught by `parse` alone. */
export interface ParseFailure {
  readonly at: number
  readonly problem: string
  readonly facts: readonly string[]
}

export const isParseFailure = (x: unknown): x is ParseFailure => typeof x === 'object' && x !== null && 'at' in x && 'problem' in x

/** Ends the parse at an offset. */
export const failAt = (at: number, problem: string, facts: readonly string[] = []): never => {
  throw Object.assign(new Error(problem), { at, problem, facts })
}

const newline = 10

/** Steps over white space and comments. */
const skip = (scanner: Scanner): void => {
  const { text } = scanner
  let at = scanner.at
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 32 || code === newline || code === 13 || code === 9) at++
    else if (code === 47 && text.charCodeAt(at + 1) === 47) at = endOfLine(text, at)
    else break
  }
  scanner.at = at
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** Where the next token begins. */
export const here = (scanner: Scanner): number => {
  skip(scanner)
  return scanner.at
}

/** Whether a symbol is next. */
export const peek = (scanner: Scanner, symbol: string): boolean => {
  skip(scanner)
  return scanner.text.startsWith(symbol, scanner.at)
}

/** Steps over a symbol if it is next. */
export const accept = (scanner: Scanner, symbol: string): boolean => {
  const found = peek(scanner, symbol)
  if (found) scanner.at += symbol.length
  return found
}

export const expect = (scanner: Scanner, symbol: string): void => {
  if (!accept(scanner, symbol)) failAt(scanner.at, `expected ${symbol}`)
}

/** What a sticky pattern matches, or undefined. */
const match = (scanner: Scanner, pattern: RegExp): string | undefined => {
  skip(scanner)
  pattern.lastIndex = scanner.at
  const found = pattern.exec(scanner.text)?.[0]
  scanner.at += found?.length ?? 0
  return found
}

const wordPattern = /[A-Za-z_$][\w$]*/y
const wholePattern = /\d+/y
const numberPattern = /-?(?:inf|nan|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/y

export const word = (scanner: Scanner, what: string): string => match(scanner, wordPattern) ?? failAt(scanner.at, `expected ${what}`)

/** A whole number that an array can be as long as. */
export const whole = (scanner: Scanner, what: string): number => {
  const start = here(scanner)
  const value = Number(match(scanner, wholePattern) ?? failAt(scanner.at, `expected ${what}`))
  return Number.isSafeInteger(value) ? value : failAt(start, 'this number is too large')
}

/** A number, or undefined where none is next. */
export const number = (scanner: Scanner): number | undefined => {
  const found = match(scanner, numberPattern)
  if (found === undefined) return undefined
  return found.endsWith('inf') ? (found.startsWith('-') ? -Infinity : Infinity) : found.endsWith('nan') ? NaN : Number(found)
}

/** A string in double quotes, with the escapes of JSON. */
export const quoted = (scanner: Scanner): string => {
  const start = here(scanner)
  const { text } = scanner
  let end = start + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  scanner.at = end + 1
  try {
    return JSON.parse(text.slice(start, end + 1)) as string
  } catch {
    return failAt(start, 'this string is not closed, or has an escape that JSON does not know')
  }
}

/** What stands between two symbols, separated by commas. */
export const between = <A>(scanner: Scanner, open: string, close: string, read: () => A): A[] => {
  expect(scanner, open)
  const out: A[] = []
  if (accept(scanner, close)) return out
  do out.push(read())
  while (accept(scanner, ','))
  expect(scanner, close)
  return out
}

/** Line and column, from 1, of an offset, and the line itself. */
export const placeOf = (text: string, offset: number): { readonly line: number; readonly column: number; readonly source: string } => {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1, source: text.slice(lineStart, endOfLine(text, offset)) }
}
