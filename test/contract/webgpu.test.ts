import * as fx from '../../src/index.js'
import { programTests, readCases } from './cases.js'
import { everydayTests } from './everyday.js'
import { programs } from './programs.js'

const device = await fx.webgpu()

programTests('webgpu', () => device, programs, readCases('programs.json'))

everydayTests('webgpu', () => device)
