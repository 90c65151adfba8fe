/** Every case, by family. */
import type { OpCase } from '../opCase.js'
import { arrangeCases } from './arrange.js'
import { attentionCases } from './attention.js'
import { activationCases } from './activation.js'
import { binaryCases } from './binary.js'
import { castCases } from './cast.js'
import { convCases } from './conv.js'
import { convTransposeCases } from './convTranspose.js'
import { creationCases } from './creation.js'
import { cumulativeCases } from './cumulative.js'
import { einsumCases } from './einsum.js'
import { indexCases } from './index.js'
import { joinCases } from './join.js'
import { linalgCases } from './linalg.js'
import { matrixCases } from './matrix.js'
import { prodCases } from './prod.js'
import { productCases } from './product.js'
import { reduceCases } from './reduce.js'
import { shapeCases } from './shape.js'
import { sortCases } from './sort.js'
import { unaryCases } from './unary.js'

export const families: Readonly<Record<string, readonly OpCase[]>> = {
  unary: unaryCases,
  activations: activationCases,
  casts: castCases,
  binary: binaryCases,
  creation: creationCases,
  reductions: reduceCases,
  views: shapeCases,
  joins: joinCases,
  products: productCases,
  convolutions: convCases,
  arranged: arrangeCases,
  matrices: matrixCases,
  prods: prodCases,
  places: indexCases,
  sorts: sortCases,
  cumulatives: cumulativeCases,
  sums: einsumCases,
  transposed: convTransposeCases,
  attentions: attentionCases,
  linalg: linalgCases,
}
