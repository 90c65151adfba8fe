/** Where SwiftShader, the Vulkan driver that runs on the CPU, may already be: Chromium brings it, and its loader too. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cache } from '../paths.js'

/** The folder that `fetchDriver` unpacks into. */
export const unpacked = join(cache, 'driver')

const folders = [
  ...(process.env.CHROMIUM === undefined ? [] : [dirname(process.env.CHROMIUM)]),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  join(unpacked, 'usr/lib/chromium'),
]

/** Every driver description on this machine, the system's before a fetched one. */
export const installedDrivers = (): readonly string[] =>
  folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).filter((file) => existsSync(file))

/**
 * A folder with nothing but the Vulkan loader that lies beside the driver, or undefined where none does.
 * Not Chromium's own folder: its libEGL and libGLESv2 must not shadow the system's.
 */
const loaderFolder = (driver: string): string | undefined => {
  const name = readdirSync(dirname(driver)).find((file) => file === 'libvulkan.so.1')
  if (name === undefined) return undefined
  const folder = join(cache, 'loader')
  mkdirSync(folder, { recursive: true })
  // Renamed into its place, since another process may be doing the same.
  const own = join(folder, `${name}.${String(process.pid)}`)
  rmSync(own, { force: true })
  symlinkSync(join(dirname(driver), name), own)
  renameSync(own, join(folder, name))
  return folder
}

/** The variables that make the driver the only one that Vulkan finds. */
export const driverVariables = (driver: string): NodeJS.ProcessEnv => {
  const loader = loaderFolder(driver)
  const path = [loader, process.env.LD_LIBRARY_PATH].filter((part) => part !== undefined && part !== '')
  return { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, ...(path.length === 0 ? {} : { LD_LIBRARY_PATH: path.join(':') }) }
}
