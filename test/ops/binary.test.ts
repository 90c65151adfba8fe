import { binaryCases } from './cases/binary.js'
import { checkCases } from './checkCases.js'

checkCases('binary ops', binaryCases)
