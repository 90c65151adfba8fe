import { webgpu } from '../../src/index.js'
import { testPrograms } from './programs.js'

testPrograms(() => webgpu(), 25)
