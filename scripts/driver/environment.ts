/**
 * The environment in which WebGPU finds an adapter under Node.
 *
 * A hardware GPU is used as it is. Else SwiftShader, which runs WebGPU on the CPU: the system's copy, one fetched
 * earlier, or one fetched now. Else whatever software adapter the system has.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from '../command.js'
import { cache, root } from '../paths.js'
import { driverVariables, installedDrivers } from './find.js'
import { fetchDriver } from './fetch.js'

interface Adapter {
  readonly name: string
  readonly architecture: string
  readonly fallback: boolean
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|warp|microsoft basic render/i

const isSoftware = (adapter: Adapter): boolean => adapter.fallback || softwareNames.test(`${adapter.name} ${adapter.architecture}`)

/** The adapter that a process with this environment gets. */
const probe = (env: NodeJS.ProcessEnv): Adapter | undefined => {
  const { output } = capture(process.execPath, ['--import', 'tsx', join(root, 'scripts/driver/probe.ts')], { env, cwd: root })
  const line = /^adapter (.*)$/m.exec(output)?.[1]
  return line === undefined ? undefined : ((JSON.parse(line) as Adapter | null) ?? undefined)
}

/** Vulkan's window-system parts complain without a runtime folder. */
export const withRuntimeFolder = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  if (env.XDG_RUNTIME_DIR !== undefined) return env
  const folder = join(cache, 'runtime')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return { ...env, XDG_RUNTIME_DIR: folder }
}

export interface DeviceEnvironment {
  readonly env: NodeJS.ProcessEnv
  /** The adapter's name, for people. */
  readonly adapter: string
}

const working = (env: NodeJS.ProcessEnv): DeviceEnvironment | undefined => {
  const adapter = probe(env)
  return adapter === undefined ? undefined : { env, adapter: adapter.name }
}

const firstInstalled = (base: NodeJS.ProcessEnv): DeviceEnvironment | undefined => {
  for (const driver of installedDrivers()) {
    const found = working({ ...base, ...driverVariables(driver) })
    if (found !== undefined) return found
  }
  return undefined
}

/** The one line that a person without any adapter needs. */
const installHint = 'no WebGPU adapter: install a software driver with `apt-get update && apt-get install -y chromium`, then run this again'

/** @throws Error with `installHint` where there is no adapter and none can be fetched */
export const deviceEnvironment = (): DeviceEnvironment => {
  const base = withRuntimeFolder(process.env)
  const plain = probe(base)
  if (plain !== undefined && !isSoftware(plain)) return { env: base, adapter: plain.name }
  const installed = firstInstalled(base)
  if (installed !== undefined) return installed
  if (plain !== undefined) return { env: base, adapter: plain.name }
  process.stderr.write('no GPU found: fetching SwiftShader, a software driver (about 40 MB, kept in .cache/driver)\n')
  const fetched = fetchDriver() ? firstInstalled(base) : undefined
  if (fetched === undefined) throw new Error(installHint)
  return fetched
}
