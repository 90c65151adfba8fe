import { shapeCases } from './cases/shape.js'
import { checkCases } from './checkCases.js'

checkCases('shape', shapeCases)
