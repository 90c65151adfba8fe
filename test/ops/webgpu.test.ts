import { webgpu } from '../../src/index.js'
import { opTests } from './onDevice.js'

opTests('WebGPU', await webgpu())
