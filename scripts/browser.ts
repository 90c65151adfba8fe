/** Chromium for the browser tests: the system's, or Debian's installed now where this user may. */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture } from './command.js'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/** The browser's executable: `CHROMIUM` if set, else the first of the usual names on the path. */
export const findBrowser = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env.CHROMIUM ??
  (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file))

const install = (): boolean =>
  process.getuid?.() === 0 &&
  capture('apt-get', ['-q', 'update']).ok &&
  capture('apt-get', ['-q', 'install', '-y', '--no-install-recommends', 'chromium'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).ok

/**
 * Finds the browser, installing it first where there is none.
 * @throws Error with the line that installs it
 */
export const ensureBrowser = (): string => {
  const found = findBrowser()
  if (found !== undefined) return found
  process.stderr.write('no Chromium found: installing it with apt-get for the browser tests\n')
  const installed = install() ? findBrowser() : undefined
  if (installed === undefined)
    throw new Error(
      'no Chromium for the browser tests: install it with `apt-get update && apt-get install -y chromium`, or name one in CHROMIUM',
    )
  return installed
}
