import * as fx from '../../src/index.js'
import { programTests, readCases } from './cases.js'
import { everydayTests } from './everyday.js'
import { programs } from './programs.js'

programTests('js', fx.js, programs, readCases('programs.json'))

everydayTests('js', fx.js)
