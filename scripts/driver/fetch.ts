/** Gets SwiftShader from Debian's `chromium-common` package into `.cache/driver`: unpacked, not installed, so no root is needed. */

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { capture } from '../command.js'
import { unpacked } from './find.js'

/** apt with package lists of its own, so that neither stale lists nor missing rights stand in the way. */
const apt = (work: string, ...args: readonly string[]): boolean =>
  capture(
    'apt-get',
    [
      '-q',
      '-o',
      `Dir::State::Lists=${work}/lists`,
      '-o',
      `Dir::Cache=${work}/cache`,
      '-o',
      'Debug::NoLocking=1',
      '-o',
      `APT::Sandbox::User=${userInfo().username}`,
      ...args,
    ],
    { cwd: work },
  ).ok

/** Downloads about 40 MB and unpacks them; false where that cannot be done (no Debian, no network). */
export const fetchDriver = (into: string = unpacked): boolean => {
  const work = join(into, 'download')
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, folder), { recursive: true })
  const got = apt(work, 'update') && apt(work, 'download', 'chromium-common')
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'))
  const done = got && archive !== undefined && capture('dpkg-deb', ['-x', join(work, archive), into]).ok
  rmSync(work, { recursive: true, force: true })
  return done
}
