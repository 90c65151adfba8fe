import { webgpu } from '../../src/index.js'
import { programTests } from './programs.js'

const device = await webgpu()

programTests('webgpu', () => device)
