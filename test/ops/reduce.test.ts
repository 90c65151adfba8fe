import { reduceCases } from './cases/reduce.js'
import { checkCases } from './checkCases.js'

checkCases('reductions', reduceCases)
