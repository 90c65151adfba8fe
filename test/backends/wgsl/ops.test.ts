import { webgpu } from '../../../src/backends/webgpu/device.js'
import { scalarOpTests } from '../scalarOps.js'

scalarOpTests('WGSL', webgpu)
