/** Every case, by family. */
import type { OpCase } from '../opCase.js'
import { binaryCases } from './binary.js'
import { castCases } from './cast.js'
import { convCases } from './conv.js'
import { creationCases } from './creation.js'
import { joinCases } from './join.js'
import { productCases } from './product.js'
import { reduceCases } from './reduce.js'
import { shapeCases } from './shape.js'
import { unaryCases } from './unary.js'

export const families: Readonly<Record<string, readonly OpCase[]>> = {
  unary: unaryCases,
  casts: castCases,
  binary: binaryCases,
  creation: creationCases,
  reductions: reduceCases,
  views: shapeCases,
  joins: joinCases,
  products: productCases,
  convolutions: convCases,
}
