import { linearCases } from './cases/linear.js'
import { checkCases } from './checkCases.js'

checkCases('linear', linearCases)
