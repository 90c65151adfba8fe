import * as fx from '../../src/index.js'
import { programTests, readCases } from './cases.js'
import { programs } from './linalg.js'

programTests('js', fx.js, programs, readCases('linalg.json'))
