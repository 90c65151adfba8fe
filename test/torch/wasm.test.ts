import { wasm } from '../../src/index.js'
import { torchTests } from './onDevice.js'

torchTests('WebAssembly', await wasm())
