import { arrangeCases } from './cases/arrange.js'
import { matrixCases } from './cases/matrix.js'
import { checkCases } from './checkCases.js'

checkCases('repeated and rotated', arrangeCases)
checkCases('triangles and diagonals', matrixCases)
