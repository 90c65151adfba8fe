import { creationCases } from './cases/creation.js'
import { checkCases } from './checkCases.js'

checkCases('creation', creationCases)
