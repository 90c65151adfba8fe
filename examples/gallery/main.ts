/** Gathers what runs left in `out` into docs/gallery: `npm run gallery`. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { writeWhole } from '../../src/node.js'
import { root } from '../../scripts/paths.js'
import { complaint, firstSentence, runCommand } from '../lib/commandLine.js'
import { systemIds, systemOf } from '../runner/all.js'
import { entryOf, parseResult, type Result } from './entries.js'
import { pageOf } from './page.js'

const usage = `Gathers pictures, figures and explanations of the systems that were run into a page.

usage: npm run gallery -- [options]

  --out DIR    where the runs are (default: out)
  --to DIR     where the gallery goes (default: docs/gallery)
  --help       this text

A system that was not run since keeps what the gallery has of it.
`

interface Folders {
  readonly out: string
  readonly to: string
}

const parse = (args: readonly string[]): E.Either<string, Folders | 'help'> => {
  const options = { out: { type: 'string', default: 'out' }, to: { type: 'string', default: join(root, 'docs/gallery') }, help: { type: 'boolean', short: 'h', default: false } } as const // prettier-ignore
  const parsed = E.tryCatch(() => parseArgs({ args: [...args], options }), firstSentence)
  if (E.isLeft(parsed)) return parsed
  const { out, to, help } = parsed.right.values
  return E.right(help ? 'help' : { out, to })
}

/** What a folder has of a system, or undefined. @throws Error for a file that no run wrote */
const resultIn = async (folder: string): Promise<Result | undefined> => {
  const path = join(folder, 'result.json')
  if (!existsSync(path)) return undefined
  const result = parseResult(await readFile(path, 'utf8'), path)
  if (E.isLeft(result)) throw new Error(result.left)
  return result.right
}

/** Takes over a run: its pictures and its result, and nothing of the run before. */
const takeOver = async (from: string, to: string, result: Result): Promise<void> => {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  for (const name of result.pictures) await copyFile(join(from, name), join(to, name))
  await writeWhole(join(to, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
}

const start = async ({ out, to }: Folders): Promise<number> => {
  const entries = []
  for (const id of await systemIds()) {
    const system = await systemOf(id)
    const fresh = await resultIn(join(out, id))
    if (fresh !== undefined) await takeOver(join(out, id), join(to, id), fresh)
    entries.push(entryOf(system, fresh ?? (await resultIn(join(to, id)))))
  }
  if (entries.every(({ result }) => result === undefined)) {
    process.stderr.write(`error: no system was run: \`npm run examples -- --all\` runs them, and leaves what it finds in ${out}\n`)
    return 1
  }
  await writeWhole(join(to, 'index.html'), pageOf(entries))
  const missing = entries.filter(({ result }) => result === undefined).map(({ id }) => id)
  process.stdout.write(`${join(to, 'index.html')} shows ${String(entries.length - missing.length)} systems${missing.length > 0 ? `; not run yet: ${missing.join(', ')}` : ''}\n`) // prettier-ignore
  return 0
}

await runCommand({ usage, parse, start, complain: complaint })
