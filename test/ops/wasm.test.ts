import { wasm } from '../../src/index.js'
import { opTests } from './onDevice.js'

opTests('WebAssembly', await wasm())
