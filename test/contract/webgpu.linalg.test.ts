import * as fx from '../../src/index.js'
import { programTests, readCases } from './cases.js'
import { programs } from './linalg.js'

const device = await fx.webgpu()

programTests('webgpu', () => device, programs, readCases('linalg.json'))
