import { linalgCases } from './cases/linalg.js'
import { checkCases } from './checkCases.js'

checkCases('linear algebra', linalgCases)
