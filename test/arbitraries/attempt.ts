import { isFluxionError } from '../../src/error.js'

/** What a function gives, or undefined where an op refuses its operands. Any other error is passed on. */
export const attempt = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch (error) {
    if (isFluxionError(error)) return undefined
    throw error
  }
}
