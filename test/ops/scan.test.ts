import { cumulativeCases } from './cases/cumulative.js'
import { prodCases } from './cases/prod.js'
import { checkCases } from './checkCases.js'

checkCases('products of elements', prodCases)
checkCases('sums, products and maxima so far', cumulativeCases)
