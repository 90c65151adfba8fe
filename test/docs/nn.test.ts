/** The example of docs/nn.md does what the page says. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../harness/built.js'

test('the example of docs/nn.md prints what the page says, and is short', () => {
  const page = readFileSync(join(root, 'docs/nn.md'), 'utf8')
  const [, code = '', output = ''] = /```ts\n([^]*?)```[^]*?```text\n([^]*?)```/.exec(page) ?? []
  expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(40)
  const folder = mkdtempSync(join(root, 'test/docs/example-'))
  try {
    writeFileSync(join(folder, 'example.ts'), code)
    const printed = execFileSync(process.execPath, ['--import', 'tsx', join(folder, 'example.ts')], { cwd: root, encoding: 'utf8' })
    expect(printed.trim()).toBe(output.trim())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
