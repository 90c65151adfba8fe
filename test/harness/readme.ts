import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './built.js'

/** The README's example: its first TypeScript block. */
export const readmeExample = (): string => {
  const code = /```ts\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
  if (code === undefined) throw new Error('README.md has no TypeScript example')
  return code
}

/** What the README says that the example prints: the text block after it. */
export const readmeOutput = (): string => {
  const text = /```ts\n[^]*?```[^]*?```text\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
  if (text === undefined) throw new Error('README.md does not show what its example prints')
  return text.trim()
}
