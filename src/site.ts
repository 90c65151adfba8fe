/** Where in the user's own code an error arose, read off a stack trace. */

export interface Site {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line and a caret under the column, where the source can be read. */
  readonly excerpt: readonly string[]
}

/** This library's own folder: frames inside it are not the user's. */
const home = new URL('.', import.meta.url).href

const framePattern = /(?:\(|at (?:async )?|@)((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^()\s]*?):(\d+):(\d+)\)?$/

const isOurs = (file: string): boolean => file.startsWith(home) || `file://${file}`.startsWith(home)

const isRuntime = (file: string): boolean => /node:|node_modules/.test(file)

/** The first frame outside fluxion and its dependencies, or undefined where the engine gives none. */
export const userSite = (stack: string): Site | undefined => {
  for (const frame of stack.split('\n')) {
    const match = framePattern.exec(frame.trim())
    if (match === null) continue
    const [, file = '', line = '0', column = '0'] = match
    if (isOurs(file) || isRuntime(file)) continue
    const at = { file: file.replace(/^file:\/\//, ''), line: Number(line), column: Number(column) }
    return { ...at, excerpt: excerptOf(at.file, at.line, at.column) }
  }
  return undefined
}

interface MaybeNode {
  readonly getBuiltinModule?: (name: string) => { readonly readFileSync?: (path: string, encoding: string) => string } | undefined
}

/** Reads the line in Node; a browser's user has the line number and its developer tools. */
const excerptOf = (file: string, line: number, column: number): string[] => {
  const host = (globalThis as { process?: MaybeNode }).process
  try {
    const text = host?.getBuiltinModule?.('node:fs')?.readFileSync?.(file, 'utf8').split('\n')[line - 1]
    if (text === undefined) return []
    const gutter = ' '.repeat(String(line).length)
    return [`  ${String(line)} | ${text}`, `  ${gutter} | ${' '.repeat(Math.max(0, column - 1))}^`]
  } catch {
    return []
  }
}
