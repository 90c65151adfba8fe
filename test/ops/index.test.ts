import { indexCases } from './cases/index.js'
import { sortCases } from './cases/sort.js'
import { checkCases } from './checkCases.js'

checkCases('places that data says', indexCases)
checkCases('sorting', sortCases)
