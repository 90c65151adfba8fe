/** The examples of docs/nn.md and docs/training.md do what the pages say. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../harness/built.js'

test.each(['nn', 'training'])('the example of docs/%s.md ends with what the page says, and is short', (name) => {
  const page = readFileSync(join(root, `docs/${name}.md`), 'utf8')
  const [, code = '', output = ''] = /```ts\n([^]*?)```[^]*?```text\n([^]*?)```/.exec(page) ?? []
  expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(40)
  const folder = mkdtempSync(join(root, 'test/docs/example-'))
  try {
    writeFileSync(join(folder, 'example.ts'), code)
    const printed = execFileSync(process.execPath, ['--import', 'tsx', join(folder, 'example.ts')], { cwd: root, encoding: 'utf8' })
    // What comes before is progress.
    const last = name === 'nn' ? printed : printed.split('\n').slice(-2).join('\n')
    expect(last.trim()).toBe(output.trim())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
