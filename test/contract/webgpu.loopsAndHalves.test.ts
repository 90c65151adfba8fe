import * as fx from '../../src/index.js'
import { loopTests } from './loopsAndHalves.js'

const device = await fx.webgpu()

loopTests('webgpu', () => device)
