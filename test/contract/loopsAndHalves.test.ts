import * as fx from '../../src/index.js'
import { loopTests } from './loopsAndHalves.js'

loopTests('js', fx.js)
