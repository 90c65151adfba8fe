import { wasm } from '../../src/index.js'
import { testPrograms } from './programs.js'

testPrograms(wasm, 60)
