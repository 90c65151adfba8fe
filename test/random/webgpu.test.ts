import { webgpu } from '../../src/index.js'
import { randomTests } from './onDevice.js'

randomTests(await webgpu())
