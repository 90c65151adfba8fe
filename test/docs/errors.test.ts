import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { errorTags } from '../../src/error.js'
import { root } from '../harness/built.js'

const folder = join(root, 'docs/errors')

const sections = ['## What it means', '## Example', '## How to fix it']

const block = (page: string, language: string): string | undefined => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1]

const isLeft = (value: unknown): value is { readonly left: unknown } => typeof value === 'object' && value !== null && 'left' in value

/** The error that a page's example gives, thrown or returned. */
const outcome = (source: string): Promise<unknown> => {
  const lines = source.trim().split('\n')
  const body = [...lines.slice(0, -1), `return ${String(lines.at(-1))}`].join('\n')
  const { code: script } = transformSync(`(async (fx) => {\n${body}\n})`, { loader: 'ts', target: 'es2022' })
  const run = runInThisContext(script) as (api: typeof fx) => Promise<unknown>
  return run(fx).then(
    (value) => (isLeft(value) ? value.left : value),
    (error: unknown) => error,
  )
}

/** Without the user's line, which depends on where the example runs. */
const withoutSite = (error: fx.FluxionError): string =>
  `${error._tag}: ${error.message}`
    .split('\n')
    .filter((line) => !/^ +(-->|\d* \|)/.test(line) || /^ {2}\| /.test(line))
    .join('\n')

test('every tag has a page, and every page a tag', () => {
  expect(readdirSync(folder).sort()).toEqual(errorTags.map((tag) => `${tag}.md`).sort())
})

describe.each([...errorTags])('the page of %s', (tag) => {
  const page = readFileSync(join(folder, `${tag}.md`), 'utf8')

  test('says what it means, shows it, and says how to fix it', () => {
    expect(page.startsWith(`# ${tag}\n`)).toBe(true)
    expect(sections.filter((section) => !page.includes(`${section}\n`))).toEqual([])
    expect(block(page, 'text')?.startsWith(`${tag}: `)).toBe(true)
  })
})

/** Some errors need a device that breaks: their pages show the text only. */
const pagesWithCode = errorTags.flatMap((tag) => {
  const page = readFileSync(join(folder, `${tag}.md`), 'utf8')
  const source = block(page, 'ts')
  return source === undefined ? [] : [{ tag, page, source }]
})

test.each(pagesWithCode)('the example of $tag gives what its page shows', async ({ page, source }) => {
  const error = await outcome(source)
  expect(fx.isFluxionError(error) ? withoutSite(error) : error).toBe(block(page, 'text')?.trim())
})
