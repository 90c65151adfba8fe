import { webgpu } from '../../src/index.js'
import { checkLong } from './longChecks.js'

checkLong('WebGPU', webgpu, 3000)
