/** Every case, by family. */
import type { OpCase } from '../opCase.js'
import { binaryCases } from './binary.js'
import { creationCases } from './creation.js'
import { linearCases } from './linear.js'
import { reduceCases } from './reduce.js'
import { shapeCases } from './shape.js'
import { unaryCases } from './unary.js'

export const families: Readonly<Record<string, readonly OpCase[]>> = {
  unary: unaryCases,
  binary: binaryCases,
  creation: creationCases,
  reductions: reduceCases,
  shape: shapeCases,
  linear: linearCases,
}
