import { joinCases } from './cases/join.js'
import { shapeCases } from './cases/shape.js'
import { checkCases } from './checkCases.js'

checkCases('views', shapeCases)
checkCases('joins', joinCases)
