import { webgpu } from '../../src/index.js'
import { torchTests } from './onDevice.js'

torchTests('WebGPU', await webgpu())
