/** The error that a call throws, or that a promise rejects with. */
import { isFluxionError, type FluxionError } from '../../src/index.js'

const asError = (error: unknown): FluxionError => {
  if (isFluxionError(error)) return error
  throw error instanceof Error ? error : new Error(`no FluxionError: ${String(error)}`)
}

export const thrownBy = (run: () => unknown): FluxionError => {
  try {
    run()
  } catch (error) {
    return asError(error)
  }
  throw new Error('nothing was thrown')
}

export const rejectionOf = async (promise: Promise<unknown>): Promise<FluxionError> => {
  try {
    await promise
  } catch (error) {
    return asError(error)
  }
  throw new Error('the promise did not reject')
}

/** A value of whatever type is asked for: what a caller without types passes. */
export const untyped = (x: unknown): never => x as never
