import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const newest = (folder: string): number =>
  Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs))

const isFresh = (): boolean => {
  const product = join(root, 'dist/index.d.ts')
  const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'scripts/build.ts')).mtimeMs)
  return existsSync(product) && statSync(product).mtimeMs > sources
}

/** Builds `dist` if a source is newer than it, and returns its folder. */
export const built = (): string => {
  if (!isFresh()) execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: root, stdio: 'pipe' })
  return join(root, 'dist')
}
