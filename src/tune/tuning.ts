/** What was found fastest on a device, as plain data. */
import type { Device } from '../backends/backend.js'
import type { Tiling } from '../passes/panel.js'

/** How the kernels of one structure are cut; what is left out is as the device has it. */
export type KernelTiling = Partial<Tiling>

/**
 * What was measured on a device: JSON, to be kept, sent and shipped. Compiling with it measures nothing and cannot change what
 * a program computes beyond the rounding of sums: a kernel that it does not know, or a value that the device does not offer, is as without it.
 */
export interface Tuning {
  /** Raised when older readers could not read what is written. */
  readonly version: 1
  /** The kind of the device, and the adapter's name. */
  readonly device: string
  /** By the digest of a kernel's structure: its ops, shapes and dtypes. */
  readonly kernels: { readonly [structure: string]: KernelTiling }
}

/** What a tuning calls a device. */
export const deviceName = ({ kind, description }: Device): string => `${kind}: ${description}`

/** What is known of a device's kernels; nothing before any is measured. */
export const tuningOf = (device: Device, kernels: Tuning['kernels'] = {}): Tuning => ({ version: 1, device: deviceName(device), kernels })
